"""Text in columns, where a Chinese character takes two."""

import unicodedata
from collections.abc import Sequence


def width_of(text: str) -> int:
    """How many columns it takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line for each row, its cells under those of the rows above."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))
