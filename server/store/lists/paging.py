"""Keyset pages: a page ends at a row, and the next one begins after it, however deep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_

R = TypeVar("R")
LIMIT_MAX = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some rows, and where the next page begins (None: there is none). Pass `next` as `after`, unread."""

    rows: tuple[R, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page: its time in milliseconds, and its id or position, which breaks ties."""

    at_ms: int
    tie: str


def read_position(after: str | None) -> Position | None:
    """The position a page gave as `next`; None for the first page and for anything that no page gave."""
    at_ms, dot, tie = (after or "").partition(".")
    return Position(int(at_ms), tie) if dot and at_ms.isascii() and at_ms.isdigit() and len(at_ms) < 16 else None


def older_than(
    at_ms: ColumnElement[int], tie: ColumnElement[R], position: Position, read_tie: Callable[[str], R]
) -> ColumnElement[bool]:
    """The condition for rows after `position`, newest first."""
    return or_(at_ms < position.at_ms, and_(at_ms == position.at_ms, tie < read_tie(position.tie)))


def page_of(found: Sequence[R], limit: int, position_of: Callable[[R], Position]) -> Page[R]:
    """The page out of `limit` + 1 rows that were asked for."""
    rows = tuple(found[:limit])
    if len(found) <= limit:
        return Page(rows, None)
    last = position_of(rows[-1])
    return Page(rows, f"{last.at_ms}.{last.tie}")
