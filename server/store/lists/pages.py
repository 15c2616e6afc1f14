"""Keyset pages: the next page starts after the last line of this one, however deep, without counting."""

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, literal, tuple_

Line = TypeVar("Line")
LIMIT_MAX = 200
_POSITION = re.compile(r"[0-9]{1,15}")
_CURSOR = re.compile(r"(-?[0-9]{1,15})\.([0-9A-Za-z:-]{1,64})")


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """Some lines and, where there are more, the text to pass as `after` for the next ones."""

    rows: tuple[Line, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list sorted by time: milliseconds since 1970, then an id or position that decides ties."""

    at_ms: int
    tie: str

    def __str__(self) -> str:
        return f"{self.at_ms}.{self.tie}"

    @property
    def position(self) -> int | None:
        """The tie as a position in the log, None where it cannot be one."""
        return int(self.tie) if _POSITION.fullmatch(self.tie) else None

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else, which then means the beginning."""
        found = _CURSOR.fullmatch(text)
        return None if found is None else cls(int(found[1]), found[2])


def beyond(
    at_ms: ColumnElement[int], tie: ColumnElement[Any], cursor_at_ms: int, cursor_tie: object
) -> ColumnElement[bool]:
    """The condition for lines after a cursor, newest first: one comparison of pairs, which an index answers alone."""
    return tuple_(at_ms, tie) < tuple_(literal(cursor_at_ms, BigInteger), literal(cursor_tie, tie.type))


def limited(limit: int) -> int:
    """A sensible number of lines for one page."""
    return max(1, min(limit, LIMIT_MAX))
