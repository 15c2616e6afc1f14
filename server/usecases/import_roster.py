"""The township's workbook becomes the register: what is new or different is recorded, what vanished is told."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count

from sqlalchemy import Connection

from firmware_protocol.credentials import card_hash
from server.custody.effects.register import TAG
from server.custody.roster import Roster, RowProblem
from server.custody.roster_problems import summed_up
from server.store.database import Reader
from server.store.registered import registered
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.roster_checks import COOPERATIVES, PEOPLE, fitting_rows
from server.usecases.roster_plan import NewId, Plan, PlannedRow, Vanished, plan, vanished

_AGENTS_CARE = frozenset({COOPERATIVES, PEOPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRoster:
    """A roster as read, with the hash of every card number in it (`hash_cards`). `by` None: the operator's machine.

    Without `skip_bad` one bad row means that nothing is written. `change` is the one by which it was confirmed.
    """

    roster: Roster
    card_hashes: Mapping[str, str]
    skip_bad: bool = False
    by: str | None = None
    change: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do. `added` and `changed` count `rows` by sheet; `problems` has the reminders too.

    `errors` counts what is wrong, every row that is left out for another row's fault included.
    """

    problems: tuple[RowProblem, ...]
    added: Mapping[str, int]
    changed: Mapping[str, int]
    vanished: tuple[Vanished, ...] = ()
    written: bool = False
    errors: int = 0
    rows: tuple[PlannedRow, ...] = ()


def hash_cards(
    numbers: Iterable[str], card_salt: bytes, advance: Callable[[int], None] = lambda _done: None
) -> dict[str, str]:
    """The slow part, outside the writer: about 10 ms a card and core. `advance` hears of each card done."""
    unique = sorted(set(numbers))
    hashes: dict[str, str] = {}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for number, hashed in zip(unique, threads.map(lambda each: card_hash(each, card_salt), unique), strict=True):
            hashes[number] = hashed
            advance(1)
    return hashes


def import_roster(work: Work, asked: ImportRoster) -> ImportReport:
    """Record the differences. Importing the same roster again records nothing."""
    report, planned = _judge(asked, work.connection, work.new_id)
    if report.errors and not asked.skip_bad:
        return report
    for event in planned.events:
        work.record(event.type, event.about, event.whole_body)
    if planned.events:
        has_tags = any(TAG in (event.body or {}).get("details", {}) for event in planned.events)
        _conclude(work, asked, report, has_tags=has_tags)
    return replace(report, written=True)


def check_roster(reader: Reader, asked: ImportRoster) -> ImportReport:
    """What the import would do; writes nothing."""
    serial = count()
    return _judge(asked, reader, lambda prefix: f"{prefix}-{next(serial)}")[0]


def _judge(asked: ImportRoster, connection: Connection, new_id: NewId) -> tuple[ImportReport, Plan]:
    known = registered(connection)
    fitting, misfits = fitting_rows(asked.roster, known, asked.card_hashes)
    planned = plan(fitting, known, asked.card_hashes, new_id)
    problems = (*asked.roster.problems, *summed_up(misfits))
    report = ImportReport(
        problems=problems,
        added=dict(planned.added),
        changed=dict(planned.changed),
        vanished=vanished(asked.roster, known),
        rows=tuple(planned.rows),
        errors=sum(problem.rows for problem in problems if not problem.is_reminder),
    )
    return report, planned


def _conclude(work: Work, asked: ImportRoster, report: ImportReport, *, has_tags: bool) -> None:
    roster = asked.roster
    about = {
        "rows": sum(map(len, (roster.cabinets, roster.cooperatives, roster.people, roster.items))),
        "added": sum(report.added.values()),
        "changed": sum(report.changed.values()),
        "skipped": report.errors,
        "document": roster.document or None,
        "person": asked.by,
        "change": asked.change,
    }
    work.record("roster_imported", about, {"added": dict(report.added), "changed": dict(report.changed)})
    if {*report.added, *report.changed} & _AGENTS_CARE or has_tags:
        issue_rosters(work)
