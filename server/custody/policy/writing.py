"""Frozen rows as text and back: the one codec of policies, demands and meetings.

JSON, keys sorted, nothing left out; so equal values are equal texts, and a policy's hash is that of its text. Reading
is strict: unknown or missing keys, wrong types and unknown words raise `ValueError`.
"""

import hashlib
import json
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from firmware_protocol.times import read_time, write_time

T = TypeVar("T")


def write(value: object) -> str:
    """A frozen dataclass as JSON text."""
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError("only rows are written")
    return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no type of its own
    """A frozen dataclass as plain JSON values."""
    return json.loads(write(value))


def read(kind: type[T], text: str) -> T:
    """The row that `write` wrote; raises `ValueError` for anything else."""
    return made(kind, json.loads(text))


def made(kind: type[T], values: object) -> T:
    """The row out of plain JSON values; raises `ValueError` for anything that is not one."""
    made_of: T = _read(kind, values)
    return made_of


def digest(text: str) -> str:
    """The SHA-256 (hex) of a policy's text: what stands in the log."""
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written")


def _read(annotation: Any, value: Any) -> Any:  # noqa: ANN401 - any annotation, any JSON
    if isinstance(annotation, UnionType):
        inner = next(arg for arg in get_args(annotation) if arg is not type(None))
        return None if value is None else _read(inner, value)
    if get_origin(annotation) is tuple:
        return tuple(_read(get_args(annotation)[0], each) for each in _of(list, value))
    if is_dataclass(annotation):
        return _row(annotation, _of(dict, value))
    return _word(annotation, value)


def _word(annotation: Any, value: Any) -> Any:  # noqa: ANN401
    if issubclass(annotation, StrEnum):
        return annotation(value)
    if annotation is datetime:
        return read_time(_of(str, value))
    if annotation is date:
        return date.fromisoformat(_of(str, value))
    return _of(annotation, value)


def _row(kind: Any, values: dict[str, Any]) -> Any:  # noqa: ANN401
    hints = _hints(kind)
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    if not needed <= values.keys() <= hints.keys():
        raise ValueError(f"a {kind.__name__} has exactly its fields")
    return kind(**{name: _read(hints[name], value) for name, value in values.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401
    return get_type_hints(kind)


def _of(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise ValueError(f"expected {kind.__name__}")
    return value
