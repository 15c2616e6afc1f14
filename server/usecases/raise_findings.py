"""What was noticed becomes findings: once for each thing, again only when it has become worse."""

from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.times import write_time
from server.custody.findings.emergencies import Emergency, has_lapsed
from server.custody.findings.finding import LEVEL_RANK, Finding, Level, Noticed
from server.store.bookmarks import save_bookmark
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import findings, sightings
from server.store.work import Work
from server.usecases.watching import READER, Watched

CLEARING_RULES = frozenset({"A03"})
"""Rules about what lasts: a yellow one is over when the rule notices it no longer, unless somebody answered already."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The findings that are new or have become worse."""

    findings: tuple[str, ...]


def is_news(known: Finding | None, noticed: Noticed) -> bool:
    """Whether this has to be raised: nobody was told, or they were told of something less."""
    return known is None or LEVEL_RANK[noticed.level] > LEVEL_RANK[known.level]


def has_work(reader: Reader, watched: Watched, now: datetime) -> bool:
    """Whether there is anything to write down: only then is the writer troubled."""
    facts = FactRows(reader)
    return (
        not watched.is_idle
        or any(is_news(facts.get(Finding, each.finding), each) for each in watched.noticed)
        or any(has_lapsed(each, now) for each in sightings.waiting_emergencies(reader))
    )


def raise_findings(work: Work, watched: Watched) -> Raised:
    """Raise what is news, clear what is over, and let emergencies lapse. Safe to repeat."""
    raised = [each for each in watched.noticed if is_news(work.get(Finding, each.finding), each)]
    for each in raised:
        work.record("finding_raised", _about(each), {"numbers": dict(each.numbers)})
    _open_emergencies(work, watched, raised)
    _lapse_emergencies(work)
    _clear(work, {each.finding for each in watched.noticed})
    save_bookmark(work.connection, READER, watched.position)
    return Raised(tuple(each.finding for each in raised))


def _about(each: Noticed) -> dict[str, object]:
    return {
        "finding": each.finding,
        "rule": each.rule,
        "level": each.level,
        "cooperative": each.cooperative,
        "checkout": each.checkout,
        "compartment": each.compartment,
        "items": each.items,
        "persons": each.persons,
        "entries": each.entries,
    }


def _open_emergencies(work: Work, watched: Watched, raised: list[Noticed]) -> None:
    """A door that opened without a permit waits for people to say why, and for the head of the office to approve."""
    opened_at = {each.position: each.at for each in watched.forced}
    for each in raised:
        at = next((opened_at[position] for position in each.entries if position in opened_at), None)
        if each.rule == "A02" and at is not None and work.get(Emergency, each.finding) is None:
            about = {"finding": each.finding, "compartment": each.compartment, "cooperative": each.cooperative}
            work.record("emergency_opened", {**about, "opened_at": write_time(at)})


def _lapse_emergencies(work: Work) -> None:
    for each in sightings.waiting_emergencies(work.connection):
        if has_lapsed(each, work.now):
            about = {"finding": each.id, "compartment": each.compartment, "cooperative": each.cooperative}
            work.record("emergency_lapsed", about)


def _clear(work: Work, noticed: set[str]) -> None:
    for each in findings.unanswered(work.connection, Level.YELLOW, CLEARING_RULES):
        if each.id not in noticed:
            about = {"finding": each.id, "rule": each.rule, "cooperative": each.cooperative, "checkout": each.checkout}
            work.record("finding_cleared", about)
