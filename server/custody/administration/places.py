"""Cooperatives and cabinets written into the register by hand; whose compartment is whose, and which is out of service.

One compartment belongs to one cooperative. What is kept in one is moved by people at the door, never by a form: a
cooperative gets another compartment only while nothing of it is in the one it has.
"""

from dataclasses import dataclass

from server.custody.facts import Cabinet, Cooperative, Item
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_REGISTER_PLACES
from server.custody.shapes import is_id
from server.custody.states import ItemState

NAME_LETTERS_MAX = 64
COMPARTMENTS_MAX = 256
KEPT = frozenset({ItemState.IN_CABINET, ItemState.OUT, ItemState.MISSING})
"""States in which a thing belongs into the compartment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetEntry:
    """`who` would register a cabinet; `before` is the one that has this id already."""

    who: Standing
    id: str
    place: str
    compartments: int
    before: Cabinet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperativeEntry:
    """`who` would have a cooperative stand in the register like this; `before` None for a new one.

    `cabinet` is the one named (None: unknown), `owner` whose the compartment is, `same_code` and `same_name` are other
    cooperatives. `items` is what the register has of it.
    """

    who: Standing
    code: str
    name: str
    village: str
    cabinet: Cabinet | None
    number: int
    before: Cooperative | None
    owner: Cooperative | None
    same_code: Cooperative | None
    same_name: Cooperative | None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """`who` would take compartments of a cabinet out of service, or all of it; `owners` are whose they are."""

    who: Standing
    cabinet: Cabinet
    owners: tuple[Cooperative, ...]
    number: int | None = None


def refuse_cabinet(entry: CabinetEntry) -> Refused | None:
    """Why the cabinet may not be registered, or None."""
    rules = (_may_register, _has_an_id, _is_new_cabinet, _has_a_place, _has_compartments)
    return first_refusal(rules, entry)


def refuse_cooperative(entry: CooperativeEntry) -> Refused | None:
    """Why the register may not say this of a cooperative, or None."""
    rules = (_may_register, _is_coded, _is_named, _is_the_only_one, _place_is_there, _place_is_free, _nothing_is_left)
    return first_refusal(rules, entry)


def refuse_retirement(retirement: Retirement) -> Refused | None:
    """Why it may not be taken out of service, or None."""
    return first_refusal((_may_register, _is_in_service, _is_nobodys), retirement)


def _may_register(entry: CabinetEntry | CooperativeEntry | Retirement) -> Refused | None:
    if entry.who.person.is_active and entry.who.holds_any(MAY_REGISTER_PLACES):
        return None
    return Refused("place_role", "合作社、共管柜和格口由系统管理员登记。请联系系统管理员。")


def _has_an_id(entry: CabinetEntry) -> Refused | None:
    if is_id(entry.id) and "/" not in entry.id:
        return None
    return Refused("cabinet_id", "柜号用字母、数字和连字符，例如 CAB-03。")


def _is_new_cabinet(entry: CabinetEntry) -> Refused | None:
    if entry.before is None:
        return None
    return Refused("cabinet_known", f"已经有 {entry.id} 了。请换一个柜号，柜号不重复使用。")


def _has_a_place(entry: CabinetEntry) -> Refused | None:
    if 0 < len(entry.place) <= NAME_LETTERS_MAX:
        return None
    return Refused("cabinet_place", "请写共管柜放在哪里，例如：镇便民服务中心一楼。")


def _has_compartments(entry: CabinetEntry) -> Refused | None:
    if 1 <= entry.compartments <= COMPARTMENTS_MAX:
        return None
    return Refused("cabinet_compartments", f"格口数可以是 1 到 {COMPARTMENTS_MAX}。请改一个数。")


def _is_coded(entry: CooperativeEntry) -> Refused | None:
    if entry.code.isascii() and entry.code.isalnum() and len(entry.code) <= NAME_LETTERS_MAX:
        return None
    return Refused("cooperative_code", "编号用数字和字母，例如 44200105。")


def _is_named(entry: CooperativeEntry) -> Refused | None:
    if 0 < len(entry.name) <= NAME_LETTERS_MAX and 0 < len(entry.village) <= NAME_LETTERS_MAX:
        return None
    return Refused("cooperative_name", "请写合作社全称和它所在的村。")


def _is_the_only_one(entry: CooperativeEntry) -> Refused | None:
    other = entry.same_code or entry.same_name
    if other is None:
        return None
    return Refused("cooperative_known", f"编号或名称和{other.name}（{other.code}）一样。请核对。")


def _place_is_there(entry: CooperativeEntry) -> Refused | None:
    cabinet = entry.cabinet
    if cabinet is None or entry.number not in range(1, cabinet.compartments + 1):
        return Refused("place_unknown", "没有这个格口。请核对柜号和格口号。")
    if cabinet.retired_at is not None or entry.number in cabinet.out_of_service:
        return Refused("place_retired", "这个格口已经停用。请换一个。")
    return None


def _place_is_free(entry: CooperativeEntry) -> Refused | None:
    owner, before = entry.owner, entry.before
    if owner is None or (before is not None and owner.id == before.id):
        return None
    return Refused("place_taken", f"这个格口是{owner.short_name}的，一个格口只归一个社。请换一个。")


def _nothing_is_left(entry: CooperativeEntry) -> Refused | None:
    """Moving house is for people at the door: what is in a compartment stays whose it is."""
    before, cabinet = entry.before, entry.cabinet
    if before is None or cabinet is None or before.place == f"{cabinet.id}/{entry.number}":
        return None
    if before.handover is None and all(item.state not in KEPT for item in entry.items):
        return None
    said = f"{before.short_name}的东西还在 {before.place}，或者正在交接。请先办退出共管的交接取出来，换好格口再办进柜。"
    return Refused("place_in_use", said)


def _is_in_service(retirement: Retirement) -> Refused | None:
    cabinet, number = retirement.cabinet, retirement.number
    if number is not None and number not in range(1, cabinet.compartments + 1):
        return Refused("place_unknown", "没有这个格口。请核对柜号和格口号。")
    if cabinet.retired_at is None and number not in cabinet.out_of_service:
        return None
    return Refused("place_retired", "已经停用，不用再办。")


def _is_nobodys(retirement: Retirement) -> Refused | None:
    if not retirement.owners:
        return None
    names = "、".join(owner.short_name for owner in retirement.owners[:3])
    return Refused("place_owned", f"还是{names}的格口。请先给他们换格口，再停用。")
