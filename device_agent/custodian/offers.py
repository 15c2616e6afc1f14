"""What those present may do, judged anew each time by the permits, and by what only this machine knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import permutations

from device_agent.custodian.inputs import Choice, ChoiceKind
from device_agent.custodian.memory import Holding
from device_agent.custodian.state import Custody, Now, People
from device_agent.custodian.transfers import (
    TRANSFER_RULES,
    check_transfer,
    concerns_a_transfer,
    has_taken_over_a_seal,
)
from firmware_protocol.permit_checks import RULES, Allowed, PulseOutcome, Refused, Situation, check_return, check_take
from firmware_protocol.permits import Permit
from firmware_protocol.rosters import Person


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose, with the verdict on it and the persons in the order the verdict is about, holder first."""

    choice: Choice
    verdict: Allowed | Refused
    persons: People


def offers(custody: Custody, present: People, now: Now) -> tuple[Offer, ...]:
    """Everything that concerns those present, the open returns first; also what is refused, for its reason."""
    people = custody.people(present)
    found = [
        judge(custody, Choice(kind, holding.permit.id), present, now)
        for holding in custody.memory.holdings.values()
        for kind in _kinds(holding)
        if _concerns(holding.permit, people) and (kind != "transfer" or concerns_a_transfer(holding, people))
    ]
    return tuple(sorted(_without_replaced(custody, found), key=lambda offer: _ORDER.index(offer.choice.kind)))


def judge(custody: Custody, choice: Choice, present: People, now: Now) -> Offer:
    """The verdict on one choice, for the order of persons that speaks for it best."""
    holding = custody.memory.holdings.get(choice.permit)
    people = custody.people(present)
    if holding is None or choice.kind not in _kinds(holding):
        return Offer(choice, Refused("not_offered"), present)
    if len(people) < len(present):
        return Offer(choice, Refused("all_active"), present)
    check = _CHECKS[choice.kind]
    judged = [(check(custody, holding, order, now), order) for order in permutations(people)]
    verdict, order = max(judged, key=lambda each: _favour(each[0]))
    return Offer(choice, verdict, tuple(person.id for person in order))


def _kinds(holding: Holding) -> tuple[ChoiceKind, ...]:
    if holding.undeclared is not None:
        return ("declare",)
    if holding.out:
        return ("return", "transfer")
    is_over = holding.has_served or holding.permit.action == "count"
    if holding.resumed or ("opened" in holding.attempts and is_over):
        return ()
    return (_KIND_OF_ACTION.get(holding.permit.action, "take"),)


def _concerns(permit: Permit, people: Iterable[Person]) -> bool:
    return any(
        person.belongs_to(permit.cooperative) or permit.holder.admits(person, permit.cooperative) for person in people
    )


def _without_replaced(custody: Custody, found: list[Offer]) -> list[Offer]:
    """Leave out refused takes of a checkout that another permit serves, and any while an opening is undeclared."""
    served = {_matter(custody, offer) for offer in found if _is_serving(offer)}
    return [offer for offer in found if _is_serving(offer) or _matter(custody, offer) not in served]


def _is_serving(offer: Offer) -> bool:
    return offer.choice.kind in ("declare", "return", "transfer") or isinstance(offer.verdict, Allowed)


def _matter(custody: Custody, offer: Offer) -> str:
    permit = custody.memory.holdings[offer.choice.permit].permit
    return permit.checkout or permit.deposit or permit.id


def _take(custody: Custody, holding: Holding, people: tuple[Person, ...], now: Now) -> Allowed | Refused:
    verdict = check_take(holding.permit, _standing_in_log(custody, holding, people, now))
    if isinstance(verdict, Refused):
        return verdict
    if rule := _what_another_permit_did(custody, holding):
        return Refused(rule)
    if has_taken_over_a_seal(custody, holding, people[0]):
        return Refused("one_hand")
    if rule := _against_its_board(custody, custody.site.boards[holding.permit.place]):
        return Refused(rule)
    return Refused("disk_full") if custody.is_disk_low and holding.permit.action != "deposit" else verdict


def _against_its_board(custody: Custody, board: str) -> str | None:
    if board not in custody.lost_boards:
        return None
    return "board_unfit" if board in custody.objections else "board_lost"


def _what_another_permit_did(custody: Custody, holding: Holding) -> str | None:
    """Why this permit must wait or is over: one that it replaced may have served before the office heard of it."""
    matter = holding.permit.checkout or holding.permit.deposit or holding.permit.id
    others = [
        other
        for other in custody.memory.holdings.values()
        if other is not holding and matter in (other.permit.checkout, other.permit.deposit)
    ]
    if any(other.has_served for other in others):
        return "already_served"
    return "declare_first" if any(other.undeclared is not None for other in others) else None


def _return(custody: Custody, holding: Holding, people: tuple[Person, ...], now: Now) -> Allowed | Refused:
    situation = replace(_situation(custody, people, holding.returns, now), checkout_open=holding.is_open)
    return check_return(replace(holding.permit, holder=holding.holder), situation)


def _declare(custody: Custody, holding: Holding, people: tuple[Person, ...], now: Now) -> Allowed | Refused:
    permit = holding.permit
    if permit.return_grant is not None:
        return _return(custody, holding, people, now)
    if not permit.holder.admits(people[0], permit.cooperative):
        return Refused("holder_present")
    return Allowed(1) if permit.second.admits(people[1], permit.cooperative) else Refused("second_present")


def _standing_in_log(custody: Custody, holding: Holding, people: tuple[Person, ...], now: Now) -> Situation:
    """The situation of a take, which asks what the log says as well."""
    log, size = custody.log, holding.proven_size
    return replace(
        _situation(custody, people, holding.attempts, now),
        level=custody.site.level,
        staleness=custody.site.staleness,
        is_in_log=size is not None,
        is_witnessed=size is not None and size <= log.witnessed_size,
        is_log_disputed=log.dispute is not None,
        keys_over=custody.keys.over,
    )


def _situation(custody: Custody, people: tuple[Person, ...], pulses: tuple[PulseOutcome, ...], now: Now) -> Situation:
    contact = custody.contact
    return Situation(
        agent=custody.site.agent,
        clock=now.clock,
        persons=people,
        pulses=pulses,
        contact_age_max=None if contact is None else contact.age_max(now.clock, now.elapsed_ms),
        revocations_version=custody.revocations_version,
        revoked=custody.revoked,
    )


def _favour(verdict: Allowed | Refused) -> int:
    """How good a verdict is: allowed, then allowed and flagged, then the refusal that came latest in the rules."""
    if isinstance(verdict, Allowed):
        return len(_RULES) + (1 if verdict.flagged else 2)
    return _RULES.index(verdict.rule) if verdict.rule in _RULES else len(_RULES)


_RULES = tuple(dict.fromkeys((*RULES, *TRANSFER_RULES)))
_KIND_OF_ACTION: dict[str, ChoiceKind] = {"take": "take", "deposit": "deposit", "count": "count"}
_ORDER: tuple[ChoiceKind, ...] = ("declare", "return", "transfer", "take", "deposit", "count")
_CHECKS: dict[ChoiceKind, Callable[[Custody, Holding, tuple[Person, ...], Now], Allowed | Refused]] = {
    "take": _take,
    "deposit": _take,
    "count": _take,
    "return": _return,
    "declare": _declare,
    "transfer": check_transfer,
}
