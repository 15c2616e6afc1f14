"""The cookie that carries a session's token, and how rarely its use is written down.

The token is opaque and looked up on the server at every request; the cookie is HttpOnly and SameSite=Strict, and with
TLS `__Host-` and Secure.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

TOUCH_EVERY = timedelta(minutes=1)
KEPT_MAX = 4096


def cookie_name(*, tls: bool) -> str:
    """The session cookie's name."""
    return "__Host-gongguan" if tls else "gongguan"


def token_of(request: Request, *, tls: bool) -> str:
    """The token a request carries, or ''."""
    return request.cookies.get(cookie_name(tls=tls), "")


def give_cookie(response: Response, token: str, *, tls: bool) -> None:
    """Let the browser carry `token` until it is closed; how long it is good for is the server's to say."""
    response.set_cookie(cookie_name(tls=tls), token, httponly=True, secure=tls, samesite="strict", path="/")


def take_cookie(response: Response, *, tls: bool) -> None:
    """Make the browser forget the session."""
    response.delete_cookie(cookie_name(tls=tls), httponly=True, secure=tls, samesite="strict", path="/")


class Touches:
    """When each session's use was last written down; in memory, bounded, and only ever costs an extra write."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def is_due(self, token: str, now: datetime) -> bool:
        """Whether the use should be written down now; says so once a minute for each token."""
        last = self._last.get(token)
        if last is not None and now - last < TOUCH_EVERY:
            return False
        self._last[token] = now
        self._last.move_to_end(token)
        while len(self._last) > KEPT_MAX:
            self._last.popitem(last=False)
        return True
