"""What an approver has before their eyes: the mark that goes with every answer."""

from dataclasses import replace

from server.custody.facts import Checkout
from server.custody.refusals import Refused
from server.custody.shown import mark_of
from server.store import find
from server.store.database import Database
from server.store.fact_rows import FactRows
from server.store.work import Work
from server.usecases.decide_checkout import DecideCheckout, Decided, decide_checkout


def mark_now(database: Database, checkout: str) -> str:
    """The mark of a request as it stands; '' where there is no such request."""
    with database.reading() as reader:
        return _mark(FactRows(reader), checkout)


def decide_as_it_stands(work: Work, asked: DecideCheckout) -> Decided | Refused:
    """The answer of somebody who has just looked at it."""
    return decide_checkout(work, replace(asked, shown=_mark(work.facts, asked.checkout)))


def _mark(facts: FactRows, checkout: str) -> str:
    found = facts.get(Checkout, checkout)
    return "" if found is None else mark_of(found, find.attachments_of(facts, checkout))
