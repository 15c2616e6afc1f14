"""The only file that knows every concrete part: opens a township's data, and puts its service together by hand."""

import asyncio
import logging
import os
import secrets
import signal
from base64 import b32encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Literal

import uvicorn
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.types import ASGIApp

from firmware_protocol.times import CHINA
from server.cabinets import EMBEDDED_BROKER_PORT
from server.cabinets.accounts import broker_accounts
from server.cabinets.broker import GuardedBroker
from server.cabinets.link import AgentLink
from server.cabinets.mqtt import BrokerAccount
from server.cabinets.outgoing import Pen
from server.cabinets.rosters import roster_app
from server.cabinets.tickets import Tickets
from server.cabinets.topic_rules import SERVER
from server.custody.news import News
from server.store.database import Database
from server.store.folder import DataFolder, NotFounded
from server.store.keys import SEED_BYTES, Keys, KeysMissing
from server.store.writer import Writer
from server.usecases.expire_permits import ExpirePermits, expire_permits
from server.usecases.found_township import FoundTownship, found_township
from server.web.app import create_app
from server.web.live import LiveBoard

EXPIRE_EVERY_S = 30.0
CONNECTIONS_END_S = 2

_logger = logging.getLogger(__name__)


class Settings(BaseSettings):
    """What the environment says (`GONGGUAN_…`); the command line says the rest.

    `broker` is `embedded` (in this process, loopback only, any free port for `broker_port` 0) or `external`: Mosquitto
    at `broker_host:broker_port`, where the server signs in as `broker_username`.
    """

    model_config = SettingsConfigDict(env_prefix="GONGGUAN_", extra="ignore")

    database_url: str | None = None
    broker: Literal["embedded", "external"] = "embedded"
    broker_host: str = "127.0.0.1"
    broker_port: int = EMBEDDED_BROKER_PORT
    broker_username: str = SERVER
    broker_password: SecretStr = SecretStr("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """An opened data folder: its keys, its database, and the one writer that changes it."""

    folder: DataFolder
    keys: Keys
    database: Database
    writer: Writer


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC).astimezone(CHINA)


def is_founded(data: Path) -> bool:
    """Whether the folder holds a township's keys."""
    try:
        DataFolder(data).keys()
    except KeysMissing:
        return False
    return True


def found(data: Path, name: str, settings: Settings | None = None) -> None:
    """Make the keys of a new township and write its first entry. Does nothing where there is one already."""
    folder = DataFolder(data, (settings or Settings()).database_url)
    folder.prepare()
    if not is_founded(data):
        origin = f"gongguan/{b32encode(secrets.token_bytes(5)).decode().lower()}"
        folder.make_keys(origin, secrets.token_bytes(SEED_BYTES), secrets.token_bytes(SEED_BYTES))
    with opened(data, settings=settings) as township:
        township.writer.run_now(found_township, FoundTownship(name))


def _nobody(_news: Sequence[News]) -> None:
    pass


@contextmanager
def opened(
    data: Path, *, settings: Settings | None = None, announce: Callable[[Sequence[News]], None] = _nobody
) -> Iterator[Township]:
    """Open a township's data for writing, and close it again. Raises `NotFounded` for an empty folder."""
    folder = DataFolder(data, (settings or Settings()).database_url)
    try:
        keys = folder.keys()
    except KeysMissing as error:
        raise NotFounded(data) from error
    database = Database.open(folder.database_url)
    writer = Writer(database, keys, announce=announce, clock=now, chance=os.urandom).start()
    try:
        yield Township(folder=folder, keys=keys, database=database, writer=writer)
    finally:
        writer.close()
        database.close()


@dataclass(slots=True)
class _Announcements:
    """Passes the writer's news on to whoever has come to listen by then."""

    listeners: list[Callable[[Sequence[News]], None]] = field(default_factory=list)

    def announce(self, news: Sequence[News]) -> None:
        """Tell every listener; called on the writer's thread."""
        for listener in self.listeners:
            listener(news)


class _WebServer(uvicorn.Server):
    """uvicorn, which would wait for the pages' live streams when told to stop: they are ended first."""

    def __init__(self, config: uvicorn.Config, live: LiveBoard) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """A signal to stop; kept here, where uvicorn would raise it again before the rest of the house has closed."""
        self._live.close()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A township that is being served: where its pages and its broker are found."""

    township: Township
    link: AgentLink
    url: str
    broker: BrokerAccount
    web: uvicorn.Server
    web_task: asyncio.Task[None]

    async def until_stopped(self) -> None:
        """Return when a signal or `stop` has ended the web service."""
        await asyncio.shield(self.web_task)

    def stop(self) -> None:
        """Ask the web service to end."""
        self.web.handle_exit(0, None)


@asynccontextmanager
async def serving(
    data: Path,
    *,
    host: str,
    port: int,
    settings: Settings | None = None,
    mounts: Mapping[str, ASGIApp] | None = None,
) -> AsyncIterator[Service]:
    """Serve a township until the block ends: pages, API, the broker if it is ours, and the link to the agents.

    `port` 0 means any free one. Raises `NotFounded` for an empty folder and `OSError` for a port that is taken.
    """
    settings = settings or Settings()
    news = _Announcements()
    async with AsyncExitStack() as stack:
        township = stack.enter_context(opened(data, settings=settings, announce=news.announce))
        account = await stack.enter_async_context(_broker(township, settings))
        live, tickets = LiveBoard(), Tickets()
        link = AgentLink(
            account,
            database=township.database,
            writer=township.writer,
            pen=Pen(township.keys.permit, tickets),
            onlooker=live,
            clock=now,
        )
        news.listeners += [live.hear, lambda each: _tell_all(link, each)]
        app = create_app(
            database=township.database,
            writer=township.writer,
            clock=now,
            live=live,
            works=lambda: {"database": _answers(township.database), "broker": link.is_ready},
            mounts={"/agent/v1": roster_app(township.database, tickets), **(mounts or {})},
        )
        await stack.enter_async_context(_running(link.run()))
        await stack.enter_async_context(_running(_expire_for_ever(township.writer)))
        web = _WebServer(_web_config(app, host, port), live)
        web_task = await stack.enter_async_context(_web_running(web))
        yield Service(township=township, link=link, url=_url(web, host), broker=account, web=web, web_task=web_task)


def _tell_all(link: AgentLink, news: Sequence[News]) -> None:
    for each in news:
        link.tell(each)


def _answers(database: Database) -> bool:
    try:
        with database.reading():
            return True
    except Exception:
        _logger.exception("the database does not answer")
        return False


@asynccontextmanager
async def _broker(township: Township, settings: Settings) -> AsyncIterator[BrokerAccount]:
    if settings.broker == "external":
        password = settings.broker_password.get_secret_value()
        yield BrokerAccount(settings.broker_host, settings.broker_port, settings.broker_username, password)
        return
    password = secrets.token_urlsafe(32)
    accounts = broker_accounts(township.database, password)
    async with GuardedBroker(accounts, port=settings.broker_port) as broker:
        yield BrokerAccount(broker.host, broker.port, SERVER, password)


async def _expire_for_ever(writer: Writer) -> None:
    while True:
        try:
            await writer.run(expire_permits, ExpirePermits())
        except Exception:
            _logger.exception("permits could not be expired")
        await asyncio.sleep(EXPIRE_EVERY_S)


def _web_config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # no proxy stands in front: whoever names another source would guess without waiting
        timeout_graceful_shutdown=CONNECTIONS_END_S,
    )


@asynccontextmanager
async def _running(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _web_running(web: uvicorn.Server) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(web.serve())
    try:
        while not web.started:
            if task.done():
                raise OSError("the web service could not start; is its port taken?")
            await asyncio.sleep(0.01)
        yield task
    finally:
        web.handle_exit(0, None)
        await task


def _url(web: uvicorn.Server, host: str) -> str:
    port = web.servers[0].sockets[0].getsockname()[1]
    return f"http://{host}:{port}"
