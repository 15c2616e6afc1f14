"""A month in public: the words and figures of its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from server.custody.facts import Cooperative
from server.custody.objections import Objection
from server.documents.disclosing import DisclosedMonth, disclosed_month
from server.documents.papers.disclosure import DisclosedUse
from server.documents.papers.printing import ROWS_MAX
from server.store.database import Reader
from server.store.lists.handovers import signed_between
from server.store.lists.uses import UseFilter, use_count, uses
from server.web import times
from server.web.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownUse:
    """One use in the public table; `amount` '' where none was stated."""

    use: DisclosedUse
    day: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A month's page: its title, its neighbours (`2026-10`, '' where there is nothing), what happened in it."""

    title: str
    month: str
    before: str
    after: str
    is_over: bool
    uses: tuple[ShownUse, ...]
    disclosed: DisclosedMonth


def month_view(reader: Reader, cooperative: Cooperative, month: str, now: datetime, language: Language) -> MonthView:
    """The month out of one snapshot. `month` has to be a published one."""
    first, following = span(month)
    theirs = (cooperative.id,)
    taken = uses(reader, UseFilter(cooperatives=theirs, since=first, until=following), ROWS_MAX)
    disclosed = disclosed_month(taken, signed_between(reader, cooperative.id, first, following), now)
    has_earlier = use_count(reader, UseFilter(cooperatives=theirs, until=first)) > 0
    return MonthView(
        title=times.month(first.date(), language.code),
        month=month,
        before=f"{_shifted(first.date(), -1):%Y-%m}" if has_earlier else "",
        after=f"{following:%Y-%m}" if following <= now else "",
        is_over=following <= now,
        uses=tuple(_shown(use, language) for use in disclosed.uses),
        disclosed=disclosed,
    )


def span(month: str) -> tuple[datetime, datetime]:
    """The first moment of a month (`2026-11`) and of the one after it."""
    first = date.fromisoformat(f"{month}-01")
    return times.start_of_day(first), times.start_of_day(_shifted(first, 1))


def answered_ones(objections: Iterable[Objection]) -> tuple[Objection, ...]:
    """Those whose answer may be read."""
    return tuple(each for each in objections if each.answered_at is not None)


def _shown(use: DisclosedUse, language: Language) -> ShownUse:
    amount = "" if use.amount_cents is None else times.yuan(use.amount_cents)
    return ShownUse(use=use, day=times.day(use.on, use.on.year, language.code), amount=amount)


def _shifted(first: date, months: int) -> date:
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(years, month + 1, 1)
