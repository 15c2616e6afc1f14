"""A body beyond the limit is answered like everything else: by a page with a sentence.

Starlette's limit stands outside every handler and answers a bare line of English; this stands around it.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Answer = Callable[[Request], Awaitable[Response]]


class TooLargeLayer:
    """ASGI middleware: puts what `answer` says in the place of the limit's own answer."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_replaced = False

        async def watched(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and _is_bare(message):
                is_replaced = True
                await (await self._answer(Request(scope, receive)))(scope, receive, send)
            elif not is_replaced:
                await send(message)

        await self._app(scope, receive, watched)


def _is_bare(start: Message) -> bool:
    """Whether this begins the limit's own answer."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and kind.startswith("text/plain")
