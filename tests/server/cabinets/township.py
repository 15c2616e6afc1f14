"""A township with two agents in a store of its own; its link and its rosters, served on a loop beside the test."""

import asyncio
import hashlib
import os
import queue
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import uvicorn
import uvloop
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Mount

from firmware_protocol import permits, slips
from firmware_protocol.messages import Doors
from firmware_protocol.notes import Signer
from firmware_protocol.permits import Permit
from firmware_protocol.times import write_time
from server.cabinets.broker_account import BrokerAccount
from server.cabinets.link import AgentLink
from server.cabinets.log_guide import LogGuide
from server.cabinets.mqtt import Timing
from server.cabinets.outgoing import Pen
from server.cabinets.rosters import roster_app
from server.cabinets.tickets import Tickets
from server.custody.facts import Agent, IssuedPermit
from server.custody.news import News, PermitReady
from server.store.database import Database
from server.store.keys import make_keys
from server.store.log_files import LogFiles
from server.store.log_publisher import LogPublisher
from server.store.log_rows import ENTRIES
from server.store.work import Work
from server.store.writer import Writer
from server.usecases.found_township import FoundTownship, found_township
from server.usecases.issue_roster import issue_roster
from server.usecases.issuing import revoke
from server.usecases.revoke_agent import RevokeAgent, revoke_agent
from tests.device_agent.hall import AGENT_SIGNER, slip_for, take_permit
from tests.fixtures.brokers import BrokerInTest
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import free_port

R = TypeVar("R")
SIGNERS = {"hall-1": AGENT_SIGNER, "hall-2": Signer("gongguan.test/agent/hall-2", b"b" * 32)}
PASSWORDS = {"hall-1": "password of hall-1", "hall-2": "password of hall-2"}
EPOCH = 1
QUICK = Timing(keep_alive_s=5, answer_s=2.0, retry_s_min=0.05, retry_s_max=0.1)


def now() -> datetime:
    """The township's clock is the machine's."""
    return datetime.now(UTC)


class Township:
    """What a server owns: keys, database, writer; and the few things these tests do with it."""

    def __init__(self, folder: Path) -> None:
        self.keys = make_keys("gongguan.test", b"s" * 32, b"l" * 32)
        self.database = Database.open(f"sqlite:///{folder / 'gongguan.sqlite'}")
        self.announcements: queue.Queue[News] = queue.Queue()
        self.listeners: list[Any] = []
        files = LogFiles(folder / "log", self.keys.log.verifier)
        self.publisher = LogPublisher(self.database, files, log_key=self.keys.log, clock=now).start()
        self.writer = Writer(self.database, self.keys, announce=self._announce, clock=now, chance=os.urandom).start()
        self.writer.run_now(found_township, FoundTownship("清溪镇"))
        for agent in SIGNERS:
            self.writer.run_now(_add_agent, agent)

    def _announce(self, news: Sequence[News]) -> None:
        for each in news:
            for listener in self.listeners:
                listener.tell(each)
        self.publisher.hear(news)

    def close(self) -> None:
        self.writer.close()
        self.publisher.close()
        self.database.close()

    def issue(self, letter: str = "a", **changes: Any) -> Permit:
        """Issue a permit that is good for a while; returns it."""
        until = {"not_before": now() - timedelta(hours=1), "not_after": now() + timedelta(hours=2)}
        return self.writer.run_now(_issue, take_permit(letter, **until | changes))

    def revoke(self, permit: Permit) -> None:
        self.writer.run_now(_revoke, permit.id)

    def issue_roster(self, agent: str = "hall-1") -> None:
        self.writer.run_now(_issue_roster, agent)

    def revoke_agent(self, agent: str) -> None:
        self.writer.run_now(revoke_agent, RevokeAgent(agent=agent))

    def entries_of(self, agent: str) -> list[bytes]:
        """This agent's entries as stored, in the order of the log."""
        wanted = select(ENTRIES.c.note).where(ENTRIES.c.by == agent).order_by(ENTRIES.c.position)
        with self.database.reading() as reader:
            return list(reader.execute(wanted).scalars())


