"""Keyset pages: the next page starts after the last line of this one, however deep, without counting."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Line = TypeVar("Line")
LIMIT_MAX = 200


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

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else, which then means the beginning."""
        at_ms, dot, tie = text.partition(".")
        if not dot or not at_ms.lstrip("-").isdecimal() or not tie.isascii():
            return None
        return cls(int(at_ms), tie)


def limited(limit: int) -> int:
    """A sensible number of lines for one page."""
    return max(1, min(limit, LIMIT_MAX))
