"""Work in lanes: one thing after the other for each key, different keys at the same time, never more than fits."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_logger = logging.getLogger(__name__)


class Lanes(Generic[T]):
    """Calls `work(key, item)` for everything that was put in. What it raises is logged and costs that item alone."""

    def __init__(self, work: Callable[[str, T], Awaitable[None]], depth_max: int) -> None:
        """Up to `depth_max` items wait in each lane, the one being worked on included."""
        self._work, self._depth_max = work, depth_max
        self._lanes: dict[str, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, key: str, item: T) -> bool:
        """Add an item; False, and nothing done, when its lane is full. Only on the event loop."""
        lane = self._lanes.get(key)
        if lane is not None and len(lane) >= self._depth_max:
            return False
        if lane is None:
            lane = self._lanes[key] = deque()
            task = asyncio.ensure_future(self._run(key, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        lane.append(item)
        return True

    async def close(self) -> None:
        """Give up whatever is waiting or being worked on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, key: str, lane: deque[T]) -> None:
        try:
            while lane:
                await self._work_on(key, lane[0])
                lane.popleft()
        finally:
            del self._lanes[key]

    async def _work_on(self, key: str, item: T) -> None:
        try:
            await self._work(key, item)
        except Exception:
            _logger.exception("work for %s failed", key)
