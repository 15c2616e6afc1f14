"""The witness at work: it follows the log's address round by round, and cries out when that is not one log."""

import logging
import sqlite3
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import escape
from time import monotonic

import httpx

from firmware_protocol.add_checkpoint import Rejected
from firmware_protocol.log_heads import Head, read_head
from firmware_protocol.notes import Signature, Verifier
from server.outside import AS_IT_IS
from server.store.log_files import KEYS
from server.witness.alarms import NEW_KEY, SENTENCES, SILENT_AFTER, Watchfulness, all_well, begun
from server.witness.log_keys import LogKeys
from server.witness.memory import Kept
from server.witness.mirror import CHECKPOINT, Fetch, Mirror, NotFetched, NotTheLog
from server.witness.witness import Witness

ROUND_S = 20.0
FETCH_S = 15.0
TILE_BYTES_MAX = 256 * (2 + 65_535)

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """Follows one log: mirrors it, keeps its heads, raises the alarm. `round` is for one thread, the rest for any.

    `tell` hears a sentence each time an alarm begins.
    """

    witness: Witness
    mirror: Mirror
    log_key: Verifier
    url: str
    clock: Callable[[], datetime]
    tell: Callable[[str], None]
    silent_after: timedelta = SILENT_AFTER
    fetch: Fetch | None = None
    """Where files come from, if not from `url`."""
    trust: ssl.SSLContext | bool = True
    """Whom to believe behind `url`: the township's own authority, or those of this machine."""
    known_keys: LogKeys | None = None
    """Where the keys that follow `log_key` are kept."""
    keys: LogKeys = field(init=False)
    state: Watchfulness = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        state = Watchfulness(self.clock(), silent_after=self.silent_after)
        for dispute in self.witness.memory.disputes(self.log_key.name):
            state = state.found(dispute.kind, dispute.at)
        self.state = state
        self.keys = self.known_keys or LogKeys(self.log_key)
        self._adopt()
        self._remember_the_copy()

    def round(self) -> None:
        """One look at the log. Never raises for what the log, the network or this machine's disk do."""
        try:
            self._look()
        except (OSError, sqlite3.Error):
            _logger.exception("what was seen could not be kept")
            self._turn(lambda state, now: state.found("unkept", now))

    def tick(self) -> None:
        """Time has passed: a log that falls silent is cried out about, even while a round does not come to its end."""
        self._turn(lambda state, now: state.looked(now))

    def add(self, body: bytes) -> Signature | Rejected:
        """Somebody asks this witness to vouch for a head; to vouch for what cannot be is an alarm."""
        answered = self.witness.add(body)
        if isinstance(answered, Rejected) and (kind := answered.dispute) is not None:
            self._turn(lambda state, now: state.found(kind, now))
        return answered

    def learn(self, published: bytes) -> bool:
        """Go over to the newest key that the log's published list leads to; whether there is a newer one."""
        if not self.keys.learn(published):
            return False
        self._adopt()
        self.tell(NEW_KEY.format(fingerprint=self.keys.newest.fingerprint))
        return True

    def page(self) -> str:
        """A page that anybody can read: what stands now. It loads itself anew."""
        now = self.clock()
        sentences = self.state.looked(now).sentences(now)
        head = self._known()
        well = "还没有核对过台账。" if head is None else all_well(head.size, self.state.alive_at or now)
        lines = "".join(f"<p><strong>{escape(each)}</strong></p>" for each in sentences) or f"<p>{escape(well)}</p>"
        title = "警报" if sentences else "见证"
        return (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="20">'
            f"<title>{title}</title><h1>{title}：{escape(self.log_key.name)}</h1>{lines}"
        )

    def _look(self) -> None:
        try:
            head = self._follow()
        except NotFetched as error:
            _logger.warning("the log was not fetched: %s", error)
            self.tick()
        except NotTheLog as error:
            self._wrong(error)
        else:
            self._keep(head)

    def _follow(self) -> Head:
        if self.fetch is not None:
            return self._follow_by(self.fetch)
        with httpx.Client(verify=self.trust, timeout=FETCH_S, trust_env=False) as client:
            return self._follow_by(lambda path: self._fetch(client, path))

    def _follow_by(self, fetch: Fetch) -> Head:
        if self.keys.names_a_stranger(fetch(CHECKPOINT)):
            with suppress(NotFetched):
                self.learn(fetch(KEYS))
        return self.mirror.follow(fetch, self._known())

    def _adopt(self) -> None:
        newest, former = self.keys.newest, self.keys.former
        self.log_key = newest
        self.mirror = replace(self.mirror, log_key=newest, former=former)
        self.witness = replace(self.witness, log_keys={**self.witness.log_keys, newest.name: newest})

    def _remember_the_copy(self) -> None:
        """What was copied was seen: a memory that is older than the copy (one put back) does not count for less."""
        with suppress(NotTheLog):
            if (copied := self.mirror.head()) is not None:
                self._hold(copied)

    def _known(self) -> Head | None:
        kept = self.witness.memory.kept(self.log_key.name)
        return None if kept is None else read_head(kept.note, self.keys.newest, *self.keys.former)

    def _keep(self, head: Head) -> None:
        """The copy holds: from now on this is what every other head is held against."""
        self._hold(head)
        self._turn(lambda state, now: state.saw(head.size, head.at, now))

    def _hold(self, head: Head) -> None:
        def later(kept: Kept | None) -> tuple[None, bytes | None]:
            return None, head.note if kept is None or head.size > kept.checkpoint.size else None

        self.witness.memory.compare_and_keep(self.log_key.name, self.clock(), later)

    def _wrong(self, error: NotTheLog) -> None:
        _logger.error("%s: %s", error.kind, error)
        if error.kind in ("forked", "shrunk"):
            self.witness.dispute(self.log_key.name, error.kind, error.shown)
        self._turn(lambda state, now: state.found(error.kind, now))

    def _turn(self, change: Callable[[Watchfulness, datetime], Watchfulness]) -> None:
        with self._lock:
            now, before = self.clock(), self.state
            self.state = change(before, now)
            minutes = int(self.state.quiet_for(now).total_seconds() // 60)
            new = [SENTENCES[kind].format(minutes=minutes) for kind in begun(before, self.state)]
        for sentence in new:
            self.tell(sentence)

    def _fetch(self, client: httpx.Client, path: str) -> bytes:
        """A file as it is served, within one time for all of it: who sends a byte now and then holds up no round."""
        deadline, content = monotonic() + FETCH_S, bytearray()
        try:
            with client.stream("GET", f"{self.url}/{path}", headers=AS_IT_IS) as answer:
                answer.raise_for_status()
                for part in answer.iter_raw():
                    content += part
                    if len(content) > TILE_BYTES_MAX or monotonic() > deadline:
                        raise NotFetched(f"{path}: longer than a bundle can be, or too slow")
        except httpx.HTTPError as error:
            raise NotFetched(f"{path}: {error}") from error
        return bytes(content)
