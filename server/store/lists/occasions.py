"""The few facts that give people something to hear of, besides what `sightings` and `find` list."""

from server.custody.facts import Checkout, Cooperative, IssuedPermit, Item
from server.custody.handovers.facts import Handover
from server.custody.handovers.states import HandoverState
from server.custody.states import CheckoutState, ItemKind, ItemState, PermitState
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.handovers import HandoverSheet, sheet
from server.store.rows import TABLE_OF

_CHECKOUTS, _ITEMS, _HANDOVERS = TABLE_OF[Checkout], TABLE_OF[Item], TABLE_OF[Handover]
_COOPERATIVES = TABLE_OF[Cooperative]
_TO_SIGN = (HandoverState.RESOLVED, HandoverState.SIGNING)
_KEPT = (ItemState.IN_CABINET, ItemState.OUT)


def permits_waiting(reader: Reader) -> tuple[tuple[Checkout, IssuedPermit], ...]:
    """What may be collected now, with its live permit."""
    facts = FactRows(reader)
    waiting = facts.where(Checkout, _CHECKOUTS.c.state == str(CheckoutState.PERMITTED))
    permits = ((each, facts.get(IssuedPermit, each.permit or "")) for each in waiting)
    return tuple((each, permit) for each, permit in permits if permit is not None and permit.state is PermitState.LIVE)


def handovers_to_sign(reader: Reader) -> tuple[HandoverSheet, ...]:
    """The lists that are counted and settled, and lack signatures."""
    waiting = FactRows(reader).where(Handover, _HANDOVERS.c.state.in_([str(state) for state in _TO_SIGN]))
    sheets = (sheet(reader, each.id) for each in waiting)
    return tuple(each for each in sheets if each is not None)


def mandates(reader: Reader) -> tuple[Cooperative, ...]:
    """The cooperatives with a mandate that has an end."""
    return tuple(FactRows(reader).where(Cooperative, _COOPERATIVES.c.expires_on.is_not(None)))


def contracts_kept(reader: Reader) -> tuple[Item, ...]:
    """Every contract under custody."""
    kept = _ITEMS.c.kind == str(ItemKind.CONTRACT), _ITEMS.c.state.in_([str(state) for state in _KEPT])
    return tuple(FactRows(reader).where(Item, *kept))
