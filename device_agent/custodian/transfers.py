"""Whether what is out may change hands at the kiosk: judged like an offer, by rules that only this machine needs.

The agent knows kinds of items, not kinds of seals, so it is stricter than the server: nobody takes a seal over who has
another of the cooperative's seals in hand, or a permit that waits for one. No pair of bank seals can meet that way.
"""

from device_agent.custodian.memory import Holding
from device_agent.custodian.state import Custody, Now
from firmware_protocol.permit_checks import Allowed, Refused
from firmware_protocol.permits import Party
from firmware_protocol.rosters import Person

TRANSFER_RULES = ("all_active", "holder_gives", "taker_entitled", "taker_no_approver", "one_hand")


def check_transfer(custody: Custody, holding: Holding, people: tuple[Person, ...], now: Now) -> Allowed | Refused:
    """Whether the first of `people` may pass what is out on to the second: among the cooperative's own people only."""
    giver, taker = people[:2]
    permit, grant = holding.permit, holding.permit.return_grant
    if not all(person.active for person in people):
        return Refused("all_active")
    if not holding.holder.admits(giver, permit.cooperative):
        return Refused("holder_gives")
    are_own = all(person.belongs_to(permit.cooperative) for person in people)
    if grant is None or not are_own or not Party(roles=grant.roles).admits(taker, permit.cooperative):
        return Refused("taker_entitled")
    if taker.id in permit.approvers:
        return Refused("taker_no_approver")
    return Refused("one_hand") if _has_another_seal(custody, holding, taker, now) else Allowed(1)


def concerns_a_transfer(holding: Holding, people: tuple[Person, ...]) -> bool:
    """Whether the holder and somebody else of the cooperative are there."""
    own = [person for person in people if person.belongs_to(holding.permit.cooperative)]
    return len(own) >= 2 and any(holding.holder.admits(person, holding.permit.cooperative) for person in own)


def has_taken_over_a_seal(custody: Custody, holding: Holding, holder: Person) -> bool:
    """Whether the holder of this permit was handed a seal of the same cooperative that is still out."""
    return _is_about_a_seal(holding) and any(
        other.held_by == holder.id and _seals_out(other) for other in _others(custody, holding)
    )


def _has_another_seal(custody: Custody, holding: Holding, taker: Person, now: Now) -> bool:
    return bool(_seals_out(holding)) and any(
        other.holder.admits(taker, other.permit.cooperative) and (_seals_out(other) or _is_waiting(custody, other, now))
        for other in _others(custody, holding)
    )


def _others(custody: Custody, holding: Holding) -> list[Holding]:
    cooperative = holding.permit.cooperative
    held = custody.memory.holdings.values()
    return [each for each in held if each is not holding and each.permit.cooperative == cooperative]


def _seals_out(holding: Holding) -> set[str]:
    return {item.id for item in holding.permit.items if item.kind == "seal"} & set(holding.out)


def _is_about_a_seal(holding: Holding) -> bool:
    return any(item.kind == "seal" for item in holding.permit.items)


def _is_waiting(custody: Custody, holding: Holding, now: Now) -> bool:
    """Whether seals may still be taken, or may have been, under this permit."""
    if holding.permit.action != "take" or not _is_about_a_seal(holding) or holding.has_served:
        return False
    is_past = now.clock.is_bounded and now.clock.earliest > holding.permit.not_after
    is_over = is_past or holding.permit.id in custody.revoked
    return not is_over or holding.undeclared is not None
