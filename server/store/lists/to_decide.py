"""What waits for whose decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_

from server.custody.approvals import WAITING, bench_of, may_decide
from server.custody.delegations import Delegation
from server.custody.facts import Checkout, Cooperative
from server.custody.people import Standing
from server.custody.policy.default import DEFAULT
from server.custody.roles import DECIDE_FOR_ALL, MAY_DECIDE, Role
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.pages import LIMIT_MAX
from server.store.rows import TABLE_OF

_T = TABLE_OF[Checkout]
_STEPS_OF = {role: [row.step for row in DEFAULT.steps if role in row.roles] for role in MAY_DECIDE}
"""Which steps a role takes: the same in every policy (`policy.adopting`)."""

Seat = tuple[Role, str | None]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one person, newest first."""

    waiting: tuple[Checkout, ...] = ()

    @property
    def newest(self) -> tuple[Checkout, ...]:
        """Those that are listed, at most 200."""
        return self.waiting[:LIMIT_MAX]

    @property
    def further(self) -> int:
        """How many wait beyond those that are listed."""
        return len(self.waiting) - len(self.newest)

    def named(self, checkout: str) -> Checkout | None:
        """The one of this id, listed or not; None where it does not wait for this person."""
        return next((each for each in self.waiting if each.id == checkout), None)


def requests_to_decide(reader: Reader, who: Standing, day: date) -> Queue:
    """The checkouts this person can decide that day, in their own right or standing in."""
    facts = FactRows(reader)
    given = find.delegations(facts, day)
    seats = _seats(who, given)
    if not seats:
        return Queue()
    waiting = facts.where(Checkout, _T.c.state.in_([str(state) for state in WAITING]), _waits_for(seats))
    benches = _Benches(facts, given)
    able = (each for each in waiting if benches.may_decide(who, each))
    return Queue(tuple(sorted(able, key=lambda each: (each.filed_at, each.id), reverse=True)))


class _Benches:
    """Who can decide each of several checkouts; people are looked up once."""

    def __init__(self, facts: FactRows, given: tuple[Delegation, ...]) -> None:
        self._facts = facts
        self._given = given
        self._people: dict[str | None, tuple[Standing, ...]] = {}

    def may_decide(self, who: Standing, checkout: Checkout) -> bool:
        cooperative = self._facts.get(Cooperative, checkout.cooperative)
        if cooperative is None:
            return False
        people = (*self._of(cooperative.id), *self._of(None))
        bench = bench_of(checkout, cooperative, people, self._given)
        return bench is not None and may_decide(bench, who.id)

    def _of(self, cooperative: str | None) -> tuple[Standing, ...]:
        """A cooperative's people, or (None) the village's and the township's."""
        if cooperative not in self._people:
            facts = self._facts
            self._people[cooperative] = (
                find.people_with(facts, DECIDE_FOR_ALL) if cooperative is None else find.officers(facts, cooperative)
            )
        return self._people[cooperative]


def _seats(who: Standing, given: Iterable[Delegation]) -> set[Seat]:
    """The roles this person can decide in, each with the cooperative in which, or (None) everywhere."""
    own = {(grant.role, grant.cooperative) for grant in who.grants if grant.role in MAY_DECIDE}
    return own | {(each.role, each.cooperative) for each in given if each.substitute == who.id}


def _waits_for(seats: set[Seat]) -> ColumnElement[bool]:
    theirs = sorted({cooperative for _, cooperative in seats if cooperative is not None})
    steps = sorted({str(step) for role, cooperative in seats if cooperative is None for step in _STEPS_OF[role]})
    return or_(_T.c.cooperative.in_(theirs), _T.c.step.in_(steps))
