"""An .xlsx file as sheets of rows, read as a stream with formulas visible. The one place that knows openpyxl.

What a file may cost is limited before it is unpacked, since anyone may have made it.
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from server.documents.intake.cells import CellValue, Fault, Formula

FILE_BYTES_MAX = 20 * 1024 * 1024
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
PARTS_MAX = 2_000
ROWS_MAX = 100_000
"""Rows of one sheet in which anything stands."""
COLUMNS_MAX = 40
EXCEL_ROWS_MAX = 1_048_576
MERGED_RANGES_MAX = 20_000
_ZIP, _OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ALL_ZEROS = re.compile("0{2,20}")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 256
_BROKEN_FILE = (
    *(
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
    ),
    *(TypeError, ValueError, ParseError, zipfile.BadZipFile, zlib.error),
)
"""What openpyxl and the standard library raise on damaged parts; their own code raises it, never a caller's."""


class _Cell(Protocol):
    """What is used of openpyxl's read-only cell."""

    value: object
    data_type: str

    @property
    def number_format(self) -> str: ...


class _StreamedSheet(Protocol):
    """What is used of openpyxl's read-only sheet."""

    title: str

    @property
    def max_row(self) -> int | None: ...

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, max_col: int) -> Iterator[tuple[_Cell, ...]]: ...

    def _get_source(self) -> IO[bytes]: ...


class UnreadableWorkbook(Exception):
    """The file as a whole cannot be read; the message is one Chinese sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `row_count` is what the file claims, None where it does not.

    `merged` are the ranges merged downwards, as (column, first row, last row), columns from 0, rows from 1.
    """

    title: str
    row_count: int | None
    merged: tuple[tuple[int, int, int], ...]
    _source: _StreamedSheet

    def rows(self) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
        """Every row with its number, blank ones too, as () or cells; raises `UnreadableWorkbook` on a damaged file."""
        rows = self._source.iter_rows(max_col=COLUMNS_MAX)
        number = 0
        while True:
            try:
                row = next(rows)
                cells = () if all(cell is EMPTY_CELL for cell in row) else tuple(map(_value, row))
            except StopIteration:
                return
            except _BROKEN_FILE as error:
                raise _damaged() from error
            number += 1
            if number > EXCEL_ROWS_MAX:
                raise _damaged()
            yield number, cells


@contextmanager
def open_spreadsheet(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of an .xlsx file, readable inside the `with` block; raises `UnreadableWorkbook`.

    While it is open, warnings are silenced for the whole process: openpyxl has many and they mean nothing here.
    """
    _check_file(path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
            sheets = [_sheet(source) for source in cast("list[_StreamedSheet]", book.worksheets)]
        except _BROKEN_FILE as error:
            raise _damaged() from error
        try:
            yield sheets
        finally:
            book.close()


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
        if size > FILE_BYTES_MAX:
            raise UnreadableWorkbook(
                f"文件有 {size >> 20} MB，最多 {FILE_BYTES_MAX >> 20} MB；请去掉图片或分成几个文件。"
            )
        if head != _ZIP:
            raise _not_xlsx(head)
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive.infolist())
    except OSError as error:
        raise UnreadableWorkbook(f"打不开文件 {path.name}：{error.strerror}。") from error
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged() from error


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise UnreadableWorkbook("这是 .xlsb 文件，请在 Excel 或 WPS 里另存为 .xlsx 再导入。")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise _not_xlsx(_ZIP)
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise UnreadableWorkbook(f"文件解开后超过 {UNPACKED_BYTES_MAX >> 20} MB，不像一份名册，没有读入。")


def _not_xlsx(head: bytes) -> UnreadableWorkbook:
    if head == _OLD_OR_LOCKED:
        return UnreadableWorkbook("这是旧的 .xls 文件或加了密码的文件，请去掉密码并另存为 .xlsx 再导入。")
    return UnreadableWorkbook("这不是 Excel 工作簿，请选 .xlsx 文件（在 Excel 或 WPS 里可以另存为 .xlsx）。")


def _damaged() -> UnreadableWorkbook:
    return UnreadableWorkbook("文件已损坏，请在 Excel 或 WPS 里打开，另存为 .xlsx 再导入。")


def _sheet(source: _StreamedSheet) -> Sheet:
    row_count = source.max_row
    source.reset_dimensions()  # a claimed A1:XFD1048576 would otherwise fill memory with empty cells
    return Sheet(source.title, row_count, _merged_downwards(source), source)


def _merged_downwards(source: _StreamedSheet) -> tuple[tuple[int, int, int], ...]:
    """The merged ranges, which openpyxl leaves out when it streams; they stand behind the rows, as plain attributes."""
    found: list[tuple[int, int, int]] = []
    rest = b""
    with source._get_source() as part:  # noqa: SLF001 - the part's path is nowhere public
        while chunk := part.read(_CHUNK_BYTES):
            window = rest + chunk
            matches = list(_MERGED.finditer(window))
            found += [(column_index_from_string(m[1].decode()) - 1, int(m[2]), int(m[4])) for m in matches]
            rest = window[max(matches[-1].end() if matches else 0, len(window) - _OVERLAP_BYTES) :]
            if len(found) > MERGED_RANGES_MAX:
                raise UnreadableWorkbook(f"《{source.title}》里合并的单元格太多，请取消合并再导入。")
    return tuple(merged for merged in found if merged[2] > merged[1])


def _value(cell: _Cell) -> CellValue:
    if cell is EMPTY_CELL:
        return None
    value = cell.value
    match cell.data_type:
        case "n" if isinstance(value, int | float):
            return _number(value, cell.number_format)
        case "f":
            return Formula(_formula_text(value))
        case "e":
            return Fault(str(value))
        case _:
            return cast("CellValue", value)


def _number(value: float, number_format: str) -> CellValue:
    """A number, or the digits a person sees where the cell's format fills it up with zeros (card 0249103477)."""
    if _ALL_ZEROS.fullmatch(number_format) and value == int(value) >= 0:
        return str(int(value)).zfill(len(number_format))
    return value


def _formula_text(value: object) -> str:
    match value:
        case ArrayFormula():
            return str(value.text)
        case DataTableFormula():
            return "=TABLE()"
        case _:
            return str(value)
