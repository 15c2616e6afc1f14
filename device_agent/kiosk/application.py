"""The kiosk over HTTP, for the browser on this machine and nobody else.

Every request must name this very host, so that no web page elsewhere can rebind its name to us, and whatever changes
something must come from our own page. The page gets new screens over one event stream.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from device_agent.kiosk.diagnosis import Diagnosis
from device_agent.kiosk.diagnosis import routes as diagnosis_routes
from device_agent.kiosk.kiosk import Drawn, Kiosk
from device_agent.photos import PHOTO_BYTES_MAX

STATIC = Path(__file__).parent / "static"
REDRAW_S = 5.0
PHOTO_PATH = "/photo"
BODY_BYTES_MAX = 4096
HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}


class OwnPageOnly:
    """Turns away requests for another host name, and changes that another page asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 with a sentence, or pass the request on and harden its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not _is_ours(scope):
            await PlainTextResponse("这个页面只给柜机自己的屏幕用。", HTTPStatus.FORBIDDEN)(scope, receive, send)
            return

        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS.items()]
            await send(message)

        await self._app(scope, receive, send_hardened)


def create_application(kiosk: Kiosk, diagnosis: Diagnosis) -> ASGIApp:
    """The kiosk's pages, and what a technician asks."""

    async def page(_request: Request) -> Response:
        return HTMLResponse(kiosk.page())

    async def screens(_request: Request) -> Response:
        return StreamingResponse(screens_of(kiosk), media_type="text/event-stream")

    async def card(request: Request) -> Response:
        fields = await _fields(request)
        return _answer(kiosk, taken=await kiosk.show_card(str(fields.get("number"))))

    async def pin(request: Request) -> Response:
        fields = await _fields(request)
        return _answer(kiosk, taken=kiosk.enter_pin(str(fields.get("digits"))))

    async def touch(request: Request) -> Response:
        return _answer(kiosk, taken=kiosk.touch(await _fields(request)))

    async def photo(request: Request) -> Response:
        return _answer(kiosk, taken=await kiosk.take_photo(await _body(request, PHOTO_BYTES_MAX)))

    routes = [
        _get("/", page),
        _get("/screens", screens),
        *diagnosis_routes(diagnosis),
        _post("/card", card),
        _post("/pin", pin),
        _post("/touch", touch),
        _post(PHOTO_PATH, photo),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    return OwnPageOnly(Starlette(routes=routes))


_Endpoint = Callable[[Request], Awaitable[Response]]


def _get(path: str, endpoint: _Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _post(path: str, endpoint: _Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])


def _answer(kiosk: Kiosk, *, taken: bool) -> Response:
    """The screen as it is now, or 400 for what our page would never send."""
    status = HTTPStatus.OK if taken else HTTPStatus.BAD_REQUEST
    return JSONResponse(kiosk.draw().as_json_object(), status)


async def screens_of(kiosk: Kiosk) -> AsyncIterator[str]:
    """The screen, after every change, when its own words change, and every few seconds for the time and ages on it.

    It is sent even when it looks as it did: an answer to a touch may have shown the page something else in between.
    """
    yield "retry: 500\n\n"
    while not kiosk.is_closing:
        changed = kiosk.next_change
        drawn = kiosk.draw()
        yield f"data: {json.dumps(drawn.as_json_object(), ensure_ascii=False)}\n\n"
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), _redraw_s(drawn))


def _redraw_s(drawn: Drawn) -> float:
    return REDRAW_S if drawn.changes_ms is None else min(REDRAW_S, drawn.changes_ms / 1000)


async def _fields(request: Request) -> Mapping[str, Any]:
    """The JSON object of a small body; empty for anything else."""
    try:
        fields = json.loads(await _body(request, BODY_BYTES_MAX))
    except (ValueError, RecursionError):  # brackets within brackets, a thousand deep
        return {}
    return fields if isinstance(fields, dict) else {}


async def _body(request: Request, bytes_max: int) -> bytes:
    """The body; nothing of one that is longer."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            return b""
    return bytes(body)


def _is_ours(scope: Scope) -> bool:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    port = scope["server"][1]
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if headers.get(b"host") not in hosts:
        return False
    if scope["method"] in ("GET", "HEAD"):
        return True
    expected = "image/jpeg" if scope["path"] == PHOTO_PATH else "application/json"
    is_expected = headers.get(b"content-type", "").partition(";")[0] == expected
    return is_expected and headers.get(b"origin") in {f"http://{host}" for host in hosts}
