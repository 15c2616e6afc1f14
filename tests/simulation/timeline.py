"""Virtual time: one queue of what happens next, in an order that only the seed decides."""

import hashlib
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

from tests.server.town import MONDAY

Act = Callable[[], None]
R = TypeVar("R")
RECENT = 400


@dataclass(eq=False)
class Life:
    """One run of one program, from its start to its power cut: what it had planned ends with it."""

    name: str
    is_over: bool = False
    points_left: int | None = None
    """After so many points where it may be cut short, it is; None: it is not."""
    disk_fails_in: int | None = None
    """After so many writes one fails; None: none does."""
    is_stored_all_the_same: bool = False
    """Whether the write that fails is stored."""


class PowerCut(BaseException):
    """The power of a machine fails right here. No `except Exception` of the product may survive it."""

    def __init__(self, life: Life) -> None:
        super().__init__(life.name)
        self.life = life


@dataclass
class Trace:
    """What happened, line after line: the last lines to read, all of them as one hash."""

    recent: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))
    length: int = 0

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, line: str) -> None:
        """One more line."""
        self.length += 1
        self.recent.append(line)
        self._hash.update(line.encode())

    @property
    def digest(self) -> str:
        """The hash of every line so far."""
        return self._hash.hexdigest()


class Timeline:
    """What is planned, and how late it is: `now_ms` since Monday morning, true time."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self.trace = Trace()
        self.happened = 0
        self.on_cut: Callable[[Life], None] = lambda _life: None
        self._planned: list[tuple[float, int, Life | None, Act]] = []
        self._count = 0
        self._ends_ms = 0.0

    @property
    def now(self) -> datetime:
        """The true time."""
        return MONDAY + timedelta(milliseconds=self.now_ms)

    def note(self, line: str) -> None:
        """Write down what happens now."""
        self.trace.add(f"{self.now_ms / 1000:10.3f} {line}")

    def after(self, wait_ms: float, act: Act, life: Life | None = None) -> None:
        """Plan something; it does not happen any more once `life` is over."""
        self._count += 1
        heappush(self._planned, (self.now_ms + max(0.0, wait_ms), self._count, life, act))

    def run_for(self, for_ms: float) -> None:
        """Let everything happen that happens in this time."""
        self._ends_ms = self.now_ms + for_ms
        while self._planned and self._planned[0][0] <= self._ends_ms:
            at_ms, _, life, act = heappop(self._planned)
            self.now_ms = max(self.now_ms, at_ms)
            if life is None or not life.is_over:
                self._do(act)
        self.now_ms = max(self.now_ms, self._ends_ms)

    def sleep(self, for_ms: float) -> None:
        """Hours in which nothing at all happens: whatever is planned comes so much later."""
        self.now_ms += for_ms
        self._ends_ms += for_ms
        self._planned = [(at_ms + for_ms, count, life, act) for at_ms, count, life, act in self._planned]
        heapify(self._planned)

    def point(self, life: Life, where: str) -> None:
        """A place where a program may be cut short. Raises `PowerCut` when this is the one."""
        if life.points_left is not None:
            life.points_left -= 1
            if life.points_left < 0:
                self.note(f"{life.name}: power cut {where}")
                raise PowerCut(life)

    def _do(self, act: Act) -> None:
        self.happened += 1
        cut_short: Life | None = None
        try:
            act()
        except PowerCut as cut:
            cut_short = cut.life
        if cut_short is not None:  # not before the exception, and with it every frame of the dead program, is gone
            self.on_cut(cut_short)


def finish(answering: Coroutine[Any, Any, R]) -> R:
    """The answer of a coroutine that has nothing to wait for."""
    try:
        answering.send(None)
    except StopIteration as done:
        answer: R = done.value
        return answer
    raise AssertionError("somebody waits for something that is not simulated")
