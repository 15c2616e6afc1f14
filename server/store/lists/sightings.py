"""The log as rules look at it, and the few counts they compare it with."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from firmware_protocol.times import CHINA, time_from_ms, time_ms
from server.custody.bearings import EventGroup
from server.custody.facts import Checkout, Item, Opening
from server.custody.findings.emergencies import OPEN_EMERGENCIES, Emergency
from server.custody.findings.finding import CLEARED, Sighting
from server.custody.handovers.facts import Handover, HandoverLine
from server.custody.handovers.states import HandoverKind
from server.custody.policy.words import LEAVES_THE_HALL, ORDERED, SEALS_PAPERS
from server.custody.shapes import is_id
from server.custody.states import CheckoutState, ItemState, SealLife
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.entries import LogLine, lines_where, of_types
from server.store.log_rows import ENTRIES, ENTRY_ITEMS
from server.store.rows import TABLE_OF

_CHECKOUTS, _ITEMS, _EMERGENCIES = TABLE_OF[Checkout], TABLE_OF[Item], TABLE_OF[Emergency]
_HANDOVERS, _LINES = TABLE_OF[Handover], TABLE_OF[HandoverLine]
WEEK = timedelta(weeks=1)
MONTH_DAYS_MAX = 31


def sightings(reader: Reader, types: Iterable[str], since: int, until: int) -> tuple[Sighting, ...]:
    """Entries of these types between two positions, with what is known of the openings they belong to.

    A cabinet's words are taken for no more than they are: what is not an id is left out.
    """
    facts = FactRows(reader)
    return tuple(_sighting(line, facts) for line in of_types(reader, types, since, until))


def checkouts_out(reader: Reader) -> list[Checkout]:
    """Every checkout of which something is out now."""
    return FactRows(reader).where(Checkout, _CHECKOUTS.c.state == str(CheckoutState.OUT))


def taken_by_week(reader: Reader, item: str, weeks: int, now: datetime) -> tuple[int, ...]:
    """How often an item was taken in each of the last `weeks` weeks (Monday to Sunday), the oldest first."""
    start = start_of_week(now) - (weeks - 1) * WEEK
    joined = ENTRY_ITEMS.join(ENTRIES, ENTRIES.c.position == ENTRY_ITEMS.c.position)
    since = ENTRY_ITEMS.c.item == item, ENTRY_ITEMS.c.at_ms >= time_ms(start), ENTRIES.c.type == "items_taken"
    rows = reader.execute(select(ENTRY_ITEMS.c.at_ms).select_from(joined).where(*since)).scalars()
    counted = Counter((time_from_ms(at_ms) - start) // WEEK for at_ms in rows)
    return tuple(counted[week] for week in range(weeks))


def taken_in_month(reader: Reader, cooperative: str, now: datetime) -> tuple[int, int]:
    """How many of a cooperative's own checkouts were taken this month, and how many of those left the hall."""
    start = start_of_month(now)
    wanted = (
        _CHECKOUTS.c.cooperative == cooperative,
        _CHECKOUTS.c.filed_at_ms >= time_ms(start - timedelta(days=MONTH_DAYS_MAX)),
        _CHECKOUTS.c.taken_at_ms >= time_ms(start),
        _CHECKOUTS.c.mode.not_in(sorted(ORDERED)),
    )
    modes = list(reader.execute(select(_CHECKOUTS.c.mode).where(*wanted)).scalars())
    return len(modes), sum(mode in LEAVES_THE_HALL for mode in modes)


def sealed_between(reader: Reader, since: datetime, until: datetime) -> dict[str, int]:
    """How many checkouts for sealing each cooperative had taken since (inclusive) and until (exclusive)."""
    between = _CHECKOUTS.c.taken_at_ms >= time_ms(since), _CHECKOUTS.c.taken_at_ms < time_ms(until)
    wanted = select(_CHECKOUTS.c.cooperative, func.count().label("uses")).where(
        *between, _CHECKOUTS.c.mode.in_(sorted(SEALS_PAPERS))
    )
    rows = reader.execute(wanted.group_by(_CHECKOUTS.c.cooperative)).all()
    return {row.cooperative: row.uses for row in rows}


