"""A person written into the register by hand, or put right there."""

from dataclasses import dataclass

from server.custody.people import Person, Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_REGISTER_PEOPLE

NAME_LETTERS_MAX = 32
UNIT_LETTERS_MAX = 64
PHONE_DIGITS = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """What would stand in the register; `phone_holder` has this phone already, `before` is None for a new person."""

    who: Standing
    name: str
    phone: str
    unit: str
    phone_holder: Person | None
    before: Person | None = None


def refuse_entry(entry: PersonEntry) -> Refused | None:
    """Why the register may not say this, or None."""
    return first_refusal((_may_register, _is_named, _has_a_phone, _phone_is_free, _has_a_unit, _is_different), entry)


def _may_register(entry: PersonEntry) -> Refused | None:
    if entry.who.person.is_active and entry.who.holds_any(MAY_REGISTER_PEOPLE):
        return None
    return Refused("register_role", "登记和更正人员由系统管理员办理。请联系系统管理员。")


def _is_named(entry: PersonEntry) -> Refused | None:
    if 0 < len(entry.name) <= NAME_LETTERS_MAX:
        return None
    return Refused("person_name", f"请写姓名，最多 {NAME_LETTERS_MAX} 个字。")


def _has_a_phone(entry: PersonEntry) -> Refused | None:
    digits = entry.phone
    if len(digits) == PHONE_DIGITS and digits.isascii() and digits.isdecimal() and digits.startswith("1"):
        return None
    return Refused("person_phone", "请写 11 位手机号，以 1 开头。")


def _phone_is_free(entry: PersonEntry) -> Refused | None:
    holder, before = entry.phone_holder, entry.before
    if holder is None or (before is not None and holder.id == before.id):
        return None
    return Refused("phone_taken", f"这个手机号已经是{holder.name}的。请核对，或者先更正{holder.name}的手机号。")


def _has_a_unit(entry: PersonEntry) -> Refused | None:
    if 0 < len(entry.unit) <= UNIT_LETTERS_MAX:
        return None
    return Refused("person_unit", f"请写单位（合作社全称、村名或科室），最多 {UNIT_LETTERS_MAX} 个字。")


def _is_different(entry: PersonEntry) -> Refused | None:
    before = entry.before
    if before is None or (before.name, before.phone, before.unit) != (entry.name, entry.phone, entry.unit):
        return None
    return Refused("person_same", "和登记的一样，没有要更正的。")
