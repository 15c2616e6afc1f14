"""Facts as occasions: what a thing that is out, a request that waits, a mandate that ends … gives people to hear of."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from server.custody.administration.changes import Change
from server.custody.delegations import Delegation
from server.custody.facts import Checkout, Cooperative, IssuedPermit, Item
from server.custody.findings.emergencies import OPEN_EMERGENCIES, Emergency, EmergencyState
from server.custody.findings.finding import OPEN_FINDINGS, Finding, FindingState, Level
from server.custody.handovers.facts import Handover
from server.custody.notices.notice import Audience, Topic
from server.custody.notices.telling import Occasion
from server.custody.policy.words import ORDERED, Mode
from server.custody.states import CheckoutState
from server.custody.terms import contract_end, is_ending
from server.custody.working_days import end_of_day

ON_SITE = frozenset({Mode.ON_SITE, Mode.READ, Mode.INSPECTION})
TOLD_BY_THEIR_LADDER = frozenset({"A03"})
"""Findings about what is told already, step by step, by a ladder of its own."""
TOPIC_OF_LEVEL: Mapping[Level, Topic] = {
    Level.YELLOW: Topic.FINDING_YELLOW,
    Level.ORANGE: Topic.FINDING_ORANGE,
    Level.RED: Topic.FINDING_RED,
}
TOPIC_OF_ANSWER: Mapping[str, Topic] = {
    "checkout_approved": Topic.PERMITTED,
    "checkout_refused": Topic.REFUSED,
    "checkout_returned_for_correction": Topic.SENT_BACK,
}
"""The decisions an applicant waits for, by the type of their entry."""


def return_of(checkout: Checkout) -> Occasion | None:
    """Something is out and has to come back."""
    if checkout.state is not CheckoutState.OUT or checkout.due_at is None:
        return None
    return Occasion(
        topic=Topic.RETURN_ON_SITE if checkout.mode in ON_SITE else Topic.RETURN_AWAY,
        subject=checkout.id,
        at=checkout.due_at,
        cooperative=checkout.cooperative,
        named={Audience.HOLDER: (checkout.holder,)},
    )


def approval_of(checkout: Checkout, deciders: Iterable[str]) -> tuple[Occasion, ...]:
    """A request waits for some people; or, worse, its clock has run out."""
    if checkout.waiting_since is None:
        return ()
    waiting = Occasion(
        topic=Topic.APPROVAL,
        subject=checkout.id,
        at=checkout.waiting_since,
        cooperative=checkout.cooperative,
        named={Audience.DECIDERS: tuple(deciders)},
    )
    if checkout.late_at is None:
        return (waiting,)
    return (replace(waiting, topic=Topic.APPROVAL_LATE, at=checkout.late_at),)


def answer_to(checkout: Checkout, event_type: str, at: datetime) -> tuple[Occasion, ...]:
    """A request was decided; of what an authority will take the cooperative's head hears as well."""
    answered = Occasion(
        topic=TOPIC_OF_ANSWER[event_type],
        subject=checkout.id,
        at=at,
        cooperative=checkout.cooperative,
        named={Audience.APPLICANT: (checkout.applicant,), Audience.HOLDER: (checkout.holder,)},
    )
    if answered.topic is not Topic.PERMITTED or checkout.mode not in ORDERED:
        return (answered,)
    return (answered, replace(answered, topic=Topic.SEIZURE))


def end_of_permit(checkout: Checkout, permit: IssuedPermit) -> Occasion:
    """A permit is waiting at the cabinet, and not for ever."""
    return Occasion(
        topic=Topic.PERMIT_ENDING,
        subject=checkout.id,
        at=permit.not_after,
        cooperative=checkout.cooperative,
        named={Audience.HOLDER: (checkout.holder,)},
    )


def emergency_to_settle(emergency: Emergency) -> tuple[Occasion, ...]:
    """A door opened without a permit, and people have 24 hours to say why."""
    if emergency.state not in OPEN_EMERGENCIES:
        return ()
    opened = Occasion(
        topic=Topic.EMERGENCY, subject=emergency.id, at=emergency.opened_at, cooperative=emergency.cooperative
    )
    if emergency.state is not EmergencyState.EXPLAINED or emergency.attester is None:
        return (opened,)
    named = {Audience.ATTESTER: (emergency.attester,)}
    return (opened, replace(opened, topic=Topic.EMERGENCY_ATTEST, named=named))


def clearing_of(cabinet: str, at: datetime) -> Occasion:
    """A cabinet is being cleared: every door of it may open now."""
    return Occasion(topic=Topic.CLEARING, subject=cabinet, at=at, cooperative=None)


def finding_to_answer(finding: Finding, emergencies: Iterable[str]) -> tuple[Occasion, ...]:
    """A rule noticed something; whoever is concerned explains within some days. `emergencies` are told by their own."""
    if finding.state not in OPEN_FINDINGS or finding.rule in TOLD_BY_THEIR_LADDER or finding.id in emergencies:
        return ()
    raised = Occasion(
        topic=TOPIC_OF_LEVEL[finding.level],
        subject=finding.id,
        at=finding.raised_at,
        cooperative=finding.cooperative,
        named={Audience.CONCERNED: finding.persons},
    )
    if finding.state not in (FindingState.RAISED, FindingState.RETURNED):
        return (raised,)
    return (raised, replace(raised, topic=Topic.FINDING_ANSWER, at=finding.due_at))


def signatures_of(handover: Handover, since: datetime, signers: Iterable[str]) -> Occasion:
    """A list is counted and settled, and waits for signatures since then."""
    return Occasion(
        topic=Topic.SIGNATURE,
        subject=handover.id,
        at=since,
        cooperative=handover.cooperative,
        named={Audience.SIGNERS: tuple(signers)},
    )


def end_of_mandate(cooperative: Cooperative) -> Occasion | None:
    """A cooperative's mandate ends with its last day."""
    if cooperative.expires_on is None or cooperative.revoked_on is not None:
        return None
    at = end_of_day(cooperative.expires_on)
    return Occasion(topic=Topic.MANDATE, subject=cooperative.id, at=at, cooperative=cooperative.id)


def end_of_contract(item: Item, today: date, warned_days: int) -> Occasion | None:
    """A contract ends within so many days; one that has ended is history, and nobody is told of it."""
    end = contract_end(item)
    if end is None or not is_ending(item, today, warned_days):
        return None
    return Occasion(topic=Topic.CONTRACT, subject=item.id, at=end_of_day(end), cooperative=item.cooperative)


def change_to_confirm(change: Change, confirmers: Iterable[str]) -> Occasion:
    """An administrator proposed something, and another has to see it."""
    named = {Audience.CONFIRMERS: tuple(confirmers)}
    return Occasion(topic=Topic.CHANGE, subject=change.id, at=change.proposed_at, named=named)


def delegation_heard_of(delegation: Delegation) -> tuple[Occasion, ...]:
    """Somebody stands in for another: from when it was given until its last day."""
    named = {Audience.GIVER: (delegation.giver,), Audience.SUBSTITUTE: (delegation.substitute,)}
    given = Occasion(
        topic=Topic.DELEGATION_GIVEN,
        subject=delegation.id,
        at=delegation.given_at,
        cooperative=delegation.cooperative,
        named=named,
    )
    if delegation.last_day == delegation.first_day:
        return (given,)
    return (given, replace(given, topic=Topic.DELEGATION_ENDING, at=end_of_day(delegation.last_day)))
