"""Handovers: one with its lines and signatures, a cooperative's, and how far the whole township has come."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from firmware_protocol.times import time_ms
from server.custody.facts import Cooperative
from server.custody.handovers.completion import FinishedFirst, OpenList, Progress, lacks_of
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.handovers.lifecycle import OPEN_HANDOVERS
from server.custody.handovers.reading import lines_of, signatures_of
from server.custody.handovers.states import HandoverKind, HandoverState
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.find_bundles import bundle_of
from server.store.lists.registers import kept_by_cooperative
from server.store.rows import TABLE_OF

_HANDOVERS, _LINES = TABLE_OF[Handover], TABLE_OF[HandoverLine]
_SIGNATURES = TABLE_OF[HandoverSignature]


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """A handover as its list is read and printed: lines in order, signatures in the order of the list's foot."""

    handover: Handover
    cooperative: Cooperative
    lines: tuple[HandoverLine, ...]
    signatures: tuple[HandoverSignature, ...]


def sheet(reader: Reader, handover_id: str) -> HandoverSheet | None:
    """The handover with everything on it, or None where there is none."""
    facts = FactRows(reader)
    handover = facts.get(Handover, handover_id)
    cooperative = None if handover is None else facts.get(Cooperative, handover.cooperative)
    if handover is None or cooperative is None:
        return None
    facts.where(HandoverLine, _LINES.c.handover == handover.id)  # all lines in one query, for `lines_of` to find
    return HandoverSheet(handover, cooperative, tuple(lines_of(facts, handover)), tuple(signatures_of(facts, handover)))


def bundle(reader: Reader, bundle_id: str) -> tuple[HandoverSheet, ...]:
    """The lists that were opened together, in the order of the doors; none where there is no such bundle."""
    found = (sheet(reader, each.id) for each in bundle_of(FactRows(reader), bundle_id))
    return tuple(each for each in found if each is not None)


def open_bundles(reader: Reader) -> tuple[tuple[str, tuple[Handover, ...]], ...]:
    """The bundles of which a list is still open, each with all that are, newest first."""
    states = [str(state) for state in OPEN_HANDOVERS]
    going_on = FactRows(reader).where(
        Handover, _HANDOVERS.c.state.in_(states), _HANDOVERS.c.kind == str(HandoverKind.CUSTODIAN)
    )
    bundles: defaultdict[str, list[Handover]] = defaultdict(list)
    for each in sorted(going_on, key=lambda each: (each.opened_at, each.id), reverse=True):
        if each.bundle is not None:
            bundles[each.bundle].append(each)
    return tuple((key, tuple(each)) for key, each in bundles.items())


def handovers_of(reader: Reader, cooperative: str) -> tuple[Handover, ...]:
    """A cooperative's handovers, newest first."""
    return tuple(find.handovers_of(FactRows(reader), cooperative))


def signed_between(reader: Reader, cooperative: str, since: datetime, until: datetime) -> int:
    """How many handovers of a cooperative were signed since (inclusive) and until (exclusive)."""
    done = _HANDOVERS.c.cooperative == cooperative, _HANDOVERS.c.state == str(HandoverState.DONE)
    ended = _HANDOVERS.c.ended_at_ms >= time_ms(since), _HANDOVERS.c.ended_at_ms < time_ms(until)
    found: int = reader.execute(select(func.count()).select_from(_HANDOVERS).where(*done, *ended)).scalar_one()
    return found


def lines_about(reader: Reader, item: str) -> tuple[tuple[Handover, HandoverLine], ...]:
    """Every list this thing stands on, newest first."""
    facts = FactRows(reader)
    lines = facts.where(HandoverLine, _LINES.c.item == item)
    found = ((facts.get(Handover, line.handover), line) for line in lines)
    pairs = [(handover, line) for handover, line in found if handover is not None]
    return tuple(sorted(pairs, key=lambda pair: (pair[0].opened_at, pair[0].id), reverse=True))


def township_progress(reader: Reader) -> tuple[Progress, ...]:
    """Every cooperative by village and code, with how far it has come. Counts things in SQL: cheap at 50,000."""
    facts = FactRows(reader)
    firsts = _firsts(reader)
    going_on = facts.where(Handover, _HANDOVERS.c.state.in_([str(state) for state in OPEN_HANDOVERS]))
    lacking = _lacking(facts, going_on)
    open_ones = {each.cooperative: each for each in going_on}
    counts = kept_by_cooperative(reader)
    every = sorted(all_facts(reader, Cooperative).values(), key=lambda each: (each.village, each.code))
    return tuple(
        Progress(
            cooperative=each,
            counts=counts.get(each.id, {}),
            first=firsts.get(each.id),
            going_on=open_ones.get(each.id),
            lacks=lacking.get(open_ones[each.id].id) if each.id in open_ones else None,
        )
        for each in every
    )


def _firsts(reader: Reader) -> dict[str, FinishedFirst]:
    """By cooperative. Their lists stay unread: together they name everything that is in the cabinets."""
    wanted = select(_HANDOVERS.c.cooperative, _HANDOVERS.c.id, _HANDOVERS.c.is_demonstration)
    done = _HANDOVERS.c.kind == str(HandoverKind.FIRST), _HANDOVERS.c.state == str(HandoverState.DONE)
    rows = reader.execute(wanted.where(*done).order_by(_HANDOVERS.c.id))
    return {row.cooperative: FinishedFirst(row.id, row.is_demonstration) for row in rows}


def _lacking(facts: FactRows, going_on: Iterable[Handover]) -> dict[str, OpenList]:
    open_ones = {each.id: each for each in going_on}
    lines: defaultdict[str, list[HandoverLine]] = defaultdict(list)
    for line in facts.where(HandoverLine, _LINES.c.handover.in_(list(open_ones))):
        lines[line.handover].append(line)
    signatures: defaultdict[str, list[HandoverSignature]] = defaultdict(list)
    for signature in facts.where(HandoverSignature, _SIGNATURES.c.handover.in_(list(open_ones))):
        signatures[signature.handover].append(signature)
    return {key: lacks_of(each, lines[key], signatures[key]) for key, each in open_ones.items()}
