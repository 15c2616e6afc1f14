"""Errors, translated once: what went wrong becomes a status and a sentence, as a page or as problem+json (RFC 9457)."""

import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from server.ledger.forks import LogDamaged
from server.store.gap import OutOfTurn
from server.store.uploads import Damaged
from server.web.desk.page import error_page
from server.web.desk.signing_in import sign_in_and_send
from server.web.house import house_of
from server.web.interrupted import interrupted_form
from server.web.language import N_, Language
from server.web.problems import BAD_FORM, BROKEN, PROBLEM_OF, PROBLEM_OF_STATUS, Problem
from server.web.reasons import say_refusal
from server.web.troubles import Declined, NotAllowed, NotFound, NotSignedIn, status_of_rule
from server.web.visit import arrive, language_of

API_PREFIX = "/api/"
PROBLEM_TYPE = "application/problem+json"
Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

_log = logging.getLogger(__name__)


async def answer_trouble(request: Request, error: Exception) -> Response:
    """For reasons of our own: not signed in, not allowed, not there."""
    if isinstance(error, NotSignedIn) and not _is_api(request):
        return await _to_sign_in(request)
    return await _answer(request, PROBLEM_OF[type(error)])


async def answer_damaged(request: Request, error: Exception) -> Response:
    """For files of ours that are gone, or not what they were: the technician finds in the journal what was seen."""
    _log.error("%s %s", request.method, request.url.path, exc_info=error)
    return await answer_trouble(request, error)


async def answer_refusal(request: Request, error: Exception) -> Response:
    """For a rule's refusal that the route shows nowhere itself."""
    assert isinstance(error, Declined)  # noqa: S101 - registered for this class only
    refused = error.refused
    sentence = say_refusal(refused, language_of(house_of(request), request))
    return await _answer(request, Problem(status_of_rule(refused.rule), N_("没有办成"), sentence, rule=refused.rule))


async def answer_bad_form(request: Request, error: Exception) -> Response:
    """For input that is not of the declared form."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    fields = [{"field": ".".join(map(str, e["loc"][1:])), "problem": e["type"]} for e in error.errors()]
    return await _answer(request, BAD_FORM, fields=fields)


async def answer_status(request: Request, error: Exception) -> Response:
    """For what the framework itself refuses: unknown paths, wrong methods, bodies too large."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    known = PROBLEM_OF_STATUS.get(error.status_code)
    response = await _answer(request, known or replace(BAD_FORM, status=HTTPStatus(error.status_code)))
    response.headers.update(error.headers or {})
    return response


async def answer_too_large(request: Request) -> Response:
    """For a body that was not read to its end."""
    return await _answer(request, PROBLEM_OF_STATUS[HTTPStatus.REQUEST_ENTITY_TOO_LARGE])


async def answer_broken(request: Request, error: Exception) -> Response:
    """For whatever nobody expected: a reference to find it by, and nothing of its inside."""
    reference = secrets.token_hex(4)
    _log.error("reference %s: %s %s", reference, request.method, request.url.path, exc_info=error)
    return await _answer(request, replace(BROKEN, reference=reference))


async def _answer(request: Request, problem: Problem, **members: Any) -> Response:
    house = house_of(request)
    language = language_of(house, request)
    if _is_api(request):
        return problem_response(problem, language, **members)
    visit = None if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else await arrive(request)
    return error_page(house, language, visit, problem)


def problem_response(problem: Problem, language: Language, **members: Any) -> JSONResponse:
    """The problem for programs. `detail` is the sentence for people."""
    named = {"rule": problem.rule, "reference": problem.reference, **members}
    content = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status,
        "detail": language.say(problem.sentence),
        **{name: value for name, value in named.items() if value},
    }
    return JSONResponse(content, problem.status, media_type=PROBLEM_TYPE)


async def _to_sign_in(request: Request) -> Response:
    """To the sign-in page and back; a part of a page that refreshes itself takes the whole page there."""
    if (sent := await interrupted_form(request)) is not None:
        return sign_in_and_send(await arrive(request), sent)
    location = "/sign-in?" + urlencode({"next": _wanted(request)})
    if "hx-request" in request.headers:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"hx-redirect": location})
    return RedirectResponse(location, HTTPStatus.SEE_OTHER)


def _wanted(request: Request) -> str:
    """The page to come back to: the one asked for, or the one of which a part was asked for."""
    if (shown := request.headers.get("hx-current-url")) is not None:
        parts = urlsplit(shown)
        return parts._replace(scheme="", netloc="", fragment="").geturl()
    return request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(API_PREFIX)


ERROR_HANDLERS: Mapping[int | type[Exception], Handler] = {
    NotSignedIn: answer_trouble,
    NotAllowed: answer_trouble,
    NotFound: answer_trouble,
    Damaged: answer_damaged,
    LogDamaged: answer_damaged,
    OutOfTurn: answer_trouble,
    ClientDisconnect: answer_trouble,
    Declined: answer_refusal,
    RequestValidationError: answer_bad_form,
    HTTPException: answer_status,
    Exception: answer_broken,
}
