"""What people typed, made fit to keep: one line of ordinary characters, not endless."""

import re
import unicodedata

TEXT_LENGTH_MAX = 500
_STAND_INS = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""Radicals and compatibility forms, as texts copied from a PDF have them: they look like the character meant."""


def tidy(text: str, length_max: int = TEXT_LENGTH_MAX) -> str:
    """The text without control and invisible characters, runs of blanks as one, cut at `length_max` characters."""
    visible = "".join(_shown(char) for char in _STAND_INS.sub(_ordinary, text))
    return " ".join(visible.split())[:length_max]


def _shown(char: str) -> str:
    if unicodedata.category(char) == "Cf":
        return ""
    return char if char.isprintable() else " "


def _ordinary(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])
