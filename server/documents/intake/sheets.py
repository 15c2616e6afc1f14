"""Which sheets of a file are read as what: by their titles, or by what their titles contain (2026年印章台账)."""

from collections.abc import Sequence
from typing import Any

from server.documents.intake.cells import compact
from server.documents.intake.fields import Layout
from server.documents.intake.layouts import LAYOUTS


def choose_sheets(titles: Sequence[str]) -> list[tuple[Layout[Any], list[int]]]:
    """For every layout the positions of its sheets.

    A sheet called exactly as it should be is the only one read; otherwise every sheet whose title contains the name is.
    """
    return [(layout, _exactly(layout, titles) or _containing(layout, titles)) for layout in LAYOUTS]


def _exactly(layout: Layout[Any], titles: Sequence[str]) -> list[int]:
    return [position for position, title in enumerate(titles) if compact(title) == layout.sheet]


def _containing(layout: Layout[Any], titles: Sequence[str]) -> list[int]:
    return [position for position, title in enumerate(titles) if _best_layout(compact(title)) is layout]


def _best_layout(title: str) -> Layout[Any] | None:
    """The layout whose name ends last in the title, since Chinese puts the head last: 合作社印章台账 is of seals."""
    ends = {layout.sheet: max(_end_of(name, title) for name in layout.titles) for layout in LAYOUTS}
    best = max(LAYOUTS, key=lambda layout: ends[layout.sheet])
    return best if ends[best.sheet] else None


def _end_of(name: str, title: str) -> int:
    start = title.rfind(name)
    return start + len(name) if start >= 0 else 0
