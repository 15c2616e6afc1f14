"""Browsers without a window: their requests reach the service in this process, over no network."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx2 import ASGITransport, BaseTransport, Client, Request, Response
from starlette.types import ASGIApp

Browser = Client
"""Keeps its cookies, follows no redirects."""


class Doorway:
    """Where browsers reach one service. All share its event loop, as in the real one; `inside` calls into it."""

    def __init__(self, app: ASGIApp, portal: BlockingPortal) -> None:
        self._app, self.inside = app, portal

    def browser(self, origin: str, headers: Mapping[str, str], host: str) -> Browser:
        """A fresh one on the machine `host`, which sees the service at `origin`."""
        way = _Way(ASGITransport(self._app, raise_app_exceptions=False, client=(host, 40_000)), self.inside)
        return Client(transport=way, base_url=origin, headers=dict(headers))


@contextmanager
def doorway(app: ASGIApp) -> Iterator[Doorway]:
    """Let browsers in until the block ends."""
    with start_blocking_portal() as portal:
        yield Doorway(app, portal)


class _Way(BaseTransport):
    def __init__(self, inside: ASGITransport, portal: BlockingPortal) -> None:
        self._inside, self._portal = inside, portal

    def handle_request(self, request: Request) -> Response:
        return self._portal.call(self._ask, request)

    async def _ask(self, request: Request) -> Response:
        """The whole answer, its bytes still as they were sent."""
        answer = await self._inside.handle_async_request(request)
        sent = b"".join([part async for part in answer.aiter_raw()])
        return Response(answer.status_code, headers=answer.headers, content=sent)
