"""A township's own workbook in: `read_workbook(path, today=…)` reads all it can and says what is wrong with the rest.

Six sheets: 共管柜, 合作社, 人员, 印章, 合同, 财务凭证. Their columns, other headings and expectations are the table in
`intake/layouts.py`; what refuses a whole row is in `intake/refusals.py`, what is only odd in `intake/reminders.py`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from server.custody.roster import RowProblem
from server.custody.roster_problems import summed_up
from server.documents.intake.cells import is_blank
from server.documents.intake.fields import Layout
from server.documents.intake.headings import HEADING_ROW_MAX
from server.documents.intake.layouts import LAYOUTS
from server.documents.intake.officers import OFFICER_REMINDERS
from server.documents.intake.records import (
    Cabinet,
    Contract,
    Cooperative,
    Person,
    Record,
    Seal,
    VoucherVolume,
)
from server.documents.intake.rows import Line, Progress, admit_sheet, broken_rules
from server.documents.intake.sheets import choose_sheets
from server.documents.intake.spreadsheet import Sheet, UnreadableWorkbook, open_spreadsheet
from server.documents.intake.town import Town

__all__ = ["Progress", "UnreadableWorkbook", "Workbook", "read_workbook"]

T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The good rows, which fit together, and every problem found, in the order of the sheets and rows.

    A row with an error is in `problems` only, rows left out for another row's fault in one line a sheet; a row with a
    reminder is in both. `document` is the SHA-256 (hex) of the file's bytes.
    """

    document: str
    cabinets: tuple[Cabinet, ...]
    cooperatives: tuple[Cooperative, ...]
    people: tuple[Person, ...]
    seals: tuple[Seal, ...]
    contracts: tuple[Contract, ...]
    vouchers: tuple[VoucherVolume, ...]
    problems: tuple[RowProblem, ...]

    @property
    def errors(self) -> tuple[RowProblem, ...]:
        """The problems for which a row (or a whole sheet) was left out."""
        return tuple(problem for problem in self.problems if not problem.is_reminder)


def read_workbook(path: Path, progress: Progress | None = None, *, today: date) -> Workbook:
    """Reads an .xlsx file of at most 20 MB; raises `UnreadableWorkbook` where it is none, with one Chinese sentence.

    Everything inside a readable file is answered by rows and problems, never by an exception. `today` is the day by
    which mandates are expired.
    """
    reading = _Reading(Town(today), progress or _unheard)
    with open_spreadsheet(path) as sheets:
        chosen = choose_sheets([sheet.title for sheet in sheets])
        for layout, positions in chosen:
            reading.read(layout, [sheets[position] for position in positions])
        read = {position for _, positions in chosen for position in positions}
        reading.pass_over([sheet for position, sheet in enumerate(sheets) if position not in read])
        order = {sheet.title: position for position, sheet in enumerate(sheets)}
    reading.look_for_officers()
    return reading.workbook(_sha256(path), order)


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    town: Town
    progress: Progress
    records: list[Record] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    cooperatives: list[tuple[Line, Cooperative]] = field(default_factory=list)

    def read(self, layout: Layout[Any], sheets: Sequence[Sheet]) -> None:
        if not sheets:
            self.problems.append(_whole_sheet(layout.sheet, "missing-sheet", f"缺少工作表《{layout.sheet}》。"))
        for sheet in sheets:
            for admission in admit_sheet(layout, sheet, self.town, self.progress):
                self.problems += admission.problems
                if admission.record is not None:
                    self.records.append(admission.record)
                if isinstance(admission.record, Cooperative):
                    self.cooperatives.append((admission.line, admission.record))

    def pass_over(self, sheets: Sequence[Sheet]) -> None:
        titles = "、".join(f"《{layout.sheet}》" for layout in LAYOUTS)
        for sheet in sheets:
            if any(not is_blank(cell) for _, cells in islice(sheet.rows(), HEADING_ROW_MAX) for cell in cells):
                sentence = f"这张表没有读；会读的是{titles}。"
                self.problems.append(_whole_sheet(sheet.title, "other-sheet", sentence, is_reminder=True))

    def look_for_officers(self) -> None:
        for line, cooperative in self.cooperatives:
            self.problems += broken_rules(OFFICER_REMINDERS, cooperative, line, self.town, are_reminders=True)

    def workbook(self, document: str, order: dict[str, int]) -> Workbook:
        return Workbook(
            document=document,
            cabinets=self._of(Cabinet),
            cooperatives=self._of(Cooperative),
            people=self._of(Person),
            seals=self._of(Seal),
            contracts=self._of(Contract),
            vouchers=self._of(VoucherVolume),
            problems=summed_up(sorted(self.problems, key=lambda known: (order.get(known.sheet, -1), known.row or 0))),
        )

    def _of(self, kind: type[T]) -> tuple[T, ...]:
        return tuple(record for record in self.records if isinstance(record, kind))


def _whole_sheet(sheet: str, rule: str, expected: str, *, is_reminder: bool = False) -> RowProblem:
    return RowProblem(sheet=sheet, row=None, column="", found="", expected=expected, rule=rule, is_reminder=is_reminder)


def _unheard(_sheet: str, _rows: int, _rows_claimed: int | None) -> None:
    """For a caller that does not ask how far the reading is."""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