def disclosures_printed(reader: Reader, month: str, since: datetime) -> dict[str, datetime]:
    """Which cooperatives' table of that month (`2026-11`) was printed since then, and when first."""
    lately = ENTRIES.c.event_group == str(EventGroup.REGISTER), ENTRIES.c.at_ms >= time_ms(since)
    lines = lines_where(reader, *lately, ENTRIES.c.type == "export_made")
    printed = (each for each in lines if each.about.get("month") == month and each.cooperative)
    return {str(each.cooperative): each.at for each in sorted(printed, key=lambda each: each.at, reverse=True)}


def positions_of(reader: Reader, checkout: str, event_type: str) -> tuple[int, ...]:
    """Where in the log a checkout's entries of one type stand."""
    wanted = select(ENTRIES.c.position).where(ENTRIES.c.checkout == checkout, ENTRIES.c.type == event_type)
    return tuple(reader.execute(wanted.order_by(ENTRIES.c.position)).scalars())


def documents_approved(reader: Reader, checkout: str) -> tuple[str, ...]:
    """The SHA-256 (hex) of each document that was before the last approver of a checkout, as that entry names them."""
    lines = lines_where(reader, ENTRIES.c.checkout == checkout, ENTRIES.c.type == "checkout_approved")
    return tuple(lines[-1].about.get("documents") or ()) if lines else ()


def items_out_with(reader: Reader, holder: str, cooperative: str) -> list[Item]:
    """A cooperative's things that this person has out."""
    theirs = _ITEMS.c.holder == holder, _ITEMS.c.cooperative == cooperative, _ITEMS.c.state == str(ItemState.OUT)
    return FactRows(reader).where(Item, *theirs)


def waiting_emergencies(reader: Reader) -> list[Emergency]:
    """Unpermitted openings that are not decided yet."""
    states = [str(state) for state in OPEN_EMERGENCIES]
    return FactRows(reader).where(Emergency, _EMERGENCIES.c.state.in_(states))


def stopped_seals(reader: Reader) -> list[Item]:
    """The seals that were taken out of use and have not been surrendered."""
    return FactRows(reader).where(Item, TABLE_OF[Item].c.life == str(SealLife.STOPPED))


def handovers_going_on(reader: Reader) -> list[Handover]:
    """Handovers that follow an election, a departure or an exit, and are not closed."""
    kinds = [str(kind) for kind in (HandoverKind.CUSTODIAN, HandoverKind.ELECTION, HandoverKind.EXIT)]
    return FactRows(reader).where(Handover, _HANDOVERS.c.kind.in_(kinds), _HANDOVERS.c.ended_at_ms.is_(None))


def lines_of(reader: Reader, handover: str) -> list[HandoverLine]:
    """The things on a handover's list."""
    return FactRows(reader).where(HandoverLine, _LINES.c.handover == handover)


def start_of_week(at: datetime) -> datetime:
    """The Monday of that week in China, at midnight."""
    here = at.astimezone(CHINA)
    return here.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=here.weekday())


def start_of_month(at: datetime) -> datetime:
    """The first of that month in China, at midnight."""
    return at.astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _sighting(line: LogLine, facts: FactRows) -> Sighting:
    about = line.about
    opening_id = _id(about, "opening")
    opening = facts.get(Opening, opening_id) if opening_id else None
    step_ms = about.get("step_ms")
    return Sighting(
        position=line.position,
        at=line.at,
        type=line.type,
        agent=_id(about, "agent") or line.by,
        word=_id(about, "rule") or _id(about, "verdict") or _id(about, "result") or _purpose(opening),
        opening=opening_id,
        handover=_id(about, "handover"),
        compartment=_id(about, "compartment") or (opening.place if opening else None),
        cooperative=line.cooperative,
        checkout=line.checkout,
        items=_ids(about, "items") or _ids(about, "item"),
        persons=_ids(about, "persons") or (opening.persons if opening else ()),
        entries=(line.position,),
        milliseconds=step_ms if isinstance(step_ms, int) else 0,
        pages=about.get("pages"),
    )


def _purpose(opening: Opening | None) -> str:
    if opening is None:
        return ""
    return CLEARED if opening.outcome == CLEARED else opening.action


def _id(about: Mapping[str, Any], key: str) -> str | None:
    value = about.get(key)
    return value if is_id(value) else None


def _ids(about: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = about.get(key)
    listed = values if isinstance(values, list) else [values]
    return tuple(dict.fromkeys(each for each in listed if is_id(each)))
