"""A villager objects to a published month, without an account; slowed down per source, and taken in as said."""

from dataclasses import dataclass

from firmware_protocol.times import CHINA
from server.custody.facts import Cooperative
from server.custody.objections import (
    PHONE_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    Raising,
    refuse_objection,
)
from server.custody.refusals import Refused
from server.custody.throttling import Pace, after_failure
from server.store import find
from server.store.side_tables import digest_of, failures, save_failures
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_COOPERATIVE, refuse
from server.usecases.texts import tidy

PACE = Pace(free_failures=10, delay_s_max=60 * 60)
"""Ten from one source within an hour are nobody's flood (a village may share one); then each waits longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseObjection:
    """What somebody at `source` (an address) says about a cooperative's month; `phone` where they may be reached."""

    cooperative: str
    month: str
    text: str
    phone: str
    source: str


def raise_objection(work: Work, asked: RaiseObjection) -> str | Refused:
    """Take the objection in, or say why not; its id, by which whoever raised it finds the answer."""
    if work.get(Cooperative, asked.cooperative) is None:
        return refuse(work, UNKNOWN_COOPERATIVE, None)
    refused = _too_many_from_here(work, asked.source) or refuse_objection(
        Raising(
            text=asked.text,
            month=asked.month,
            today=work.now.astimezone(CHINA).date(),
            unanswered=len(find.unanswered_objections(work.facts, asked.cooperative)),
        )
    )
    if refused is not None:
        return refuse(work, refused, None, cooperative=asked.cooperative)
    objection = work.new_id("y")
    about = {"objection": objection, "cooperative": asked.cooperative, "month": asked.month}
    body = {"text": tidy(asked.text, TEXT_CHARACTERS_MAX), "phone": tidy(asked.phone, PHONE_CHARACTERS_MAX)}
    work.record("objection_raised", about, body)
    return objection


def _too_many_from_here(work: Work, source: str) -> Refused | None:
    key = "objection:" + digest_of(source)
    before = failures(work.connection, key)
    if before is not None and before.wait_s(work.now):
        minutes = -(-before.wait_s(work.now) // 60)
        return Refused("objection_pace", f"从这里送来的异议太多了，请{minutes}分钟后再送，或者直接打监督电话。")
    save_failures(work.connection, key, after_failure(before, work.now, PACE))
    return None
