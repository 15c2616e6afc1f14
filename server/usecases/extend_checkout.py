"""The office gives more time to bring something back: once, with a reason."""

from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.times import write_time
from server.custody.facts import Checkout
from server.custody.holidays import calendar_of
from server.custody.refusals import Refused
from server.custody.requests import extended_due, refuse_extension
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_CHECKOUT, acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendCheckout:
    """Who extends which checkout, and why."""

    by: str
    checkout: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extended:
    """When it is due now."""

    checkout: str
    due_at: datetime


def extend_checkout(work: Work, asked: ExtendCheckout) -> Extended | Refused:
    """Extend the due time, or say why not."""
    checkout = work.get(Checkout, asked.checkout)
    if checkout is None:
        return refuse(work, UNKNOWN_CHECKOUT, asked.by)
    reason = tidy(asked.reason)
    if (refused := refuse_extension(acting(work, asked.by), checkout, reason)) is not None:
        return refuse(work, refused, asked.by, cooperative=checkout.cooperative, checkout=checkout.id)
    due_at = extended_due(checkout, calendar_of(work))
    work.record(
        "checkout_extended",
        {"checkout": checkout.id, "person": asked.by, "due_at": write_time(due_at)},
        {"reason": reason},
    )
    return Extended(checkout.id, due_at)
