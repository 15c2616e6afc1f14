"""One thing: its whole history on one page, and the steps of a seal's life."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Item
from server.custody.lives import LifeStep
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import MAY_CHANGE_SEALS, MAY_REPORT_LOST, Role
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import entries, handovers
from server.store.lists.entries import LogFilter
from server.usecases.change_seal import ChangeSeal, SealChanged, SucceedSeal, change_seal, succeed_seal
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.desk.forms import Typed, WithDocuments, attachments_in
from server.web.desk.page import go, once_key, page_after
from server.web.troubles import NotFound
from server.web.views.documents import documents, handed_in
from server.web.views.handovers import Choice
from server.web.views.items import item_view
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)

MOMENTS_MAX = 100
WATCHERS = (Role.INSPECTOR, Role.OFFICE_HEAD, Role.CABINET_OFFICER, Role.REVIEWER)
"""Whom the office chooses from to watch a seal destroyed, beside the cooperative's own people."""


class StepForm(WithDocuments):
    """A step in a seal's life."""

    step: str = Field("", max_length=20)
    reason: str = Field("", max_length=300)
    watchers: list[str] = Field([], max_length=8)


class SuccessorForm(Typed):
    """Which seal takes this one's place."""

    successor: str = Field("", max_length=32)


@router.get("/items/{item}", dependencies=may(MAY_READ_A_LOG))
async def show_item(visit: Arriving, item: str) -> Response:
    """Where it is, how long it runs, where it was counted, and what the log has of it."""
    return _page(visit, item)


@router.post("/items/{item}/steps", dependencies=may(MAY_REPORT_LOST))
async def take_a_step(visit: Arriving, item: str, form: Annotated[StepForm, Form()]) -> Response:
    """Freeze, lose, find, void, stop, surrender or destroy a seal."""
    step = next((each for each in LifeStep if each == form.step), None)
    if step is None:
        raise NotFound
    asked = ChangeSeal(
        by=visit.who.id,
        item=item,
        step=step,
        reason=form.reason,
        watchers=tuple(form.watchers),
        attachments=tuple(form.attachments),
    )
    return await _act(visit, item, form, lambda: visit.house.writer.run(change_seal, asked))


@router.post("/items/{item}/successor", dependencies=may(MAY_CHANGE_SEALS))
async def name_a_successor(visit: Arriving, item: str, form: Annotated[SuccessorForm, Form()]) -> Response:
    """Say which seal took this one's place."""
    asked = SucceedSeal(by=visit.who.id, item=item, successor=form.successor)
    return await _act(visit, item, form, lambda: visit.house.writer.run(succeed_seal, asked))


async def _act(visit: Visit, item: str, form: Typed, run: Callable[[], Awaitable[SealChanged | Refused]]) -> Response:
    async def act() -> Response:
        changed = await run()
        if isinstance(changed, Refused):
            return _page(visit, item, changed, form)
        return go(f"/items/{item}", "seal_changed")

    return await visit.house.once.answer(once_key(visit, form), act)


def _page(visit: Visit, item_id: str, refused: Refused | None = None, form: Typed | None = None) -> Response:
    """The page; after a refusal with what was written still there."""
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        item = facts.get(Item, item_id)
        if item is None or not may_see(visit.who, item.cooperative):
            raise NotFound
        reading = Reading(facts, visit.now, visit.language)
        context = {
            "item": _view(visit, item, reader, reading),
            "cooperative": reading.cooperative(item.cooperative),
            "documents": documents(find.attachments_of(facts, item.id), reading),
            "watchers": _watchers(item, visit, facts),
            "chosen": documents(handed_in(attachments_in(form), visit.who.id, reading), reading),
        }
        return page_after(visit, "item.html", context, refused, form)


def _view(visit: Visit, item: Item, reader: Reader, reading: Reading) -> object:
    rows = entries.log(reader, LogFilter(item=item.id), limit=MOMENTS_MAX).rows
    others = find.seals_of(FactRows(reader), item.cooperative)
    return item_view(item, others, handovers.lines_about(reader, item.id), rows, visit.who, reading)


def _watchers(item: Item, visit: Visit, facts: FactRows) -> list[Choice]:
    people: tuple[Standing, ...] = (*find.people_with(facts, WATCHERS), *find.officers(facts, item.cooperative))
    active = {who.id: who.name for who in people if who.person.is_active and who.id != visit.who.id}
    return [Choice(key, name) for key, name in active.items()]
