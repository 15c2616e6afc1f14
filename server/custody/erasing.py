"""Erasing somebody's personal data: who may, when, and what stands in its place. Pure.

The log keeps its leaves; what is erased are bodies beside the tree, and what was copied from them: name, telephone,
unit and card, the names on the slips of permits, the photos of openings. Ids stay, and say nothing to anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from firmware_protocol.times import write_time
from server.custody.facts import IssuedPermit
from server.custody.people import Person, Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import Role

ERASED_NAME = "（已删除）"
NOTHING = ""
WITH_NAMES = frozenset({"person_registered", "person_changed", "card_issued"})
"""Entries about a person whose bodies say who that is."""
ERASABLE = WITH_NAMES | {"permit_issued"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """Whose data, what speaks against it, and the two who ask for it; each has proven who they are."""

    person: Person
    roles: int
    open_checkouts: int
    first: Standing
    second: Standing


def erased_body(event_type: str, person: str, at: datetime) -> Mapping[str, Any]:
    """What the log says in the place of an erased body, so that it can be replayed."""
    if event_type == "permit_issued":
        return {"document": NOTHING, "slip": NOTHING, "not_after": write_time(at), "attempts": 0}
    return {"name": ERASED_NAME, "phone": person, "unit": NOTHING, "card": None}


def erased_person(person: Person) -> Person:
    """Somebody of whom nothing but the id is known; two of them never share a telephone number."""
    return replace(person, name=ERASED_NAME, phone=person.id, unit=NOTHING, is_active=False, card=None)


def erased_permit(permit: IssuedPermit) -> IssuedPermit:
    """A permit whose names are gone, as its erased entry says it."""
    return replace(permit, document=NOTHING, slip=NOTHING, not_after=permit.issued_at, attempts=0)


def is_erased(person: Person) -> bool:
    """Whether this was done already."""
    return person.phone == person.id


def refuse_to_erase(erasing: Erasing) -> Refused | None:
    """Why the data stay for now, or None."""
    return first_refusal(_RULES, erasing)


def _already_erased(erasing: Erasing) -> Refused | None:
    return Refused("already_erased", "这个人的个人信息已经删除过了。") if is_erased(erasing.person) else None


def _two_administrators(erasing: Erasing) -> Refused | None:
    pair = ((erasing.first, erasing.second), (erasing.second, erasing.first))
    if any(one.holds(Role.SYSTEM_ADMIN) and other.holds(Role.SECURITY_ADMIN) for one, other in pair):
        return None
    return Refused("erasing_by_two", "删除个人信息要系统管理员和安全管理员两人一起办。请两位都输入自己的手机号和密码。")


def _nobodys_own(erasing: Erasing) -> Refused | None:
    people = {erasing.first.id, erasing.second.id, erasing.person.id}
    return (
        None
        if len(people) == len(("first", "second", "person"))
        else Refused("erasing_by_others", "两位管理员要是不同的人，也不能删除自己的信息。请换一位管理员来办。")
    )


def _out_of_office(erasing: Erasing) -> Refused | None:
    if not erasing.person.is_active and erasing.roles == 0:
        return None
    return Refused("erasing_after_leaving", f"{erasing.person.name}还在用这个系统。请先撤销职务、停用账号，再来删除。")


def _nothing_open(erasing: Erasing) -> Refused | None:
    if erasing.open_checkouts == 0:
        return None
    return Refused("erasing_after_return", f"{erasing.person.name}还有没办完的领用。请先办完或归还，再来删除。")


_RULES = (_already_erased, _two_administrators, _nobodys_own, _out_of_office, _nothing_open)
