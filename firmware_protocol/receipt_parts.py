"""A receipt in several codes: what is too much for one that a cheap printer draws and an old phone reads.

Each part is `~tag.number.count.piece`: the pieces in the order of their numbers (from 1) are the receipt's code. The
tag is the beginning of base64url(SHA-256(code)), so that parts of two receipts never make a third. `~` is in no code
and no address needs it, so parts can be pasted in a row, in any order.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from math import ceil

from firmware_protocol.notes import MalformedNote

PARTS_MAX = 40
_TAG_CHARACTERS = 6
_PART = re.compile(rf"~([\w-]{{{_TAG_CHARACTERS}}})\.([1-9]\d?)\.([1-9]\d?)\.([\w-]+)", re.ASCII)
_ADDRESS = re.compile(r"\S*#")


class PartsMissing(MalformedNote):
    """Some parts are there and the parts `missing`, of `count`, are not."""

    def __init__(self, missing: tuple[int, ...], count: int) -> None:
        """`missing` are numbers from 1 to `count`."""
        super().__init__(f"parts {missing} of {count} are missing")
        self.missing = missing
        self.count = count


def parts_of(code: str, characters: int) -> tuple[str, ...]:
    """The code in even parts of at most so many of its characters; alone where it is no longer.

    Raises `ValueError` where that takes more than `PARTS_MAX`.
    """
    count = ceil(len(code) / characters)
    if count > PARTS_MAX:
        raise ValueError(f"{count} parts are too many")
    if count <= 1:
        return (code,)
    length = ceil(len(code) / count)
    pieces = [code[at : at + length] for at in range(0, len(code), length)]
    return tuple(f"~{_tag(code)}.{number}.{len(pieces)}.{piece}" for number, piece in enumerate(pieces, 1))


def whole_of(text: str) -> str:
    """The code in what was scanned or pasted: one code, or the parts of the last one that is begun, in any order.

    White space and addresses up to `#` count for nothing. Raises `PartsMissing`; `MalformedNote` for parts that do not
    belong together.
    """
    bare = "".join(_ADDRESS.sub("", text).split())
    parts = _PART.findall(bare)
    if not parts:
        return bare
    tag, _, count, _ = parts[-1]
    pieces = {int(number): piece for each, number, of, piece in parts if (each, of) == (tag, count)}
    missing = tuple(number for number in range(1, int(count) + 1) if number not in pieces)
    if missing:
        raise PartsMissing(missing, int(count))
    code = "".join(pieces[number] for number in range(1, int(count) + 1))
    if _tag(code) != tag:
        raise MalformedNote("these parts are not of one receipt")
    return code


def _tag(code: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(code.encode()).digest()).decode()[:_TAG_CHARACTERS]
