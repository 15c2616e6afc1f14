"""What a cabinet's reports make true. They have happened, so they are never refused here, only believed.

Where a report does not fit what was known, `contradictions` says so; within the agent's jurisdiction the effect stands
all the same.
"""

from collections.abc import Sequence
from dataclasses import replace

from server.custody.effects.checkouts import released
from server.custody.effects.handovers import counted_behind_the_door
from server.custody.facts import Checkout, IssuedPermit, Item, Opening
from server.custody.happenings import Fact, Happening, Known
from server.custody.holidays import calendar_of
from server.custody.jurisdiction import checkout_of, deposit_of, items_of, opening_of, permit_of, serves_place
from server.custody.lifecycle import ItemReport, item_after
from server.custody.requests import due_at
from server.custody.states import CheckoutState, DepositState, ItemState, PermitState
from server.custody.working_days import Calendar


def _intended(known: Known, h: Happening) -> Sequence[Fact]:
    before = known.get(Opening, h.about["opening"])
    if before is not None or not serves_place(known, h.by, h.about["compartment"]):
        return []
    opening = Opening(
        id=h.about["opening"],
        agent=h.by,
        place=h.about["compartment"],
        action=h.about["action"],
        permit=h.about["permit"],
        checkout=h.about.get("checkout"),
        deposit=h.about.get("deposit"),
        persons=tuple(h.about["persons"]),
        intended_at=h.at,
    )
    permit = permit_of(known, h)
    if permit is None or opening.action == ItemReport.RETURN:
        return [opening]
    return [opening, replace(permit, burned=max(permit.burned, h.about["attempt"]))]


def _opened(known: Known, h: Happening) -> Sequence[Fact]:
    """A permit under which the door opened is spent, whether or not anything is taken then."""
    opening = opening_of(known, h)
    if opening is None:
        return []
    opened = replace(opening, opened_at=h.at)
    permit = known.get(IssuedPermit, opening.permit)
    if opening.action == ItemReport.RETURN or permit is None or permit.agent != h.by:
        return [opened]
    return [opened, replace(permit, state=PermitState.USED)]


def _closed(known: Known, h: Happening) -> Sequence[Fact]:
    opening = opening_of(known, h)
    return [] if opening is None else [replace(opening, closed_at=h.at)]


def _interrupted(known: Known, h: Happening) -> Sequence[Fact]:
    opening = opening_of(known, h)
    return [] if opening is None else [replace(opening, outcome="interrupted")]


def _finished(known: Known, h: Happening) -> Sequence[Fact]:
    opening = opening_of(known, h)
    return [] if opening is None else [replace(opening, outcome=h.about["outcome"])]


def _taken(known: Known, h: Happening) -> Sequence[Fact]:
    out = [_out(item, h) for item in items_of(known, h, h.about["items"])]
    checkout = checkout_of(known, h)
    if checkout is None:
        return [*out, *_used(known, h)]
    left = released(known, checkout, [item for item in checkout.items if item not in h.about["items"]])
    return [*out, *left, _checkout_out(checkout, h, calendar_of(known)), *_used(known, h)]


def _out(item: Item, h: Happening) -> Item:
    state = item_after(item.state, ItemReport.TAKE).state
    return replace(item, state=state, checkout=h.about["checkout"], holder=h.about["persons"][0], since=h.at)


def _checkout_out(checkout: Checkout, h: Happening, calendar: Calendar) -> Checkout:
    taken_at = checkout.taken_at or h.at
    return replace(
        checkout,
        state=CheckoutState.OUT,
        taken=tuple(dict.fromkeys((*checkout.taken, *h.about["items"]))),
        taken_at=taken_at,
        due_at=due_at(taken_at, checkout.demands, calendar, checkout.expected_at),
        ended_at=None,
    )


def _returned(known: Known, h: Happening) -> Sequence[Fact]:
    back = [_put_back(item, ItemReport.RETURN) for item in items_of(known, h, h.about["items"])]
    counted = counted_behind_the_door(known, h, back)
    checkout = checkout_of(known, h)
    if checkout is None:
        return [*back, *counted]
    return [*back, *counted, *_checkout_returned(known, h, checkout, {item.id for item in back})]


def _checkout_returned(known: Known, h: Happening, checkout: Checkout, back: set[str]) -> Sequence[Fact]:
    """A checkout is over once nothing of it is out any more; what it asked for and never took is free again."""
    rest = items_of(known, h, [item for item in checkout.taken if item not in back])
    if any(item.state is ItemState.OUT and item.checkout == checkout.id for item in rest):
        return []
    never_taken = [item for item in checkout.items if item not in back and item not in checkout.taken]
    return [replace(checkout, state=CheckoutState.RETURNED, ended_at=h.at), *released(known, checkout, never_taken)]


def _deposited(known: Known, h: Happening) -> Sequence[Fact]:
    inside = [_put_back(item, ItemReport.DEPOSIT) for item in items_of(known, h, h.about["items"])]
    deposit = deposit_of(known, h)
    done = [] if deposit is None else [replace(deposit, state=DepositState.DEPOSITED)]
    return [*inside, *counted_behind_the_door(known, h, inside), *done, *_used(known, h)]


def _counted(known: Known, h: Happening) -> Sequence[Fact]:
    """Seen behind its door, where the book has it: a count moves nothing."""
    seen = [item for item in items_of(known, h, h.about["items"]) if item.state is ItemState.IN_CABINET]
    return [*counted_behind_the_door(known, h, seen), *_used(known, h)]


def _missing(known: Known, h: Happening) -> Sequence[Fact]:
    gone = items_of(known, h, h.about["items"])
    return [replace(item, state=item_after(item.state, ItemReport.MISS).state) for item in gone]


def _photographed(known: Known, h: Happening) -> Sequence[Fact]:
    opening = opening_of(known, h)
    return [] if opening is None else [replace(opening, photo=h.about["photo"])]


def _copies_stated(known: Known, h: Happening) -> Sequence[Fact]:
    checkout = checkout_of(known, h)
    return [] if checkout is None else [replace(checkout, stamped=h.about["copies"])]


def _transferred(known: Known, h: Happening) -> Sequence[Fact]:
    """What is out changes hands; the checkout goes on under whoever took it over."""
    checkout = checkout_of(known, h)
    if checkout is None or len(h.about["persons"]) < 2:
        return []
    taker = h.about["persons"][1]
    passed = [
        replace(item, holder=taker)
        for item in items_of(known, h, h.about["items"])
        if item.state is ItemState.OUT and item.checkout == checkout.id
    ]
    return [*passed, replace(checkout, holder=taker)]


def _tag_learned(known: Known, h: Happening) -> Sequence[Fact]:
    return [replace(item, tag=h.about["tag"]) for item in items_of(known, h, [h.about["item"]])]


def _put_back(item: Item, report: ItemReport) -> Item:
    return replace(item, state=item_after(item.state, report).state, checkout=None, holder=None, since=None)


def _used(known: Known, h: Happening) -> list[Fact]:
    permit = permit_of(known, h)
    return [] if permit is None else [replace(permit, state=PermitState.USED)]


DOOR_EFFECTS = {
    "opening_intended": _intended,
    "door_opened": _opened,
    "door_closed": _closed,
    "opening_interrupted": _interrupted,
    "opening_finished": _finished,
    "items_taken": _taken,
    "items_returned": _returned,
    "items_deposited": _deposited,
    "items_counted": _counted,
    "items_missing": _missing,
    "copies_stated": _copies_stated,
    "photo_taken": _photographed,
    "items_transferred": _transferred,
    "tag_learned": _tag_learned,
}
