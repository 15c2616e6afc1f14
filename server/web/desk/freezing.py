"""封存 and 启封, from the cooperative's page."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from server.custody.refusals import Refused
from server.custody.roles import MAY_FREEZE
from server.usecases.freeze_cooperative import (
    FreezeChanged,
    FreezeCooperative,
    UnfreezeCooperative,
    freeze_cooperative,
    unfreeze_cooperative,
)
from server.web.access import declared_router, may
from server.web.desk.cooperatives import cooperative_page, page_of
from server.web.desk.handover_forms import ReasonForm
from server.web.desk.page import go, once_key
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


@router.post("/cooperatives/{cooperative}/freeze", dependencies=may(MAY_FREEZE))
async def freeze(visit: Arriving, cooperative: str, form: Annotated[ReasonForm, Form()]) -> Response:
    """From now on nothing of it may be taken."""
    asked = FreezeCooperative(by=visit.who.id, cooperative=cooperative, reason=form.reason)
    return await _act(visit, cooperative, form, "frozen", lambda: visit.house.writer.run(freeze_cooperative, asked))


@router.post("/cooperatives/{cooperative}/unfreeze", dependencies=may(MAY_FREEZE))
async def unfreeze(visit: Arriving, cooperative: str, form: Annotated[ReasonForm, Form()]) -> Response:
    """It goes on."""
    asked = UnfreezeCooperative(by=visit.who.id, cooperative=cooperative, reason=form.reason)
    return await _act(visit, cooperative, form, "unfrozen", lambda: visit.house.writer.run(unfreeze_cooperative, asked))


async def _act(
    visit: Visit,
    cooperative: str,
    form: ReasonForm,
    told: str,
    run: Callable[[], Awaitable[FreezeChanged | Refused]],
) -> Response:
    async def act() -> Response:
        done = await run()
        if isinstance(done, Refused):
            return cooperative_page(visit, cooperative, done, form)
        return go(page_of(cooperative), told)

    return await visit.house.once.answer(once_key(visit, form), act)
