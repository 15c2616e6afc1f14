"""The permit: this compartment, these items, these people, until then.

Document `gongguan-permit/v1`, signed by the permit key::

    {"id":"m-…","action":"take","agent":"hall-1","cabinet":"CAB-01","compartment":7,"cooperative":"c-…",
     "checkout":"k-…","deposit":null,"items":[{"id":"i-…","kind":"seal"}],
     "holder":{"person":"p-…"},"second":{"role":"cabinet_officer"},"extra":[],"approvers":["p-…","p-…"],
     "not_before":"…","not_after":"…","attempts":3,"trust":1,"revocations_min":4,
     "return":{"roles":["accountant","head"],"second":{"role":"cabinet_officer"}}}

It names ids only, for it stands in the log. A deposit's holder is `{"roles":[…]}`: any such person of the cooperative.
What a device checks before it pulses a lock under a permit is in `permit_checks`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args

from firmware_protocol.notes import MalformedNote, Signer, Verifier, document_fields, open_note, write_document
from firmware_protocol.rosters import Person
from firmware_protocol.times import read_time, write_time

KIND = "gongguan-permit/v1"
WINDOW_H_MAX = 72
ATTEMPTS_DEFAULT = 3

Action = Literal["take", "deposit", "read", "count"]
ItemKind = Literal["seal", "contract", "voucher"]


@dataclass(frozen=True, slots=True)
class PermitItem:
    """An item by id and kind; the kind decides how stale an offline agent's knowledge may be."""

    id: str
    kind: ItemKind


@dataclass(frozen=True, slots=True)
class Party:
    """Who may stand in one place at the door: a named person, or anyone holding one of `roles`."""

    person: str | None = None
    roles: tuple[str, ...] = ()

    def admits(self, person: Person, cooperative: str) -> bool:
        """Whether `person` is the one meant; a role may be held in this cooperative or in the township."""
        if self.person is not None:
            return person.id == self.person
        return any(person.holds(role, cooperative) for role in self.roles)


@dataclass(frozen=True, slots=True)
class ReturnGrant:
    """What opens the compartment for bringing back: the holder or `roles` of the cooperative, with a `second`."""

    roles: tuple[str, ...]
    second: Party


@dataclass(frozen=True, slots=True)
class Permit:
    """One authorisation to open one compartment. Times are aware; `compartment` is the number within the cabinet.

    `key` is the id (hex) of the key that a note was signed with, from which this was read.
    """

    id: str
    action: Action
    agent: str
    cabinet: str
    compartment: int
    cooperative: str
    items: tuple[PermitItem, ...]
    holder: Party
    second: Party
    not_before: datetime
    not_after: datetime
    checkout: str | None = None
    deposit: str | None = None
    extra: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    attempts: int = ATTEMPTS_DEFAULT
    trust: int = 1
    revocations_min: int = 0
    return_grant: ReturnGrant | None = None
    key: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """The compartment as everyone calls it: `CAB-01/7`."""
        return f"{self.cabinet}/{self.compartment}"

    @property
    def has_seal(self) -> bool:
        """Whether a seal is among the items: then what an offline agent knows grows stale sooner."""
        return any(item.kind == "seal" for item in self.items)


def encode(permit: Permit, signer: Signer) -> bytes:
    """Sign a permit with the permit key."""
    grant = permit.return_grant
    fields = {
        "id": permit.id,
        "action": permit.action,
        "agent": permit.agent,
        "cabinet": permit.cabinet,
        "compartment": permit.compartment,
        "cooperative": permit.cooperative,
        "checkout": permit.checkout,
        "deposit": permit.deposit,
        "items": [{"id": item.id, "kind": item.kind} for item in permit.items],
        "holder": _party_fields(permit.holder),
        "second": _party_fields(permit.second),
        "extra": list(permit.extra),
        "approvers": list(permit.approvers),
        "not_before": write_time(permit.not_before),
        "not_after": write_time(permit.not_after),
        "attempts": permit.attempts,
        "trust": permit.trust,
        "revocations_min": permit.revocations_min,
        "return": None if grant is None else {"roles": list(grant.roles), "second": _party_fields(grant.second)},
    }
    return write_document(KIND, fields, signer)


def parse(note: bytes, verifiers: Iterable[Verifier]) -> Permit:
    """Verify and read a permit; raises `MalformedNote` or `UnverifiedNote`. Unknown keys are refused."""
    opened = open_note(note, verifiers)
    return replace(_permit(document_fields(opened.text, KIND)), key=opened.signatures[0].key_id.hex())


def _party_fields(party: Party) -> dict[str, Any]:
    if party.person is not None:
        return {"person": party.person}
    return {"role": party.roles[0]} if len(party.roles) == 1 else {"roles": list(party.roles)}


def _party(fields: Mapping[str, Any]) -> Party:
    if set(fields) == {"person"}:
        return Party(person=_text(fields["person"]))
    if set(fields) == {"role"}:
        return Party(roles=(_text(fields["role"]),))
    if set(fields) == {"roles"} and fields["roles"]:
        return Party(roles=tuple(_text(role) for role in fields["roles"]))
    raise MalformedNote("a party is a person, a role or roles")


_PERMIT_KEYS = frozenset(
    {
        "id",
        "action",
        "agent",
        "cabinet",
        "compartment",
        "cooperative",
        "checkout",
        "deposit",
        "items",
        "holder",
        "second",
        "extra",
        "approvers",
        "not_before",
        "not_after",
        "attempts",
        "trust",
        "revocations_min",
        "return",
    }
)


def _permit(fields: dict[str, Any]) -> Permit:
    if set(fields) != _PERMIT_KEYS:
        raise MalformedNote("a permit has exactly its fields")
    if fields["action"] not in get_args(Action):
        raise MalformedNote("no such action")
    try:
        return Permit(
            id=_text(fields["id"]),
            action=fields["action"],
            agent=_text(fields["agent"]),
            cabinet=_text(fields["cabinet"]),
            compartment=_count(fields["compartment"]),
            cooperative=_text(fields["cooperative"]),
            checkout=None if fields["checkout"] is None else _text(fields["checkout"]),
            deposit=None if fields["deposit"] is None else _text(fields["deposit"]),
            items=tuple(_item(each) for each in fields["items"]),
            holder=_party(fields["holder"]),
            second=_party(fields["second"]),
            extra=tuple(_text(role) for role in fields["extra"]),
            approvers=tuple(_text(person) for person in fields["approvers"]),
            not_before=read_time(fields["not_before"]),
            not_after=read_time(fields["not_after"]),
            attempts=_count(fields["attempts"]),
            trust=_count(fields["trust"]),
            revocations_min=_count(fields["revocations_min"], least=0),
            return_grant=_return_grant(fields["return"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedNote("a field of this permit has the wrong form") from error


def _item(fields: Mapping[str, Any]) -> PermitItem:
    if fields["kind"] not in get_args(ItemKind):
        raise MalformedNote("no such kind of item")
    return PermitItem(_text(fields["id"]), fields["kind"])


def _return_grant(fields: Mapping[str, Any] | None) -> ReturnGrant | None:
    if fields is None:
        return None
    return ReturnGrant(tuple(_text(role) for role in fields["roles"]), _party(fields["second"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise MalformedNote("expected text")
    return value


def _count(value: object, least: int = 1) -> int:
    if type(value) is not int or value < least:
        raise MalformedNote(f"expected a whole number of at least {least}")
    return value
