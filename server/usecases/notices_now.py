"""Looking for whom to tell what, on a reader: the decisions that are new in the log, and everything that waits.

Nothing is lost by looking late or twice: what was told is known by its id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from server.custody.administration.changes import Answering, Change, refuse_to_answer
from server.custody.administration.settings import contract_warned_days
from server.custody.approvals import able_to_decide, bench_of
from server.custody.count_orders import CountPurpose
from server.custody.delegations import Delegation
from server.custody.facts import Checkout, Cooperative
from server.custody.findings.emergencies import Emergency
from server.custody.handovers.parts import SEATS, may_sit
from server.custody.handovers.signing import parts_left
from server.custody.holidays import calendar_of
from server.custody.notices.notice import Notice
from server.custody.notices.occasions import (
    TOPIC_OF_ANSWER,
    answer_to,
    approval_of,
    change_to_confirm,
    clearing_of,
    delegation_heard_of,
    emergency_to_settle,
    end_of_contract,
    end_of_mandate,
    end_of_permit,
    finding_to_answer,
    return_of,
    signatures_of,
)
from server.custody.notices.quiet import Manner, may_speak
from server.custody.notices.telling import Circle, Ear, Occasion, is_due, notices_due, untold
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.working_days import day_of
from server.store import find
from server.store.bookmarks import bookmark
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.find_administration import waiting_changes
from server.store.lists import entries, findings, occasions, registers, sightings
from server.store.lists.handovers import HandoverSheet
from server.store.notices import told_before

READER, DAILY_READER = "notices", "notices-daily"
POSITIONS_A_LOOK = 20_000
IDLE_MAX = 1_000
"""Entries that decide nothing are passed over without a note of it, up to so many."""
STILL_NEWS = timedelta(days=2)
"""Decisions older than this are history to a server that was away, or new."""
FINDINGS_MAX = 200


@dataclass(frozen=True, slots=True)
class Due:
    """Whom to tell what. Entries before `position` need not be read again; `day` (ordinal) is looked over for the day.

    `is_behind` where more entries are waiting already, `is_idle` where there is nothing to write down.
    """

    notices: tuple[Notice, ...]
    position: int
    day: int
    is_behind: bool
    is_idle: bool


@dataclass(frozen=True, slots=True)
class _Look:
    reader: Reader
    facts: FactRows
    circle: Circle
    given: tuple[Delegation, ...]
    now: datetime


def notices_now(reader: Reader, now: datetime, ears: tuple[Ear, ...] = ()) -> Due:
    """Look over everything. `ears` are the group chats that hear what some people hear."""
    facts = FactRows(reader)
    circle = Circle(people=registers.standings(reader), ears=ears, calendar=calendar_of(facts))
    look = _Look(reader, facts, circle, find.delegations(facts, day_of(now)), now)
    since, until = bookmark(reader, READER), _readable_until(look)
    day = _day_to_look_over(look)
    found = chain(
        _waiting(look), _clearings(look, since), _answered(look, since, until), _of_the_day(look) if day else ()
    )
    due = notices_due((each for each in found if is_due(each, now)), circle, now)
    notices = untold(due, told_before(reader, [each.id for each in due]))
    is_behind = until < entries.log_size(reader) and until > since
    return Due(notices, until, day, is_behind, is_idle=not notices and not day and until < since + IDLE_MAX)


def _readable_until(look: _Look) -> int:
    """In the night decisions stay unread, so that they are told in the morning."""
    since = bookmark(look.reader, READER)
    if not may_speak(Manner.DAYTIME, look.now, look.circle.calendar):
        return since
    return min(entries.log_size(look.reader), since + POSITIONS_A_LOOK)


def _day_to_look_over(look: _Look) -> int:
    """Today's ordinal when the hall works and nobody looked over the day yet; otherwise 0."""
    today = day_of(look.now).toordinal()
    is_time = may_speak(Manner.WORKING_HOURS, look.now, look.circle.calendar)
    return today if is_time and bookmark(look.reader, DAILY_READER) < today else 0


