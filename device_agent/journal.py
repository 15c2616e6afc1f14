"""The journal: everything this agent has seen and done, durable before it counts, kept for good.

One SQLite file, WAL with `synchronous=FULL`, one connection, one owner: the event loop's thread. A write is one
transaction: entries, signed and chained without gaps, the burns they stand for, and the notes that came with them.
When `write` has returned, a power cut loses none of it; when it has raised, nobody knows, so the journal then refuses
to work until it is opened again, and whatever is in the file is the truth. Entries stay after the server has
acknowledged them (about 5 MB a year); triggers keep entries and burns from being changed or deleted by mistake.
"""

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from device_agent.custodian.beginning import Past
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Burn, Forget, Keep, Record
from device_agent.durable_folders import make_folder
from device_agent.journal_schema import NOTES, PAST, RAISE_MARK, SCHEMA, WRITE_BURN
from firmware_protocol import entries
from firmware_protocol.agent_keys import handed_over_by
from firmware_protocol.entries import Chain, ClockQuality
from firmware_protocol.messages import BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, CarriedEntry
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, document_fields, parse_note
from firmware_protocol.times import read_time, time_from_ms, time_ms

FILE_NAME = "journal.sqlite"
ROOM_MIN_BYTES = 64 * 1024 * 1024
CHECKPOINT_BYTES, ENTRY_OVERHEAD_BYTES = 100 * 4096, 200
Chance = Callable[[int], bytes]


class JournalError(Exception):
    """The journal cannot be used; the message says why in Chinese."""


