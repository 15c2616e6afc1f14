"""The only file that knows every concrete part: puts a township's service together by hand."""

import asyncio
import logging
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from firmware_protocol.log_policy import Policy
from server.cabinets.accounts import broker_accounts, without_account
from server.cabinets.broker import GuardedBroker
from server.cabinets.broker_account import BrokerAccount
from server.cabinets.http import for_agents
from server.cabinets.link import AgentLink
from server.cabinets.log_guide import LogGuide
from server.cabinets.outgoing import Pen
from server.cabinets.tickets import Tickets
from server.cabinets.topic_rules import SERVER
from server.certificates.enrolling import admitting, broker_for_agents
from server.certificates.folder import SERVER as SERVER_CERTIFICATE
from server.certificates.folder import CertificateFolder
from server.certificates.serving import own_authority, watch_certificate
from server.custody.news import News
from server.notifying.rounds import DeliverRound, TellRound
from server.rounds import SearchRound, VerifyRound, Watch
from server.settings import Settings
from server.store.database import Database
from server.store.folder import DataFolder
from server.store.gap import OutOfTurn
from server.store.log_files import Published
from server.store.sm3_log import Sm3Log
from server.township import Announcements, Township, clear_uploads, now, opened, settle, steady_ms
from server.usecases.chase_requests import ChaseRequests, chase_requests
from server.usecases.compare_enrolment import ExpireEnrolments, expire_enrolments
from server.usecases.end_terms import EndTerms, end_terms
from server.usecases.expire_permits import ExpirePermits, expire_permits
from server.usecases.issue_roster import renew_rosters
from server.usecases.rotate_key import end_overlaps
from server.usecases.taking_back import take_back_what_ended_keys_signed
from server.web.app import create_app
from server.web.house import OwnAuthority, WebSettings
from server.web.live import LiveBoard
from server.web.published_files import PublishedFiles
from server.web.serving import PortTaken, WebServer, address_of, listen, web_running
from server.witnesses import WitnessRound, policy_in, to_be_asked

EXPIRE_EVERY_S = 30.0
EXPEL_EVERY_S = 1.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A township that is being served: where its pages and its broker are found."""

    township: Township
    link: AgentLink
    url: str
    broker: BrokerAccount
    web: WebServer
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
    tls: bool = False,
    settings: Settings | None = None,
    mounts: Mapping[str, ASGIApp] | None = None,
) -> AsyncIterator[Service]:
    """Serve a township until the block ends: pages, API, the broker if it is ours, and the link to the agents.

    `port` 0 means any free one; `tls` with the certificate that `make-ca` made. Raises `NotFounded` for an empty
    folder, `PortTaken` for a port that is, and `NoCertificate`.
    """
    settings = settings or Settings()
    certificates = CertificateFolder(DataFolder(data).tls)
    pair = certificates.pair(SERVER_CERTIFICATE) if tls else None
    news = Announcements()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(closing(listen(host, port)))
        township = stack.enter_context(opened(data, settings=settings, announce=news.announce, steady_ms=steady_ms))
        clear_uploads(township)
        account = await stack.enter_async_context(_broker(township, settings))
        live, tickets = LiveBoard(), Tickets()
        link = AgentLink(
            account,
            database=township.database,
            writer=township.writer,
            pen=Pen(township.keys.permit, tickets, LogGuide(township.publisher, township.keys.permit)),
            onlooker=live,
            clock=now,
        )
        policy = policy_in(data)
        asking = WitnessRound(township.publisher, to_be_asked(policy), certificates.trust())
        township.publisher.published = _hearing(township, link, asking, settings)
        watch, searching = _watching(township, live)
        telling, delivering = _notifying(stack, township)
        news.listeners += [live.hear, lambda each: _tell_all(link, each), watch.hear, searching.hear, telling.hear]
        await stack.enter_async_context(_running(link.run()))
        await stack.enter_async_context(_running(_expire_for_ever(township)))
        verifying = VerifyRound(township.database, now, verify_command(data))
        for each in (watch, searching, telling, delivering, asking, verifying):
            await stack.enter_async_context(_running(each.run()))
        admit = admitting(township.keys, township.publisher.files, township.folder.tls, settings, now)
        agents = for_agents(township.database, township.writer, township.uploads, tickets, admit)
        web_settings = _web_settings(settings, own_authority(certificates), policy, account, tls=tls)
        web = WebServer(_pages(township, link, live, web_settings, {**agents, **(mounts or {})}), live, pair)
        web_task = await stack.enter_async_context(web_running(web, listener))
        if pair is not None:
            await stack.enter_async_context(_running(watch_certificate(certificates, now, web.take_new_certificate)))
        yield Service(
            township=township,
            link=link,
            url=address_of(listener, tls=tls),
            broker=account,
            web=web,
            web_task=web_task,
        )


def _web_settings(
    settings: Settings, authority: OwnAuthority | None, policy: Policy, account: BrokerAccount, *, tls: bool
) -> WebSettings:
    return WebSettings(
        tls=tls or settings.public_address.startswith("https://"),
        address=settings.public_address.rstrip("/"),
        authority=authority,
        witnesses=policy,
        broker=broker_for_agents(account, settings.public_address),
    )


def _pages(
    township: Township, link: AgentLink, live: LiveBoard, settings: WebSettings, mounts: Mapping[str, ASGIApp]
) -> ASGIApp:
    """Pages, API, and the published log; `mounts` beside them."""
    return create_app(
        database=township.database,
        writer=township.writer,
        uploads=township.uploads,
        messengers=township.folder.messengers,
        log=township.publisher.files,
        clock=now,
        live=live,
        works=lambda: {
            "database": _answers(township.database),
            "broker": link.is_ready,
            "log": township.publisher.is_well and not township.gap,
        },
        settings=settings,
        mounts={"/tlog": PublishedFiles(directory=township.folder.log, check_dir=False), **mounts},
    )


def verify_command(data: Path) -> tuple[str, ...]:
    """What verifies this data folder in a process of its own, after everybody else's work."""
    return ("nice", sys.executable, "-m", "server", "verify", "--data", str(data.absolute()))


