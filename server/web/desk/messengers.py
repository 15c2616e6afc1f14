"""通知渠道: the mail server and the robots, what was carried outside, and what did not arrive."""

import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Query
from pydantic import Field
from starlette.responses import Response

from server.custody.notices.deliveries import Channel
from server.custody.notices.messengers import (
    ROOM_TITLES,
    SECURITY_TITLES,
    MailServer,
    Messengers,
    Robot,
    Room,
    Security,
)
from server.custody.refusals import Refused
from server.custody.roles import MAY_SEE_DELIVERIES, MAY_SET_UP_MESSENGERS
from server.store.fact_rows import FactRows
from server.store.lists import notices
from server.store.notices import contact
from server.usecases.deliver_notices import SendAgain, TryChannel, send_again, try_channel
from server.usecases.set_up_messengers import ChangeMessengers, change_messengers
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import fragment, go, once_key, page, refusal
from server.web.troubles import NotFound, granted, status_of_rule
from server.web.views.messengers import CHANNELS_OF_ROBOTS, mail_form, robot_lines
from server.web.views.notices import delivery_line
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
ROWS_A_PAGE = 40
CHANNELS, DELIVERIES = "/notices/channels", "/notices/deliveries"
ID_BYTES = 6


class MailForm(Typed):
    """A mail server as typed. An empty password keeps the one that is set."""

    host: str = Field("", max_length=253)
    port: str = Field("", max_length=5)
    security: str = Field(str(Security.TLS), max_length=16)
    username: str = Field("", max_length=254)
    password: str = Field("", max_length=256)
    sender: str = Field("", max_length=254)
    address: str = Field("", max_length=200)


class RobotForm(Typed):
    """A robot as typed."""

    name: str = Field("", max_length=40)
    channel: str = Field(str(Channel.WECOM), max_length=16)
    room: str = Field(str(Room.OFFICE), max_length=16)
    url: str = Field("", max_length=1200)
    secret: str = Field("", max_length=200)


@router.get(DELIVERIES, dependencies=may(MAY_SEE_DELIVERIES))
async def list_deliveries(
    visit: Arriving, after: Annotated[str, Query(max_length=80)] = "", every: Annotated[str, Query(max_length=1)] = ""
) -> Response:
    """What did not go out, or (`every`) everything; with `after`, only the next rows."""
    ways = visit.house.messengers.load()
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = notices.deliveries(reader, failing=not every, after=after or None, limit=ROWS_A_PAGE)
        rows = {
            "rows": [
                delivery_line(each, ways, contact(reader, each.delivery.recipient).email, reading)
                for each in found.rows
            ],
            "older": f"{DELIVERIES}?every={every}&after={found.next}" if found.next else "",
            "may_mend": visit.who.holds_any(MAY_SET_UP_MESSENGERS),
        }
        if after:
            return fragment(visit, "delivery_rows.html", rows)
        return page(visit, "deliveries.html", {**rows, "every": bool(every), "failing": notices.failing(reader)})


@router.post(DELIVERIES + "/{delivery}/again", dependencies=may(MAY_SET_UP_MESSENGERS))
async def again(visit: Arriving, delivery: str, form: Annotated[Typed, Form()]) -> Response:
    """Hand it in once more."""

    async def act() -> Response:
        granted(await visit.house.writer.run(send_again, SendAgain(by=visit.who.id, delivery=delivery)))
        return go(DELIVERIES, "sent_again")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.get(CHANNELS, dependencies=may(MAY_SET_UP_MESSENGERS))
async def show_channels(visit: Arriving) -> Response:
    """What is set up, without its secrets."""
    return _channels(visit)


@router.post(CHANNELS + "/mail", dependencies=may(MAY_SET_UP_MESSENGERS))
async def set_mail(visit: Arriving, form: Annotated[MailForm, Form()]) -> Response:
    """Set the mail server; without a host there is none."""
    ways = visit.house.messengers.load()
    server = _mail_server(form, ways) if form.host.strip() else None
    done = await visit.house.writer.run(
        change_messengers, ChangeMessengers(by=visit.who.id, setting="mail", added=server)
    )
    if isinstance(done, Refused):
        return _channels(visit, done, "mail", form)
    visit.house.messengers.save(replace(ways, mail=server, address=form.address.strip()))
    return go(CHANNELS, "messengers_kept")


