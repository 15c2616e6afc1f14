"""The township's machine: its disk stays, its program comes and goes. Everything it decides is the product's own."""

import hashlib
import shutil
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event

from firmware_protocol.messages import ROOT, SERVER_STATE_TOPIC, Doors, RosterDoorbell, agent_of_topic, state_topic
from server.cabinets.log_guide import LogGuide
from server.cabinets.outgoing import Outgoing, Pen
from server.cabinets.reception import Incoming, Reception
from server.cabinets.tickets import Tickets
from server.custody.news import LogGrew, News, PermitReady
from server.store import deliveries
from server.store.committing import Committer, Job, UseCase
from server.store.database import Database
from server.store.log_files import HEARTBEAT, LogFiles, Published
from server.store.log_publisher import GAP_MIN_S, RETRY_S, LogPublisher
from server.store.server_clock import ServerClock
from tests.server.town import KEYS
from tests.simulation.chance import Chance
from tests.simulation.network import Broker, Connection
from tests.simulation.timeline import Life, Timeline
from tests.simulation.township import DATABASE, LOG, Township

A = TypeVar("A")
R = TypeVar("R")
SHOW_LOG_MS = 6000
SLOW_DISK_MS = 1500
"""The log is published within this time after a commit, and so not for each of them."""


class Down(Exception):
    """The server does not answer."""


class FilesOnADisk(LogFiles):
    """The log's files, whose writing may be cut short between any two of them."""

    point: Callable[[str], None]

    def _write(self, path: str, content: bytes) -> None:
        self.point(f"before {path}")
        super()._write(path, content)


class Disk:
    """The server's folder and its database, whose engine is made once: what it has learnt to say is kept."""

    def __init__(self, folder: Path, township: Township) -> None:
        self.folder = folder
        township.lay_out(folder)
        self.database = Database.open(f"sqlite:///{folder / DATABASE}")
        self.committing: Callable[[], None] = lambda: None
        self.outage: Callable[[], AbstractContextManager[None]] = nullcontext
        """Surrounds the end of a program by a power cut: afterwards the disk holds what that left."""
        event.listen(self.database.writing, "commit", lambda _connection: self.committing())

    def begin_anew(self, township: Township) -> None:
        """The founded township again, and nothing of any agent's."""
        self.let_go()
        shutil.rmtree(self.folder.parent)
        township.lay_out(self.folder)

    def let_go(self) -> None:
        """Close every connection, as the end of a program does."""
        self.database.writing.dispose()  # a commit cut short leaves its transaction open: no polite end for that one
        self.database.close()


