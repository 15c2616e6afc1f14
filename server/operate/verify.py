"""Checking everything a server holds against its log; nothing is written, not even SQLite's WAL is folded.

From the log's first entry on: every signature, every source's gap-free chain, every body against its salted hash, every
column by which people search; then the tree against the signed checkpoint; then the tables against the world that the
log makes, and the files people handed in against their hashes. The first thing that is wrong is named. What this
cannot see is a whole database put back to an earlier state together with its checkpoint: for that, somebody else must
have kept a newer checkpoint.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain as chained

from firmware_protocol.entries import SERVER, Chain, Entry, body_digest
from firmware_protocol.notes import MalformedNote, UnverifiedNote
from firmware_protocol.proofs import leaf_hash
from server.custody.bearings import bearing_of
from server.custody.erasing import ERASABLE, erased_body
from server.custody.happenings import Happening
from server.custody.replay import World
from server.ledger.clock_steps import STEPPED, runs_back
from server.ledger.tree import Frontier
from server.operate.key_checks import KeyBook
from server.operate.published_checks import PublishedCheck
from server.operate.signatures import Parsed, key_book, parse_all
from server.operate.sm3_checks import sm3_problems
from server.operate.table_checks import table_problems
from server.operate.upload_checks import upload_problems
from server.operate.wrongs import Wrong
from server.store.audit import Row, StoredEntry, rows_beside_the_log, source_rows, stored_head
from server.store.database import Reader, read_only
from server.store.folder import DataFolder
from server.store.keys import Keys, held
from server.store.log_files import LogFiles
from server.store.log_rows import NewEntry, entry_row, item_rows, people_rows
from server.store.uploads import Uploads
from server.store.work import SERVER_EPOCH, happening_of

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, the root over them, and the first thing that is wrong (None: nothing is).

    `erased` bodies are gone because the log says that they were erased. `awaited` entries of cabinets are published
    and are yet to come again into a restored log.
    """

    size: int
    root: bytes
    wrong: Wrong | None
    erased: int = 0
    awaited: int = 0


def verify(folder: DataFolder, advance: Advance = lambda _entries: None) -> Verdict:
    """Check a data folder's database; may run beside a working server. `advance` hears of entries read."""
    # Nobody gives a key its successor meanwhile: keys and log would not be of one moment.
    with held(folder.key_folder):
        keys = folder.keys()
        # Before the snapshot begins: what is published meanwhile would look like entries that the database has lost.
        published = PublishedCheck.of(LogFiles(folder.log, keys.log.verifier, keys.former_logs))
        with closing(read_only(folder.database_url)) as database, database.reading() as reader:
            return verify_database(reader, keys, advance, published, Uploads(folder.uploads))


def verify_database(
    reader: Reader,
    keys: Keys,
    advance: Advance = lambda _entries: None,
    published: PublishedCheck | None = None,
    uploads: Uploads | None = None,
) -> Verdict:
    """Check one consistent snapshot of a database against the keys its log must be signed with, and its files."""
    published = published or PublishedCheck.of(None)
    book = key_book(reader, keys)
    replay = _Replay(book, published)
    wrong = next(
        chained(
            replay.entry_problems(reader, advance),
            book.problems(keys),
            replay.end_problems(reader),
            published.problems(),
            sm3_problems(published.files),
            table_problems(reader, replay.world),
            () if uploads is None else upload_problems(uploads, replay.world),
        ),
        None,
    )
    return Verdict(replay.frontier.size, replay.frontier.root, wrong, replay.erased, published.awaited)