def _waiting(look: _Look) -> Iterator[Occasion]:
    """What lasts until somebody does something."""
    for out in sightings.checkouts_out(look.reader):
        if (occasion := return_of(out)) is not None:
            yield occasion
    for asked in find.waiting_checkouts(look.facts):
        yield from approval_of(asked, _deciders(asked, look))
    for permitted, permit in occasions.permits_waiting(look.reader):
        yield end_of_permit(permitted, permit)
    for emergency in sightings.waiting_emergencies(look.reader):
        yield from emergency_to_settle(emergency)
    for listed in occasions.handovers_to_sign(look.reader):
        yield signatures_of(listed.handover, _settled_at(listed), _signers(listed, look.circle.people))
    waiting = waiting_changes(look.facts)
    yield from (change_to_confirm(change, _confirmers(change, look.circle.people)) for change in waiting)
    for given in look.given:
        yield from delegation_heard_of(given)
    yield from _noticed(look)


def _noticed(look: _Look) -> Iterator[Occasion]:
    found = findings.findings(look.reader, findings.FindingFilter(is_open=True), limit=FINDINGS_MAX).rows
    told_by_their_own = {each.id for each in found if look.facts.get(Emergency, each.id) is not None}
    for each in found:
        yield from finding_to_answer(each, told_by_their_own)


def _answered(look: _Look, since: int, until: int) -> Iterator[Occasion]:
    """What was decided since the last look."""
    for line in entries.of_types(look.reader, TOPIC_OF_ANSWER, since, until):
        checkout = look.facts.get(Checkout, line.checkout) if line.checkout else None
        if checkout is not None and look.now - line.at < STILL_NEWS:
            yield from answer_to(checkout, line.type, line.at)


def _clearings(look: _Look, since: int) -> Iterator[Occasion]:
    """The cabinets that were ordered to be cleared since the last look, in the night too."""
    for line in entries.of_types(look.reader, ("count_ordered",), since, entries.log_size(look.reader)):
        cooperative = look.facts.get(Cooperative, line.cooperative or "")
        is_clearing = line.about.get("purpose") == CountPurpose.EMERGENCY
        if is_clearing and cooperative is not None and look.now - line.at < STILL_NEWS:
            yield clearing_of(cooperative.cabinet, line.at)


def _of_the_day(look: _Look) -> Iterator[Occasion]:
    """What ends on a day."""
    for cooperative in occasions.mandates(look.reader):
        if (occasion := end_of_mandate(cooperative)) is not None:
            yield occasion
    today, warned_days = day_of(look.now), contract_warned_days(look.facts)
    for contract in occasions.contracts_kept(look.reader):
        if (occasion := end_of_contract(contract, today, warned_days)) is not None:
            yield occasion


def _deciders(checkout: Checkout, look: _Look) -> tuple[str, ...]:
    """Who can decide it now; not who is away and has somebody standing in."""
    cooperative = look.facts.get(Cooperative, checkout.cooperative)
    if cooperative is None:
        return ()
    bench = bench_of(checkout, cooperative, look.circle.people, look.given)
    able = () if bench is None else able_to_decide(bench)
    if isinstance(able, Refused):
        return ()
    away = {each.absent.id for each in able if each.absent is not None}
    return tuple(each.who.id for each in able if each.who.id not in away)


def _confirmers(change: Change, people: tuple[Standing, ...]) -> tuple[str, ...]:
    return tuple(who.id for who in people if refuse_to_answer(Answering(who, change)) is None)


def _settled_at(listed: HandoverSheet) -> datetime:
    counted = (at for line in listed.lines for at in (line.counted_at, line.resolved_at) if at is not None)
    return max(counted, default=listed.handover.opened_at)


def _signers(listed: HandoverSheet, people: tuple[Standing, ...]) -> tuple[str, ...]:
    """Whoever may take a part that nobody signed, unless they signed another."""
    left = parts_left(listed.handover, listed.signatures)
    seats = [seat for seat in SEATS[listed.handover.kind] if seat.part in left]
    signed = {each.person for each in listed.signatures if each.is_valid}
    able = (who for who in people if any(may_sit(who, seat, listed.handover) for seat in seats))
    return tuple(who.id for who in able if who.id not in signed)
