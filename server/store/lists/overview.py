"""What a supervisor sees at one glance: how much is out, late, waiting, odd, unsent and unfinished. Counts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from firmware_protocol.times import time_ms
from server.custody.approvals import WAITING
from server.custody.facts import Checkout
from server.custody.findings.finding import Level
from server.custody.handovers.completion import Completion, tally
from server.custody.states import CheckoutState
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.findings import open_by_level
from server.store.lists.handovers import township_progress
from server.store.lists.notices import failing
from server.store.rows import TABLE_OF

_T = TABLE_OF[Checkout]
_WAITING = [str(state) for state in sorted(WAITING)]
LISTED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`late` of what is `out`; `beyond` their clock of the requests that are `waiting`; `firsts` by completion.

    `overdue` and `slowest` are the few that have been late longest, the worst first.
    """

    out: int
    late: int
    waiting: int
    beyond: int
    findings: Mapping[Level, int]
    unsent: int
    firsts: Mapping[Completion, int]
    overdue: tuple[Checkout, ...]
    slowest: tuple[Checkout, ...]


def overview(reader: Reader, now: datetime) -> Overview:
    """The township at this moment."""
    is_out, is_waiting = _T.c.state == str(CheckoutState.OUT), _T.c.state.in_(_WAITING)
    is_late = _T.c.due_at_ms < time_ms(now)
    facts = FactRows(reader)
    overdue = facts.where(Checkout, is_out, is_late)
    beyond = facts.where(Checkout, is_waiting, _T.c.late_at_ms.is_not(None))
    return Overview(
        out=reader.execute(select(func.count()).select_from(_T).where(is_out)).scalar_one(),
        late=len(overdue),
        waiting=reader.execute(select(func.count()).select_from(_T).where(is_waiting)).scalar_one(),
        beyond=len(beyond),
        findings=open_by_level(reader),
        unsent=failing(reader),
        firsts=tally(township_progress(reader)),
        overdue=tuple(sorted(overdue, key=lambda each: (each.due_at or now, each.id))[:LISTED_MAX]),
        slowest=tuple(sorted(beyond, key=lambda each: (each.late_at or now, each.id))[:LISTED_MAX]),
    )
