"""Every route of the API, and its OpenAPI description."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from server.web.access import PUBLIC, declared_router
from server.web.api import attachments, cabinet, log, requests, sessions
from server.web.errors import PROBLEM_TYPE
from server.web.house import house_of
from server.web.sessions import cookie_name

description = declared_router(include_in_schema=False)

API_ROUTERS = (sessions.router, requests.router, attachments.router, cabinet.router, log.router, description)

RULES = """Open a session with `POST /api/v1/session`; its token comes back in a cookie, which every other route wants.

Lists come in pages: pass a page's `next` as `after` to get the following one; `next` is null on the last.

Unsafe requests (POST, DELETE) are taken from our own pages and from programs. A browser says where it is
(`Sec-Fetch-Site`, `Origin`), and other sites are answered 403. A program that says neither sends
`Content-Type: application/json` (or a file's own, where one is taken), or, where a route takes no body, no body and no
`Content-Type` at all.

Problems are `application/problem+json` (RFC 9457); where a rule refused, `rule` names it and `detail` is a sentence for
people. Every refusal by a rule is an entry of the log. Times are RFC 3339, in China's offset.
"""


@description.get("/api/v1/openapi.json", dependencies=PUBLIC)
async def openapi(request: Request) -> JSONResponse:
    """What the API takes and gives, in OpenAPI; for everybody."""
    return JSONResponse(_described(request.app, cookie_name(tls=house_of(request).settings.tls)))


def _described(app: FastAPI, cookie: str) -> dict[str, Any]:
    """The framework's description, with what it cannot know: the rules above, the cookie, the form of problems."""
    schema = app.openapi()
    schema["info"]["description"] = RULES
    schema["components"]["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": cookie}}
    for answer in _problems(schema):
        answer["content"] = {PROBLEM_TYPE: next(iter(answer["content"].values()))}
    return schema


def _problems(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every answer of every route that is a problem."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            yield from (answer for status, answer in operation["responses"].items() if status >= "400")
