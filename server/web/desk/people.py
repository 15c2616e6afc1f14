"""人员: one-time codes to print, cards and people to block at once."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from pydantic import Field
from starlette.responses import Response

from server.custody.refusals import Refused
from server.custody.roles import MAY_BLOCK, MAY_ISSUE_CARDS, MAY_ISSUE_CODES, MAY_REGISTER_PEOPLE, MAY_UNBLOCK
from server.store.fact_rows import FactRows
from server.store.lists import people
from server.usecases.block_people import (
    BlockCard,
    BlockPerson,
    BlockPin,
    Done,
    UnblockPerson,
    block_card,
    block_person,
    block_pin,
    unblock_person,
)
from server.usecases.end_sessions import EndSessions, SessionsEnded, end_sessions
from server.usecases.issue_card import CardIssued, IssueCard, hash_card, issue_card
from server.usecases.issue_code import CodeIssued, IssueCode, issue_code
from server.usecases.off_loop import off_loop
from server.web.access import MAY_SEE_PEOPLE, declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, shown_once
from server.web.desk.person_page import person_page
from server.web.views.people import units
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
Sent = Annotated[Typed, Form()]
_Done = Done | CardIssued | SessionsEnded | Refused


class CardForm(Typed):
    """A card's number as a reader types it."""

    number: str = Field("", max_length=32)


class PeopleQuery(Typed):
    """What is looked for, as it stands in the address; `after` is the last person of the page before."""

    q: str = Field("", max_length=32)
    after: str = Field("", max_length=32)
    told: str = Field("", max_length=16)

    def next_page(self, after: str | None) -> str:
        """The address of the next page, or ''."""
        return "" if after is None else "/people?" + urlencode({"q": self.q, "after": after})


@router.get("/people", dependencies=may(MAY_SEE_PEOPLE))
async def show_people(visit: Arriving, query: Annotated[PeopleQuery, Query()]) -> Response:
    """Everybody, or those whose name, unit, phone or cooperative contains `q`; some each page."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = people.people(reader, query.q.strip(), query.after)
        context = {
            "units": units(found.rows, people.with_password(reader, found.rows), reading),
            "query": query,
            "next": query.next_page(found.next),
            "may_register": visit.who.holds_any(MAY_REGISTER_PEOPLE),
        }
        return page(visit, "people.html", context)


@router.get("/people/{person}", dependencies=may(MAY_SEE_PEOPLE))
async def show_person(visit: Arriving, person: str) -> Response:
    """One person, and what may be done about them."""
    return person_page(visit, person, None)


@router.post("/people/{person}/code", dependencies=may(MAY_ISSUE_CODES))
async def print_code(visit: Arriving, request: Request, person: str, form: Sent) -> Response:
    """A new one-time code, shown this once to be printed; the older ones are worth nothing any more."""

    async def act() -> Response:
        issued = await visit.house.writer.run(issue_code, IssueCode(by=visit.who.id, person=person))
        return person_page(visit, person, issued) if isinstance(issued, Refused) else _slip(visit, request, issued)

    return await visit.house.once.answer(once_key(visit, form), act)


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


@router.post("/people/{person}/block-pin", dependencies=may(MAY_BLOCK))
async def block_a_pin(visit: Arriving, person: str, form: Sent) -> Response:
    """Make a PIN worthless."""
    asked = BlockPin(by=visit.who.id, person=person)
    return await _act(visit, person, form, "pin_blocked", lambda: visit.house.writer.run(block_pin, asked))


@router.post("/people/{person}/card", dependencies=may(MAY_ISSUE_CARDS))
async def hand_out_card(visit: Arriving, person: str, form: Annotated[CardForm, Form()]) -> Response:
    """Give somebody a card, a first one or another."""

    async def run() -> CardIssued | Refused:
        asked = IssueCard(by=visit.who.id, person=person, number=form.number)
        hashed = await off_loop(hash_card, asked, visit.house.database)
        return hashed if isinstance(hashed, Refused) else await visit.house.writer.run(issue_card, hashed)

    return await _act(visit, person, form, "card_issued", run)


@router.post("/people/{person}/sessions/end", dependencies=may(MAY_BLOCK))
async def end_their_sessions(visit: Arriving, person: str, form: Sent) -> Response:
    """Sign somebody out everywhere."""
    asked = EndSessions(by=visit.who.id, person=person)
    return await _act(visit, person, form, "sessions_ended", lambda: visit.house.writer.run(end_sessions, asked))


async def _act(visit: Visit, person: str, form: Typed, told: str, run: Callable[[], Awaitable[_Done]]) -> Response:
    async def act() -> Response:
        done = await run()
        return person_page(visit, person, done) if isinstance(done, Refused) else go(f"/people/{person}", told)

    return await visit.house.once.answer(once_key(visit, form), act)


def _slip(visit: Visit, request: Request, issued: CodeIssued) -> Response:
    address = visit.house.settings.address or str(request.base_url).rstrip("/")
    shown = page(visit, "slip.html", {"issued": issued, "address": f"{address}/redeem"})
    return shown_once(shown, f"/people/{issued.person}")
