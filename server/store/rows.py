"""Facts ↔ rows: one table per kind of fact, a column per field, and a codec per type of field.

Encoding is exact and deterministic, so that two equal facts are equal rows; `verify` relies on it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import Table as SqlTable

from firmware_protocol.times import time_from_ms, time_ms
from server.custody.administration.changes import Change
from server.custody.administration.settings import Setting
from server.custody.attachments import Attachment
from server.custody.delegations import Delegation
from server.custody.enrolments import Enrolment
from server.custody.facts import (
    Agent,
    Cabinet,
    Checkout,
    Compartment,
    Cooperative,
    Deposit,
    IssuedPermit,
    Item,
    JournalBreak,
    Opening,
    RevocationList,
    Township,
)
from server.custody.findings.emergencies import Emergency
from server.custody.findings.finding import Finding
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.happenings import Fact
from server.custody.holidays import Holidays
from server.custody.objections import Objection
from server.custody.people import Credential, Grant, OneTimeCode, Person, SignIn
from server.custody.policy.versions import PolicyVersion
from server.custody.policy.writing import made, plain, read, write
from server.custody.rotations import Rotation
from server.store import (
    administration_tables,
    document_tables,
    handover_tables,
    policy_tables,
    request_tables,
    rotation_tables,
    tables,
    watch_tables,
)
from server.store.tables import table_of

F = TypeVar("F", bound=Fact)

TABLE_OF: Mapping[type[Fact], SqlTable] = {
    Township: table_of(tables.Townships),
    Cabinet: table_of(tables.Cabinets),
    Agent: table_of(tables.Agents),
    Cooperative: table_of(tables.Cooperatives),
    Compartment: table_of(tables.Compartments),
    Person: table_of(tables.People),
    Grant: table_of(tables.Grants),
    Credential: table_of(tables.Credentials),
    OneTimeCode: table_of(tables.OneTimeCodes),
    SignIn: table_of(tables.SignIns),
    Item: table_of(tables.Items),
    Checkout: table_of(request_tables.Checkouts),
    Deposit: table_of(request_tables.Deposits),
    IssuedPermit: table_of(tables.Permits),
    Opening: table_of(tables.Openings),
    JournalBreak: table_of(tables.JournalBreaks),
    Attachment: table_of(document_tables.Attachments),
    Objection: table_of(document_tables.Objections),
    RevocationList: table_of(tables.RevocationLists),
    Handover: table_of(handover_tables.Handovers),
    HandoverLine: table_of(handover_tables.HandoverLines),
    HandoverSignature: table_of(handover_tables.HandoverSignatures),
    PolicyVersion: table_of(policy_tables.Policies),
    Delegation: table_of(policy_tables.Delegations),
    Holidays: table_of(policy_tables.HolidayCalendars),
    Finding: table_of(watch_tables.Findings),
    Emergency: table_of(watch_tables.Emergencies),
    Change: table_of(administration_tables.Changes),
    Setting: table_of(administration_tables.Settings),
    Rotation: table_of(rotation_tables.Rotations),
    Enrolment: table_of(administration_tables.Enrolments),
}
"""Where each kind of fact stands, in an order in which people read them."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    field: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def to_row(fact: Fact) -> dict[str, Any]:
    """The fact as column values; kinds whose id is composed get it as a column of its own."""
    row = {column.name: column.encode(getattr(fact, column.field)) for column in _columns(type(fact))}
    row.setdefault("id", fact.id)
    return row


def from_row(kind: type[F], row: Mapping[str, Any]) -> F:
    """The fact that `to_row` wrote; raises `ValueError`, `KeyError` or `TypeError` on a row that was tampered with."""
    return kind(**{column.field: column.decode(row[column.name]) for column in _columns(kind)})


@cache
def _columns(kind: type[Fact]) -> tuple[_Column, ...]:
    hints = get_type_hints(kind)
    return tuple(_column(field.name, hints[field.name]) for field in fields(kind))  # type: ignore[arg-type]


def _column(name: str, annotation: Any) -> _Column:  # noqa: ANN401 - a type annotation has no type of its own
    inner, is_optional = _unwrap(annotation)
    if inner is datetime:
        return _Column(f"{name}_ms", name, _optional(time_ms), _optional(time_from_ms))
    encode, decode = _codec(inner)
    return (
        _Column(name, name, _optional(encode), _optional(decode))
        if is_optional
        else _Column(name, name, encode, decode)
    )


def _unwrap(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401
    if get_origin(annotation) is UnionType and NoneType in get_args(annotation):
        return next(arg for arg in get_args(annotation) if arg is not NoneType), True
    return annotation, False


def _codec(inner: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:  # noqa: ANN401
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return str, inner
    if inner in (tuple[str, ...], tuple[int, ...]):
        return _write_json, lambda text: tuple(json.loads(text))
    if _is_row(inner):
        return write, partial(read, inner)
    if get_origin(inner) is tuple and _is_row(get_args(inner)[0]):
        return _write_rows, partial(_read_rows, get_args(inner)[0])
    if get_origin(inner) is Mapping:
        return _write_json, json.loads
    return _same, _same


def _optional(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


def _write_json(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _is_row(inner: Any) -> bool:  # noqa: ANN401
    return isinstance(inner, type) and is_dataclass(inner)


def _read_rows(kind: type[Any], text: str) -> tuple[Any, ...]:
    return tuple(made(kind, each) for each in json.loads(text))


def _write_rows(rows: tuple[Any, ...]) -> str:
    return _write_json([plain(row) for row in rows])
