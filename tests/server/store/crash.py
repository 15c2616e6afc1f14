"""A server that dies in the middle of a group; the tests run it as `python -m tests.server.store.crash URL`."""

import asyncio
import os
import sys
import threading
from dataclasses import dataclass, field

from server.store.database import Database
from server.store.work import Work
from tests.server.town import Town


def register(work: Work, name: str) -> None:
    """An event that changes something."""
    about = {"item": work.new_id("i"), "cooperative": "c-1", "kind": "seal"}
    work.record("item_registered", about, {"name": name, "key": name, "seal_type": None, "details": {}})


@dataclass(frozen=True)
class Gate:
    """Holds the writer in one use case while others are asked for, so that those become one group."""

    entered: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)


def hold(_work: Work, gate: Gate) -> None:
    """Keep the writer busy until the gate opens."""
    gate.entered.set()
    gate.opened.wait(10)


def die(_work: Work, _asked: None) -> None:
    """The power goes: nothing is flushed, nobody is told."""
    os._exit(9)


async def end(town: Town) -> None:
    """Lead one use case through its savepoint, and die in the same group before the commit."""
    gate = Gate()
    first = asyncio.create_task(town.writer.run(hold, gate))
    await asyncio.to_thread(gate.entered.wait, 10)
    asked = [asyncio.create_task(town.writer.run(*job)) for job in ((register, "lost"), (die, None))]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(first, *asked)


if __name__ == "__main__":
    doomed = Town(Database.open(sys.argv[1]))
    doomed.do(register, "committed")
    asyncio.run(end(doomed))