class Journal:
    """An open journal. Every method that changes it is durable when it returns and safe to call only on one thread."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, signer: Signer, chain: Chain, chance: Chance
    ) -> None:
        """For `open_journal`, which checks what is in the file first."""
        self._connection = connection
        self._path = path
        self._signer = signer
        self._chain = chain
        self._chance = chance
        self._is_broken = False
        self._marks_ahead: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What was written is durable already; what was acknowledged becomes so if it can."""
        if not self._is_broken:
            with suppress(sqlite3.Error):
                self._write_marks_ahead()
        self._connection.close()

    def write(self, decisions: Sequence[Record | Keep | Forget], at: datetime, quality: ClockQuality) -> None:
        """Write records, notes and their forgetting in one transaction with one fsync, in order.

        Raises `sqlite3.Error`, an `IntegrityError` for a burn that was spent before; the journal is then broken.
        """
        chain = self._chain
        with self._transaction():
            for decision in decisions:
                if isinstance(decision, Record):
                    chain = self._write_record(chain, decision, at, quality)
                elif isinstance(decision, Keep):
                    self._write_notes(decision.notes)
                else:
                    self._connection.executemany("DELETE FROM notes WHERE name = ?", [(n,) for n in decision.names])
        self._chain = chain

    @property
    def epoch(self) -> int:
        """The epoch this journal's entries are numbered in."""
        return self._chain.epoch

    @property
    def last_seq(self) -> int:
        """The number of the newest entry, 0 before the first."""
        return self._chain.seq

    @property
    def acked_seq(self) -> int:
        """The newest entry the server has committed, as far as we know."""
        return self._mark("acked_seq")

    @property
    def committed_seq(self) -> int:
        """The newest entry the server ever said to have: beyond `last_seq` where an older file was put back."""
        return self._mark("committed_seq")

    @property
    def contact_at(self) -> datetime | None:
        """The newest time the server signed for us, None before the first."""
        return self._time("contact_ms")

    @property
    def contact(self) -> Contact | None:
        """The last contact as a later run counts it, None before the first."""
        at = self.contact_at
        return None if at is None else Contact(at, counted=self._time("counted_ms"))

    @property
    def floor(self) -> datetime | None:
        """The newest time that was certainly past when it was kept, None before the first."""
        return self._time("floor_ms")

    def unsent(self, after_seq: int) -> tuple[CarriedEntry, ...]:
        """The entries after `after_seq`, oldest first: one at least, and no more than one message may carry."""
        rows = self._connection.execute(
            "SELECT note, salt, body FROM entries WHERE seq > ? ORDER BY seq LIMIT ?", (after_seq, BATCH_ENTRIES_MAX)
        )
        batch: list[CarriedEntry] = []
        size = 0
        for note, salt, body in rows:
            size += len(note) + len(body or b"") + ENTRY_OVERHEAD_BYTES
            if batch and size > BATCH_BYTES_MAX:
                break
            batch.append(CarriedEntry(note, salt, body))
        return tuple(batch)

    def acknowledge(self, seq: int, at: datetime, contact: Contact | None = None) -> None:
        """The server has committed everything up to `seq` and signed so at `at`, `contact` if that was one.

        Known at once, durable with the next write or at rest: an acknowledgement that a power cut takes comes again,
        and nobody at the kiosk waits for a card to write it.
        """
        news = {"acked_seq": min(seq, self.last_seq), "committed_seq": seq, "floor_ms": time_ms(at)}
        if contact is not None:
            news["contact_ms"] = time_ms(contact.at)
            news["counted_ms"] = 0 if contact.counted is None else time_ms(contact.counted)
        for name, value in news.items():
            self._marks_ahead[name] = max(value, self._mark(name))

    def keep_floor(self, at: datetime) -> None:
        """The time is certainly past `at`."""
        with self._transaction():
            self._raise_mark("floor_ms", time_ms(at))

    def begin_session(self) -> int:
        """Count one more start of the agent, and return the count."""
        with self._transaction():
            self._raise_mark("sessions", self._mark("sessions") + 1)
        return self._mark("sessions")

    def notes(self, kind: str) -> dict[str, bytes]:
        """The kept notes whose name is `kind`, or begins with `kind:`."""
        return dict(self._connection.execute(NOTES, (kind, f"{kind}:%")).fetchall())

    def has_burned(self, permit: str) -> bool:
        """Whether a pulse was ever spent under this permit."""
        return self._connection.execute("SELECT 1 FROM burns WHERE permit = ?", (permit,)).fetchone() is not None

    def past(self, since: datetime) -> Iterator[Past]:
        """The events a memory is made of, oldest first: of the permits still held, of doors, and refusals `since`."""
        for (note,) in self._connection.execute(PAST, (time_ms(since),)):
            fields = document_fields(parse_note(note).text, entries.KIND)
            yield Past(fields["type"], fields["about"], read_time(fields["at"]))

    def is_disk_low(self) -> bool:
        """Whether less than `ROOM_MIN_BYTES` are free where the journal is."""
        return shutil.disk_usage(self._path.parent).free < ROOM_MIN_BYTES

    def rest(self) -> None:
        """Make acknowledgements durable, and move a write-ahead log that has grown into the file; when nobody waits."""
        self._write_marks_ahead()
        wal = self._path.with_name(f"{self._path.name}-wal")
        if wal.exists() and wal.stat().st_size > CHECKPOINT_BYTES:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _write_record(self, chain: Chain, record: Record, at: datetime, quality: ClockQuality) -> Chain:
        body = None if record.body is None else entries.write_body(record.body)
        salt = None if body is None else self._chance(entries.SALT_BYTES)
        digest = entries.body_digest(salt, body) if salt is not None and body is not None else None
        note = entries.compose(
            chain, self._signer, at=at, clock=quality, event_type=record.type, about=record.about, body=digest
        )
        about = record.about
        self._connection.execute(
            "INSERT INTO entries (seq, at_ms, type, opening, compartment, note, salt, body) VALUES (?,?,?,?,?,?,?,?)",
            (chain.seq + 1, time_ms(at), record.type, about.get("opening"), about.get("compartment"), note, salt, body),
        )
        if record.burn is not None:
            self._write_burn(record.burn, str(about["opening"]))
        self._write_notes(record.notes)
        return chain.extend(note)

    def _write_burn(self, burn: Burn, opening: str) -> None:
        self._connection.execute(WRITE_BURN, (burn.permit, burn.kind, burn.number, opening))

    def _write_notes(self, notes: Mapping[str, bytes]) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO notes (name, note) VALUES (?,?)", list(notes.items()))

    def _write_marks_ahead(self) -> None:
        if self._marks_ahead:
            with self._transaction():
                pass  # every transaction begins with them

    def _mark(self, name: str) -> int:
        if name in self._marks_ahead:
            return self._marks_ahead[name]
        row = self._connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def _time(self, mark: str) -> datetime | None:
        value_ms = self._mark(mark)
        return time_from_ms(value_ms) if value_ms else None

    def _raise_mark(self, name: str, value: int) -> None:
        self._connection.execute(RAISE_MARK, (name, value, value))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._is_broken:
            raise sqlite3.OperationalError("the journal failed before and has to be opened again")
        self._is_broken = True
        self._connection.execute("BEGIN IMMEDIATE")
        for name, value in self._marks_ahead.items():
            self._raise_mark(name, value)
        yield
        self._connection.execute("COMMIT")
        self._marks_ahead.clear()
        self._is_broken = False