def _watching(township: Township, live: LiveBoard) -> tuple[Watch, SearchRound]:
    watch = Watch(township.database, township.writer, township.uploads, live, now)
    return watch, SearchRound(township.database, township.writer)


def _notifying(stack: AsyncExitStack, township: Township) -> tuple[TellRound, DeliverRound]:
    about = township.database, township.writer, township.folder.messengers, now
    delivering = DeliverRound(*about)
    stack.push_async_callback(delivering.close)
    return TellRound(*about), delivering


def _hearing(
    township: Township, link: AgentLink, asking: WitnessRound, settings: Settings
) -> Callable[[Published], None]:
    """What follows a head, on the publisher's thread: agents are led on, witnesses asked, the second tree grows."""
    keys = township.keys
    second = Sm3Log(township.publisher.files, keys.log, keys.log_before) if settings.sm3 else None

    def hear(head: Published) -> None:
        link.log_published(head)
        asking.hear(head)
        if second is not None:
            second.hear(head)

    return hear


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
        yield _account(settings)
        return
    password = secrets.token_urlsafe(32)
    accounts = broker_accounts(township.database, password)
    broker = GuardedBroker(accounts, port=settings.broker_port)
    try:
        await broker.start()
    except OSError as error:
        raise PortTaken(
            f"消息代理的端口 {settings.broker_port} 用不了：{error.strerror}。"
            "请先停掉占用它的程序，或者用 GONGGUAN_BROKER_PORT 换一个端口。"
        ) from error
    try:
        async with _running(_expel_for_ever(broker, township.database)):
            yield BrokerAccount(broker.host, broker.port, SERVER, password)
    finally:
        await broker.stop()


def _account(settings: Settings) -> BrokerAccount:
    files = settings.broker_cert_file, settings.broker_key_file
    return BrokerAccount(
        settings.broker_host,
        settings.broker_port,
        settings.broker_username,
        settings.broker_password.get_secret_value(),
        settings.broker_ca_file,
        (files[0], files[1]) if files[0] is not None and files[1] is not None else None,
    )


async def _expel_for_ever(broker: GuardedBroker, database: Database) -> None:
    """Whoever revoked an agent, here or at the command line: its connection ends within a second."""
    while True:
        try:
            for account in without_account(database, broker.accounts_present):
                broker.expel(account)
        except Exception:
            _logger.exception("revoked agents could not be looked for")
        await asyncio.sleep(EXPEL_EVERY_S)


async def _expire_for_ever(township: Township) -> None:
    writer = township.writer
    while True:
        try:
            await writer.run(expire_permits, ExpirePermits())
            await writer.run(chase_requests, ChaseRequests())
            await writer.run(end_terms, EndTerms())
            await writer.run(expire_enrolments, ExpireEnrolments())
            await writer.run(renew_rosters, None)
            if await writer.run(end_overlaps, None):
                await asyncio.to_thread(settle, township.folder, township.database)
            await writer.run(take_back_what_ended_keys_signed, None)
        except OutOfTurn:
            _logger.info("what ran out is ended once cabinets have closed the gap")
        except Exception:
            _logger.exception("what ran out could not be ended")
        await asyncio.sleep(EXPIRE_EVERY_S)


@asynccontextmanager
async def _running(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
