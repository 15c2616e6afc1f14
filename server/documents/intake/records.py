"""What a township's workbook says, row by row, once read and found good: typed, tidy, and with its place in the file.

Every row has a natural `key` by which two readings of a workbook are compared. Items name their cooperative by its
编号, so that a cooperative may be renamed without losing its things.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.custody.roles import Role
from server.custody.states import SealType

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """Where a row stands: the sheet's title and the row's number as Excel counts (from 1)."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabinet(SheetRow):
    """A row of 共管柜. The wiring columns, from `board_model` on, serve the agent's configuration alone.

    `lock_feedback` is what the sheet says of the boards' feedback line, for example 锁闭短接.
    """

    number: str
    place: str
    compartments: int
    board_model: str
    port: str
    baud: int | None
    board_addresses: tuple[int, ...]
    lock_feedback: str

    @property
    def key(self) -> Key:
        """柜号."""
        return (self.number,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooperative(SheetRow):
    """A row of 合作社: who it is, its three officers by name ("" where none is named), its mandate, its compartment."""

    code: str
    village: str
    name: str
    credit_code: str | None
    members: int | None
    head: str
    accountant: str
    supervisor: str
    resolved_on: date | None
    expires_on: date | None
    cabinet: str
    compartment: int

    @property
    def key(self) -> Key:
        """编号."""
        return (self.code,)


class UnitKind(StrEnum):
    """What a person belongs to."""

    OFFICE = "office"
    VILLAGE = "village"
    COOPERATIVE = "cooperative"


@dataclass(frozen=True, slots=True)
class Unit:
    """A person's 所属单位: an office of the township, a village, or (then `code` is its 编号) a cooperative."""

    kind: UnitKind
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(SheetRow):
    """A row of 人员. `card` is the ten digits a reader types, None where no card was given out."""

    unit: Unit
    name: str
    phone: str
    role: Role
    card: str | None

    @property
    def key(self) -> Key:
        """手机号."""
        return (self.phone,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal(SheetRow):
    """A row of 印章. `seal_code` is the 13 digits on the rim, which old seals lack; `tag` is its radio tag in hex."""

    cooperative: str
    name: str
    seal_type: SealType
    seal_code: str
    material: str
    size: str
    used_since: date | None
    tag: str | None

    @property
    def key(self) -> Key:
        """Cooperative, 印章全称 and 类型."""
        return (self.cooperative, self.name, self.seal_type.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(SheetRow):
    """A row of 合同. Amounts in hundredths of 元; a term of two and a half years is 30 months.

    From `archive_number` on it is what the 合同档案目录 and the handover list have besides: '' or None where
    the sheet does not say.
    """

    cooperative: str
    number: str
    name: str
    category: str
    counterparty: str
    signed_on: date
    term_months: int
    amount_cents: int
    copies: int
    pages: int
    archive_number: str
    subject: str
    extent: str
    payment: str
    decision: str
    transaction: str
    performance: str
    arrears_cents: int | None
    arrears_since: date | None
    retention: str
    original_or_copy: str
    is_original: str
    note: str

    @property
    def key(self) -> Key:
        """合同编号."""
        return (self.number,)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherVolume(SheetRow):
    """A row of 财务凭证: one bound volume. `numbers` is its 凭证起讫号 as written; `sheets` counts its leaves."""

    cooperative: str
    year: int
    month: int
    volume: int
    volumes_in_month: int
    numbers: str
    sheets: int

    @property
    def key(self) -> Key:
        """Cooperative, year, month and volume."""
        return (self.cooperative, self.year, self.month, self.volume)


Record = Cabinet | Cooperative | Person | Seal | Contract | VoucherVolume
