"""What every form becomes before it is drawn: a head, blocks of cells, a foot. Plain values, no ids, no facts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from firmware_protocol.times import CHINA

Row = TypeVar("Row")
Cell = str | int | float | datetime | date | None
"""What a cell holds; None and '' leave it empty. Times are aware; amounts are whole hundredths of 元."""

SERIAL_NUMBER = "序号"
NOTHING = "这段时间没有记录。"


class Style(StrEnum):
    """How a cell is written: words, a code that may break anywhere, a figure, an amount, a time, a day."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    AMOUNT = "amount"
    TIME = "time"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column of a form: its official heading, its width in characters, and what a row has in it."""

    heading: str
    width: float
    content: Callable[[Row], Cell]
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as drawn."""

    text: str
    width: float
    style: Style


@dataclass(frozen=True, slots=True)
class Table:
    """A block of rows under headings; `nothing` is said where there is no row. `caption` '' where it needs none.

    `row_mm` is how tall a row is at least.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    nothing: str = NOTHING
    row_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what was written beside it. `span` in sixths of the line; `lines` is how tall it is at least."""

    label: str
    value: Cell
    span: int = 2
    lines: int = 1
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Grid:
    """A block of fields, line by line; the spans of a line add up to six."""

    lines: tuple[tuple[Field, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PaperProof:
    """A receipt's whole proof, which takes a sheet of its own.

    `code` is the full receipt, `parts` the same in pieces that can be scanned, `text` the proof in the open format;
    `seen` says in words who cosigned the head, and when.
    """

    code: str
    parts: tuple[str, ...]
    text: str
    seen: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, str]:
        """What it is for, and who else stands for it."""
        count = len(self.parts)
        scanned = "扫下面的码" if count == 1 else f"把下面 {count} 张码都扫一遍（先后不限）"
        how = f"{scanned}，或者把凭证码贴到“核验凭证”页、存下来的核验文件里，也可以交给 verify-receipt 命令。"
        seen = f"看过当时的台账并签了名的见证：{'；'.join(self.seen)}。"
        unseen = "打印的时候还没有见证签名；过一会儿补打一份，就有了。"
        return f"没有网络、没有服务器，也能证明凭证说的那一条当时就在台账里：{how}", seen if self.seen else unseen


@dataclass(frozen=True, slots=True)
class PaperReceipt:
    """By what whoever holds the sheet holds the log to its word: `firmware_protocol.receipts`.

    `site` is the address under which the page that checks it is found, '' where the township has none of its own.
    """

    code: str
    index: int
    size: int
    site: str = ""
    proof: PaperProof | None = None

    @property
    def link(self) -> str:
        """What stands in the QR code; what is behind the `#` never leaves the browser."""
        return self._link(self.code)

    @property
    def proof_links(self) -> tuple[str, ...]:
        """What stands in the QR codes of the whole proof."""
        return tuple(map(self._link, self.proof.parts)) if self.proof else ()

    @property
    def beside_code(self) -> str:
        """What stands beside the QR code."""
        return f"{self._claim}，扫码核验" + ("" if self.site else "：把扫出的文字贴到共管的“核验凭证”页")

    @property
    def above_link(self) -> str:
        """What stands above the link where nothing can be scanned."""
        how = "打开下面的网址核验" if self.site else "把下面的文字贴到共管的“核验凭证”页核验"
        return f"{self._claim}，{how}"

    def _link(self, code: str) -> str:
        return f"{self.site}/verify#{code}" if self.site else code

    @property
    def _claim(self) -> str:
        return f"凭证：第 {self.index:,} 条，台账共 {self.size:,} 条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper. `of`: whose it is; `head`: labels and values under the title; `signers`: who signs at its end.

    A name that is '' leaves a line to sign. `fingerprint` is how the paper is checked against the log; `address` is
    printed as a QR code. `receipt` None: nothing was published yet.
    """

    form: str
    title: str
    of: str
    blocks: tuple[Table | Grid, ...]
    printed_at: datetime
    printed_by: str
    fingerprint: str
    head: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    prepared_by: str = ""
    reviewed_by: str = ""
    address: str = ""
    receipt: PaperReceipt | None = None
    is_landscape: bool = True

    @property
    def rows(self) -> int:
        """How many rows its tables have; a form of fields counts as one."""
        return sum(len(block.rows) if isinstance(block, Table) else 1 for block in self.blocks)


def table(
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    caption: str = "",
    nothing: str = NOTHING,
    row_mm: float = 0.0,
) -> Table:
    """Rows under a form's columns, numbered from 1 in the order given."""
    headings = (Heading(SERIAL_NUMBER, 5, Style.COUNT), *(Heading(c.heading, c.width, c.style) for c in columns))
    cells = tuple((number, *(c.content(row) for c in columns)) for number, row in enumerate(rows, start=1))
    return Table(headings, cells, caption, nothing, row_mm)


def headings_of(columns: Sequence[Column[Row]]) -> tuple[str, ...]:
    """The headings as they stand on the form."""
    return (SERIAL_NUMBER, *(column.heading for column in columns))


def write_cell(value: Cell, style: Style) -> str:
    """A cell as text, for readers that know only text."""
    match value:
        case None | "":
            return ""
        case datetime():
            return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case int() if style is Style.AMOUNT:
            return f"{value // 100:,}.{value % 100:02}"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def yes_or_no(value: bool) -> str:
    """是 or 否, as forms say it."""
    return "是" if value else "否"
