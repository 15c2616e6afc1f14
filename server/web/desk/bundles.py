"""岗位变动 for a whole cabinet: one page on which its lists are opened, begun and signed together."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.handovers.states import Part
from server.custody.refusals import Refused
from server.custody.roles import MAY_READ_THE_WHOLE_LOG, MAY_RUN_HANDOVERS
from server.store.fact_rows import FactRows
from server.store.find_bundles import cooperatives_in
from server.store.lists import handovers
from server.usecases.bundled_handovers import (
    BeginBundle,
    BundleStands,
    OpenBundle,
    SignBundle,
    begin_bundle,
    open_bundle,
    sign_bundle,
)
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.handover_forms import chosen
from server.web.desk.page import go, once_key, page, refusal
from server.web.desk.progress_page import progress_page
from server.web.troubles import NotFound, status_of_rule
from server.web.views.bundles import bundle_view
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
LISTS_MAX = 200


class BundleForm(Typed):
    """Which cabinet, who hands over to whom, and why."""

    cabinet: str = Field("", max_length=32)
    outgoing: str = Field("", max_length=32)
    incoming: str = Field("", max_length=32)
    reason: str = Field("", max_length=300)


class SignaturesForm(Typed):
    """A part, and each list with the hash that was shown: `h-…:hash`."""

    part: str = Field("", max_length=16)
    contents: list[Annotated[str, Field(max_length=160)]] = Field([], max_length=LISTS_MAX)


@router.post("/handovers/bundles", dependencies=may(MAY_RUN_HANDOVERS))
async def open_one(visit: Arriving, form: Annotated[BundleForm, Form()]) -> Response:
    """Draft the lists of a whole cabinet."""

    async def act() -> Response:
        asked = OpenBundle(by=visit.who.id, **form.model_dump(exclude={"once"}))
        stands = await visit.house.writer.run(open_bundle, asked)
        if isinstance(stands, Refused):
            return progress_page(visit, stands, form)
        return go(page_of(stands.bundle), "handover_opened")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.get("/handovers/bundles/{bundle}", dependencies=may(MAY_READ_THE_WHOLE_LOG))
async def show(visit: Arriving, bundle: str) -> Response:
    """Every list of the bundle, with what it lacks."""
    return _page(visit, bundle, None)


@router.post("/handovers/bundles/{bundle}/begin", dependencies=may(MAY_RUN_HANDOVERS))
async def begin(visit: Arriving, bundle: str, form: Annotated[Typed, Form()]) -> Response:
    """The lists were looked through; count them all."""

    async def act() -> Response:
        stands = await visit.house.writer.run(begin_bundle, BeginBundle(by=visit.who.id, bundle=bundle))
        return _answer(visit, bundle, stands, "counting")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/handovers/bundles/{bundle}/signatures", dependencies=may(MAY_READ_THE_WHOLE_LOG))
async def sign(visit: Arriving, bundle: str, form: Annotated[SignaturesForm, Form()]) -> Response:
    """Sign every list that is ready, as it was shown."""

    async def act() -> Response:
        pairs = tuple((handover, content) for handover, _, content in (each.partition(":") for each in form.contents))
        asked = SignBundle(by=visit.who.id, part=chosen(Part, form.part), contents=pairs)
        return _answer(visit, bundle, await visit.house.writer.run(sign_bundle, asked), "signed")

    return await visit.house.once.answer(once_key(visit, form), act)


def page_of(bundle: str) -> str:
    """The address of a bundle's page."""
    return f"/handovers/bundles/{bundle}"


def _answer(visit: Visit, bundle: str, stands: BundleStands | Refused, told: str) -> Response:
    """Back to the page; where some lists were refused, with the first reason."""
    refused = stands if isinstance(stands, Refused) else stands.refused
    return go(page_of(bundle), told) if refused is None else _page(visit, bundle, refused)


def _page(visit: Visit, bundle: str, refused: Refused | None) -> Response:
    with visit.house.database.reading() as reader:
        sheets = handovers.bundle(reader, bundle)
        if not sheets:
            raise NotFound
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        of_cabinet = cooperatives_in(facts, sheets[0].cooperative.cabinet)
        context = {
            "bundle": bundle_view(bundle, sheets, of_cabinet, visit.who, reading),
            "errors": {} if refused is None else refusal(visit, refused),
        }
        return page(visit, "bundle.html", context, HTTPStatus.OK if refused is None else status_of_rule(refused.rule))
