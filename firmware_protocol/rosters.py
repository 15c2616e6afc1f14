"""The roster: who may stand at this agent's cabinets, as the server signed it.

Document `gongguan-roster/v1`: `agent`, `version` (the higher one wins), `at`, `card_salt` (hex), `people`,
`cooperatives` and, where things bear radio tags, `tags`. Names are in it because the kiosk greets people by name
offline; it is never a leaf of the log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firmware_protocol.notes import MalformedNote, Signer, Verifier, read_document, write_document
from firmware_protocol.times import read_time, write_time

KIND = "gongguan-roster/v1"


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role, held in one cooperative, or (None) in the township."""

    role: str
    cooperative: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may identify at the kiosk. `card` is `credentials.card_hash`, `pin` `credentials.pin_hash`."""

    id: str
    name: str
    grants: tuple[RoleGrant, ...]
    active: bool = True
    card: str | None = None
    pin: str | None = None

    def holds(self, role: str, cooperative: str | None = None) -> bool:
        """Whether this person holds `role`: in the township, or in `cooperative` where one is named."""
        return any(grant.role == role and grant.cooperative in (None, cooperative) for grant in self.grants)

    def belongs_to(self, cooperative: str) -> bool:
        """Whether any of this person's roles is in `cooperative`."""
        return any(grant.cooperative == cooperative for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Cooperative:
    """A cooperative's names: the full one, and the short one for doors (水口八社)."""

    id: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The radio tag on a thing: its EPC in hex, whose it is, and the compartment that the thing belongs in."""

    epc: str
    item: str
    compartment: str


@dataclass(frozen=True, slots=True)
class Roster:
    """One version of the people for one agent, and of the tags on what they keep."""

    agent: str
    version: int
    at: datetime
    card_salt: bytes
    people: tuple[Person, ...]
    cooperatives: tuple[Cooperative, ...] = ()
    tags: tuple[Tag, ...] = ()

    def person(self, person_id: str) -> Person | None:
        """The person with this id, also when blocked."""
        return next((person for person in self.people if person.id == person_id), None)

    def person_by_card(self, card_hash: str) -> Person | None:
        """The person whose card this is (`credentials.card_hash`), also when blocked."""
        return next((person for person in self.people if person.card == card_hash), None)

    def cooperative(self, cooperative_id: str) -> Cooperative | None:
        """The cooperative with this id."""
        return next((each for each in self.cooperatives if each.id == cooperative_id), None)

    def tag(self, epc: str) -> Tag | None:
        """The tag with this EPC."""
        return next((tag for tag in self.tags if tag.epc == epc), None)


def encode(roster: Roster, signer: Signer) -> bytes:
    """Sign a roster with the permit key."""
    fields: dict[str, Any] = {
        "agent": roster.agent,
        "version": roster.version,
        "at": write_time(roster.at),
        "card_salt": roster.card_salt.hex(),
        "people": [_person_fields(person) for person in roster.people],
        "cooperatives": [{"id": c.id, "name": c.name, "short_name": c.short_name} for c in roster.cooperatives],
    }
    if roster.tags:
        fields["tags"] = [{"epc": t.epc, "item": t.item, "compartment": t.compartment} for t in roster.tags]
    return write_document(KIND, fields, signer)


def parse(note: bytes, verifiers: Iterable[Verifier]) -> Roster:
    """Verify and read a roster; raises `MalformedNote` or `UnverifiedNote`."""
    fields = read_document(note, KIND, verifiers)
    try:
        return Roster(
            agent=str(fields["agent"]),
            version=int(fields["version"]),
            at=read_time(fields["at"]),
            card_salt=bytes.fromhex(fields["card_salt"]),
            people=tuple(_person(each) for each in fields["people"]),
            cooperatives=tuple(Cooperative(c["id"], c["name"], c["short_name"]) for c in fields["cooperatives"]),
            tags=tuple(Tag(str(t["epc"]), str(t["item"]), str(t["compartment"])) for t in fields.get("tags", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedNote("not a roster") from error


def _person_fields(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "roles": [
            {"role": grant.role} | ({"cooperative": grant.cooperative} if grant.cooperative else {})
            for grant in person.grants
        ],
        "active": person.active,
        "card": person.card,
        "pin": person.pin,
    }


def _person(fields: dict[str, Any]) -> Person:
    return Person(
        id=str(fields["id"]),
        name=str(fields["name"]),
        grants=tuple(RoleGrant(each["role"], each.get("cooperative")) for each in fields["roles"]),
        active=fields["active"] is True,
        card=fields["card"],
        pin=fields["pin"],
    )
