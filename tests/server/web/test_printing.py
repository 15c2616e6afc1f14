"""Papers on their way: one at a time, each for whoever asked, forgotten in the end."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from server.web.printing import KEPT_MAX, PrintedFile, Printing, Progress

pytestmark = pytest.mark.anyio
FILE = PrintedFile("x.pdf", "application/pdf", b"%PDF")


class Press:
    """Makes papers when it is told to, and remembers how many at once."""

    def __init__(self) -> None:
        self.told, self.running, self.most, self.made = asyncio.Event(), 0, 0, 0

    async def make(self, _progress: Progress) -> PrintedFile:
        """Wait to be told, then be done."""
        self.running += 1
        self.most = max(self.most, self.running)
        await self.told.wait()
        self.running -= 1
        self.made += 1
        return FILE


async def test_papers_are_drawn_one_after_the_other() -> None:
    printing, press = Printing(), Press()
    jobs = [printing.start("p-1", "盘点表", number, press.make) for number in range(3)]
    press.told.set()
    assert [printing.ahead_of(job) for job in jobs] == [0, 1, 2]
    assert [await job.task for job in jobs] == [FILE] * 3
    assert printing.ahead_of(jobs[2]) == 0
    assert press.most == 1


async def test_the_same_asked_twice_at_once_is_one_job_but_another_persons_is_not() -> None:
    printing, press = Printing(), Press()
    first = printing.start("p-1", "盘点表", "key", press.make)
    assert printing.start("p-1", "盘点表", "key", press.make) is first
    other = printing.start("p-2", "盘点表", "key", press.make)
    press.told.set()
    await asyncio.gather(first.task, other.task)
    assert press.made == 2
    assert printing.job("p-2", first.id) is None
    assert printing.job("p-1", first.id) is first


async def test_the_oldest_papers_are_forgotten() -> None:
    printing = Printing()
    make: Callable[[Progress], Coroutine[None, None, PrintedFile]] = Press().make
    jobs = [printing.start("p-1", "盘点表", number, make) for number in range(KEPT_MAX + 1)]
    assert printing.job("p-1", jobs[0].id) is None
    assert printing.job("p-1", jobs[-1].id) is not None
    for job in jobs:
        job.task.cancel()
