"""Characters that do not belong in a name: stand-ins for a glyph that could not be typed, and look-alike letters."""

import re
import unicodedata

_IN_PERSON_NAMES = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af\ufe00-\ufe0f\U000e0100-\U000e01ef·]")
_IN_TITLES = re.compile(r"[A-Za-z0-9\-—()（）〔〕\[\]《》“”、，,.·:：/ №#&]")


def odd_in_person_name(name: str) -> str:
    """The first character of a person's name that is neither a Chinese character nor ·; "" where there is none."""
    return next((character for character in name if not _IN_PERSON_NAMES.match(character)), "")


def odd_in_title(title: str) -> str:
    """The first character that a cooperative's or a seal's name would not have; "" where there is none."""
    return next(
        (letter for letter in title if not (_IN_PERSON_NAMES.match(letter) or _IN_TITLES.match(letter))),
        "",
    )


def described(character: str) -> str:
    """The character for a sentence: itself, or its code point where it may not show."""
    return character if unicodedata.category(character)[0] in "LNPS" else f"U+{ord(character):04X}"
