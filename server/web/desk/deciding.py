"""待审批: one request after the other, everything needed on the page, one tap to decide."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.corrections import CORRECTION_TITLES, Correction
from server.custody.facts import Checkout
from server.custody.policy.versions import PolicyVersion
from server.custody.refusals import Refused
from server.custody.roles import MAY_DECIDE, MAY_EXTEND, MAY_READ_THE_WHOLE_LOG
from server.custody.shown import mark_of
from server.custody.states import CheckoutState
from server.custody.working_days import day_of
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import checkouts
from server.store.lists.checkouts import CheckoutFilter
from server.store.lists.to_decide import requests_to_decide
from server.usecases.decide_checkout import DecideCheckout, decide_checkout
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.sight import must_see_checkout
from server.web.troubles import Declined, status_of_rule
from server.web.views.checkouts import Request, request, stated
from server.web.views.choices import Choice
from server.web.views.deciding import before, judged
from server.web.views.documents import documents
from server.web.views.reading import Reading
from server.web.views.waiting import deciders, is_late
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
DECIDERS = may(MAY_DECIDE)

SINCE = timedelta(days=1)
LATELY_MAX = 20
LATE_MAX = 20
TOLD_OF_STATE = {
    CheckoutState.ENDORSED: "approved",
    CheckoutState.PERMITTED: "permitted",
    CheckoutState.RETURNED_FOR_CORRECTION: "sent_back",
}
APPROVE, REFUSE = "approve", "refuse"


class DecisionForm(Typed):
    """An answer as tapped: yes, no, or (a reason code) sent back to be corrected; and a sentence of one's own."""

    answer: Literal["approve", "refuse"] | Correction
    words: str = Field("", max_length=300)
    shown: str = Field("", max_length=16)

    def asked(self, by: str, checkout: str) -> DecideCheckout:
        """The answer as `by` gives it."""
        return DecideCheckout(
            by=by,
            checkout=checkout,
            agrees=self.answer == APPROVE,
            reason="" if self.answer == APPROVE else self.words,
            correction=self.answer if isinstance(self.answer, Correction) else None,
            shown=self.shown,
        )


@router.get("/decide", dependencies=DECIDERS)
async def to_decide(visit: Arriving, checkout: str = "") -> Response:
    """The request asked for, or the newest that waits for this person; after the last one, what happened lately.

    Whoever asked for one that is not theirs to decide any more is told that another one stands there.
    """
    return _page(visit, checkout, "", None)


@router.post("/decide/{checkout}", dependencies=DECIDERS)
async def decide(visit: Arriving, checkout: str, form: Annotated[DecisionForm, Form()]) -> Response:
    """Take the answer and go on to the next one; a refusal is shown where the answer was given."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _decide(visit, checkout, form))


async def _decide(visit: Visit, checkout: str, form: DecisionForm) -> Response:
    asked = form.asked(visit.who.id, checkout)
    decided = await visit.house.writer.run(decide_checkout, asked)
    if isinstance(decided, Refused):
        must_see_checkout(visit, checkout)
        return _page(visit, checkout, form.words, decided)
    return go("/decide", TOLD_OF_STATE.get(decided.state, "refused"))


def _page(visit: Visit, wanted: str, words: str, refused: Refused | None) -> Response:
    """The page about the request `wanted`, with what was typed and what a rule said to it."""
    status = HTTPStatus.OK if refused is None else status_of_rule(refused.rule)
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        queue = requests_to_decide(reader, visit.who, day_of(visit.now))
        named = queue.named(wanted)
        if refused is not None and named is None:
            raise Declined(refused)
        current = named or next(iter(queue.waiting), None)
        shown = _done(reader, visit, reading) if current is None else _current(reader, current, reading)
        late = _late(facts, reading) if visit.who.holds_any(MAY_EXTEND) else []
        context = {
            "queue": [request(each, (), reading) for each in queue.newest],
            "waiting_count": len(queue.waiting),
            "further": queue.further,
            "words": words,
            "late": late,
            "is_gone": wanted != "" and named is None,
        }
        return page(visit, "decide.html", {**context, **shown, "errors": _errors(visit, refused)}, status)


def _late(facts: FactRows, reading: Reading) -> list[Request]:
    """What is late and with whom it waits: for the office, which gives them a call."""
    waiting = sorted(find.waiting_checkouts(facts), key=lambda each: (each.waiting_since or each.filed_at, each.id))
    late = [each for each in waiting if is_late(each, reading)][:LATE_MAX]
    return [request(each, deciders(each, facts, reading), reading) for each in late]


def _errors(visit: Visit, refused: Refused | None) -> dict[str, str]:
    if refused is None:
        return {}
    return refusal(visit, refused, "words" if refused.rule == "no_reason" else "form")


def _current(reader: Reader, checkout: Checkout, reading: Reading) -> dict[str, Any]:
    facts = FactRows(reader)
    attached = find.attachments_of(facts, checkout.id)
    return {
        "shown": mark_of(checkout, attached),
        "current": request(checkout, deciders(checkout, facts, reading), reading),
        "facts": stated(checkout, find.officers(facts, checkout.cooperative), reading),
        "judged": judged(checkout, facts.get(PolicyVersion, str(checkout.policy)), attached, reading),
        "documents": documents(attached, reading),
        "before": before(checkout, reader, reading),
        "applicant": reading.name(checkout.applicant),
        "corrections": [Choice(code, reading.say(title)) for code, title in CORRECTION_TITLES.items()],
    }


def _done(reader: Reader, visit: Visit, reading: Reading) -> dict[str, Any]:
    theirs = None if visit.who.holds_any(MAY_READ_THE_WHOLE_LOG) else visit.who.cooperatives()
    newest = checkouts.checkouts(reader, CheckoutFilter(cooperatives=theirs), limit=LATELY_MAX).rows
    lately = [each for each in newest if each.filed_at >= visit.now - SINCE]
    return {"current": None, "since": [request(each, (), reading) for each in lately]}
