"""What a person cannot see is not there: asked wherever an answer could tell something about it."""

from collections.abc import Iterable

from server.custody.facts import Checkout, Item
from server.custody.happenings import F
from server.custody.refusals import Refused
from server.store.fact_rows import FactRows
from server.web.access import may_see
from server.web.troubles import NotFound, R, granted
from server.web.visit import Visit


def must_know(visit: Visit, kind: type[F], fact_id: str) -> F:
    """The fact of an address; raises `NotFound` where there is none."""
    with visit.house.database.reading() as reader:
        known = FactRows(reader).get(kind, fact_id)
    if known is None:
        raise NotFound
    return known


def must_see_checkout(visit: Visit, checkout_id: str) -> Checkout:
    """The checkout; raises `NotFound` where there is none, or not for this person."""
    checkout = must_know(visit, Checkout, checkout_id)
    if not may_see(visit.who, checkout.cooperative):
        raise NotFound
    return checkout


def must_see_items(visit: Visit, items: Iterable[str]) -> None:
    """Nothing, or `NotFound` where one of these things is not there for this person."""
    with visit.house.database.reading() as reader:
        found = [FactRows(reader).get(Item, each) for each in items]
    if any(item is None or not may_see(visit.who, item.cooperative) for item in found):
        raise NotFound


def granted_about(visit: Visit, checkout: str, answer: R | Refused) -> R:
    """What a use case answered about a checkout. Its refusal is recorded, and told only to whoever may see it."""
    if isinstance(answer, Refused):
        must_see_checkout(visit, checkout)
    return granted(answer)
