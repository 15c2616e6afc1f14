"""Keeping the published log beside the database: a thread that follows every commit, some milliseconds behind it.

The first commit after a pause is published at once. Under load commits are published together, every `GAP_S`: a dozen
files made durable for each commit would take the disk and the interpreter from the writer. A permit waits for less:
people stand at the cabinet, and what opens it is the proof that this was published.
While nothing happens it publishes the same head anew each minute: a log that died must not look like a quiet one.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import SimpleQueue

from firmware_protocol.notes import MalformedNote, Signature, Signer, UnverifiedNote
from server.custody.news import LogGrew, News, PermitReady
from server.ledger.forks import LogForked
from server.store.database import Database
from server.store.log_files import HEARTBEAT, LogFiles, Published, Witnessed

RETRY_S = 1.0
GAP_S = 0.1
GAP_MIN_S = 0.01
_LOG = logging.getLogger(__name__)


class LogPublisher:
    """Publishes what the database commits. `start` before use, `close` after; both once.

    Where the files cannot be written it tries again each second. Where the database's log turns out to be another one
    than was published it stops for good, and says so: `is_well` is False, and nothing more is let out.
    """

    def __init__(
        self,
        database: Database,
        files: LogFiles,
        *,
        log_key: Signer,
        clock: Callable[[], datetime],
        before: Signer | None = None,
    ) -> None:
        """`log_key` signs when a head was the newest; the heads themselves were signed when they were committed.

        `before` is the key it has followed, which says so too under the heads it signed.
        """
        self._database = database
        self.files = files
        self._log_key = log_key
        self._beside = () if before is None else (before,)
        self._clock = clock
        self._grown = threading.Event()
        self._hurry = threading.Event()
        self._closing = threading.Event()
        self._witnessed: SimpleQueue[Witnessed] = SimpleQueue()
        self.is_well = True
        self.published: Callable[[Published], None] = lambda _published: None
        """Hears of each checkpoint once it is durable; called on the publisher's thread."""
        self._thread = threading.Thread(target=self._work, name="log-publisher", daemon=True)

    def start(self) -> "LogPublisher":
        """Publish what is not published yet, and go on following. Raises what `LogFiles.publish` raises."""
        self._publish()
        self._thread.start()
        return self

    def close(self) -> None:
        """Publish what has been committed by now, and stop."""
        self._closing.set()
        self._grown.set()
        self._hurry.set()
        self._thread.join()
        if self.is_well:
            self.follow()

    def hear(self, news: Sequence[News]) -> None:
        """Take the writer's news; any thread."""
        if any(isinstance(each, LogGrew) for each in news):
            self._grown.set()
        if any(isinstance(each, PermitReady) for each in news):
            self._hurry.set()

    def witness(self, size: int, cosignature: Signature) -> None:
        """Serve this beside the head of this size; the caller has checked it. Any thread; one too late is dropped."""
        self._witnessed.put(Witnessed(size, cosignature))
        self._grown.set()

    def _work(self) -> None:
        is_published = True
        while self.is_well and not self._closing.is_set():
            self._grown.wait(HEARTBEAT.total_seconds() if is_published else RETRY_S)
            self._grown.clear()
            is_published = self.follow()
            self._closing.wait(GAP_MIN_S)
            self._hurry.wait(GAP_S - GAP_MIN_S)
            self._hurry.clear()

    def follow(self) -> bool:
        """Publish what is committed by now; False where it could not be and is worth trying again. One thread only."""
        try:
            self._publish()
        except (LogForked, UnverifiedNote, MalformedNote):
            self.is_well = False
            _LOG.exception("the published log is not that of the database; nothing more is published")
        except Exception:  # noqa: BLE001 - a full disk must not end the thread that waits for it to have room
            _LOG.exception("the log could not be published; tried again in %s s", RETRY_S)
            return False
        return True

    def _publish(self) -> None:
        witnessed = [self._witnessed.get_nowait() for _ in range(self._witnessed.qsize())]
        with self._database.reading() as reader:
            published = self.files.publish(reader, self._log_key, self._clock(), witnessed, self._beside)
        if published is not None:
            self.published(published)
