"""Which row of a sheet is its headings, and which column is which field, in whatever order and words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from server.documents.intake.cells import CellValue, as_text, compact
from server.documents.intake.fields import REQUIRED, Field, Layout

HEADING_ROW_MAX = 30
HEADINGS_MIN = 2
_NAME_AND_UNIT = re.compile(r"(.+?)[(\[【](?:单位)?([^)\]】]*)[)\]】]$")
_MARKS = re.compile(r"[*:]|\((?:必填|选填|可空)\)")


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field stands: its column from 0, the heading as written, and the unit in it (万元) or ""."""

    index: int
    heading: str
    unit: str


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading row's number, the columns found by field name, and the fields that have none or more than one."""

    row: int
    columns: dict[str, Column]
    missing: tuple[Field, ...]
    ambiguous: tuple[Field, ...]


def find_headings(layout: Layout[Any], rows: Iterable[tuple[int, Sequence[CellValue]]]) -> Headings | None:
    """The row with the most headings of this sheet, if it has at least two; a title above has one at the most."""
    candidates = [_headings(layout, number, cells) for number, cells in rows]
    best = max(candidates, key=lambda headings: len(headings.columns), default=None)
    return best if best and len(best.columns) >= HEADINGS_MIN else None


def plain_heading(text: str) -> str:
    """A heading without the marks of forms: 姓 名*, 姓名： and 姓名（必填） are all 姓名."""
    return _MARKS.sub("", compact(text))


def _headings(layout: Layout[Any], number: int, cells: Sequence[CellValue]) -> Headings:
    columns: dict[str, Column] = {}
    missing, ambiguous = [], []
    written = [(index, plain_heading(as_text(cell))) for index, cell in enumerate(cells) if isinstance(cell, str)]
    for field in layout.fields:
        found = _columns_of(field, written)
        if found:
            columns[field.name] = found[0]
        elif field.blank is REQUIRED:
            missing.append(field)
        if len(found) > 1:
            ambiguous.append(field)
    return Headings(number, columns, tuple(missing), tuple(ambiguous))


def _columns_of(field: Field, written: Sequence[tuple[int, str]]) -> list[Column]:
    """The columns under the field's best heading: its own before any other name, in the order of the layout."""
    columns = [Column(index, heading, _split(heading)[1]) for index, heading in written]
    for name in field.headings:
        known, _ = _split(plain_heading(name))
        found = [column for column in columns if _split(column.heading)[0] == known and _is_in_unit_of(field, column)]
        if found:
            return found
    return []


def _is_in_unit_of(field: Field, column: Column) -> bool:
    return not (field.units and column.unit) or column.unit in field.units


def _split(heading: str) -> tuple[str, str]:
    """总金额(万元) and 总金额(单位：万元) as the name and the unit."""
    match = _NAME_AND_UNIT.match(heading)
    return (match[1], match[2]) if match else (heading, "")
