"""Requests and their approvals. A request is known by the id of its checkout, which items and the log name too."""

from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from pydantic import Field

from server.custody.attachments import Attachment
from server.custody.facts import Checkout
from server.custody.refusals import Refused
from server.custody.roles import MAY_DECIDE, MAY_FILE
from server.custody.states import CheckoutState
from server.custody.working_days import day_of
from server.store import find
from server.store.fact_rows import FactRows
from server.store.lists import checkouts
from server.store.lists.checkouts import CheckoutFilter
from server.store.lists.pages import LIMIT_MAX
from server.store.lists.to_decide import requests_to_decide
from server.usecases.decide_checkout import DecideCheckout, decide_checkout
from server.usecases.file_checkout import file_checkout
from server.usecases.withdraw_checkout import WithdrawCheckout, withdraw_checkout
from server.web.access import MAY_READ_A_LOG, declared_router, may, readable_ones
from server.web.api.inputs import Input, NewApproval, NewCheckout
from server.web.api.models import PROBLEMS, PageOut, page_of
from server.web.api.request_models import CheckoutOut, DecidedOut, FiledOut
from server.web.sight import granted_about, must_see_checkout, must_see_items
from server.web.troubles import granted
from server.web.visit import Arriving

router = declared_router(prefix="/api/v1", tags=["requests"], responses=PROBLEMS)


class RequestQuery(Input):
    """Which requests, and which page of them."""

    cooperative: str = Field("", max_length=64)
    state: CheckoutState | None = None
    after: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=LIMIT_MAX)


@router.post("/requests", dependencies=may(MAY_FILE), status_code=HTTPStatus.CREATED)
async def file(visit: Arriving, new: NewCheckout) -> FiledOut:
    """File a request."""
    asked = new.asked(visit.who.id)
    filed = await visit.house.writer.run(file_checkout, asked)
    if isinstance(filed, Refused):
        must_see_items(visit, new.items)
    return FiledOut.model_validate(granted(filed))


@router.get("/requests", dependencies=may(MAY_READ_A_LOG))
async def list_requests(visit: Arriving, query: Annotated[RequestQuery, Query()]) -> PageOut[CheckoutOut]:
    """Newest filed first, within what this person may see."""
    wanted = CheckoutFilter(cooperatives=readable_ones(visit.who, query.cooperative), state=query.state)
    with visit.house.database.reading() as reader:
        found = checkouts.checkouts(reader, wanted, query.after or None, query.limit)
        return page_of(found, _told(FactRows(reader), found.rows))


@router.get("/requests/{checkout}", dependencies=may(MAY_READ_A_LOG))
async def one(visit: Arriving, checkout: str) -> CheckoutOut:
    """One request with everything that came of it."""
    seen = must_see_checkout(visit, checkout)
    with visit.house.database.reading() as reader:
        [told] = _told(FactRows(reader), [seen])
    return told


@router.post("/requests/{checkout}/withdrawal", dependencies=may(MAY_FILE))
async def withdraw(visit: Arriving, checkout: str) -> CheckoutOut:
    """Take a request back."""
    asked = WithdrawCheckout(by=visit.who.id, checkout=checkout)
    granted_about(visit, checkout, await visit.house.writer.run(withdraw_checkout, asked))
    return await one(visit, checkout)


@router.post("/requests/{checkout}/correction", dependencies=may(MAY_FILE))
async def correct(visit: Arriving, checkout: str, new: NewCheckout) -> FiledOut:
    """File anew what was sent back: the same request in a new revision, decided anew."""
    filed = await visit.house.writer.run(file_checkout, new.asked(visit.who.id, corrects=checkout))
    if isinstance(filed, Refused):
        must_see_items(visit, new.items)
    return FiledOut.model_validate(granted_about(visit, checkout, filed))


@router.get("/approvals", dependencies=may(MAY_DECIDE))
async def to_decide(visit: Arriving) -> list[CheckoutOut]:
    """What waits for this person's decision now: the newest 200, newest first."""
    with visit.house.database.reading() as reader:
        return _told(FactRows(reader), requests_to_decide(reader, visit.who, day_of(visit.now)).newest)


@router.post("/requests/{checkout}/approvals", dependencies=may(MAY_DECIDE))
async def decide(visit: Arriving, checkout: str, new: NewApproval) -> DecidedOut:
    """Answer to what was read; the last yes issues the permit."""
    asked = DecideCheckout(by=visit.who.id, checkout=checkout, **new.model_dump())
    decided = await visit.house.writer.run(decide_checkout, asked)
    return DecidedOut.model_validate(granted_about(visit, checkout, decided))


def _told(facts: FactRows, found: Sequence[Checkout]) -> list[CheckoutOut]:
    documents: dict[str | None, list[Attachment]] = defaultdict(list)
    for each in find.attachments_of(facts, *(checkout.id for checkout in found)):
        documents[each.subject].append(each)
    return [CheckoutOut.of(checkout, documents[checkout.id]) for checkout in found]
