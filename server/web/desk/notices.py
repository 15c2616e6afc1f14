"""通知: what a person was told, and how they want to hear of it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Query
from pydantic import Field
from starlette.responses import Response

from server.custody.notices.contacts import ADDRESS_CHARACTERS_MAX, WISH_TITLES, Contact, Wish
from server.custody.notices.deliveries import Channel
from server.custody.notices.words import page_of
from server.custody.refusals import Refused
from server.custody.roles import MAY_SEE_DELIVERIES
from server.store.fact_rows import FactRows
from server.store.lists import notices
from server.store.notices import contact
from server.usecases.deliver_notices import TryChannel, try_channel
from server.usecases.read_notices import ReadNotices, choose_contact, read_notices
from server.web.access import SIGNED_IN, declared_router
from server.web.desk.forms import Typed
from server.web.desk.page import fragment, go, once_key, page, refusal
from server.web.troubles import NotFound, status_of_rule
from server.web.views.notices import notice_line
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
ROWS_A_PAGE = 40


class WishForm(Typed):
    """Where to, and how much."""

    email: str = Field("", max_length=ADDRESS_CHARACTERS_MAX)
    wish: str = Field(str(Wish.NOTHING), max_length=16)


@router.get("/notices", dependencies=SIGNED_IN)
async def list_notices(visit: Arriving, after: Annotated[str, Query(max_length=80)] = "") -> Response:
    """What this person was told; with `after`, only the next rows."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = notices.inbox(reader, visit.who.id, after or None, ROWS_A_PAGE)
        rows = {
            "rows": [notice_line(each, reading) for each in found.rows],
            "older": f"/notices?after={found.next}" if found.next else "",
        }
        if after:
            return fragment(visit, "notice_rows.html", rows)
        sees = visit.who.holds_any(MAY_SEE_DELIVERIES)
        return page(visit, "notices.html", {**rows, "sees_deliveries": sees})


@router.get("/notices/{notice}/open", dependencies=SIGNED_IN)
async def open_notice(visit: Arriving, notice: str) -> Response:
    """On to what it is about; it counts as read."""
    with visit.house.database.reading() as reader:
        found = notices.notice(reader, notice)
    if found is None or found.recipient != visit.who.id:
        raise NotFound
    await visit.house.writer.run(read_notices, ReadNotices(by=visit.who.id, notice=notice))
    return go(page_of(found))


@router.post("/notices/read", dependencies=SIGNED_IN)
async def read_all(visit: Arriving) -> Response:
    """Everything counts as read."""
    await visit.house.writer.run(read_notices, ReadNotices(by=visit.who.id))
    return go("/notices")


@router.get("/notices/wishes", dependencies=SIGNED_IN)
async def show_wishes(visit: Arriving) -> Response:
    """Where to, and how much."""
    with visit.house.database.reading() as reader:
        chosen = contact(reader, visit.who.id)
    return _wishes(visit, WishForm.model_construct(email=chosen.email, wish=str(chosen.wish)), None)


@router.post("/notices/wishes", dependencies=SIGNED_IN)
async def choose_wishes(visit: Arriving, form: Annotated[WishForm, Form()]) -> Response:
    """Keep what this person chose."""
    wish = Wish(form.wish) if form.wish in set(Wish) else Wish.NOTHING
    chosen = Contact(person=visit.who.id, email=form.email.strip(), wish=wish)
    done = await visit.house.writer.run(choose_contact, chosen)
    if isinstance(done, Refused):
        return _wishes(visit, form, done)
    return go("/notices/wishes", "wishes_kept")


@router.post("/notices/wishes/trial", dependencies=SIGNED_IN)
async def try_own_mail(visit: Arriving, form: Annotated[Typed, Form()]) -> Response:
    """Send a letter to oneself."""

    async def act() -> Response:
        asked = TryChannel(by=visit.who.id, recipient=visit.who.id, channel=Channel.MAIL)
        done = await visit.house.writer.run(try_channel, asked)
        if isinstance(done, Refused):
            return _wishes(visit, WishForm(), done)
        return go("/notices/wishes", "trial_queued")

    return await visit.house.once.answer(once_key(visit, form), act)


def _wishes(visit: Visit, form: WishForm, refused: Refused | None) -> Response:
    context = {
        "form": form,
        "wishes": [{"code": str(wish), "word": visit.say(WISH_TITLES[wish])} for wish in Wish],
        "has_mail": visit.house.messengers.load().mail is not None,
        "errors": {} if refused is None else refusal(visit, refused, "email"),
    }
    status = HTTPStatus.OK if refused is None else status_of_rule(refused.rule)
    return page(visit, "notice_wishes.html", context, status)
