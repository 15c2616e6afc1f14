"""Verifying and reading many entries, on every core once there are many.

A signature costs some 100 µs to check, everything else about an entry far less: beyond a few thousand entries other
processes check signatures while this one follows the log.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from firmware_protocol.entries import Entry, parse
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from server.operate.key_checks import AgentKeys, KeyBook, server_keys
from server.store.audit import StoredEntry, agent_keys, agent_rotations, entry_count, stored_batches
from server.store.database import Reader
from server.store.keys import Keys

ALONE_MAX = 5000
AHEAD = 4
_MALFORMED = "内容不成形，不是一条记录"
OUT_OF_TIME = "签它的密钥在这里不管用：已经换下，或者还没有换上"

Work = list[tuple[object, Verifier | None, tuple[Verifier, ...]]]
"""Notes with the key each must bear, and the source's other keys."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One stored entry with what its note says, or why it says nothing (a Chinese sentence)."""

    stored: StoredEntry
    entry: Entry | str


def parse_all(reader: Reader, book: KeyBook) -> Iterator[Parsed]:
    """Every entry in order, verified with the key of the source that its row names, and read."""
    batches = ((batch, [_with_keys(stored, book) for stored in batch]) for batch in stored_batches(reader))
    if entry_count(reader) <= ALONE_MAX:
        for batch, work in batches:
            yield from _together(batch, parse_each(work))
        return
    yield from _in_parallel(batches)


def parse_each(work: Work) -> list[Entry | str]:
    """Verify and read some notes; also runs in other processes."""
    return [_parse(note, verifier, others) for note, verifier, others in work]


def _in_parallel(batches: Iterable[tuple[list[StoredEntry], Work]]) -> Iterator[Parsed]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        running: deque[tuple[list[StoredEntry], Future[list[Entry | str]]]] = deque()
        for batch, work in batches:
            running.append((batch, pool.submit(parse_each, work)))
            if len(running) > AHEAD:
                yield from _finished(running)
        while running:
            yield from _finished(running)


def _finished(running: deque[tuple[list[StoredEntry], Future[list[Entry | str]]]]) -> Iterator[Parsed]:
    batch, entries = running.popleft()
    yield from _together(batch, entries.result())


def _together(batch: list[StoredEntry], entries: list[Entry | str]) -> Iterator[Parsed]:
    return (Parsed(stored, entry) for stored, entry in zip(batch, entries, strict=True))


def _parse(note: object, verifier: Verifier | None, others: tuple[Verifier, ...] = ()) -> Entry | str:
    if verifier is None:
        return "没有登记过这个来源的公钥"
    if not isinstance(note, bytes):  # SQLite would keep text where bytes belong
        return _MALFORMED
    try:
        return parse(note, (verifier,))
    except UnverifiedNote:
        return OUT_OF_TIME if others and isinstance(_parse(note, others[0], others[1:]), Entry) else "签名不对"
    except MalformedNote:
        return _MALFORMED


def key_book(reader: Reader, keys: Keys) -> KeyBook:
    """The server's keys through time, and every agent's as the server's own entries named it, by agent and epoch."""
    history, rotations = server_keys(reader, keys)
    agents: dict[tuple[str, int], AgentKeys] = {}
    for note in agent_keys(reader):
        entry = _read_by_any(note, history.permit.every)
        if entry is not None:
            agents[entry.about["agent"], entry.about["epoch"]] = AgentKeys(Verifier.parse(entry.about["key"]))
    for row in agent_rotations(reader):
        if (source := (row["by"], row["epoch"])) in agents:
            agents[source] = agents[source].after(row["seq"], row["note"])
    return KeyBook(history, agents, rotations)


def _read_by_any(note: bytes, verifiers: tuple[Verifier, ...]) -> Entry | None:
    """The entry where one of these signed it; whether it did so in its time is found when the log is read."""
    try:
        return parse(note, verifiers)
    except (UnverifiedNote, MalformedNote):
        return None


def _with_keys(stored: StoredEntry, book: KeyBook) -> tuple[object, Verifier | None, tuple[Verifier, ...]]:
    return stored.columns["note"], book.key_of(stored.columns), book.others_of(stored.columns)
