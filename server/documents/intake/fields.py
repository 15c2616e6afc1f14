"""What a column and a sheet are: the two shapes of which `layouts` is the table, and the kinds of column it repeats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from server.documents.intake import dates, identifiers, numbers, town, vocabulary
from server.documents.intake.cells import CellValue, Refusal, as_text, tidy
from server.documents.intake.rules import R, Rule

TEXT_CHARACTERS_MAX = 200
REQUIRED = object()
"""What an empty cell means in a column that must be filled in."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: the attribute it fills, its headings, how its cells are read, and what is expected of them.

    `others` are further headings, separated by spaces. `blank` is the value of an empty cell. `find` looks the value
    up in the township. `units`, where given, are the units its heading may name (总金额(万元)), each with the suffix a
    bare number below it gets; a heading in another unit is not this column.
    """

    name: str
    heading: str
    others: str
    read: Callable[[CellValue], Any]
    expected: str
    blank: object = REQUIRED
    find: Callable[[Any, town.Town], Any] | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading under which the column may stand, its own first."""
        return (self.heading, *self.others.split())


@dataclass(frozen=True, slots=True)
class Layout(Generic[R]):
    """One sheet: its title, its columns, and the rules its rows obey. `known_by`: the field by which others name it."""

    sheet: str
    others: str
    record: type[R]
    fields: tuple[Field, ...]
    refusals: tuple[Rule[R], ...]
    reminders: tuple[Rule[R], ...]
    known_by: str = ""

    @property
    def titles(self) -> tuple[str, ...]:
        """What the sheet's title may contain, its own name first."""
        return (self.sheet, *self.others.split())


def read_words(value: CellValue) -> str | Refusal:
    """Tidy text of at most 200 characters."""
    text = tidy(as_text(value))
    return text if len(text) <= TEXT_CHARACTERS_MAX else Refusal("too-long", f"最多 {TEXT_CHARACTERS_MAX} 个字。")


def read_owned_name(value: CellValue) -> str | Refusal:
    """The name of a cooperative or of its seal; refuses a 村委会's."""
    name = read_words(value)
    if isinstance(name, str) and vocabulary.belongs_elsewhere(name):
        return Refusal("not-a-cooperative", vocabulary.ONLY_COOPERATIVES)
    return name


def words(name: str, heading: str, others: str = "", blank: object = REQUIRED) -> Field:
    """A column of free text."""
    return Field(name, heading, others, read_words, f"写{heading}。", blank)


def count(name: str, heading: str, others: str, measure_word: str, blank: object = REQUIRED) -> Field:
    """A column that counts something, with or without its measure word: 8 or 8页."""
    expected = f"写正整数，例如 12 或 12{measure_word}。"
    return Field(name, heading, others, numbers.whole_number(measure_word), expected, blank)


def day(name: str, heading: str, others: str, blank: object = REQUIRED) -> Field:
    """A column of dates."""
    return Field(name, heading, others, dates.read_date, dates.EXPECTED, blank)


def cabinet_number(name: str, find: Callable[[str, town.Town], str | Refusal] | None = None) -> Field:
    """The column 柜号: of a cabinet itself, or (with `find`) of a cabinet that must be known."""
    read = identifiers.code_like(r"[A-Z0-9][A-Z0-9-]{0,15}", "cabinet-number")
    expected = "柜号由字母、数字和连字符组成，例如 CAB-01。"
    return Field(name, "柜号", "柜子编号 共管柜编号 柜子", read, expected, find=find)


def owner() -> Field:
    """The column that says whose a thing is: an admitted cooperative."""
    others = "合作社 合作社(组)名称 所属合作社 经济合作社 经济合作社名称 单位名称 单位"
    expected = "写《合作社》表里的全称。"
    return Field("cooperative", "合作社名称", others, read_words, expected, find=town.find_cooperative)
