"""The cookie that carries a session's token.

The token is opaque and looked up on the server at every request; the cookie is HttpOnly and SameSite=Strict, and with
TLS `__Host-` and Secure.
"""

from starlette.requests import Request
from starlette.responses import Response


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
