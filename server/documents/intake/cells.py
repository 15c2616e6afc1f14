"""One cell: what can stand in it, how a person sees it, and its text made tidy."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes; `text` begins with `=`."""

    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that shows an error such as `#REF!`."""

    text: str


CellValue = None | str | int | float | bool | date | datetime | time | timedelta | Formula | Fault


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell was not read: the rule's stable name, and what is expected instead ("" for the field's sentence).

    `because` names the row that it refers to, where that one was not read.
    """

    rule: str
    expected: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that was read otherwise than it stands in the cell, for a reason a person should hear (a 提醒)."""

    value: object
    rule: str
    sentence: str


SHOWN_CHARACTERS_MAX = 60
_IDEOGRAPH = r"\u3007\u3400-\u9fff\U00020000-\U000323af"
_FORMATTING = (
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_CONTROLS = r"\u0000-\u0008\u000e-\u001f\u007f"
_INVISIBLE = re.compile(f"[{_FORMATTING}{_CONTROLS}]")
_WHITESPACE = re.compile(r"\s+")
_SPACE_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPH}]) (?=[{_IDEOGRAPH}])")
_LOOKALIKE_IDEOGRAPH = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))


def invisible_in(value: CellValue) -> str:
    """The first character of the cell that nobody sees (Unicode's Cf, and controls); "" where there is none."""
    found = _INVISIBLE.search(value) if isinstance(value, str) else None
    return found[0] if found else ""


def tidy(text: str) -> str:
    """Text for people: no invisible characters, no needless spaces, half-width digits and letters, ordinary ideographs.

    Chinese punctuation stays as it is. 李　丽 becomes 李丽; a Kangxi radical copied out of a PDF becomes its ideograph.
    """
    text = _INVISIBLE.sub("", text).translate(_FULL_WIDTH)
    text = _LOOKALIKE_IDEOGRAPH.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _SPACE_BETWEEN_IDEOGRAPHS.sub("", _WHITESPACE.sub(" ", text).strip())


def compact(text: str) -> str:
    """Text for machines: half-width throughout, one kind of dash, no whitespace at all."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _WHITESPACE.sub("", text).translate(_DASHES)


def as_text(value: CellValue) -> str:
    """The cell's value as a person would type it, without limits; "" for an empty cell."""
    match value:
        case None:
            return ""
        case Formula(text) | Fault(text):
            return text
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return format(value, ".15g")
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case _:
            return str(value)


def as_shown(value: CellValue) -> str:
    """The cell for the table of problems: one line, cut when long, and a formula named as one."""
    if is_blank(value):
        return "（空）"
    text = _WHITESPACE.sub(" ", _INVISIBLE.sub("", as_text(value)))
    if isinstance(value, Formula):
        text = f"公式 {text}"
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[: SHOWN_CHARACTERS_MAX - 1]}…"


def is_blank(value: CellValue) -> bool:
    """Whether nothing visible stands in the cell."""
    return value is None or (isinstance(value, str) and not tidy(value))


def formula_in(value: CellValue) -> Refusal | None:
    """Refuses a formula, text that a spreadsheet would take for one, and a cell that shows an error."""
    match value:
        case Formula():
            return Refusal("formula", "这里要写内容本身，不能是公式；请复制后“只粘贴数值”。")
        case str() if compact(value).startswith("="):
            return Refusal("formula", "这里要写内容本身，不能以等号开头。")
        case Fault():
            return Refusal("cell-error", "单元格显示错误，请改成正确的内容。")
        case _:
            return None
