"""One visit: who comes, in which language, and when; the collaborators it stands on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from server.custody.people import Standing
from server.usecases.sessions import TouchSession, touch_session, visitor_of_token
from server.web.house import House, house_of
from server.web.language import DEFAULT, Language
from server.web.sessions import token_of
from server.web.troubles import NotSignedIn

LANGUAGE_COOKIE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request, as far as routes need to know. `standing` is None for whoever is not signed in."""

    house: House
    standing: Standing | None
    language: Language
    now: datetime
    path: str
    source: str
    token: str
    address: str
    told: str
    turn: int

    @property
    def who(self) -> Standing:
        """Whoever is signed in; raises `NotSignedIn`."""
        if self.standing is None:
            raise NotSignedIn
        return self.standing

    def say(self, source: str) -> str:
        """The source string in the visitor's language."""
        return self.language.say(source)


def language_of(house: House, request: Request) -> Language:
    """The language this browser was last asked to show; Chinese unless it was."""
    return house.languages.get(request.cookies.get(LANGUAGE_COOKIE, DEFAULT), house.languages[DEFAULT])


async def arrive(request: Request) -> Visit:
    """Who visits. Reads the session; writes down its use at most once a minute."""
    house = house_of(request)
    token, now = token_of(request, tls=house.settings.tls), house.clock()
    standing = await _standing(house, token, now) if token else None
    return Visit(
        house=house,
        standing=standing,
        language=language_of(house, request),
        now=now,
        path=request.url.path,
        source=request.client.host if request.client else "",
        token=token,
        address=house.settings.address or f"{request.url.scheme}://{request.url.netloc}",
        turn=house.live.turn,
        told=request.query_params.get("told", ""),
    )


def standing_of(house: House, token: str, now: datetime) -> Standing | None:
    """Whom a session's token stands for now, without writing down its use."""
    with house.database.reading() as reader:
        visitor = visitor_of_token(reader, token, now)
    return None if visitor is None else visitor.standing


async def _standing(house: House, token: str, now: datetime) -> Standing | None:
    with house.database.reading() as reader:
        visitor = visitor_of_token(reader, token, now)
    if visitor is None:
        return None
    if visitor.is_due:
        await house.writer.run(touch_session, TouchSession(visitor.session))
    return visitor.standing


Arriving = Annotated[Visit, Depends(arrive)]
