"""Findings as pages list them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from firmware_protocol.times import time_ms
from server.custody.findings.emergencies import Emergency
from server.custody.findings.finding import OPEN_FINDINGS, Finding, FindingState, Level
from server.custody.people import Standing
from server.custody.roles import MAY_READ_THE_WHOLE_LOG
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.pages import Cursor, Page, beyond, limited
from server.store.rows import TABLE_OF, from_row

_T = TABLE_OF[Finding]
_OPEN = [str(state) for state in sorted(OPEN_FINDINGS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings; None means any. `is_open` leaves out what is closed or cleared."""

    cooperative: str | None = None
    rule: str | None = None
    level: Level | None = None
    is_open: bool = False


def findings(reader: Reader, wanted: FindingFilter, after: str | None = None, limit: int = 50) -> Page[Finding]:
    """Findings that fit, newest first."""
    conditions = _conditions(wanted)
    cursor = Cursor.parse(after) if after else None
    if cursor is not None:
        conditions.append(beyond(_T.c.raised_at_ms, _T.c.id, cursor.at_ms, cursor.tie))
    newest = _T.c.raised_at_ms.desc(), _T.c.id.desc()
    size = limited(limit)
    rows = reader.execute(select(_T).where(*conditions).order_by(*newest).limit(size + 1)).all()
    found = tuple(from_row(Finding, row._asdict()) for row in rows[:size])
    if len(rows) <= size:
        return Page(found)
    return Page(found, str(Cursor(time_ms(found[-1].raised_at), found[-1].id)))


def open_by_level(reader: Reader, cooperative: str | None = None) -> dict[Level, int]:
    """How many findings are open, by level; of one cooperative, or (None) of all."""
    conditions = _conditions(FindingFilter(cooperative=cooperative, is_open=True))
    rows = reader.execute(select(_T.c.level, func.count()).where(*conditions).group_by(_T.c.level))
    return {Level(level): count for level, count in rows}


def emergency_of(reader: Reader, finding: str) -> Emergency | None:
    """The unpermitted opening a finding is about, where it is about one."""
    return FactRows(reader).get(Emergency, finding)


def open_for(reader: Reader, who: Standing) -> int:
    """How many open findings this person can see."""
    if who.holds_any(MAY_READ_THE_WHOLE_LOG):
        return sum(open_by_level(reader).values())
    return sum(sum(open_by_level(reader, cooperative).values()) for cooperative in who.cooperatives())


def unanswered(reader: Reader, level: Level, rules: Iterable[str]) -> list[Finding]:
    """Findings of this level by these rules that nobody has said anything to."""
    raised = _T.c.state == str(FindingState.RAISED), _T.c.level == str(level), _T.c.rule.in_(sorted(rules))
    return FactRows(reader).where(Finding, *raised)


def _conditions(wanted: FindingFilter) -> list[ColumnElement[bool]]:
    asked = (
        (wanted.cooperative, _T.c.cooperative == wanted.cooperative),
        (wanted.rule, _T.c.rule == wanted.rule),
        (wanted.level, _T.c.level == str(wanted.level)),
        (wanted.is_open or None, _T.c.state.in_(_OPEN)),
    )
    return [condition for value, condition in asked if value is not None]
