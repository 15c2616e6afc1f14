"""People: who they are, what they may act as, and what proves it. Frozen facts, see `facts`."""

from dataclasses import dataclass
from datetime import date, datetime

from server.custody.roles import Role
from server.custody.states import CredentialKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone of the roster. `card` is the hash of the card number (`firmware_protocol.credentials.card_hash`).

    `card_by` is who handed the card out, at `card_at`; None where it came with a workbook.
    """

    id: str
    name: str
    phone: str
    unit: str
    is_active: bool = True
    card: str | None = None
    card_blocked: bool = False
    card_by: str | None = None
    card_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role held in one cooperative, or (None) in the township or the person's village; inactive once withdrawn.

    `since` and `until` are the first and the last day of the term, None where nobody said. A term that is over ends by
    an event (`end_terms`), so whoever is in the log with a role had it.
    """

    person: str
    role: Role
    cooperative: str | None = None
    is_active: bool = True
    since: date | None = None
    until: date | None = None

    @property
    def id(self) -> str:
        """A grant is known by what it grants."""
        return f"{self.person}/{self.role}/{self.cooperative or '-'}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with what they may act as. `village` are the cooperatives an officer of a village is asked about."""

    person: Person
    grants: frozenset[Grant]
    village: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    @property
    def roles(self) -> frozenset[Role]:
        """Every role this person holds anywhere."""
        return frozenset(grant.role for grant in self.grants)

    def holds(self, role: Role, cooperative: str | None = None) -> bool:
        """Whether this person holds `role`: in `cooperative` where one is named, otherwise anywhere."""
        return any(
            grant.role == role and (cooperative is None or grant.cooperative in (None, cooperative))
            for grant in self.grants
        )

    def holds_any(self, roles: frozenset[Role], cooperative: str | None = None) -> bool:
        """Whether this person holds one of `roles` there."""
        return any(self.holds(role, cooperative) for role in roles)

    def cooperatives(self) -> frozenset[str]:
        """The cooperatives in which this person holds a role."""
        return frozenset(grant.cooperative for grant in self.grants if grant.cooperative is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """That a person has set a password or PIN. `digest` is the SHA-256 of the stored hash, never the secret.

    One that `is_blocked` opens nothing until its person sets another.
    """

    person: str
    kind: CredentialKind
    digest: str
    set_at: datetime
    is_blocked: bool = False

    @property
    def id(self) -> str:
        """A person has one credential of each kind."""
        return credential_id(self.person, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """A code the office printed. `id` is the SHA-256 of the code; used once, before `expires_at`.

    `issued_by` is who printed it, None for the operator at the machine.
    """

    id: str
    person: str
    expires_at: datetime
    issued_by: str | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A session of the web pages. `id` is the SHA-256 of the cookie's token."""

    id: str
    person: str
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None


def credential_id(person: str, kind: CredentialKind) -> str:
    """Under which id a person's password or PIN is known."""
    return f"{person}/{kind}"
