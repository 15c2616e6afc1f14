"""人员: one-time codes to print, cards and people to block at once."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from server.custody.refusals import Refused
from server.custody.roles import MAY_BLOCK, MAY_ISSUE_CODES, MAY_UNBLOCK
from server.custody.states import CredentialKind
from server.store.fact_rows import FactRows
from server.store.lists import registers
from server.usecases.block_people import (
    BlockCard,
    BlockPerson,
    Done,
    UnblockPerson,
    block_card,
    block_person,
    unblock_person,
)
from server.usecases.issue_code import CodeIssued, IssueCode, issue_code
from server.web.access import MAY_SEE_PEOPLE, declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page
from server.web.desk.person_page import person_page
from server.web.views.people import matching, units
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
Sent = Annotated[Typed, Form()]


@router.get("/people", dependencies=may(MAY_SEE_PEOPLE))
async def people(visit: Arriving, q: str = "") -> Response:
    """Everybody, or those whose name, unit or phone contains `q`."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = matching(registers.standings(reader), q.strip()[:32])
        credentials = registers.credentials(reader)
        with_password = {who for who, kinds in credentials.items() if CredentialKind.PASSWORD in kinds}
        return page(visit, "people.html", {"units": units(found, with_password, reading), "q": q})


@router.get("/people/{person}", dependencies=may(MAY_SEE_PEOPLE))
async def show_person(visit: Arriving, person: str) -> Response:
    """One person, and what may be done about them."""
    return person_page(visit, person, None)


@router.post("/people/{person}/code", dependencies=may(MAY_ISSUE_CODES))
async def print_code(visit: Arriving, request: Request, person: str, form: Sent) -> Response:  # noqa: ARG001
    """A new one-time code, shown this once to be printed; the older ones are worth nothing any more."""
    issued = await visit.house.writer.run(issue_code, IssueCode(by=visit.who.id, person=person))
    return person_page(visit, person, issued) if isinstance(issued, Refused) else _slip(visit, request, issued)


@router.post("/people/{person}/block", dependencies=may(MAY_BLOCK))
async def block(visit: Arriving, person: str, form: Sent) -> Response:
    """Keep somebody out: sign-in, open sessions, doors."""
    asked = BlockPerson(by=visit.who.id, person=person)
    return await _act(visit, person, form, "blocked", lambda: visit.house.writer.run(block_person, asked))


@router.post("/people/{person}/unblock", dependencies=may(MAY_UNBLOCK))
async def unblock(visit: Arriving, person: str, form: Sent) -> Response:
    """Let somebody in again."""
    asked = UnblockPerson(by=visit.who.id, person=person)
    return await _act(visit, person, form, "unblocked", lambda: visit.house.writer.run(unblock_person, asked))


@router.post("/people/{person}/block-card", dependencies=may(MAY_BLOCK))
async def block_a_card(visit: Arriving, person: str, form: Sent) -> Response:
    """Make a card worthless."""
    asked = BlockCard(by=visit.who.id, person=person)
    return await _act(visit, person, form, "card_blocked", lambda: visit.house.writer.run(block_card, asked))


async def _act(
    visit: Visit, person: str, form: Typed, told: str, run: Callable[[], Awaitable[Done | Refused]]
) -> Response:
    async def act() -> Response:
        done = await run()
        return person_page(visit, person, done) if isinstance(done, Refused) else go(f"/people/{person}", told)

    return await visit.house.once.answer(once_key(visit, form.once), act)


def _slip(visit: Visit, request: Request, issued: CodeIssued) -> Response:
    address = visit.house.settings.address or str(request.base_url).rstrip("/")
    return page(visit, "slip.html", {"issued": issued, "address": f"{address}/redeem"})
