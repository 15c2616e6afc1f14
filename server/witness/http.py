"""The witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint`, and a page in plain words for people."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from firmware_protocol.add_checkpoint import REQUEST_BYTES_MAX, SIZE_TYPE, Rejected
from firmware_protocol.notes import signature_line
from server.witness.watch import Watch


def witness_app(watch: Watch) -> Starlette:
    """The witness's application."""

    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=400)
        answered = await run_in_threadpool(watch.add, body)
        if not isinstance(answered, Rejected):
            return PlainTextResponse(signature_line(answered))
        if answered.known_size is not None:
            return Response(f"{answered.known_size}\n", answered.status, media_type=SIZE_TYPE)
        return Response(status_code=answered.status)

    async def status(_request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(watch.page))

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"]), Route("/", status)])


async def _body(request: Request) -> bytes | None:
    """The whole body, or None where it is longer than any request."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > REQUEST_BYTES_MAX:
            return None
    return body
