"""Where machines enrol: `POST /agent/v1/enrolments` with what they present, then `GET …/{enrolment}` until it ends.

The first answers with the terms (201) or a refusal's sentence, the second with 202 while people still compare, 200 and
the admission once the machine is an agent, 410 and a sentence where nothing came of it. Nothing in them is secret.
"""

from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from firmware_protocol.enrolments import (
    PRESENTATION,
    PRESENTATION_BYTES_MAX,
    Presentation,
    read_presentation,
    write_terms,
)
from firmware_protocol.notes import MalformedNote, UnverifiedNote, read_json
from firmware_protocol.values import read_text
from server.custody.enrolments import CLOSED_SENTENCES, ClosedFor, Enrolment, EnrolmentState
from server.custody.refusals import Refused
from server.store.database import Database
from server.store.fact_rows import FactRows
from server.store.gap import OutOfTurn
from server.store.writer import Writer
from server.usecases.present_enrolment import PresentEnrolment, present_enrolment

Admit = Callable[[Enrolment], bytes | Refused]
"""The signed admission of an enrolment that was confirmed, or why there is none (`cabinets.admission`)."""

_UNREADABLE = Refused("enrolment_unreadable", "服务器读不懂柜机说的话。请看看两边的程序是不是同一个版本。")
_NOT_NOW = Refused("log_gap", "服务器刚从备份恢复，还在等别的柜机补记录。请过一会儿再试。")
_STATUS = {"throttled": HTTPStatus.TOO_MANY_REQUESTS, _NOT_NOW.rule: HTTPStatus.SERVICE_UNAVAILABLE}


def enrolment_app(database: Database, writer: Writer, admit: Admit) -> Starlette:
    """The application to mount at `/agent/v1/enrolments`."""

    async def present(request: Request) -> Response:
        said = await _said(request)
        if said is None:
            return _refusal(_UNREADABLE)
        source = request.client.host if request.client else ""
        try:
            answer = await writer.run(present_enrolment, PresentEnrolment(said, source))
        except OutOfTurn:
            return _refusal(_NOT_NOW)
        if isinstance(answer, Refused):
            return _refusal(answer)
        return Response(write_terms(answer), HTTPStatus.CREATED, media_type="application/json")

    def outcome(request: Request) -> Response:
        with database.reading() as reader:
            enrolment = FactRows(reader).get(Enrolment, request.path_params["enrolment"])
        return _outcome(enrolment, admit)

    routes = [Route("/", present, methods=["POST"]), Route("/{enrolment}", outcome, methods=["GET"])]
    return Starlette(routes=routes)


async def _said(request: Request) -> Presentation | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > PRESENTATION_BYTES_MAX:
            return None
    try:
        posted = read_text(read_json(body.decode())[PRESENTATION])
        return read_presentation(posted.encode())
    except (MalformedNote, UnverifiedNote, KeyError, ValueError):
        return None


def _outcome(enrolment: Enrolment | None, admit: Admit) -> Response:
    if enrolment is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    if enrolment.state is EnrolmentState.CONFIRMED:
        admission = admit(enrolment)
        if isinstance(admission, Refused):
            return _gone(admission.sentence)
        return Response(admission, media_type="application/octet-stream")
    if enrolment.state is EnrolmentState.CLOSED:
        return _gone(CLOSED_SENTENCES[ClosedFor(enrolment.closed_for)])
    return Response(status_code=HTTPStatus.ACCEPTED)


def _gone(sentence: str) -> Response:
    return JSONResponse({"sentence": sentence}, HTTPStatus.GONE)


def _refusal(refused: Refused) -> Response:
    status = _STATUS.get(refused.rule, HTTPStatus.FORBIDDEN)
    return JSONResponse({"rule": refused.rule, "sentence": refused.sentence}, status)
