"""Signing in and out by program: the same session, the same cookie."""

from http import HTTPStatus

from fastapi import Response

from server.usecases.sign_in import SignOut, sign_out
from server.web.access import PUBLIC, SIGNED_IN, declared_router
from server.web.api.inputs import Credentials
from server.web.api.models import PROBLEMS, SignedInPerson
from server.web.desk.signing_in import open_session
from server.web.sessions import give_cookie, take_cookie
from server.web.troubles import NotSignedIn, granted
from server.web.visit import Arriving, standing_of

router = declared_router(prefix="/api/v1", tags=["session"], responses=PROBLEMS)


@router.post("/session", dependencies=PUBLIC, status_code=HTTPStatus.CREATED)
async def sign_in(visit: Arriving, credentials: Credentials, response: Response) -> SignedInPerson:
    """Open a session; its token is in the answer's cookie."""
    opened = granted(await open_session(visit, credentials.phone, credentials.password))
    standing = standing_of(visit.house, opened.token, visit.house.clock())
    if standing is None:
        raise NotSignedIn
    give_cookie(response, opened.token, tls=visit.house.settings.tls)
    return SignedInPerson.of(standing)


@router.get("/session", dependencies=SIGNED_IN)
async def who_am_i(visit: Arriving) -> SignedInPerson:
    """Whoever this session stands for, with every role."""
    return SignedInPerson.of(visit.who)


@router.delete("/session", dependencies=SIGNED_IN, status_code=HTTPStatus.NO_CONTENT)
async def end(visit: Arriving, response: Response) -> None:
    """End the session."""
    await visit.house.writer.run(sign_out, SignOut(visit.token))
    take_cookie(response, tls=visit.house.settings.tls)
