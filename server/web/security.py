"""The outermost layer: who may send unsafe requests here, and what every answer tells the browser not to do.

Cross-site requests are told by what browsers say themselves (`Sec-Fetch-Site`, or `Origin` in older ones). A client
that says neither is no browser; it must then send JSON, a file by its type, or nothing at all, which no foreign form
can.
"""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.custody.attachments import MediaType

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BEYOND_A_FORM = frozenset({"application/json", *MediaType})
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityLayer:
    """ASGI middleware: refuses cross-site unsafe requests, sets the headers above, and `no-store` where none is set.

    A route may set a content policy of its own, which then stands instead.
    """

    def __init__(self, app: ASGIApp, *, tls: bool) -> None:
        self._app = app
        self._scheme = "https" if tls else "http"
        self._headers = {**HEADERS, **({"strict-transport-security": "max-age=31536000"} if tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        app = self._app if self._is_welcome(scope) else _cross_site
        await app(scope, receive, self._marking(send))

    def _is_welcome(self, scope: Scope) -> bool:
        return scope["method"] in SAFE_METHODS or is_same_site(Headers(scope=scope), self._scheme)

    def _marking(self, send: Send) -> Send:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        return marked


def is_same_site(headers: Headers, scheme: str) -> bool:
    """Whether an unsafe request comes from our own pages, from the address bar, or from a program."""
    if (site := headers.get("sec-fetch-site")) is not None:
        return site in {"same-origin", "none"}
    if (origin := headers.get("origin")) is not None:
        return origin == f"{scheme}://{headers.get('host', '')}"
    if (content_type := headers.get("content-type")) is None:
        return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    return content_type.partition(";")[0].strip().lower() in BEYOND_A_FORM


_cross_site = PlainTextResponse(
    "这个请求来自别的网站，没有办理。请从共管的页面里操作。", status_code=HTTPStatus.FORBIDDEN
)
