"""A form that was sent after its session had ended: carried through the sign-in page, and offered again behind it.

Nothing of it is kept on the server, and nothing is done before the person, signed in, says so once more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.datastructures import FormData

FORM = "application/x-www-form-urlencoded"
SECRET = frozenset({"password", "pin", "code"})
"""Fields that are never written into a page; a form with one of them is not carried."""
CHARACTERS_MAX = 30_000
"""Encoded once more it still fits into the largest form that is taken."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Where a form was sent to, and its fields in order, as `application/x-www-form-urlencoded`."""

    path: str
    fields: str

    def pairs(self) -> list[tuple[str, str]]:
        """The fields by name, empty ones too."""
        return parse_qsl(self.fields, keep_blank_values=True)


async def interrupted_form(request: Request) -> Interrupted | None:
    """What was sent, if it is a form with something in it that may be carried."""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(FORM):
        return None
    pairs = _texts(await request.form())
    fields = urlencode(pairs)
    if not pairs or len(fields) > CHARACTERS_MAX or SECRET & {name for name, _ in pairs}:
        return None
    return Interrupted(request.url.path, fields)


def _texts(form: FormData) -> list[tuple[str, str]]:
    found: Iterable[tuple[str, object]] = form.multi_items()
    return [(name, value) for name, value in found if isinstance(value, str)]
