"""The office has a compartment opened to look into it, or every one of a cabinet that has to be cleared at once."""

from dataclasses import dataclass

from firmware_protocol import permits
from server.custody.count_orders import CountOrder, CountPurpose, inside_now, refuse_count
from server.custody.facts import Cooperative, IssuedPermit
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.store import find
from server.store.find_bundles import cooperatives_in
from server.store.find_counts import waiting_counts
from server.store.work import Work
from server.usecases.issuing import ground_of, issue_to_count
from server.usecases.refusing import UNKNOWN_COOPERATIVE, acting, refuse
from server.usecases.texts import tidy

NOTHING_TO_CLEAR = Refused("nothing_to_clear", "这台柜子没有格口归合作社用，不用清柜。请看看柜号对不对。")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCount:
    """Who orders it, of which cooperative's compartment, for what, and why."""

    by: str
    cooperative: str
    purpose: CountPurpose
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCabinet:
    """Who has every compartment of a cabinet opened, and why."""

    by: str
    cabinet: str
    reason: str


@dataclass(frozen=True, slots=True)
class CountOrdered:
    """The permit, on its way to the cabinet."""

    permit: str


@dataclass(frozen=True, slots=True)
class ClearingOrdered:
    """The permits, one for each compartment that has anything inside."""

    permits: tuple[str, ...]


def order_count(work: Work, asked: OrderCount) -> CountOrdered | Refused:
    """Order the opening, or say why not."""
    cooperative = work.get(Cooperative, asked.cooperative)
    if cooperative is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    order = _order(work, asked, cooperative)
    ground = ground_of(work, cooperative, order.inside)
    refused = refuse_count(order) or (ground if isinstance(ground, Refused) else None)
    if refused is not None or isinstance(ground, Refused):
        return refuse(work, refused or UNKNOWN_COOPERATIVE, asked.by, cooperative=cooperative.id)
    about = {
        "permit": ground.permit,
        "cooperative": cooperative.id,
        "items": [item.id for item in ground.items],
        "person": asked.by,
        "purpose": asked.purpose,
    }
    work.record("count_ordered", about, {"reason": order.reason})
    issue_to_count(work, asked.purpose, asked.by, ground)
    return CountOrdered(ground.permit)


def clear_cabinet(work: Work, asked: ClearCabinet) -> ClearingOrdered | Refused:
    """Order each compartment opened, or say why none can be; at the kiosk one touch opens them one after the other.

    One that is to be cleared already has its permit; one with nothing inside needs none.
    """
    orders = [_order(work, _emergency(asked, each), each) for each in cooperatives_in(work.facts, asked.cabinet)]
    refusals = [refuse_count(order) for order in orders]
    able = [order for order, refused in zip(orders, refusals, strict=True) if refused is None]
    answers = [order_count(work, _emergency(asked, order.cooperative)) for order in able]
    issued = tuple(answer.permit for answer in answers if isinstance(answer, CountOrdered))
    if issued:
        return ClearingOrdered(issued)
    known = (*(answer for answer in answers if isinstance(answer, Refused)), *refusals, NOTHING_TO_CLEAR)
    return refuse(work, next(each for each in known if each is not None), asked.by)


def _emergency(asked: ClearCabinet, cooperative: Cooperative) -> OrderCount:
    return OrderCount(by=asked.by, cooperative=cooperative.id, purpose=CountPurpose.EMERGENCY, reason=asked.reason)


def _serves(work: Work, issued: IssuedPermit, purpose: CountPurpose) -> bool:
    """Whether what was ordered before does for this as well: in an emergency only what two 柜管员 can open."""
    permit = permits.parse(issued.document.encode(), (work.keys.permit.verifier,))
    return purpose is not CountPurpose.EMERGENCY or Role.CABINET_OFFICER in permit.holder.roles


def _order(work: Work, asked: OrderCount, cooperative: Cooperative) -> CountOrder:
    waiting = waiting_counts(work.facts, cooperative, work.now)
    return CountOrder(
        ordered_by=acting(work, asked.by),
        cooperative=cooperative,
        purpose=asked.purpose,
        reason=tidy(asked.reason),
        inside=inside_now(find.items_of(work.facts, cooperative.id)),
        is_waiting=any(_serves(work, each, asked.purpose) for each in waiting),
    )
