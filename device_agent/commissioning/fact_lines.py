"""A fact as one line of JSON, and back: its name and its fields.

{"fact":"Labelled","address":1,"channel":7,"number":7}
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from device_agent.commissioning.facts import Fact, FoundBoard, Place, RawDoor

BY_NAME: dict[str, Callable[..., Fact]] = {kind.__name__: kind for kind in Fact.__args__}
_INSIDE: dict[str, Callable[..., object]] = {
    "boards": FoundBoard,
    "doors": RawDoor,
    "opened": Place,
    "closed": Place,
    "contacts": Place,
}


class UnreadableFact(ValueError):
    """The line is no fact of ours."""


def write_fact(fact: Fact) -> str:
    """One line of JSON, without its end."""
    return json.dumps({"fact": type(fact).__name__} | asdict(fact), ensure_ascii=False, separators=(",", ":"))


def read_fact(line: str) -> Fact:
    """The inverse of `write_fact`; raises `UnreadableFact`."""
    try:
        fields: dict[str, Any] = json.loads(line)
        kind = BY_NAME[fields.pop("fact")]
        return kind(**{name: _inside(name, value) for name, value in fields.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableFact(line) from error


def _inside(name: str, value: object) -> object:
    if not isinstance(value, list):
        return value
    kind = _INSIDE.get(name)
    return tuple(kind(**each) for each in value) if kind else tuple(value)
