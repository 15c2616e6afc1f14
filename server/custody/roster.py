"""The township's own list of its people and things, as its workbook claims them: one frozen row per line.

`documents` reads a workbook into these rows; `import_roster` checks them against each other and against what is already
known. `row` is the line in the sheet as people count it, for reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from server.custody.roles import Role
from server.custody.states import ItemKind, SealType


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetRow:
    """A line of 共管柜. Natural key: `id` (柜号)."""

    row: int
    id: str
    place: str
    compartments: int
    board: str = ""
    port: str = ""
    baud: int | None = None
    board_addresses: str = ""
    lock_feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperativeRow:
    """A line of 合作社. Natural key: `code` (编号). Officers' names are what the sheet says; people come from 人员."""

    row: int
    code: str
    village: str
    name: str
    cabinet: str
    compartment: int
    credit_code: str | None = None
    members: int | None = None
    resolved_on: date | None = None
    expires_on: date | None = None
    head: str = ""
    accountant: str = ""
    supervisor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A line of 人员. Natural key: `phone`; a second line with the same phone grants a second role.

    `card` is the card number as typed (ten digits); it is hashed before anything is stored.
    """

    row: int
    unit: str
    name: str
    phone: str
    role: Role
    card: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A line of 印章, 合同 or 财务凭证. `cooperative` is the cooperative's full name as the sheet has it.

    `key` is the natural key within the kind: 印章全称+类型, 合同编号, or year-month-volume. `name` is for people.
    `details` are the remaining columns by their Chinese headings, as clean text.
    """

    row: int
    kind: ItemKind
    cooperative: str
    key: str
    name: str
    seal_type: SealType | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One thing to put right: where, what is there, what is expected. A reminder (提醒) does not stop the row.

    `row` is None where it concerns the sheet as a whole; `rule` is the check's stable name. `because` names the row for
    whose fault this one is left out, "" where it is its own; `rows` counts the rows it stands for (`summed_up`).
    """

    sheet: str
    row: int | None
    column: str
    found: str
    expected: str
    rule: str
    is_reminder: bool = False
    because: str = ""
    rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A whole workbook as read: the good rows, and a problem for every other one."""

    cabinets: tuple[CabinetRow, ...] = ()
    cooperatives: tuple[CooperativeRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    document: str = ""
    """SHA-256 (hex) of the workbook's bytes."""


SHEET_OF_KIND: dict[ItemKind, str] = {
    ItemKind.SEAL: "印章",
    ItemKind.CONTRACT: "合同",
    ItemKind.VOUCHER: "财务凭证",
}