@router.post(CHANNELS + "/robots", dependencies=may(MAY_SET_UP_MESSENGERS))
async def add_robot(visit: Arriving, form: Annotated[RobotForm, Form()]) -> Response:
    """Add a robot."""

    async def act() -> Response:
        ways, robot = visit.house.messengers.load(), _robot(form)
        asked = ChangeMessengers(by=visit.who.id, setting="robots", added=robot, robots=len(ways.robots))
        done = await visit.house.writer.run(change_messengers, asked)
        if isinstance(done, Refused):
            return _channels(visit, done, "robot")
        visit.house.messengers.save(replace(ways, robots=(*ways.robots, robot)))
        return go(CHANNELS, "messengers_kept")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post(CHANNELS + "/robots/{robot}/remove", dependencies=may(MAY_SET_UP_MESSENGERS))
async def remove_robot(visit: Arriving, robot: str) -> Response:
    """Take a robot away."""
    ways = visit.house.messengers.load()
    _known(ways, robot)
    granted(await visit.house.writer.run(change_messengers, ChangeMessengers(by=visit.who.id, setting="robots")))
    visit.house.messengers.save(replace(ways, robots=tuple(each for each in ways.robots if each.id != robot)))
    return go(CHANNELS, "messengers_kept")


@router.post(CHANNELS + "/robots/{robot}/trial", dependencies=may(MAY_SET_UP_MESSENGERS))
async def try_robot(visit: Arriving, robot: str, form: Annotated[Typed, Form()]) -> Response:
    """Have a robot say something."""

    async def act() -> Response:
        known = _known(visit.house.messengers.load(), robot)
        asked = TryChannel(by=visit.who.id, recipient=known.recipient, channel=known.channel)
        granted(await visit.house.writer.run(try_channel, asked))
        return go(CHANNELS, "trial_queued")

    return await visit.house.once.answer(once_key(visit, form), act)


def _known(ways: Messengers, robot: str) -> Robot:
    found = next((each for each in ways.robots if each.id == robot), None)
    if found is None:
        raise NotFound
    return found


def _mail_server(form: MailForm, ways: Messengers) -> MailServer:
    """What was typed. A password is kept only for the server and the account it was typed for."""
    host, username, before = form.host.strip(), form.username.strip(), ways.mail
    is_same = before is not None and (before.host, before.username) == (host, username)
    return MailServer(
        host=host,
        port=int(form.port) if form.port.isascii() and form.port.isdecimal() else 0,
        security=Security(form.security) if form.security in set(Security) else Security.TLS,
        username=username,
        sender=form.sender.strip(),
        password=before.password if before is not None and is_same and not form.password else form.password,
    )


def _robot(form: RobotForm) -> Robot:
    channel = Channel(form.channel) if form.channel in set(CHANNELS_OF_ROBOTS) else Channel.WECOM
    return Robot(
        id=secrets.token_hex(ID_BYTES),
        channel=channel,
        name=form.name.strip(),
        room=Room(form.room) if form.room in set(Room) else Room.OFFICE,
        url=form.url.strip(),
        secret=form.secret.strip() if channel is Channel.DINGTALK else "",
    )


def _channels(visit: Visit, refused: Refused | None = None, about: str = "", typed: MailForm | None = None) -> Response:
    ways = visit.house.messengers.load()
    context = {
        "mail": mail_form(ways) if typed is None else typed,
        "has_password": ways.mail is not None and bool(ways.mail.password),
        "has_mail": ways.mail is not None,
        "robots": robot_lines(ways, visit.say),
        "securities": [{"code": str(each), "word": visit.say(SECURITY_TITLES[each])} for each in Security],
        "rooms": [{"code": str(each), "word": visit.say(ROOM_TITLES[each])} for each in Room],
        "kinds": [{"code": str(code), "word": visit.say(word)} for code, word in CHANNELS_OF_ROBOTS.items()],
        "errors": {} if refused is None else refusal(visit, refused, about),
    }
    return page(visit, "channels.html", context, HTTPStatus.OK if refused is None else status_of_rule(refused.rule))