class Server:
    """One server and its lives. `do` is what people do at its pages; the rest happens by itself."""

    def __init__(self, timeline: Timeline, broker: Broker, disk: Disk, chance: Chance) -> None:
        self._timeline, self._broker, self._chance = timeline, broker, chance
        self.disk = disk
        self.database = disk.database
        self.life = Life("server", is_over=True)
        self.heads: list[Published] = []
        """Every head of the log that was let out."""
        self.grown: Callable[[int], None] = lambda _size: None
        """Hears how far the log has grown, after each commit."""
        self._present: set[str] = set()

    @property
    def is_up(self) -> bool:
        """Whether the program runs."""
        return not self.life.is_over

    def boot(self) -> None:
        """The program starts; what it knew is gone, what its disk has is there."""
        self.life = life = Life("server")
        self._timeline.note("server: starts")
        self.disk.committing = lambda: self._timeline.point(life, "before a commit")
        files = FilesOnADisk(self.disk.folder / LOG, KEYS.log.verifier)
        files.point = lambda where: self._timeline.point(life, where)
        self.publisher = LogPublisher(self.database, files, log_key=KEYS.log, clock=self._clock)
        self.publisher.published = self._published
        self._tickets = Tickets(lambda: self._timeline.now_ms / 1000, self._bytes)
        pen = Pen(KEYS.permit, self._tickets, LogGuide(self.publisher, KEYS.permit))
        self._committer = Committer(self.database, KEYS, self._announce, ServerClock(self._clock), self._bytes)
        self._reception = Reception(
            self.database, self, pen, self._clock, self._publish, self._doors_reported, self._decline
        )
        self._present, self._head_shown, self._is_showing = set(), b"", False
        self._follows_ms: float | None = None
        self._follow_log()
        self._beat()
        self._connection = Connection("server", life, self, _is_for_the_server, SERVER_STATE_TOPIC)
        self._broker.join(self._connection)

    def cut(self) -> None:
        """The power fails. What was committed is on the disk, nothing else."""
        self.life.is_over = True
        self._broker.leave(self._connection)
        with self.disk.outage():
            self.disk.let_go()

    def do(self, usecase: UseCase[A, R], asked: A) -> R:
        """Somebody does something at a page; raises `Down`, or what the use case raised."""
        if not self.is_up:
            raise Down
        return _finish(self.run(usecase, asked))

    async def run(self, usecase: UseCase[A, R], asked: A) -> R:
        """As the writer does, without its thread."""
        answer: Future[R] = Future()
        self._committer.write([Job(usecase, asked, answer)])
        return answer.result()

    def roster(self, agent: str, doorbell: RosterDoorbell) -> bytes | None:
        """What the agent fetches with its ticket, as it would over HTTP."""
        if not self.is_up or not self._tickets.redeem(agent, doorbell.version, doorbell.ticket):
            return None
        with self.database.reading() as reader:
            note = deliveries.roster_document(reader, agent, doorbell.version)
        return note if note is not None and hashlib.sha256(note).hexdigest() == doorbell.sha256 else None

    # As a client of the broker.

    def connected(self) -> None:
        """Agents will be heard of."""

    def disconnected(self) -> None:
        """Nobody is seen any more."""
        self._present.clear()

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """A message of an agent."""
        agent = agent_of_topic(topic)
        if agent is None:
            return
        if topic == state_topic(agent):
            (self._present.add if payload == b"online" else self._present.discard)(agent)
        elif not is_retained:
            _finish(self._reception.take(agent, Incoming(topic, payload)))

    def _publish(self, message: Outgoing) -> None:
        self._broker.publish(self._connection, message.topic, message.payload)

    def _doors_reported(self, _doors: Doors) -> None:
        """For the eye only."""

    def _decline(self, reason: str, topic: str) -> None:
        self._timeline.note(f"server: declines {topic}: {reason}")

    # After a commit.

    def _announce(self, news: Sequence[News]) -> None:
        self._timeline.point(self.life, "after a commit")
        for each in news:
            if isinstance(each, LogGrew):
                self.grown(each.size)
            self._timeline.after(1, lambda each=each: self._reception.pass_on(each), self.life)  # type: ignore[misc]
        if any(isinstance(each, LogGrew) for each in news):
            is_hurried = any(isinstance(each, PermitReady) for each in news)
            self._plan_to_follow(GAP_MIN_S * 1000 if is_hurried else SLOW_DISK_MS)

    def _plan_to_follow(self, wait_ms: float) -> None:
        at_ms = self._timeline.now_ms + wait_ms
        if self._follows_ms is None or at_ms < self._follows_ms:
            self._follows_ms = at_ms
            self._timeline.after(wait_ms, lambda: self._follow_at(at_ms), self.life)

    def _follow_at(self, at_ms: float) -> None:
        if at_ms == self._follows_ms:
            self._follows_ms = None
            self._follow_log()

    def _follow_log(self) -> None:
        if self.publisher.is_well and not self.publisher.follow():
            self._timeline.after(RETRY_S * 1000, self._follow_log, self.life)

    def _beat(self) -> None:
        self._timeline.after(HEARTBEAT.total_seconds() * 1000, self._beat, self.life)
        self._follow_log()

    def _published(self, published: Published) -> None:
        if not self.heads or self.heads[-1].note != published.note:
            self.heads.append(published)
        if published.note == self._head_shown:
            return
        self._head_shown = published.note
        self._timeline.after(1, lambda: self._reception.follow_log(published), self.life)
        if not self._is_showing:
            self._is_showing = True
            self._timeline.after(SHOW_LOG_MS, self._show_log, self.life)

    def _show_log(self) -> None:
        self._is_showing = False
        self._reception.show_log(self._present)

    def _clock(self) -> datetime:
        return self._timeline.now

    def _bytes(self, count: int) -> bytes:
        return self._chance.randbytes(count)


def put_back(disk: Disk, kept: Path) -> None:
    """An old copy of the database takes the place of the newer one; the published log stays."""
    disk.let_go()
    for end in ("-wal", "-shm"):
        (disk.folder / f"{DATABASE}{end}").unlink(missing_ok=True)
    shutil.copy(kept, disk.folder / DATABASE)


def _is_for_the_server(topic: str) -> bool:
    parts = topic.split("/")
    return topic.startswith(f"{ROOT}/") and len(parts) > 3 and (parts[3] == "up" or parts[3:] == ["state"])


def _finish(answering: Coroutine[Any, Any, R]) -> R:
    """The answer of a coroutine that has nothing to wait for."""
    try:
        answering.send(None)
    except StopIteration as done:
        answer: R = done.value
        return answer
    raise AssertionError("the server waits for something that is not simulated")
