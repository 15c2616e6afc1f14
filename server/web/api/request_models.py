"""What the API gives of requests: what was stated, what the policy demanded of it, who decided, what came of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from server.custody.attachments import Attachment
from server.custody.facts import Checkout, Decision
from server.custody.policy.words import Evidence, Matter, Meeting, Mode, Presence, Tier
from server.custody.roles import Role
from server.custody.shown import mark_of
from server.custody.states import CheckoutState, Step
from server.web.api.models import Output


class DecisionOut(Output):
    """One approver's answer to one revision. `correction` where it was sent back, `stands_for` who was away."""

    step: Step
    person: str
    agreed: bool
    reason: str
    at: datetime
    revision: int
    correction: str
    stands_for: str | None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Out of the fact."""
        return cls.model_validate(decision)


class PeriodOut(Output):
    """A length of time: minutes, or whole working days."""

    minutes: int
    working_days: int


class StepDemandOut(Output):
    """A step of approval, the roles that can take it, and its clock in working minutes."""

    step: Step
    roles: list[Role]
    minutes: int


class DemandsOut(Output):
    """What a request needs under the policy it was filed under."""

    tier: Tier
    is_major: bool
    steps: list[StepDemandOut]
    meetings: list[Meeting]
    evidence: list[Evidence]
    presence: list[Presence]
    needs_transaction: bool
    due: PeriodOut
    extension: PeriodOut


class MeetingOut(Output):
    """A meeting as it was stated."""

    kind: Meeting
    held_on: date
    noticed_on: date | None
    expected: int
    present: int
    agreed: int


class CheckoutOut(Output):
    """A request and what came of it. `amount_cents` in hundredths of 元; `step` is the approval it waits for.

    `shown` marks this revision with its documents: an approver sends it back with the answer.
    """

    id: str
    cooperative: str
    applicant: str
    holder: str
    items: list[str]
    mode: Mode
    matter: Matter
    off_site: bool
    purpose: str
    document: str
    counterparty: str
    amount_cents: int | None
    term_months: int | None
    copies: int | None
    pages: int | None
    place: str
    meeting: MeetingOut | None
    transaction: str
    companion: str
    expected_at: datetime | None
    reader: str
    letter: str
    state: CheckoutState
    filed_at: datetime
    policy: int
    demands: DemandsOut
    revision: int
    step: Step | None
    waiting_since: datetime | None
    late_at: datetime | None
    decisions: list[DecisionOut]
    permit: str | None
    taken: list[str]
    taken_at: datetime | None
    due_at: datetime | None
    extended_at: datetime | None
    ended_at: datetime | None
    stamped: int | None
    shown: str

    @classmethod
    def of(cls, checkout: Checkout, documents: Iterable[Attachment]) -> Self:
        """Out of the fact, and the documents that belong to it."""
        copied = {name: getattr(checkout, name) for name in cls.model_fields if name != "shown"}
        return cls.model_validate({**copied, "shown": mark_of(checkout, documents)})


class FiledOut(Output):
    """A request that was filed, and the names of those who can decide its first step."""

    checkout: str
    waits_for: list[str]


class DecidedOut(Output):
    """Where a checkout stands after an answer; `permit` once it may be collected."""

    checkout: str
    state: CheckoutState
    permit: str | None
