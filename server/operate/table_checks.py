"""The tables against the world the log makes: every row, every column, nothing more and nothing less."""

import hashlib
from collections.abc import Iterator

from server.custody.facts import Agent
from server.custody.happenings import Fact
from server.custody.people import Credential
from server.custody.replay import World
from server.operate.wrongs import Wrong
from server.store.audit import Row, fact_rows
from server.store.database import Reader
from server.store.rows import TABLE_OF, to_row
from server.store.side_tables import rosters, secret

_WHO = ("name", "short_name", "purpose", "person", "checkout")


def table_problems(reader: Reader, world: World) -> Iterator[Wrong]:
    """What in the tables is not as the log says, table by table."""
    for kind in TABLE_OF:
        yield from _of_kind(reader, world, kind)
    yield from _secrets(reader, world)
    yield from _rosters(reader, world)


def _of_kind(reader: Reader, world: World, kind: type[Fact]) -> Iterator[Wrong]:
    table = TABLE_OF[kind].name
    try:
        stored = fact_rows(reader, kind)
    except ValueError:
        yield Wrong(f"{table} 表", "有一行里的日期或数字读不出来")
        return
    expected = {fact.id: to_row(fact) for fact in world.of_kind(kind)}
    for fact_id, fact_row in expected.items():
        if fact_id not in stored:
            yield Wrong(_place(table, fact_row), f"台账里有（{_entry(world, kind, fact_id)}），表里没有这一行")
            continue
        for what in _columns(fact_row, stored[fact_id]):
            yield Wrong(_place(table, fact_row), f"{what}；这一行由{_entry(world, kind, fact_id)}写成")
    for fact_id, row in stored.items():
        if fact_id not in expected:
            yield Wrong(_place(table, row), "表里有，台账里没有这一行")


def _columns(expected: Row, stored: Row) -> Iterator[str]:
    for name, value in expected.items():
        if stored[name] != value:
            yield f"{name} 列与台账不符：应为 {value}，表里是 {stored[name]}"


def _entry(world: World, kind: type[Fact], fact_id: str) -> str:
    """The entry that made the row what it should be."""
    return f"台账第 {world.changed_by(kind, fact_id)} 条"


def _place(table: str, row: Row) -> str:
    who = next((row[name] for name in _WHO if row.get(name)), None)
    return f"{table} 表 {row['id']}" + (f"（{who}）" if who else "")


def _secrets(reader: Reader, world: World) -> Iterator[Wrong]:
    for credential in world.of_kind(Credential):
        if secret(reader, credential.digest) is None:
            yield Wrong(f"secrets 表 {credential.id}", "密码或开柜密码的散列不见了，或被换过")


def _rosters(reader: Reader, world: World) -> Iterator[Wrong]:
    stored = rosters(reader)
    for agent in world.of_kind(Agent):
        if agent.roster_version == 0:
            continue
        version, document = stored.get(agent.id, (0, b""))
        if (version, hashlib.sha256(document).hexdigest()) != (agent.roster_version, agent.roster_document):
            yield Wrong(f"roster_documents 表 {agent.id}", "柜机的人员名册与台账里签发的不是同一份")
