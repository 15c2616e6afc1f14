"""清点开柜: the office has a compartment opened to look into it, or takes that back."""

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.count_orders import CountPurpose
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.roles import MAY_REVOKE, MAY_RUN_HANDOVERS
from server.store.fact_rows import FactRows
from server.store.find_counts import waiting_counts
from server.usecases.order_count import OrderCount, order_count
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from server.web.access import declared_router, may
from server.web.desk.cooperatives import cooperative_page, page_of
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key
from server.web.troubles import NotFound
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class CountForm(Typed):
    """What the compartment is opened for, and why."""

    purpose: CountPurpose = CountPurpose.INVENTORY
    reason: str = Field("", max_length=300)


class EndingForm(Typed):
    """Why it is not needed any more."""

    reason: str = Field("", max_length=300)


@router.post("/cooperatives/{cooperative}/counts", dependencies=may(MAY_RUN_HANDOVERS))
async def order(visit: Arriving, cooperative: str, form: Annotated[CountForm, Form()]) -> Response:
    """Have the compartment opened by the due witnesses, once."""

    async def act() -> Response:
        asked = OrderCount(by=visit.who.id, cooperative=cooperative, purpose=form.purpose, reason=form.reason)
        done = await visit.house.writer.run(order_count, asked)
        if isinstance(done, Refused):
            return cooperative_page(visit, cooperative, done, form)
        return go(page_of(cooperative), "count_ordered")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/cooperatives/{cooperative}/counts/end", dependencies=may(MAY_REVOKE))
async def end(visit: Arriving, cooperative: str, form: Annotated[EndingForm, Form()]) -> Response:
    """Take the order back before anybody used it."""

    async def act() -> Response:
        asked = RevokePermit(by=visit.who.id, permit=_waiting(visit, cooperative), reason=form.reason)
        done = await visit.house.writer.run(revoke_permit, asked)
        if isinstance(done, Refused):
            return cooperative_page(visit, cooperative, done, form)
        return go(page_of(cooperative), "revoked")

    return await visit.house.once.answer(once_key(visit, form), act)


def _waiting(visit: Visit, cooperative: str) -> str:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        owner = facts.get(Cooperative, cooperative)
        waiting = [] if owner is None else waiting_counts(facts, owner, visit.now)
    if not waiting:
        raise NotFound
    return waiting[0].id
