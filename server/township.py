"""Opening a township's data: its keys, its database, the one writer, and the published log."""

import logging
import os
import secrets
import sys
import time
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from firmware_protocol.key_changes import LOG
from firmware_protocol.times import CHINA
from server.custody.news import News
from server.settings import Settings
from server.store.database import Database
from server.store.folder import DataFolder, NotFounded
from server.store.gap import OutOfTurn
from server.store.keys import SEED_BYTES, Keys, KeysMissing, held, settle_keys
from server.store.log_files import LogFiles
from server.store.log_publisher import LogPublisher
from server.store.rotations import is_overlapping, newest_keys
from server.store.server_clock import nobody_counts
from server.store.uploads import Uploads, kept_files
from server.store.writer import Writer
from server.usecases.found_township import FoundTownship, found_township
from server.usecases.withdraw_document import withdraw_stale_documents

ORPHANS_KEPT_S = 3600.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """An opened data folder: its keys, its database, the one writer that changes it, and what makes the log public."""

    folder: DataFolder
    keys: Keys
    database: Database
    writer: Writer
    publisher: LogPublisher

    @property
    def gap(self) -> int:
        """How many entries cabinets have to send again before anything else can be recorded."""
        with self.database.reading() as reader:
            return len(self.publisher.files.gap(reader))

    @property
    def uploads(self) -> Uploads:
        """The files people handed in."""
        return Uploads(self.folder.uploads)


def now() -> datetime:
    """The server's clock."""
    return datetime.now(CHINA)


def steady_ms() -> int | None:
    """Milliseconds that only ever grow, while the machine sleeps too; None where the system does not count them."""
    if sys.platform != "linux":
        return None
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def is_founded(data: Path) -> bool:
    """Whether the folder holds a township's keys."""
    try:
        DataFolder(data).keys()
    except KeysMissing:
        return False
    return True


def found(data: Path, name: str, settings: Settings | None = None, clock: Callable[[], datetime] = now) -> None:
    """Make the keys of a new township and write its first entry. Does nothing where there is one already."""
    folder = DataFolder(data, (settings or Settings()).database_url)
    folder.prepare()
    if not is_founded(data):
        origin = f"gongguan/{b32encode(secrets.token_bytes(5)).decode().lower()}"
        folder.make_keys(origin, secrets.token_bytes(SEED_BYTES), secrets.token_bytes(SEED_BYTES))
    with opened(data, settings=settings, clock=clock) as township:
        township.writer.run_now(found_township, FoundTownship(name))


@dataclass(slots=True)
class Announcements:
    """Passes the writer's news on to whoever has come to listen by then."""

    listeners: list[Callable[[Sequence[News]], None]] = field(default_factory=list)

    def announce(self, news: Sequence[News]) -> None:
        """Tell every listener; called on the writer's thread."""
        for listener in self.listeners:
            listener(news)


def _nobody(_news: Sequence[News]) -> None:
    pass


@contextmanager
def opened(
    data: Path,
    *,
    settings: Settings | None = None,
    announce: Callable[[Sequence[News]], None] = _nobody,
    clock: Callable[[], datetime] = now,
    steady_ms: Callable[[], int | None] = nobody_counts,
    is_guest: bool = False,
    is_alone: bool = False,
) -> Iterator[Township]:
    """Open a township's data for writing, and close it again; every commit is published in `log/` as well.

    A guest may come while a server is at work here, and leaves SQLite's WAL to it. Who is alone may give keys
    successors; `KeysInUse` where anybody else works with them.
    Raises `NotFounded` for an empty folder, `KeyFollowed` where its keys are older than its log, and `LogForked` where
    the database holds another log than was published.
    """
    folder = DataFolder(data, (settings or Settings()).database_url)
    if not is_founded(data):
        raise NotFounded(data)
    folder.prepare()
    with ExitStack() as stack:
        stack.enter_context(held(folder.key_folder, is_alone=is_alone))
        database = stack.enter_context(closing(Database.open(folder.database_url, is_guest=is_guest)))
        settle(folder, database)
        keys = folder.keys()
        files = LogFiles(folder.log, keys.log.verifier, keys.former_logs)
        publisher = stack.enter_context(closing(_publisher(database, files, keys).start()))
        with database.reading() as reader:
            gap = files.gap(reader)
        # The publisher hears last: whoever waits for a commit to be published knows of it by then.
        news = Announcements([announce, publisher.hear])
        writing = Writer(
            database, keys, announce=news.announce, clock=clock, chance=os.urandom, gap=gap, steady_ms=steady_ms
        )
        with closing(writing.start()) as writer:
            yield Township(folder=folder, keys=keys, database=database, writer=writer, publisher=publisher)


def with_head(township: Township, bundle: Mapping[str, Any]) -> dict[str, Any]:
    """An agent's bundle with the log's newest published head: from there the agent follows the log."""
    published = township.publisher.files.published()
    return {**bundle} if published is None else {**bundle, "checkpoint": published.note.decode()}


def _publisher(database: Database, files: LogFiles, keys: Keys) -> LogPublisher:
    return LogPublisher(database, files, log_key=keys.log, clock=now, before=keys.log_before)


def settle(folder: DataFolder, database: Database) -> None:
    """Bring the key files to what the log says of the keys, and destroy those that are over."""
    with database.reading() as reader:
        settle_keys(folder.key_folder, newest_keys(reader), lambda key: is_overlapping(reader, LOG, key))


def clear_uploads(township: Township) -> None:
    """Withdraw documents nobody came back for, and remove the files no document stands for any more.

    The first waits for the next start while a gap is open. A file younger than an hour stays: another process may be
    about to record it.
    """
    with suppress(OutOfTurn):
        township.writer.run_now(withdraw_stale_documents, None)
    with township.database.reading() as reader:
        kept = kept_files(reader)
    swept = township.uploads.sweep(kept, now().timestamp() - ORPHANS_KEPT_S)
    if swept:
        _logger.info("%d files that no document stands for were removed", swept)
