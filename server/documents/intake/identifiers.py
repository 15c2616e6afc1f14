"""What a thing or a person is known by: 编号, 柜号, phone, card, tag, 统一社会信用代码."""

import re
from collections.abc import Callable

from firmware_protocol.credentials import is_card_number
from server.documents.intake.cells import CellValue, Mended, Refusal, as_text, compact

_PHONE = re.compile(r"(?:\+?86-?)?(1\d{2})-?(\d{4})-?(\d{4})", re.ASCII)
_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)
_CREDIT_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code_like(pattern: str, rule: str) -> Callable[[CellValue], str | Refusal]:
    """A reader of codes that match `pattern` once written half-width, upper-case and without spaces."""
    written = re.compile(pattern, re.ASCII)

    def read(value: CellValue) -> str | Refusal:
        code = compact(as_text(value)).upper()
        return code if written.fullmatch(code) else Refusal(rule)

    return read


def read_phone(value: CellValue) -> str | Refusal:
    """A mobile number of eleven digits beginning with 1; +86, hyphens and spaces are left out."""
    match = _PHONE.fullmatch(compact(as_text(value)))
    return "".join(match.groups()) if match else Refusal("phone")


def read_card(value: CellValue) -> str | Mended | Refusal:
    """A card's ten digits. A number of nine digits had a nought in front, which spreadsheets leave out.

    Nine digits typed as text are refused: a card opens doors, so nobody guesses which digit is missing.
    """
    digits = compact(as_text(value))
    if isinstance(value, int | float) and _NINE_DIGITS.fullmatch(digits):
        return Mended(f"0{digits}", "card-padded", f"按 0{digits} 读入：表格会吃掉数字最前面的 0。请对照卡面核对。")
    return digits if is_card_number(digits) else Refusal("card")


def is_credit_code(code: str) -> bool:
    """Whether an 18-character 统一社会信用代码 has its letters and its check character right (GB 32100-2015)."""
    if not _CREDIT_CODE.fullmatch(code):
        return False
    total = sum(_CREDIT_CODE_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    return _CREDIT_CODE_LETTERS[-total % 31] == code[17]
