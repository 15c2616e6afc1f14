"""Appending to the log: one entry by itself, many callers at once, and how soon each stands in a published checkpoint.

An entry is signed, chained, hashed into the tree and committed with the columns people search by. The floors are those
of `bare_log` in the same run: the very rows that the log has just written, asked for by as many callers, each of whom
waits for its answer before it asks again. How many are committed together follows from that, here and there.
"""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from statistics import median
from time import perf_counter, process_time

from bench.bare_log import BareLog, Row, rows_of
from bench.figures import Figure, spread
from bench.township import Town
from server.custody.news import LogGrew, News
from server.store.folder import DATABASE_FILE
from server.store.lists.entries import log_size
from server.township import Township, opened
from server.usecases.export_log import ExportLog, export_log

CALLERS = (8, 64, 256)
ROUNDS = 5
GROUPED_PER_SINGLE = 20
GROUPED_RATIO_MIN = 0.7
LAG_MAX_MS = 1000.0
WAIT_S = 30.0
LOG, BARE, SIGNING = "entries", "bare", "bare, signing"
Append = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Log:
    """The township's log as its callers see it.

    `grown` has its size after each group that was committed, `heads` that of each checkpoint that was published.
    """

    township: Township
    database: Path
    grown: "SimpleQueue[int]"
    heads: "SimpleQueue[int]"

    def append(self) -> None:
        """Append an entry, and wait for it."""
        self.township.writer.run_now(export_log, ExportLog(0))

    async def append_soon(self) -> None:
        """Append an entry as the server does, from its event loop."""
        await self.township.writer.run(export_log, ExportLog(0))

    def append_in_public(self) -> None:
        """Append an entry, and wait until a published checkpoint covers it."""
        self.append()
        self.be_published()

    def be_published(self) -> None:
        """Wait for the checkpoint that covers what was appended last."""
        size = self.size
        while self.heads.get(timeout=WAIT_S) < size:
            continue

    @property
    def size(self) -> int:
        """How many entries there are."""
        with self.township.database.reading() as reader:
            return log_size(reader)


@dataclass(frozen=True, slots=True)
class Rates:
    """Of one program, round by round: appends a second, processor time of each, how many were committed together."""

    per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    group: list[float] = field(default_factory=list)

    def add(self, appended: int, seconds: float, cpu_s: float, groups: int) -> None:
        """Note a round."""
        self.per_s.append(appended / seconds)
        self.cpu_us.append(cpu_s / appended * 1e6)
        self.group.append(appended / groups)


def measure(town: Town, appends: int) -> list[Figure]:
    """Append so many entries one after the other, and twenty times as many for each number of callers."""
    with ExitStack() as stack:
        log = stack.enter_context(_opened(town))
        bare, signing = (stack.enter_context(closing(BareLog(log.database, signs=each))) for each in (False, True))
        first = log.size
        took_ms = [_took_ms(log.append) for _ in range(appends)]
        log.be_published()
        single = _single(took_ms, bare, rows_of(log.database, "entries", first))
        lag = _lag([_took_ms(log.append_in_public) for _ in range(appends)])
        floors, many = {BARE: bare, SIGNING: signing}, appends * GROUPED_PER_SINGLE
        grouped = [figure for callers in CALLERS for figure in _grouped(log, floors, callers, many)]
    return [single, *grouped, lag]


@contextmanager
def _opened(town: Town) -> Iterator[Log]:
    grown, heads = SimpleQueue[int](), SimpleQueue[int]()

    def hear(news: Sequence[News]) -> None:
        for each in news:
            if isinstance(each, LogGrew):
                grown.put(each.size)

    gc.freeze()  # as the server does when it has imported everything
    with opened(town.data, announce=hear) as township:
        township.publisher.published = lambda head: heads.put(head.size)
        yield Log(township, town.data / DATABASE_FILE, grown, heads)
    gc.unfreeze()


def _took_ms(act: Callable[[], None]) -> float:
    started = perf_counter()
    act()
    return (perf_counter() - started) * 1000


def _single(took_ms: list[float], bare: BareLog, rows: Sequence[Row]) -> Figure:
    floor = spread([_took_ms(partial(bare.commit, [row])) for row in rows])
    return Figure(
        what="durable append, one at a time",
        unit="ms",
        measured=spread(took_ms),
        floors={f"bare commit {name}": value for name, value in floor.items()},
    )


def _grouped(log: Log, floors: Mapping[str, BareLog], callers: int, appends: int) -> list[Figure]:
    each = max(1, appends // (ROUNDS * callers))
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        rates = runner.run(_rounds(log, floors, callers, each))
    per_s = {name: median(rate.per_s) for name, rate in rates.items()}
    cpu_us = {name: median(rate.cpu_us) for name, rate in rates.items()}
    group = {name: f"{median(rate.group):.0f} a group" for name, rate in rates.items()}
    bare, signing = (per_s[LOG] / per_s[name] for name in floors)
    return [
        Figure(
            what=f"durable appends, {callers} callers, {group[LOG]}",
            unit="/s",
            measured={LOG: per_s[LOG]},
            floors={f"{name}, {group[name]}": per_s[name] for name in floors},
            target=f"≥ {GROUPED_RATIO_MIN} × bare ({bare:.2f}; {signing:.2f} × signing)",
            is_met=bare >= GROUPED_RATIO_MIN,
        ),
        Figure(
            what=f"processor time of each, {callers} callers",
            unit="µs",
            measured={"entry": cpu_us[LOG]},
            floors={name: cpu_us[name] for name in floors},
        ),
    ]


async def _rounds(log: Log, floors: Mapping[str, BareLog], callers: int, each: int) -> dict[str, Rates]:
    """The log and the floors in turn, each with what the log has just written."""
    rates = {name: Rates() for name in (LOG, *floors)}
    for _ in range(ROUNDS):
        first, groups, cpu_s = log.size, log.grown.qsize(), process_time()
        seconds = await _asked(callers, each, log.append_soon)
        log.be_published()
        rates[LOG].add(callers * each, seconds, process_time() - cpu_s, log.grown.qsize() - groups)
        rows = rows_of(log.database, "entries", first)
        for name, bare in floors.items():
            groups, cpu_s = bare.groups, process_time()
            with bare.taking():
                seconds = await _asked(callers, each, _append_of(bare, rows))
            rates[name].add(callers * each, seconds, process_time() - cpu_s, bare.groups - groups)
    return rates


def _append_of(bare: BareLog, rows: Sequence[Row]) -> Append:
    given = iter(rows)
    return lambda: bare.append(next(given))


async def _asked(callers: int, each: int, append: Append) -> float:
    """The seconds until so many callers have had so many appends each, one after the other."""

    async def call() -> None:
        for _ in range(each):
            await append()

    started = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return perf_counter() - started


def _new_event_loop() -> asyncio.AbstractEventLoop:
    """Of the kind that the server runs on."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - there is none for Windows

    return uvloop.new_event_loop()


def _lag(took_ms: list[float]) -> Figure:
    measured = spread(took_ms)
    return Figure(
        what="entry asked for → in a published checkpoint",
        unit="ms",
        measured=measured,
        target="p99 < 1 s",
        is_met=measured["p99"] < LAG_MAX_MS,
    )
