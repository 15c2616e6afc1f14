"""Why a row that reads well is not taken in: it does not fit with itself or with a row admitted before it."""

from server.custody.roles import TITLES
from server.documents.intake.records import (
    Cabinet,
    Contract,
    Cooperative,
    Person,
    Record,
    Seal,
    UnitKind,
    VoucherVolume,
)
from server.documents.intake.rules import Rule
from server.documents.intake.town import Town, place_of
from server.documents.intake.vocabulary import UNIT_KIND_OF_ROLE
from server.documents.intake.vouchers import number_range

_UNIT_KINDS_IN_WORDS = {
    UnitKind.OFFICE: "三资办、镇纪委或镇政府",
    UnitKind.VILLAGE: "一个村",
    UnitKind.COOPERATIVE: "一个合作社",
}


def _repeated(record: Record, town: Town) -> str | None:
    earlier = town.keys.get((type(record), record.key))
    return f"与{place_of(earlier)}重复，同一项只写一行。" if earlier else None


def _name_taken(cooperative: Cooperative, town: Town) -> str | None:
    earlier = town.by_name(cooperative.name)
    return f"{place_of(earlier)}已有同名的合作社。" if earlier else None


def _no_such_compartment(cooperative: Cooperative, town: Town) -> str | None:
    last = town.cabinets[cooperative.cabinet].compartments
    return f"{cooperative.cabinet} 只有 1 到 {last} 格。" if cooperative.compartment > last else None


def _compartment_taken(cooperative: Cooperative, town: Town) -> str | None:
    owner = town.compartments.get((cooperative.cabinet, cooperative.compartment))
    return f"这一格已是{owner.name}的（{place_of(owner)}），一格只放一个合作社。" if owner else None


def _mandate_ends_before_it_begins(cooperative: Cooperative, _: Town) -> str | None:
    start, end = cooperative.resolved_on, cooperative.expires_on
    return f"到期日应在决议日期 {start} 之后。" if start and end and end <= start else None


def _phone_taken(person: Person, town: Town) -> str | None:
    other = next((known for known in town.phones.get(person.phone, ()) if known.name != person.name), None)
    return f"这个手机号已是{other.name}的（{place_of(other)}），一人一个手机号。" if other else None


def _same_role_twice(person: Person, town: Town) -> str | None:
    for known in town.phones.get(person.phone, ()):
        if (known.name, known.unit, known.role) == (person.name, person.unit, person.role):
            return f"与{place_of(known)}重复，同一人的同一角色只写一行。"
    return None


def _card_taken(person: Person, town: Town) -> str | None:
    owner = town.cards.get(person.card or "")
    if owner is None or owner.phone == person.phone:
        return None
    return f"这张卡已是{owner.name}的（{place_of(owner)}），一人一张卡。"


def _second_card(person: Person, town: Town) -> str | None:
    for known in town.phones.get(person.phone, ()):
        if person.card and known.card and known.card != person.card:
            return f"{place_of(known)}写的是另一张卡 {known.card}，一人一张卡。"
    return None


def _role_at_wrong_unit(person: Person, _: Town) -> str | None:
    fitting = UNIT_KIND_OF_ROLE[person.role]
    return (
        f"{TITLES[person.role]}的所属单位应是{_UNIT_KINDS_IN_WORDS[fitting]}。" if person.unit.kind != fitting else None
    )


def _tag_taken(seal: Seal, town: Town) -> str | None:
    other = town.tags.get(seal.tag or "")
    return f"这个标签已贴在“{other.name}”上（{place_of(other)}）。" if other else None


def _volume_beyond_count(volume: VoucherVolume, _: Town) -> str | None:
    last = volume.volumes_in_month
    return f"本月共 {last} 册，册号应在 1 到 {last} 之间。" if volume.volume > last else None


def _range_backwards(volume: VoucherVolume, _: Town) -> str | None:
    numbers = number_range(volume.numbers)
    return "起号应小于或等于讫号，例如 001-040。" if numbers and numbers[0] > numbers[1] else None


CABINET_REFUSALS: tuple[Rule[Cabinet], ...] = (Rule("repeated", "number", _repeated),)
COOPERATIVE_REFUSALS: tuple[Rule[Cooperative], ...] = (
    Rule("repeated", "code", _repeated),
    Rule("same-name", "name", _name_taken),
    Rule("no-such-compartment", "compartment", _no_such_compartment),
    Rule("compartment-taken", "compartment", _compartment_taken),
    Rule("mandate-order", "expires_on", _mandate_ends_before_it_begins),
)
PERSON_REFUSALS: tuple[Rule[Person], ...] = (
    Rule("phone-taken", "phone", _phone_taken),
    Rule("repeated", "phone", _same_role_twice),
    Rule("card-taken", "card", _card_taken),
    Rule("second-card", "card", _second_card),
    Rule("role-at-wrong-unit", "unit", _role_at_wrong_unit),
)
SEAL_REFUSALS: tuple[Rule[Seal], ...] = (
    Rule("repeated", "name", _repeated),
    Rule("tag-taken", "tag", _tag_taken),
)
CONTRACT_REFUSALS: tuple[Rule[Contract], ...] = (Rule("repeated", "number", _repeated),)
VOUCHER_REFUSALS: tuple[Rule[VoucherVolume], ...] = (
    Rule("repeated", "volume", _repeated),
    Rule("volume-beyond-count", "volume", _volume_beyond_count),
    Rule("range-backwards", "numbers", _range_backwards),
)
