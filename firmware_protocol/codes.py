"""Codes that people type: base32 letters in groups of four, however they are typed.

Blanks, dashes and other marks are left out, small letters taken as capitals, and 0/O, 1/I/L and 8/B as one.
"""

from base64 import b32encode

_LOOKALIKES = str.maketrans("OILB", "0118")
_GROUP = 4


def write_code(octets: bytes, letters: int) -> str:
    """The first `letters` letters of the octets in base32: `ABCD-EFGH-…`."""
    code = b32encode(octets).decode()[:letters]
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def read_code(typed: str) -> str:
    """What a code is compared by: the same for every way in which people type it."""
    return "".join(char for char in typed.upper() if char.isalnum()).translate(_LOOKALIKES)