def _add_agent(work: Work, agent: str) -> None:
    cabinet = {"hall-1": "CAB-01", "hall-2": "CAB-02"}[agent]
    wiring = {"place": "", "board": "", "port": "", "baud": None, "board_addresses": "", "lock_feedback": ""}
    work.record("cabinet_registered", {"cabinet": cabinet, "compartments": 24}, wiring)
    about = {"agent": agent, "epoch": EPOCH, "key": SIGNERS[agent].verifier.vkey, "cabinets": [cabinet]}
    work.record("agent_added", about, {"broker_password": hashlib.sha256(PASSWORDS[agent].encode()).hexdigest()})


def _issue(work: Work, permit: Permit) -> Permit:
    document = permits.encode(permit, work.keys.permit)
    slip = slips.encode(slip_for(permit), work.keys.permit)
    about = {
        "permit": permit.id,
        "checkout": permit.checkout,
        "agent": permit.agent,
        "compartment": permit.place,
        "document": hashlib.sha256(document).hexdigest(),
    }
    body = {
        "document": document.decode(),
        "slip": slip.decode(),
        "not_after": write_time(permit.not_after),
        "attempts": permit.attempts,
    }
    work.record("permit_issued", about, body)
    work.tell(PermitReady(permit.agent, permit.id))
    return permit


def _revoke(work: Work, permit_id: str) -> None:
    permit = work.get(IssuedPermit, permit_id)
    assert permit is not None
    revoke(work, permit, None, "office")


def _issue_roster(work: Work, agent_id: str) -> None:
    agent = work.get(Agent, agent_id)
    assert agent is not None
    issue_roster(work, agent)


@dataclass
class Window:
    """An onlooker that keeps what it saw."""

    doors: "queue.Queue[Doors]"
    changes: "queue.Queue[tuple[str, bool]]"

    def doors_reported(self, report: Doors) -> None:
        self.doors.put(report)

    def connection_changed(self, agent: str, at: datetime, *, online: bool) -> None:
        assert at.tzinfo is not None
        self.changes.put((agent, online))


class Service:
    """The township's link and roster service at work; `with Service(township, broker):` from start to stop."""

    def __init__(self, township: Township, broker: BrokerInTest, *, port: int | None = None) -> None:
        self.window = Window(queue.Queue(), queue.Queue())
        self.tickets = Tickets()
        self.http_port = free_port()
        self.link = AgentLink(
            BrokerAccount(broker.host, port or broker.port, "server", broker.passwords["server"]),
            database=township.database,
            writer=township.writer,
            pen=Pen(township.keys.permit, self.tickets, LogGuide(township.publisher, township.keys.permit)),
            onlooker=self.window,
            clock=now,
            timing=QUICK,
        )
        self._township = township
        app = Starlette(routes=[Mount("/agent/v1", roster_app(township.database, self.tickets))])
        self._http = uvicorn.Server(uvicorn.Config(app, port=self.http_port, log_config=None, lifespan="off"))
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="service")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> Self:
        self._thread.start()
        self._township.publisher.published = self.link.log_published
        self._run(self._begin())
        self._township.listeners.append(self.link)
        return self

    def stop(self) -> None:
        """Leave as a server does that is told to end."""
        self._township.listeners.remove(self.link)
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def server_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    async def _begin(self) -> None:
        self._tasks = [asyncio.ensure_future(self.link.run()), asyncio.ensure_future(self._http.serve())]
        async with asyncio.timeout(PATIENCE_S):
            while not (self.link.is_ready and self._http.started):  # noqa: ASYNC110  neither has an event to wait for
                await asyncio.sleep(0.005)

    async def _end(self) -> None:
        self._http.should_exit = True
        self._tasks[0].cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S * 2)
