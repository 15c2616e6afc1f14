"""Plain values as they stand in a message's JSON; each reader raises `TypeError`, `ValueError` or `AttributeError`."""

from collections.abc import Mapping
from typing import Any


def read_text(value: object) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError("expected text")
    return value


def read_count(value: object) -> int:
    """A whole number from 0."""
    if type(value) is not int or value < 0:
        raise ValueError("expected a whole number")
    return value


def read_texts(value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return tuple(read_text(each) for each in value)


def read_words(value: Mapping[str, Any]) -> dict[str, str]:
    """A table from text to text."""
    return {read_text(key): read_text(word) for key, word in value.items()}


def read_counts(value: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """A table from text to counts by word."""
    return {
        read_text(place): {read_text(word): read_count(n) for word, n in counts.items()}
        for place, counts in value.items()
    }
