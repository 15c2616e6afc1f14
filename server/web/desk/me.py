"""Oneself: what is on record, and the lost card or known PIN that cannot wait for the office."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from server.custody.refusals import Refused
from server.usecases.block_people import BlockCard, BlockPin, block_card, block_pin
from server.web.access import SIGNED_IN, declared_router
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key
from server.web.desk.person_page import person_page
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)


@router.get("/me", dependencies=SIGNED_IN)
async def me(visit: Arriving) -> Response:
    """What is on record of whoever is signed in."""
    return person_page(visit, visit.who.id, None)


@router.post("/me/block-card", dependencies=SIGNED_IN)
async def block_my_card(visit: Arriving, form: Annotated[Typed, Form()]) -> Response:
    """Make one's own card worthless, at any hour."""

    async def act() -> Response:
        done = await visit.house.writer.run(block_card, BlockCard(by=visit.who.id, person=visit.who.id))
        return person_page(visit, visit.who.id, done) if isinstance(done, Refused) else go("/me", "card_blocked")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/me/block-pin", dependencies=SIGNED_IN)
async def block_my_pin(visit: Arriving, form: Annotated[Typed, Form()]) -> Response:
    """Make one's own PIN worthless, because somebody may have seen it."""

    async def act() -> Response:
        done = await visit.house.writer.run(block_pin, BlockPin(by=visit.who.id, person=visit.who.id))
        return person_page(visit, visit.who.id, done) if isinstance(done, Refused) else go("/me", "pin_blocked")

    return await visit.house.once.answer(once_key(visit, form), act)