@dataclass(slots=True)
class _Replay:
    """The log as read so far."""

    book: KeyBook
    published: PublishedCheck
    world: World = field(default_factory=World)
    frontier: Frontier = field(default_factory=Frontier)
    chains: dict[tuple[str, int], Chain] = field(default_factory=dict)
    owed_bodies: dict[tuple[str, int, int], str] = field(default_factory=dict)
    without_body: dict[int, str] = field(default_factory=dict)
    erased: int = 0
    server_at: datetime | None = None

    def entry_problems(self, reader: Reader, advance: Advance) -> Iterator[Wrong]:
        """What is wrong with the entries, in order; reading on builds the tree and the world."""
        for parsed in parse_all(reader, self.book):
            for what in self._one(parsed):
                yield Wrong(self._name(parsed.stored), what)
            advance(1)
        for where in self.owed_bodies.values():
            yield Wrong(where, "正文不见了，而柜机送来过正文")
        for where in self.without_body.values():
            yield Wrong(where, "正文不见了")

    def end_problems(self, reader: Reader) -> Iterator[Wrong]:
        """What is wrong with the log's end: the checkpoint, the chains, rows that belong to no entry."""
        yield from self._head_problems(reader)
        reached = {key: (each.seq, each.prev) for key, each in self.chains.items()}
        kept = source_rows(reader)
        for key in sorted({*reached, *kept}):
            if reached.get(key) != kept.get(key):
                yield Wrong(f"来源 {key[0]}（第 {key[1]} 期）", "记录的序号与台账里的最后一条对不上")
        for table, position in rows_beside_the_log(reader):
            yield Wrong(f"{table} 表", f"有一行指向台账里没有的第 {position} 条")

    def _one(self, parsed: Parsed) -> Iterator[str]:
        stored, entry = parsed.stored, parsed.entry
        if stored.columns["position"] != self.frontier.size:
            yield f"前面缺少第 {self.frontier.size} 条"
            return
        if isinstance(entry, str):
            yield entry
            return
        yield from self._chain_problems(stored, entry)
        yield from self._time_problems(entry)
        yield from self._body_problems(stored, entry)
        yield from self._erasure_problems(entry)
        yield from self._column_problems(stored, entry)

    def _chain_problems(self, stored: StoredEntry, entry: Entry) -> Iterator[str]:
        source = (entry.by, entry.epoch)
        so_far = self.chains.get(source, Chain(*source))
        if entry.by == SERVER and entry.epoch != SERVER_EPOCH:
            yield "服务器的记录期号不对"
        if not so_far.continues_with(entry):
            yield f"与同一来源的上一条接不上（应为第 {so_far.seq + 1} 号，实为第 {entry.seq} 号，或前一条的摘要不符）"
        self.chains[source] = so_far.extend(stored.columns["note"])

    def _time_problems(self, entry: Entry) -> Iterator[str]:
        if entry.by != SERVER:
            return
        before, self.server_at = self.server_at, entry.at
        if before is not None and runs_back(before, entry.at) and entry.type != STEPPED:
            yield f"时间比服务器的上一条早 {(before - entry.at).total_seconds():.0f} 秒，而没有记下时钟跳变"

    def _body_problems(self, stored: StoredEntry, entry: Entry) -> Iterator[str]:
        source = (entry.by, entry.epoch, entry.seq)
        if stored.body is None:
            if entry.body is not None and entry.by == SERVER and entry.type in ERASABLE:
                self.without_body[self.frontier.size] = self._name(stored)
            elif entry.body is not None and entry.by == SERVER:
                yield "正文不见了"
            elif entry.body is not None:
                self.owed_bodies[source] = self._name(stored)
        elif not _fits(entry, stored.body):
            yield "正文与签名里的摘要不符"
        about = entry.about
        is_servers = entry.by == SERVER and entry.type == "device_contradiction"
        if is_servers and str(about.get("rule", "")).startswith("body_"):
            self.owed_bodies.pop((about["agent"], about["epoch"], about["seq"]), None)

    def _erasure_problems(self, entry: Entry) -> Iterator[str]:
        if (entry.by, entry.type) != (SERVER, "person_erased"):
            return
        for position in entry.about["entries"]:
            if self.without_body.pop(position, None) is None:
                yield f"说是删除了第 {position} 条的正文，而它还在"
            self.erased += 1

    def _happening(self, stored: StoredEntry, entry: Entry) -> Happening:
        if self.frontier.size not in self.without_body:
            return happening_of(entry, None if stored.body is None else stored.body["body"])
        body = erased_body(entry.type, str(entry.about.get("person", "")), entry.at)
        return Happening(entry.by, entry.at, entry.type, entry.about, body)

    def _column_problems(self, stored: StoredEntry, entry: Entry) -> Iterator[str]:
        happening = self._happening(stored, entry)
        self.world.happen(happening)
        hashed = leaf_hash(stored.columns["note"])
        expected = NewEntry(
            self.frontier.size, stored.columns["note"], hashed, entry, bearing_of(self.world, happening), None, None
        )
        self.frontier = self.frontier.extend([hashed])
        self.published.take(stored.columns["note"], hashed, self.frontier)
        row = entry_row(expected)
        for name, value in row.items():
            if stored.columns[name] != value:
                yield f"检索用的列 {name} 被改过：应为 {_shown(value)}，表里是 {_shown(stored.columns[name])}"
        for kept, derived, name in (
            (stored.people, people_rows(expected), "人员"),
            (stored.items, item_rows(expected), "物品"),
        ):
            if {tuple(each.values()) for each in kept} != {tuple(each.values()) for each in derived}:
                yield f"检索用的{name}索引与记录不符"

    def _head_problems(self, reader: Reader) -> Iterator[Wrong]:
        where = "检查点"
        head = stored_head(reader)
        if head is None:
            yield Wrong(where, "记着的大小与树的边缘对不上")
            return
        if head.frontier != self.frontier:
            yield Wrong(where, f"记着 {head.frontier.size} 条的树，而台账算出来是 {self.frontier.size} 条的另一棵树")
            return
        if self.frontier.size == 0:
            return
        try:
            checkpoint = self.book.history.log.read_head(head.checkpoint)
        except (MalformedNote, UnverifiedNote):
            yield Wrong(where, "签名不对")
            return
        if (checkpoint.size, checkpoint.root) != (self.frontier.size, self.frontier.root):
            yield Wrong(where, "签过名的大小或树根与台账算出来的不一致")

    def _name(self, stored: StoredEntry) -> str:
        row = stored.columns
        return f"台账第 {row['position']} 条（{row['by']} 第 {row['seq']} 号，{row['type']}）"


def _fits(entry: Entry, body: Row) -> bool:
    """Whether the stored body is the signed one; SQLite would keep text where bytes belong."""
    try:
        return entry.body == body_digest(body["salt"], body["body"])
    except (TypeError, ValueError):
        return False


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def sentence(verdict: Verdict) -> str:
    """The verdict in one Chinese sentence."""
    if verdict.wrong is None:
        return f"核验通过：{verdict.size} 条记录的签名、顺序和正文都对，树根与检查点一致，各表与台账一致。"
    return f"核验不通过：{verdict.wrong.where}：{verdict.wrong.what}。"
