"""Papers being made, and those made lately, each for whoever asked. In memory: a restart forgets them, no log does.

One is drawn at a time, in a thread, so that pages stay quick and memory small.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile

from server.custody.refusals import Refused

KEPT_MAX = 24
KEPT_S = 600.0
SAME_AGAIN_S = 5.0
"""Asked for the same twice within this time is a second tap."""
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A paper as a file, ready to be given out."""

    name: str
    media_type: str
    content: bytes


class Phase(StrEnum):
    """What is being done for a paper: it waits for its turn, its rows are gathered, they are drawn."""

    WAITING = "waiting"
    GATHERING = "gathering"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a phase is: so many rows of so many; `total` 0 while nobody knows."""

    phase: Phase = Phase.WAITING
    done: int = 0
    total: int = 0


@dataclass(slots=True)
class Progress:
    """How far one paper is: told by the thread that makes it, read by pages. A whole stage is put in place at once."""

    stage: Stage = Stage()

    def gathered(self, done: int, total: int) -> None:
        """So many of its rows are read."""
        self.stage = Stage(Phase.GATHERING, done, total)

    def drew(self, done: int, total: int) -> None:
        """So many of its rows are in the file."""
        self.stage = Stage(Phase.DRAWING, done, total)


Make = Callable[[Progress], Awaitable[PrintedFile | Refused]]


@dataclass(slots=True)
class Job:
    """One paper somebody asked for."""

    id: str
    owner: str
    title: str
    key: Hashable
    asked_at_s: float
    progress: Progress
    task: asyncio.Task[PrintedFile | Refused]


@dataclass(slots=True)
class Printing:
    """The jobs, oldest first. Belongs to one event loop."""

    _jobs: OrderedDict[str, Job] = field(default_factory=OrderedDict)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def start(self, owner: str, title: str, key: Hashable, make: Make) -> Job:
        """Begin to make a paper, unless this person has just asked for the very same."""
        now_s = asyncio.get_running_loop().time()
        self._forget(now_s)
        for job in reversed(self._jobs.values()):
            if (job.owner, job.key) == (owner, key) and now_s - job.asked_at_s < SAME_AGAIN_S:
                return job
        progress = Progress()
        task = asyncio.create_task(self._made(make, progress))
        job = Job(secrets.token_urlsafe(_ID_BYTES), owner, title, key, now_s, progress, task)
        self._jobs[job.id] = job
        return job

    def job(self, owner: str, job_id: str) -> Job | None:
        """This person's job, or None where it is not theirs or was forgotten."""
        job = self._jobs.get(job_id)
        return job if job is not None and job.owner == owner else None

    def ahead_of(self, job: Job) -> int:
        """How many papers are made before this one's turn."""
        before = takewhile(lambda each: each is not job, self._jobs.values())
        return sum(not each.task.done() for each in before)

    async def _made(self, make: Make, progress: Progress) -> PrintedFile | Refused:
        async with self._one_at_a_time:
            return await make(progress)

    def _forget(self, now_s: float) -> None:
        old = [job for job in self._jobs.values() if job.task.done() and now_s - job.asked_at_s > KEPT_S]
        over = list(self._jobs.values())[: max(0, len(self._jobs) - KEPT_MAX + 1)]
        for job in {job.id: job for job in (*old, *over)}.values():
            job.task.cancel()
            del self._jobs[job.id]
