"""The numbers on the spine of a bound volume: 001-040, 1～40, 记字第001号至040号."""

import re

from server.documents.intake.cells import compact

_RANGE = re.compile(r"\D{0,4}?(\d{1,6})号?(?:-+|~|至|到)\D{0,4}?(\d{1,6})号?", re.ASCII)


def number_range(written: str) -> tuple[int, int] | None:
    """First and last voucher number, or None where 凭证起讫号 is not one plain range."""
    match = _RANGE.fullmatch(compact(written))
    return (int(match[1]), int(match[2])) if match else None
