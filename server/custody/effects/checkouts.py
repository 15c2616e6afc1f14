"""What requests and approvals make true."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from server.custody.facts import Checkout, Decision, Deposit, IssuedPermit, Item
from server.custody.happenings import Fact, Happening, Known
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.states import CheckoutState, PermitState, Step


def _filed(known: Known, h: Happening) -> Sequence[Fact]:
    checkout = Checkout(
        id=h.about["checkout"],
        cooperative=h.about["cooperative"],
        applicant=h.about["person"],
        items=tuple(h.about["items"]),
        off_site=h.about["off_site"],
        state=CheckoutState.FILED,
        filed_at=h.at,
        **h.body,
    )
    claimed = (replace(item, checkout=checkout.id) for item in known_items(known, checkout.items))
    return [checkout, *claimed]


def _endorsed(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.ENDORSE, Step.HEAD)


def _approved(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.APPROVE, Step.OFFICE)


def _refused(known: Known, h: Happening) -> Sequence[Fact]:
    return _decided(known, h, CheckoutCommand.REFUSE, Step(h.about["step"]))


def _decided(known: Known, h: Happening, command: CheckoutCommand, step: Step) -> Sequence[Fact]:
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None:
        return []
    agreed = command is not CheckoutCommand.REFUSE
    decision = Decision(step=step, person=h.about["person"], agreed=agreed, reason=h.body.get("reason", ""), at=h.at)
    decided = replace(checkout, decisions=(*checkout.decisions, decision))
    return _advanced(known, h, decided, command)


def _withdrawn(known: Known, h: Happening) -> Sequence[Fact]:
    checkout = known.get(Checkout, h.about["checkout"])
    return [] if checkout is None else _advanced(known, h, checkout, CheckoutCommand.WITHDRAW)


def _expired(known: Known, h: Happening) -> Sequence[Fact]:
    checkout, permit = known.get(Checkout, h.about["checkout"]), known.get(IssuedPermit, h.about["permit"])
    ended = [] if checkout is None else _advanced(known, h, checkout, CheckoutCommand.EXPIRE)
    if permit is None or permit.state is not PermitState.LIVE:
        return ended
    return [*ended, replace(permit, state=PermitState.EXPIRED)]


def _advanced(known: Known, h: Happening, checkout: Checkout, command: CheckoutCommand) -> Sequence[Fact]:
    """Move on along the lifecycle; where the checkout ends, its items are free again."""
    state = checkout_after(checkout.state, command)
    if state is None:
        return []
    if state in (CheckoutState.ENDORSED, CheckoutState.PERMITTED):
        return [replace(checkout, state=state)]
    return [replace(checkout, state=state, ended_at=h.at), *released(known, checkout, checkout.items)]


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
    "checkout_withdrawn": _withdrawn,
    "checkout_expired": _expired,
    "deposit_arranged": _deposit_arranged,
}
