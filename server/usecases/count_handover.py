"""Counting a handover's list line by line, settling what differs, and adding what nobody had in the book."""

from dataclasses import dataclass

from server.custody.facts import Cooperative, Item
from server.custody.handovers.counting import (
    AtTheList,
    Count,
    Settlement,
    Surprise,
    refuse_count,
    refuse_listing,
    refuse_settlement,
    refuse_surprise,
)
from server.custody.handovers.facts import Handover, HandoverLine, line_id
from server.custody.handovers.states import Found, Resolution
from server.custody.refusals import Refused
from server.custody.states import SEAL_TITLES, ItemKind, SealType
from server.store import find
from server.store.work import Work
from server.usecases.open_handover import HandoverStands, listed_items, standing_now
from server.usecases.refusing import UNKNOWN_HANDOVER, acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """What somebody found of one thing; `condition` is how it looks (外观、完好情况), `note` what differs."""

    by: str
    handover: str
    item: str
    found: Found
    condition: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleLine:
    """How one difference is settled. A correction says the right `name`, and further columns of the register."""

    by: str
    handover: str
    item: str
    resolution: Resolution
    note: str
    name: str = ""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSurprise:
    """A thing that lies there and is not in the book. `number` is its contract number, or year-month-volume."""

    by: str
    handover: str
    kind: ItemKind
    name: str
    number: str
    reason: str
    seal_type: SealType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAgain:
    """Bring the list up to date with what was registered since."""

    by: str
    handover: str


def count_line(work: Work, asked: CountLine) -> HandoverStands | Refused:
    """Take down what was found. The same found again changes nothing."""
    at = _at_the_list(work, asked.by, asked.handover, asked.item)
    if isinstance(at, Refused):
        return refuse(work, at, asked.by)
    condition, note = tidy(asked.condition), tidy(asked.note)
    count = Count(
        who=at.who, cooperative=at.cooperative, handover=at.handover, line=at.line, found=asked.found, note=note
    )
    if (refused := refuse_count(count)) is not None:
        return refuse(work, refused, asked.by, cooperative=at.cooperative.id)
    if not _says_the_same(at.line, asked.found, condition, note):
        about = {**_about(at), "item": asked.item, "found": asked.found}
        work.record("handover_counted", about, {"condition": condition, "note": note})
    return standing_now(work, at.handover.id)


def settle_line(work: Work, asked: SettleLine) -> HandoverStands | Refused:
    """Settle a difference, in the register too where it was the register that was wrong."""
    at = _at_the_list(work, asked.by, asked.handover, asked.item)
    if isinstance(at, Refused):
        return refuse(work, at, asked.by)
    settlement = Settlement(
        who=at.who,
        cooperative=at.cooperative,
        handover=at.handover,
        line=at.line,
        resolution=asked.resolution,
        note=tidy(asked.note),
        name=tidy(asked.name),
    )
    if (refused := refuse_settlement(settlement)) is not None:
        return refuse(work, refused, asked.by, cooperative=at.cooperative.id)
    if asked.resolution is Resolution.CORRECTED:
        _correct(work, asked, settlement.name)
    about = {**_about(at), "item": asked.item, "resolution": asked.resolution}
    work.record("handover_resolved", about, {"note": settlement.note})
    return standing_now(work, at.handover.id)


def add_surprise(work: Work, asked: AddSurprise) -> HandoverStands | Refused:
    """Register the thing, with the reason, put it at the end of the list, and count it as found."""
    at = _at_the_list(work, asked.by, asked.handover, None)
    if isinstance(at, Refused):
        return refuse(work, at, asked.by)
    surprise = _surprise(work, asked, at)
    if (refused := refuse_surprise(surprise)) is not None:
        return refuse(work, refused, asked.by, cooperative=at.cooperative.id)
    item = work.new_id("i")
    texts: dict[str, object] = {
        "name": surprise.name,
        "key": surprise.key,
        "seal_type": surprise.seal_type,
        "details": {},
    }
    work.record("item_registered", {"item": item, "cooperative": at.cooperative.id, "kind": surprise.kind}, texts)
    work.record("handover_listed", {**_about(at), "items": [item]}, {"reason": surprise.reason})
    about = {**_about(at), "item": item, "found": Found.AS_LISTED}
    work.record("handover_counted", about, {"condition": "", "note": ""})
    return standing_now(work, at.handover.id)


def list_again(work: Work, asked: ListAgain) -> HandoverStands | Refused:
    """Put at the end of the list what was registered after it was drafted."""
    at = _at_the_list(work, asked.by, asked.handover, None)
    if isinstance(at, Refused):
        return refuse(work, at, asked.by)
    if (refused := refuse_listing(at)) is not None:
        return refuse(work, refused, asked.by, cooperative=at.cooperative.id)
    new = [item for item in listed_items(work, at.cooperative.id) if item not in at.handover.items]
    if new:
        work.record("handover_listed", {**_about(at), "items": new})
    return standing_now(work, at.handover.id)


def _at_the_list(work: Work, by: str, handover_id: str, item: str | None) -> AtTheList | Refused:
    handover = work.get(Handover, handover_id)
    cooperative = None if handover is None else work.get(Cooperative, handover.cooperative)
    if handover is None or cooperative is None:
        return UNKNOWN_HANDOVER
    line = None if item is None else work.get(HandoverLine, line_id(handover.id, item))
    return AtTheList(who=acting(work, by), cooperative=cooperative, handover=handover, line=line)


def _about(at: AtTheList) -> dict[str, str]:
    return {"handover": at.handover.id, "cooperative": at.cooperative.id, "person": at.who.id}


def _says_the_same(line: HandoverLine | None, found: Found, condition: str, note: str) -> bool:
    return line is not None and (line.found, line.condition, line.note) == (found, condition, note)


def _correct(work: Work, asked: SettleLine, name: str) -> None:
    item = work.get(Item, asked.item)
    if item is None:
        raise LookupError(asked.item)
    corrected = {column: tidy(value) for column, value in asked.details if column in item.details}
    details = {**item.details, **corrected}
    if (name, details) != (item.name, dict(item.details)):
        work.record("item_changed", {"item": item.id}, {"name": name, "seal_type": item.seal_type, "details": details})


def _surprise(work: Work, asked: AddSurprise, at: AtTheList) -> Surprise:
    name, is_seal = tidy(asked.name), asked.kind is ItemKind.SEAL
    seal_type = asked.seal_type if is_seal else None
    key = f"{name}/{SEAL_TITLES[seal_type]}" if seal_type is not None else name if is_seal else tidy(asked.number)
    known = find.items_of(work.facts, at.cooperative.id)
    return Surprise(
        who=at.who,
        cooperative=at.cooperative,
        handover=at.handover,
        line=None,
        kind=asked.kind,
        name=name,
        key=key,
        seal_type=seal_type,
        reason=tidy(asked.reason),
        is_known=any((item.kind, item.key) == (asked.kind, key) for item in known),
    )
