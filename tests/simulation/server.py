"""The township's machine: its disk stays, its program comes and goes. Everything it decides is the product's own."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from firmware_protocol.entries import SERVER
from firmware_protocol.messages import (
    ROOT,
    SERVER_STATE_TOPIC,
    Doors,
    RosterDoorbell,
    agent_of_topic,
    down_topic,
    state_topic,
)
from firmware_protocol.notes import Signer
from server.cabinets.log_guide import LogGuide
from server.cabinets.outgoing import Outgoing, Pen
from server.cabinets.reception import Incoming, Reception
from server.cabinets.tickets import Tickets
from server.custody.news import LogGrew, News, PermitReady
from server.store import deliveries
from server.store.committing import Committer, Job, UseCase
from server.store.gap import OutOfTurn
from server.store.keys import Keys
from server.store.log_files import HEARTBEAT, Published
from server.store.log_publisher import GAP_MIN_S, RETRY_S, LogPublisher
from server.store.log_rows import ENTRIES, read_head
from server.store.server_clock import ServerClock
from server.township import settle
from server.usecases.issue_roster import renew_rosters
from server.usecases.rotate_key import end_overlaps
from tests.server.town import KEYS
from tests.simulation.chance import Chance
from tests.simulation.network import Broker, Connection
from tests.simulation.server_disk import Disk, FilesOnADisk
from tests.simulation.timeline import Life, Timeline, finish
from tests.simulation.wall_clock import WallClock

A = TypeVar("A")
R = TypeVar("R")
SHOW_LOG_MS = 6000
SLOW_DISK_MS = 1500
"""The log is published within this time after a commit, and so not for each of them."""
ROUND_MS = 15_000
"""How often the server looks for what has run out."""


class Down(Exception):
    """The server does not answer."""


class Server:
    """One server and its lives. `do` is what people do at its pages; the rest happens by itself."""

    def __init__(self, timeline: Timeline, broker: Broker, disk: Disk, chance: Chance) -> None:
        self._timeline, self._broker, self._chance = timeline, broker, chance
        self.disk = disk
        self.database = disk.database
        self.life = Life("server", is_over=True)
        self.clock = WallClock(timeline)
        self.keys: Keys = KEYS
        self.every_key: list[Signer] = [KEYS.permit, KEYS.log]
        """Each that it ever had, or made."""
        self.heads: list[Published] = []
        """Every head of the log that was let out."""
        self.opened: list[tuple[float, datetime]] = []
        """When its data were opened, in true time and by its own clock."""
        self.commits: list[tuple[int, float | None]] = []
        """How long the log was after each commit, and when that was in true time; None: found so when it was opened."""
        self.had: dict[tuple[str, int], int] = {}
        """By agent, how far it had taken entries in before an old copy of its database was put back."""
        self._copied = 0
        self.answered: Callable[[str], None] = lambda _agent: None
        """Hears whose entries are acknowledged, before that goes out."""
        self.grown: Callable[[int], None] = lambda _size: None
        """Hears how far the log has grown, after each commit."""
        self._present: set[str] = set()
        self._serving = self.life

    @property
    def is_up(self) -> bool:
        """Whether the program runs."""
        return not self.life.is_over

    def boot(self) -> None:
        """The program starts; what it knew is gone, what its disk has is there."""
        if self.is_up:
            return
        self.life = life = Life("server")
        self._timeline.note("server: starts")
        self.open()
        self._tickets = Tickets(lambda: self._timeline.now_ms / 1000, self._bytes)
        pen = Pen(self.keys.permit, self._tickets, LogGuide(self.publisher, self.keys.permit))
        self._reception = Reception(
            self.database, self, pen, self.clock, self._publish, self._doors_reported, self._decline
        )
        self._present, self._head_shown, self._is_showing = set(), b"", False
        self._serving = life
        self._follows_ms: float | None = None
        self._follow_log()
        self._beat()
        self._timeline.after(1, self._look_for_what_ran_out, life)
        self._connection = Connection("server", life, self, _is_for_the_server, SERVER_STATE_TOPIC)
        self._broker.join(self._connection)

    def open(self) -> None:
        """What every program opens that works on the data, as `server.township.opened` does it, without its threads."""
        life, disk = self.life, self.disk
        disk.committing = lambda: self._timeline.point(life, "before a commit")
        settle(disk.data, self.database)
        self.keys = keys = disk.data.keys()
        files = FilesOnADisk(disk.log, keys.log.verifier, keys.former_logs)
        files.point = lambda where: self._timeline.point(life, where)
        self.publisher = LogPublisher(self.database, files, log_key=keys.log, clock=self.clock, before=keys.log_before)
        self.publisher.published = self._published
        with self.database.reading() as reader:
            gap = files.gap(reader)
            self.commits.append((read_head(reader).frontier.size, None))
        self.opened.append((self._timeline.now_ms, self.clock()))
        clock = ServerClock(self.clock, lambda: int(self._timeline.now_ms))
        self._committer = Committer(self.database, keys, self._announce, clock, self._bytes, gap)
        self.publisher.follow()

    def begin_alone(self, points_left: int | None) -> Life:
        """Another program takes its place, and works on the data alone; its power may fail like any other's."""
        self.stop()
        self.life = Life("server", points_left=points_left)
        self.open()
        return self.life

    def end_alone(self) -> None:
        """That program has done its work."""
        self.life.is_over = True
        self.disk.let_go()

    def back_up(self) -> None:
        """A copy of the database as it is now."""
        self.disk.back_up()
        with self.database.reading() as reader:
            self._copied = read_head(reader).frontier.size

    def put_back(self) -> bool:
        """The copy takes the place of the database, if nobody but agents has written since; whether it did."""
        with self.database.reading() as reader:
            since = reader.execute(select(ENTRIES.c.by).where(ENTRIES.c.position >= self._copied)).scalars().all()
            if not since or SERVER in since:
                return False
            for agent in deliveries.agents(reader):
                source = agent.id, agent.epoch
                self.had[source] = max(self.had.get(source, 0), deliveries.acked_seq(reader, *source))
        self.stop()
        self.disk.put_back()
        return True

    def stop(self) -> None:
        """The program ends because it was told to."""
        self.life.is_over = True
        self._broker.leave(self._connection)
        self.disk.let_go()

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
        return finish(self.run(usecase, asked))

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
            self._take(agent, Incoming(topic, payload))

    def _take(self, agent: str, message: Incoming) -> None:
        try:
            finish(self._reception.take(agent, message))
        except OutOfTurn:
            self._decline("out of turn", message.topic)

    def _publish(self, message: Outgoing) -> None:
        agent = agent_of_topic(message.topic)
        if agent is not None and message.topic == down_topic(agent, "ack"):
            self.answered(agent)
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
                self.commits.append((each.size, self._timeline.now_ms))
                self.grown(each.size)
            if self.life is self._serving:
                self._timeline.after(1, lambda each=each: self._reception.pass_on(each), self.life)  # type: ignore[misc]
        if self.life is self._serving and any(isinstance(each, LogGrew) for each in news):
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
        if self.life is not self._serving or published.note == self._head_shown:
            return
        self._head_shown = published.note
        self._timeline.after(1, lambda: self._reception.follow_log(published), self.life)
        if not self._is_showing:
            self._is_showing = True
            self._timeline.after(SHOW_LOG_MS, self._show_log, self.life)

    def _show_log(self) -> None:
        self._is_showing = False
        self._reception.show_log(self._present)

    def _look_for_what_ran_out(self) -> None:
        self._timeline.after(ROUND_MS, self._look_for_what_ran_out, self.life)
        try:
            self.do(renew_rosters, None)
            if self.do(end_overlaps, None):
                settle(self.disk.data, self.database)
        except OutOfTurn:
            self._timeline.note("server: what ran out waits for the gap to close")

    def _bytes(self, count: int) -> bytes:
        return self._chance.randbytes(count)


def _is_for_the_server(topic: str) -> bool:
    parts = topic.split("/")
    return topic.startswith(f"{ROOT}/") and len(parts) > 3 and (parts[3] == "up" or parts[3:] == ["state"])
