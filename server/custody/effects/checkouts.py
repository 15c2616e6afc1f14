"""What requests and approvals make true."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from firmware_protocol.times import read_time
from server.custody.approvals import next_step
from server.custody.facts import Checkout, Decision, Deposit, IssuedPermit, Item
from server.custody.happenings import Fact, Happening, Known
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.policy.demands import Demands
from server.custody.policy.writing import made
from server.custody.stated import STATED, Stated
from server.custody.states import CheckoutState, PermitState, Step

_WAITING_STATES = frozenset({CheckoutState.FILED, CheckoutState.ENDORSED})
_GOES_ON = frozenset({*_WAITING_STATES, CheckoutState.RETURNED_FOR_CORRECTION, CheckoutState.PERMITTED})


def _filed(known: Known, h: Happening) -> Sequence[Fact]:
    demands = made(Demands, h.body["demands"])
    checkout = Checkout(
        id=h.about["checkout"],
        cooperative=h.about["cooperative"],
        applicant=h.about["person"],
        holder=h.body["holder"],
        items=tuple(h.about["items"]),
        state=CheckoutState.FILED,
        filed_at=h.at,
        policy=h.about["policy"],
        demands=demands,
        step=next_step(demands, (), 1),
        waiting_since=h.at,
        **_stated_fields(h),
    )
    return [checkout, *_claimed(known, checkout)]


def _corrected(known: Known, h: Happening) -> Sequence[Fact]:
    """The same checkout in a new revision: what was decided before stays on record and counts no more."""
    before = known.get(Checkout, h.about["checkout"])
    state = None if before is None else checkout_after(before.state, CheckoutCommand.CORRECT)
    if before is None or state is None:
        return []
    demands, revision = made(Demands, h.body["demands"]), before.revision + 1
    checkout = replace(
        before,
        holder=h.body["holder"],
        items=tuple(h.about["items"]),
        state=state,
        policy=h.about["policy"],
        demands=demands,
        revision=revision,
        step=next_step(demands, before.decisions, revision),
        waiting_since=h.at,
        late_at=None,
        **_stated_fields(h),
    )
    dropped = [item for item in before.items if item not in checkout.items]
    return [checkout, *released(known, before, dropped), *_claimed(known, checkout)]


def _stated_fields(h: Happening) -> dict[str, Any]:
    """What was stated, out of the event: the use and the matter stand in the log itself, the rest beside it."""
    said = {name: h.body[name] for name in STATED if name in h.body}
    stated = made(Stated, {**said, "mode": h.about["mode"], "matter": h.about["matter"]})
    return {name: getattr(stated, name) for name in STATED}


def _claimed(known: Known, checkout: Checkout) -> list[Item]:
    return [replace(item, checkout=checkout.id) for item in known_items(known, checkout.items)]


def _endorsed(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.ENDORSE)


def _approved(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.APPROVE)


def _refused(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.REFUSE)


def _sent_back(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.SEND_BACK)


def _decided(known: Known, h: Happening, command: CheckoutCommand) -> Sequence[Fact]:
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None:
        return []
    decision = Decision(
        step=Step(h.about["step"]),
        person=h.about["person"],
        agreed=command in (CheckoutCommand.ENDORSE, CheckoutCommand.APPROVE),
        reason=h.body.get("reason", ""),
        at=h.at,
        revision=checkout.revision,
        correction=h.about.get("correction", ""),
        stands_for=h.about.get("stands_for"),
    )
    return _advanced(known, h, replace(checkout, decisions=(*checkout.decisions, decision)), command)


def _late(known: Known, h: Happening) -> Sequence[Fact]:
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None or checkout.state not in _WAITING_STATES:
        return []
    return [replace(checkout, late_at=h.at)]


def _extended(known: Known, h: Happening) -> Sequence[Fact]:
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None or checkout_after(checkout.state, CheckoutCommand.EXTEND) is None:
        return []
    return [replace(checkout, due_at=read_time(h.about["due_at"]), extended_at=h.at)]


def _withdrawn(known: Known, h: Happening) -> Sequence[Fact]:
    checkout = known.get(Checkout, h.about["checkout"])
    return [] if checkout is None else _advanced(known, h, checkout, CheckoutCommand.WITHDRAW)


def _expired(known: Known, h: Happening) -> Sequence[Fact]:
    checkout, permit = known.get(Checkout, h.about["checkout"]), known.get(IssuedPermit, h.about.get("permit", ""))
    ended = [] if checkout is None else _advanced(known, h, checkout, CheckoutCommand.EXPIRE)
    if permit is None or permit.state is not PermitState.LIVE:
        return ended
    return [*ended, replace(permit, state=PermitState.EXPIRED)]


def _advanced(known: Known, h: Happening, checkout: Checkout, command: CheckoutCommand) -> Sequence[Fact]:
    """Move on along the lifecycle; where the checkout ends, its items are free again."""
    state = checkout_after(checkout.state, command)
    if state is None:
        return []
    is_waiting = state in _WAITING_STATES
    moved = replace(
        checkout,
        state=state,
        step=next_step(checkout.demands, checkout.decisions, checkout.revision) if is_waiting else None,
        waiting_since=h.at if is_waiting else None,
        late_at=None,
    )
    if state in _GOES_ON:
        return [moved]
    return [replace(moved, ended_at=h.at), *released(known, checkout, checkout.items)]


def released(known: Known, checkout: Checkout, items: Iterable[str]) -> list[Item]:
    """The items without this checkout's claim on them."""
    return [replace(item, checkout=None) for item in known_items(known, items) if item.checkout == checkout.id]


def known_items(known: Known, items: Iterable[str]) -> list[Item]:
    """The items that are known among these ids."""
    return [item for item in (known.get(Item, each) for each in items) if item is not None]


def _deposit_arranged(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Deposit(
            id=h.about["deposit"],
            cooperative=h.about["cooperative"],
            items=tuple(h.about["items"]),
            arranged_by=h.about["person"],
            arranged_at=h.at,
        )
    ]


CHECKOUT_EFFECTS = {
    "checkout_filed": _filed,
    "checkout_endorsed": _endorsed,
    "checkout_approved": _approved,
    "checkout_refused": _refused,
    "checkout_returned_for_correction": _sent_back,
    "checkout_corrected": _corrected,
    "checkout_extended": _extended,
    "approval_late": _late,
    "checkout_withdrawn": _withdrawn,
    "checkout_expired": _expired,
    "deposit_arranged": _deposit_arranged,
}
