"""A table as CSV for a spreadsheet: with a byte order mark, and no cell that it would take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: Iterable[Sequence[str]]) -> bytes:
    """The bytes of the file; the first line is the headings."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_inert(cell) for cell in line] for line in table)
    return written.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
