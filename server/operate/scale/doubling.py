"""Making a long log longer: all that was told so far is copied, as if it had happened once more some weeks later.

The copy has positions, ids and times of its own in every column by which anything is looked up; its signed bytes are
those of the original. So tables, indexes, tree and tiles have the shapes and sizes of a log in which all of it really
happened, and `verify` says, rightly, that it did not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, literal, select

from firmware_protocol.entries import Chain
from server.custody.facts import Checkout, IssuedPermit, Opening
from server.custody.findings.finding import Finding
from server.custody.people import SignIn
from server.store.log_rows import BODIES, ENTRIES, ENTRY_ITEMS, ENTRY_PEOPLE
from server.store.rows import TABLE_OF
from server.store.work import Work

COPIED = "copied"
_AT_ONCE = 50_000
CACHE_KB = 2 << 20
"""Memory for what is not written yet."""
_OF_THE_LOG: Mapping[Table, tuple[str, ...]] = {
    ENTRIES: ("checkout",),
    BODIES: (),
    ENTRY_PEOPLE: (),
    ENTRY_ITEMS: (),
}
_OF_FACTS: Mapping[Table, tuple[str, ...]] = {
    TABLE_OF[Checkout]: ("id", "permit"),
    TABLE_OF[IssuedPermit]: ("id", "checkout"),
    TABLE_OF[Opening]: ("id", "permit", "checkout"),
    TABLE_OF[Finding]: ("id", "checkout"),
    TABLE_OF[SignIn]: ("id",),
}
"""The tables in which lives leave rows, and which of their columns name what each life makes its own."""


@dataclass(frozen=True, slots=True)
class Doubling:
    """Copy every entry from position `first` on, and every fact of the lives; the copy is so much `later`.

    `mark` is what its ids end in, another one each time. `agent` is where the chain of the one agent stands.
    """

    mark: str
    first: int
    later: timedelta
    agent: Chain


def double(work: Work, asked: Doubling) -> int:
    """Append the copy; answers how long the log is then."""
    if work.connection.dialect.name == "sqlite":
        work.connection.exec_driver_sql(
            f"PRAGMA cache_size = -{CACHE_KB}"
        )  # or index pages are written again and again
    for table, ids in _OF_FACTS.items():
        _insert(work, table, _later(table, ids, asked, 0))
    for start, end in _stretches(asked.first, work.size):
        for table, ids in _OF_THE_LOG.items():
            rows = _later(table, ids, asked, work.size - asked.first)
            _insert(work, table, rows.where(table.c.position.between(start, end - 1)))
        work.leaf_hashes.extend(_leaf_hashes(work, start, end))
    length = work.size - asked.first
    work.chain = replace(work.chain, seq=work.chain.seq + length)
    work.keep_chain(replace(asked.agent, seq=asked.agent.seq + length))
    work.types.add(COPIED)
    return work.size + len(work.leaf_hashes)


def _insert(work: Work, table: Table, rows: Select[Any]) -> None:
    work.connection.execute(table.insert().from_select(table.c.keys(), rows))


def _later(table: Table, ids: tuple[str, ...], asked: Doubling, shift: int) -> Select[Any]:
    later_ms = asked.later // timedelta(milliseconds=1)
    added: dict[str, str | int] = {**dict.fromkeys(ids, asked.mark), "position": shift, "seq": shift}
    return select(*(_plus(column, added.get(column.key, later_ms)) for column in table.c))


def _plus(column: Column[Any], added: str | int) -> ColumnElement[Any]:
    is_changed = isinstance(added, str) or column.key in ("position", "seq") or column.key.endswith("_ms")
    return column + literal(added, column.type) if is_changed else column


def _leaf_hashes(work: Work, start: int, end: int) -> Iterator[bytes]:
    wanted = select(ENTRIES.c.leaf_hash).where(ENTRIES.c.position.between(start, end - 1))
    return iter(work.connection.execute(wanted.order_by(ENTRIES.c.position)).scalars())


def _stretches(first: int, end: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + _AT_ONCE, end)) for start in range(first, end, _AT_ONCE))