def open_journal(folder: Path, agent: str, epoch: int, signer: Signer, chance: Chance = secrets.token_bytes) -> Journal:
    """Open the journal in `folder`, or begin one, and check its whole chain; raises `JournalError`.

    `chance` gives the salts of bodies.
    """
    try:
        make_folder(folder)
        path = folder / FILE_NAME
        path.touch(mode=0o600)
        with ExitStack() as unless_whole:
            connection = unless_whole.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=2)))
            _prepare(connection)
            _claim(connection, agent, epoch)
            chain = _checked_chain(connection, Chain(agent, epoch), signer)
            journal = Journal(connection, path, signer, chain, chance)
            unless_whole.pop_all()
            return journal
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"日志 {folder} 打不开：{error}") from error


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "locking_mode=EXCLUSIVE", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    # A checkpoint in the middle of an opening would make two people wait; `rest` makes it when nobody does.
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.executescript(SCHEMA)


def _claim(connection: sqlite3.Connection, agent: str, epoch: int) -> None:
    """One file belongs to one agent and one epoch: burns must never be forgotten by starting a new chain on them."""
    connection.execute("INSERT OR IGNORE INTO owner (only_row, agent, epoch) VALUES (1,?,?)", (agent, epoch))
    owner = connection.execute("SELECT agent, epoch FROM owner").fetchone()
    if owner != (agent, epoch):
        raise JournalError(
            f"这个数据目录属于柜机 {owner[0]}（第 {owner[1]} 期），凭据却是 {agent}（第 {epoch} 期）的。请核对配置。"
        )


def _checked_chain(connection: sqlite3.Connection, chain: Chain, signer: Signer) -> Chain:
    """Every entry names the hash of the one before, so the last one's signature covers them all."""
    note: bytes = b""
    for seq, note in connection.execute("SELECT seq, note FROM entries ORDER BY seq"):
        try:
            fields = document_fields(parse_note(note).text, entries.KIND)
        except MalformedNote as error:
            raise JournalError(f"日志第 {seq} 条损坏，柜机不能启动。请联系三资办。") from error
        if (fields.get("seq"), fields.get("prev"), seq) != (chain.seq + 1, chain.prev, chain.seq + 1):
            raise JournalError(f"日志第 {seq} 条与前一条接不上，柜机不能启动。请联系三资办。")
        chain = chain.extend(note)
    if note:
        _check_signature(note, chain, signer)
    return chain


def _check_signature(note: bytes, chain: Chain, signer: Signer) -> None:
    try:
        entries.parse(note, [handed_over_by(note, signer.verifier) or signer.verifier])
    except (MalformedNote, UnverifiedNote) as error:
        raise JournalError(f"日志第 {chain.seq} 条签名不对，柜机不能启动。请联系三资办。") from error
