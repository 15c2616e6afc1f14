"""What people let lie: approvals beyond their clock are said to be late, and what nobody corrects is over."""

from dataclasses import dataclass

from server.custody.approvals import deadline
from server.custody.holidays import calendar_of
from server.custody.working_days import end_of_working_day_after
from server.store import find
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class ChaseRequests:
    """Look for requests that wait too long; safe to ask as often as one likes."""


@dataclass(frozen=True, slots=True)
class Chased:
    """The checkouts whose approval became late, and those that are over."""

    late: tuple[str, ...]
    over: tuple[str, ...]


def chase_requests(work: Work, _asked: ChaseRequests) -> Chased:
    """Say once of each step that it is late, and end what was sent back and not corrected in time.

    Nothing is ever approved by waiting.
    """
    return Chased(_say_what_is_late(work), _end_what_nobody_corrects(work))


def _say_what_is_late(work: Work) -> tuple[str, ...]:
    calendar, late = calendar_of(work), []
    for checkout in find.waiting_checkouts(work.facts):
        until = deadline(checkout, calendar)
        if checkout.late_at is None and until is not None and until < work.now:
            about = {"checkout": checkout.id, "step": checkout.step, "cooperative": checkout.cooperative}
            work.record("approval_late", about)
            late.append(checkout.id)
    return tuple(late)


def _end_what_nobody_corrects(work: Work) -> tuple[str, ...]:
    calendar = calendar_of(work)
    days, over = find.policy_in_force(work.facts).policy.correction_days, []
    for checkout in find.uncorrected_checkouts(work.facts):
        if end_of_working_day_after(checkout.decisions[-1].at, days, calendar) < work.now:
            work.record("checkout_expired", {"checkout": checkout.id})
            over.append(checkout.id)
    return tuple(over)
