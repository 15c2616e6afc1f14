"""Verifying and reading many entries, on every core once there are many.

A signature costs some 100 µs to check, everything else about an entry far less: beyond a few thousand entries other
processes check signatures while this one follows the log.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from firmware_protocol.entries import SERVER, Entry, parse
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from server.store.audit import StoredEntry, agent_keys, entry_count, stored_batches
from server.store.database import Reader

ALONE_MAX = 5000
AHEAD = 4
_MALFORMED = "内容不成形，不是一条记录"

Work = list[tuple[object, Verifier | None]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One stored entry with what its note says, or why it says nothing (a Chinese sentence)."""

    stored: StoredEntry
    entry: Entry | str


def parse_all(reader: Reader, server: Verifier) -> Iterator[Parsed]:
    """Every entry in order, verified with the key of the source that its row names, and read."""
    verifiers = _verifiers(reader, server)
    batches = ((batch, [_with_key(stored, verifiers) for stored in batch]) for batch in stored_batches(reader))
    if entry_count(reader) <= ALONE_MAX:
        for batch, work in batches:
            yield from _together(batch, parse_each(work))
        return
    yield from _in_parallel(batches)


def parse_each(work: Work) -> list[Entry | str]:
    """Verify and read some notes; also runs in other processes."""
    return [_parse(note, verifier) for note, verifier in work]


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


def _parse(note: object, verifier: Verifier | None) -> Entry | str:
    if verifier is None:
        return "没有登记过这个来源的公钥"
    if not isinstance(note, bytes):  # SQLite would keep text where bytes belong
        return _MALFORMED
    try:
        return parse(note, (verifier,))
    except UnverifiedNote:
        return "签名不对"
    except MalformedNote:
        return _MALFORMED


def _verifiers(reader: Reader, server: Verifier) -> Mapping[tuple[str, int | None], Verifier]:
    """The server's key, and every agent's as the server's own entries named it, by agent and epoch."""
    verifiers: dict[tuple[str, int | None], Verifier] = {(SERVER, None): server}
    for note in agent_keys(reader):
        entry = _parse(note, server)
        if isinstance(entry, Entry):
            key = Verifier.parse(entry.about["key"])
            verifiers[entry.about["agent"], entry.about["epoch"]] = key
    return verifiers


def _with_key(
    stored: StoredEntry, verifiers: Mapping[tuple[str, int | None], Verifier]
) -> tuple[object, Verifier | None]:
    by = stored.columns["by"]
    return stored.columns["note"], verifiers.get((by, None if by == SERVER else stored.columns["epoch"]))
