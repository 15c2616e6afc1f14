"""Cabinets and cooperatives written into the register by hand, and compartments taken out of service."""

from dataclasses import dataclass
from typing import Any

from server.custody.administration.places import (
    CabinetEntry,
    CooperativeEntry,
    Retirement,
    refuse_cabinet,
    refuse_cooperative,
    refuse_retirement,
)
from server.custody.facts import Cabinet, Cooperative
from server.custody.happenings import WAS
from server.custody.naming import short_name
from server.custody.refusals import Refused
from server.store import find
from server.store.find_administration import cooperative_named, owners_in
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.refusing import UNKNOWN_COOPERATIVE, acting, refuse
from server.usecases.texts import tidy

UNKNOWN_CABINET = Refused("unknown_cabinet", "没有登记过这台柜子。请回到列表，从那里再打开一次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCabinet:
    """A new cabinet; how its boards are wired is for the agent's configuration to say."""

    by: str
    cabinet: str
    place: str
    compartments: int
    board: str = ""
    port: str = ""
    baud: int | None = None
    board_addresses: str = ""
    lock_feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCooperative:
    """A cooperative as it is to stand; `cooperative` names the one that is put right, None begins one."""

    by: str
    code: str
    name: str
    village: str
    cabinet: str
    number: int
    members: int | None = None
    credit_code: str | None = None
    cooperative: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retire:
    """Who takes a cabinet, or (with `number`) one of its compartments, out of service, and why."""

    by: str
    cabinet: str
    number: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlaceStands:
    """The id of the cabinet or cooperative, which stands in the register like this from now on."""

    id: str


def register_cabinet(work: Work, asked: RegisterCabinet) -> PlaceStands | Refused:
    """Register the cabinet, or say why not."""
    entry = CabinetEntry(
        who=acting(work, asked.by),
        id=asked.cabinet,
        place=tidy(asked.place),
        compartments=asked.compartments,
        before=work.get(Cabinet, asked.cabinet),
    )
    if (refused := refuse_cabinet(entry)) is not None:
        return refuse(work, refused, asked.by)
    about = {"cabinet": asked.cabinet, "compartments": asked.compartments, "by_person": asked.by}
    wired = {name: getattr(asked, name) for name in ("board", "port", "baud", "board_addresses", "lock_feedback")}
    work.record("cabinet_registered", about, {"place": entry.place, **wired})
    return PlaceStands(asked.cabinet)


def register_cooperative(work: Work, asked: RegisterCooperative) -> PlaceStands | Refused:
    """Register or correct, or say why not."""
    before = None if asked.cooperative is None else work.get(Cooperative, asked.cooperative)
    if asked.cooperative is not None and before is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    entry = _entry(work, asked, before)
    if (refused := refuse_cooperative(entry)) is not None:
        return refuse(work, refused, asked.by)
    cooperative = work.new_id("c") if before is None else before.id
    place = f"{asked.cabinet}/{asked.number}"
    about = {"cooperative": cooperative, "compartment": place, "by_person": asked.by}
    body = _said(asked, entry)
    if before is None:
        work.record("cooperative_registered", about, body)
    else:
        was = {**{key: getattr(before, key) for key in body}, "compartment": before.place}
        work.record("cooperative_changed", about, {**body, WAS: was})
    issue_rosters(work)
    return PlaceStands(cooperative)


def retire(work: Work, asked: Retire) -> PlaceStands | Refused:
    """Take it out of service, or say why not."""
    cabinet = work.get(Cabinet, asked.cabinet)
    if cabinet is None:
        return refuse(work, UNKNOWN_CABINET, asked.by)
    owners = owners_in(work.facts, cabinet.id, asked.number)
    retirement = Retirement(who=acting(work, asked.by), cabinet=cabinet, owners=owners, number=asked.number)
    if (refused := refuse_retirement(retirement)) is not None:
        return refuse(work, refused, asked.by)
    body = {"reason": tidy(asked.reason)}
    if asked.number is None:
        work.record("cabinet_retired", {"cabinet": cabinet.id, "by_person": asked.by}, body)
    else:
        about = {"compartment": f"{cabinet.id}/{asked.number}", "by_person": asked.by}
        work.record("compartment_retired", about, body)
    return PlaceStands(cabinet.id)


def _entry(work: Work, asked: RegisterCooperative, before: Cooperative | None) -> CooperativeEntry:
    owners = owners_in(work.facts, asked.cabinet, asked.number)
    others = (find.cooperative_by_code(work.facts, asked.code), cooperative_named(work.facts, tidy(asked.name)))
    same_code, same_name = (None if before is not None and each == before else each for each in others)
    return CooperativeEntry(
        who=acting(work, asked.by),
        code=asked.code,
        name=tidy(asked.name),
        village=tidy(asked.village),
        cabinet=work.get(Cabinet, asked.cabinet),
        number=asked.number,
        before=before,
        owner=next(iter(owners), None),
        same_code=same_code,
        same_name=same_name,
        items=() if before is None else tuple(find.items_of(work.facts, before.id)),
    )


def _said(asked: RegisterCooperative, entry: CooperativeEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "village": entry.village,
        "name": entry.name,
        "short_name": short_name(entry.name, entry.village),
        "credit_code": asked.credit_code,
        "members": asked.members,
    }
