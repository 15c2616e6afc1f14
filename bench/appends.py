"""Appending to the log: one entry by itself, many at once, and how soon each stands in a published checkpoint.

An entry is signed, chained, hashed into the tree and committed with the columns people search by. The floors use plain
SQLite (WAL, synchronous=FULL) in the same run: the entry's bytes alone, one row a commit and a group of rows a commit;
the whole rows with the indexes they are found by; and each signed first, as nobody can help doing.
"""

import asyncio
import sys
from collections.abc import Callable
from queue import SimpleQueue
from time import perf_counter

from bench.figures import Figure, spread
from bench.floors import durable_commits_ms, durable_copies_ms, signatures_per_s
from bench.township import Town
from server.store.folder import DATABASE_FILE
from server.store.lists.entries import log_size
from server.store.lists.signed import signed_bytes
from server.store.writer import GROUP_MAX
from server.township import Township, opened
from server.usecases.export_log import ExportLog, export_log

GROUPED_RATIO_MIN = 0.7
LAG_MAX_MS = 1000.0
WAIT_S = 30.0
GROUPS = 8


def measure(town: Town, appends: int) -> list[Figure]:
    """Append so many entries one after the other, and some groups of them."""
    with opened(town.data) as township:
        before = _size(township)
        single_ms = _each_ms(appends, lambda: _append(township))
        heads: SimpleQueue[int] = SimpleQueue()
        township.publisher.published = lambda head: heads.put(head.size)
        lags_ms = _each_ms(appends, lambda: _published(township, heads))
        grouped_per_s = _grouped_per_s(township)
        note = _note(township, before)
    return [_single(town, note, single_ms), _grouped(town, note, grouped_per_s), _lag(lags_ms)]


def _append(township: Township) -> None:
    township.writer.run_now(export_log, ExportLog(0))


def _published(township: Township, heads: SimpleQueue[int]) -> None:
    """Append, and wait until a published checkpoint covers the entry."""
    _append(township)
    size = _size(township)
    while heads.get(timeout=WAIT_S) < size:
        continue


def _grouped_per_s(township: Township) -> float:
    """Asked for as the server asks: by tasks of one event loop of the kind that it runs on."""
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        return runner.run(_appended_per_s(township))


async def _appended_per_s(township: Township) -> float:
    started = perf_counter()
    for _ in range(GROUPS):
        await asyncio.gather(*(township.writer.run(export_log, ExportLog(0)) for _ in range(GROUP_MAX)))
    return GROUPS * GROUP_MAX / (perf_counter() - started)


def _new_event_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - there is none for Windows

    return uvloop.new_event_loop()


def _each_ms(count: int, act: Callable[[], None]) -> list[float]:
    took = []
    for _ in range(count):
        started = perf_counter()
        act()
        took.append((perf_counter() - started) * 1000)
    return took


def _size(township: Township) -> int:
    with township.database.reading() as reader:
        return log_size(reader)


def _note(township: Township, position: int) -> bytes:
    with township.database.reading() as reader:
        signed = signed_bytes(reader, position)
    if signed is None:
        raise LookupError(position)
    return signed.note


def _single(town: Town, note: bytes, took_ms: list[float]) -> Figure:
    floor = spread(durable_commits_ms(town.data, len(took_ms), (note,)))
    return Figure(
        what="durable append, one at a time",
        unit="ms",
        measured=spread(took_ms),
        floors={f"bare commit {name}": value for name, value in floor.items()},
    )


def _grouped(town: Town, note: bytes, per_s: float) -> Figure:
    floor_per_s = _per_s(durable_commits_ms(town.data, GROUPS, (note,) * GROUP_MAX))
    indexed_per_s = _per_s(durable_copies_ms(town.data / DATABASE_FILE, GROUPS, GROUP_MAX))
    sign_per_s = signatures_per_s([note] * GROUP_MAX)
    return Figure(
        what=f"durable appends, {GROUP_MAX} a group",
        unit="/s",
        measured={"entries": per_s},
        floors={
            "bare group commit": floor_per_s,
            "with columns and indexes": indexed_per_s,
            "sign and bare group commit": 1 / (1 / floor_per_s + 1 / sign_per_s),
            "sign, with columns and indexes": 1 / (1 / indexed_per_s + 1 / sign_per_s),
        },
        target=f"≥ {GROUPED_RATIO_MIN} × bare group commit",
        is_met=per_s >= GROUPED_RATIO_MIN * floor_per_s,
    )


def _per_s(group_ms: list[float]) -> float:
    return GROUP_MAX / spread(group_ms)["p50"] * 1000


def _lag(took_ms: list[float]) -> Figure:
    measured = spread(took_ms)
    return Figure(
        what="entry asked for → in a published checkpoint",
        unit="ms",
        measured=measured,
        target="p99 < 1 s",
        is_met=measured["p99"] < LAG_MAX_MS,
    )
