"""The auditor's own check of an exported log (共管台账核验程序): one file for any computer, standard library alone.

    python verify_log.py 台账文件夹 [--earlier 从前留存的检查点]… [--receipt 单据上的凭证]… [--day 日期] [--hashes-only]

For Python 3.10 or later, Windows too. It shares no line with the product it checks; a test holds the two against each
other. With `cryptography` installed signatures are checked by it, otherwise by the arithmetic below, slower and to the
same end.

Read in this order: Ed25519, notes, entries, the tree, receipts, keys, the whole log, the report.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import errno
import hashlib
import json
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment, misc]

# --- Ed25519 (RFC 8032), for computers without `cryptography` ---------------------------------------------------------
# A log has few keys and many signatures: multiples of each key are prepared once, a check is then 64 additions.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z."""
Table = list[list[tuple[int, int, int]]]
"""For each of a scalar's 32 bytes and each of its values: y + x, y - x, 2dxy of that multiple."""


def add_points(one: Point, other: Point) -> Point:
    """The sum of two points of the curve."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def read_point(encoded: bytes) -> Point | None:
    """The point of 32 bytes, or None where they are none."""
    y = int.from_bytes(encoded, "little")
    is_odd, y = y >> 255, y & (1 << 255) - 1
    over, under = y * y - 1, D * y * y + 1
    x = over * pow(under, 3, P) * pow(over * pow(under, 7, P), (P - 5) // 8, P) % P
    if (under * x * x - over) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (under * x * x - over) % P or (x == 0 and is_odd) or y >= P:
        return None
    if x & 1 != is_odd:
        x = P - x
    return x, y, 1, x * y % P


def multiples(point: Point) -> Table:
    """Every multiple that a byte of a scalar can stand for."""
    table: Table = []
    for _ in range(32):
        row, running = [], (0, 1, 1, 0)
        for _ in range(256):
            row.append(running)
            running = add_points(running, point)
        table.append([_prepared(each) for each in row])
        point = running
    return table


def _prepared(point: Point) -> tuple[int, int, int]:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y + x) % P, (y - x) % P, 2 * D * x * y % P


def add_multiple(running: Point, table: Table, scalar: int) -> Point:
    """The point and the scalar's multiple of the one the table was made of."""
    x, y, z, t = running
    for row, byte in zip(table, scalar.to_bytes(32, "little"), strict=True):
        if byte:
            plus, minus, product = row[byte]
            a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * product % P, 2 * z
            e, f, g, h = b - a, d - c, d + c, b + a
            x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
    return x, y, z, t


@lru_cache(maxsize=1)
def _base() -> Table:
    point = read_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert point is not None  # noqa: S101 - a constant of the curve
    return multiples(point)


@lru_cache(maxsize=64)
def _negated(public: bytes) -> Table | None:
    point = read_point(public)
    return None if point is None else multiples((P - point[0], point[1], 1, P - point[3]))


def check_by_hand(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature over the message; nothing but arithmetic."""
    table, s = _negated(public), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER or table is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, _ = add_multiple(add_multiple((0, 1, 1, 0), _base(), s), table, k)
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


@lru_cache(maxsize=64)
def _loaded(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def check_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature over the message."""
    if Ed25519PublicKey is None:
        return check_by_hand(public, message, signature)
    try:
        _loaded(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- Signed notes (C2SP signed-note, tlog-cosignature) ----------------------------------------------------------------

ED25519, COSIGNATURE = b"\x01", b"\x04"
CHINA = timezone(timedelta(hours=8))
EPOCH = datetime(1970, 1, 1, 8, tzinfo=CHINA)
SECONDS_MAX = 253_402_271_999
"""The last second of the year 9999 here: no later one can be shown."""
SIGNATURES_MAX = 100
CONTROL = bytes({*range(32), 127} - {10})
NAME = re.compile(r"[^\s+]+")


class Unreadable(Exception):
    """Bytes that are not what they should be; the message is a Chinese sentence for the report."""


@dataclass(frozen=True)
class Key:
    """A named Ed25519 public key, and what it signs: notes (0x01) or cosignatures (0x04)."""

    name: str
    public: bytes
    algorithm: bytes = ED25519

    @classmethod
    def parse(cls, line: str, algorithm: bytes = ED25519) -> Key:
        """Read `name+key id+base64` of a key that signs so."""
        parts = line.split("+", 2)
        raw = from_base64(parts[2]) if len(parts) == 3 else b""
        key = cls(parts[0], raw[1:], raw[:1])
        if len(raw) != 33 or not _is_name(key.name) or key.line != line or key.algorithm != algorithm:
            raise Unreadable(f"不是一把公钥：{line[:80]}")
        return key

    @cached_property
    def id(self) -> bytes:
        """The four bytes that signature lines carry."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.algorithm + self.public).digest()[:4]

    @property
    def line(self) -> str:
        """The key as one line of text."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.algorithm + self.public).decode()}"

    @property
    def fingerprint(self) -> str:
        """Six groups of four digits, as the server shows at its start and prints on forms."""
        digest = hashlib.sha256(self.line.encode()).hexdigest()
        return " ".join(digest[at : at + 4] for at in range(0, 24, 4))

    def as_cosigner(self) -> Key:
        """The same key, where it cosigns."""
        return Key(self.name, self.public, COSIGNATURE)


class Note(NamedTuple):
    """A note's text, which ends in a newline, and its signature lines: name, key id, value."""

    text: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    def is_signed_by(self, key: Key) -> bool | None:
        """True or False for this key's first line; None where there is no line of it."""
        for name, key_id, value in self.lines:
            if (name, key_id) == (key.name, key.id):
                return check_signature(key.public, self.text.encode(), value)
        return None

    def cosigned_at(self, key: Key) -> datetime | bool | None:
        """When this key cosigned the checkpoint that the note is; False for a wrong cosignature, None without one."""
        told = [self._time_in(value, key) for name, key_id, value in self.lines if (name, key_id) == (key.name, key.id)]
        return next((at for at in reversed(told) if at), False if told else None)

    def _time_in(self, value: bytes, key: Key) -> datetime | bool:
        seconds = int.from_bytes(value[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{self.text}".encode()
        is_right = seconds <= SECONDS_MAX and check_signature(key.public, message, value[8:])
        return is_right and EPOCH + timedelta(seconds=seconds)


def from_base64(encoded: str) -> bytes:
    """The bytes of canonical base64: spare bits would let bytes change under a signature."""
    try:
        raw = binascii.a2b_base64(encoded)
    except ValueError:
        raise Unreadable("内容不成形（base64）") from None
    if binascii.b2a_base64(raw, newline=False).decode() != encoded:
        raise Unreadable("内容不成形（base64）")
    return raw


def read_note(raw: bytes) -> Note:
    """Split a note into its text and its signatures; nothing is verified."""
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("内容不是 UTF-8 文字") from None
    text, blank, tail = whole.rpartition("\n\n")
    lines = tail[:-1].split("\n")
    has_control = len(raw.translate(None, CONTROL)) != len(raw)
    if not blank or not text or not tail.endswith("\n") or has_control or len(lines) > SIGNATURES_MAX:
        raise Unreadable("内容不成形，不是带签名的文件")
    return Note(text + "\n", tuple(map(_signature, lines)))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = from_base64(encoded)
    if dash != "—" or not _is_name(name) or len(raw) <= 4:
        raise Unreadable("签名行不成形")
    return name, raw[:4], raw[4:]


@lru_cache(maxsize=64)
def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name.isprintable()


# --- Entries ----------------------------------------------------------------------------------------------------------

KIND = "gongguan-event/v1"
FIELDS = {"about", "at", "body", "by", "clock", "epoch", "prev", "seq", "type"}
CLOCKS = {"sync", "rtc", "floor", "unknown"}
SERVERS = ("server", 1)
"""The source of the server's own entries: its name, and its one epoch."""
STEPPED = "server_clock_stepped"
STEP = timedelta(seconds=2)
"""So far the server's clock may go back, and no further without an entry that says so."""
GENESIS = "0" * 64
DIGEST = re.compile(r"[0-9a-f]{64}")
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

Source = tuple[str, int]
"""Who writes entries, and in which epoch: a cabinet's controller that is registered again begins a new one."""


class Fact(NamedTuple):
    """What the order of entries is checked by, and what a person finds one again by."""

    source: Source
    seq: int
    prev: str
    digest: str
    type: str
    at: str
    about: dict[str, Any]


def read_fields(text: str) -> dict[str, Any]:
    """The nine fields of an entry's text."""
    lines = text.split("\n")
    if len(lines) != 3 or lines[0] != KIND:
        raise Unreadable("内容不成形，不是一条记录")
    fields = read_object(lines[1])
    if fields.keys() != FIELDS or not _is_formed(fields):
        raise Unreadable("记录的栏目不对")
    return fields


def read_object(line: str) -> dict[str, Any]:
    """One JSON object, however odd."""
    try:
        fields = _DECODER.decode(line)
        if "\\" in line and SURROGATE.search(line):
            json.dumps(fields, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Unreadable("内容不成形，不是一条记录") from None
    if not isinstance(fields, dict):
        raise Unreadable("内容不成形，不是一条记录")
    return fields


def _is_formed(fields: dict[str, Any]) -> bool:
    by, epoch, seq, prev, at, clock, kind, about, body = _in_order(fields)
    return (
        type(epoch) is type(seq) is int
        and min(epoch, seq) >= 1
        and type(by) is type(kind) is type(at) is str
        and bool(by and kind)
        and _is_digest(prev)
        and (body is None or _is_digest(body))
        and type(about) is dict
        and type(clock) is str
        and clock in CLOCKS
        and _is_time(at)
    )


def _is_digest(value: object) -> bool:
    return type(value) is str and DIGEST.fullmatch(value) is not None


def _is_time(text: str) -> bool:
    try:
        moment = _moment(text)
        # Of the first and the last hours that there are, some are none here.
        return moment.tzinfo is not None and (1 < moment.year < 9999 or bool(moment.astimezone(CHINA)))
    except (ValueError, OverflowError):
        return False


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError
    return fields


def _no_constant(constant: str) -> None:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant)
_in_order = itemgetter("by", "epoch", "seq", "prev", "at", "clock", "type", "about", "body")
OUT_OF_TIME = "签它的密钥在这里不管用：已经换下，或者还没有换上"


def read_entry(
    raw: bytes,
    keys: dict[Source, Key],
    *,
    with_signature: bool,
    former: dict[Source, list[tuple[int, Key]]] | None = None,
) -> Fact:
    """One entry, its signature checked with the key of the source that it names.

    `former` has a source's earlier keys, oldest first, each with the number of the last entry that it signs.
    """
    note = read_note(raw)
    fields = read_fields(note.text)
    source = (fields["by"], fields["epoch"])
    key = keys.get(source)
    before = former.get(source, ()) if former else ()
    if before:
        key = next((each for last, each in before if fields["seq"] <= last), key)
    if key is None:
        raise Unreadable("台账里没有登记过这个来源的公钥")
    if with_signature and not note.is_signed_by(key):
        others = [each for each in (*(old for _, old in before), keys[source]) if each != key]
        raise Unreadable(OUT_OF_TIME if any(map(note.is_signed_by, others)) else "签名不对")
    digest = hashlib.sha256(raw).hexdigest()
    return Fact(source, fields["seq"], fields["prev"], digest, fields["type"], fields["at"], fields["about"])


# --- The tree (RFC 6962) over the log's files (C2SP tlog-tiles) -------------------------------------------------------

WIDTH = 256
HASH_BYTES = 32
BUNDLE_BYTES_MAX = WIDTH * (2 + 0xFFFF)
FILE_BYTES_MAX = 1 << 20
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
SM3_CHECKPOINT = Path("sm3") / "checkpoint"
WITNESSED = "witnessed/????????"
"""The heads that witnesses without a network cosigned, by the id of the witness's key."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def sm3(content: bytes) -> bytes:
    """The other hash; only where this Python's OpenSSL knows it."""
    return hashlib.new("sm3", content).digest()


def sm3_node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two children in the second tree."""
    return sm3(b"\x01" + left + right)


def root_of(hashes: list[bytes], node: Callable[[bytes, bytes], bytes] = node_hash) -> bytes:
    """The root over hashes of one level; the empty tree's for none."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        # Complete pairs are hashed, an odd last one moves up as it is: that is RFC 6962's tree.
        paired = [node(hashes[at], hashes[at + 1]) for at in range(0, len(hashes) - 1, 2)]
        hashes = paired + hashes[len(paired) * 2 :]
    return hashes[0]


def cut(joined: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]


@dataclass
class Leaves:
    """Every leaf hash in order, and the root of each full tile of them."""

    tiles: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many there are."""
        return (len(self.tiles) - 1) * WIDTH + len(self.tiles[-1]) // HASH_BYTES if self.tiles else 0

    def append(self, tile: bytes, root: bytes) -> None:
        """Take the next tile's hashes and their root."""
        self.tiles.append(tile)
        if len(tile) == WIDTH * HASH_BYTES:
            self.roots.append(root)

    def hash_at(self, index: int) -> bytes:
        """The hash of one leaf."""
        at = index % WIDTH * HASH_BYTES
        return self.tiles[index // WIDTH][at : at + HASH_BYTES]

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        full, rest = divmod(size, WIDTH)
        last = [root_of(cut(self.tiles[full])[:rest])] if rest else []
        return root_of(self.roots[:full] + last)


def path_of(kind: str, index: int, width: int) -> str:
    """Where a tile of hashes (`kind` is its level) or of `entries` is kept within the log's folder."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return f"tile/{kind}/{'/'.join(reversed(groups))}" + ("" if width == WIDTH else f".p/{width}")


class Tile(NamedTuple):
    """A tile's bytes, and how many hashes or entries they should be: a wider one than asked for does as well."""

    width: int
    content: bytes


def read_file(file: Path, limit: int = FILE_BYTES_MAX) -> bytes:
    """A file's bytes, no more than `limit` and one; raises `OSError`, also for what is no file at all."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(errno.ENOENT, "不是文件", str(file))
    if found.st_size <= limit:
        return file.read_bytes()
    with file.open("rb") as opened:
        return opened.read(limit + 1)


def read_small(file: Path) -> bytes:
    """The bytes of a checkpoint or a list of keys; raises `Unreadable` and `OSError`."""
    content = read_file(file)
    if len(content) > FILE_BYTES_MAX:
        raise Unreadable(f"{file} 太大了，拿错了文件")
    return content


def read_lines(file: Path) -> list[str]:
    """The lines of a text, saved by any editor; raises `Unreadable` and `OSError`."""
    try:
        return read_small(file).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Unreadable(f"{file} 不是 UTF-8 文字") from None


def read_tile(folder: Path, kind: str, index: int, width: int) -> Tile | None:
    """A tile, or a wider one; None where there is neither."""
    for each in (width, WIDTH):
        with suppress(OSError):
            return Tile(each, read_file(folder / path_of(kind, index, each), BUNDLE_BYTES_MAX))
    return None


def bundles_of(folder: Path, size: int) -> range:
    """The indexes of the bundles of so many entries, few more than there are files: anybody can write a large size."""
    there = sum(len(files) for _, _, files in os.walk(folder / "tile" / "entries"))
    return range(min((size + WIDTH - 1) // WIDTH, there + 1))


def entries_in(bundle: bytes, width: int) -> list[bytes]:
    """The first `width` entries of a bundle, each of which stands behind its length in two bytes."""
    found: list[bytes] = []
    at = 0
    while at < len(bundle) and len(found) < width:
        length = int.from_bytes(bundle[at : at + 2], "big")
        found.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    if len(found) < width or at > len(bundle):
        raise Unreadable("记录文件不完整，中途断掉了")
    return found


# --- What is wrong, and what that means -------------------------------------------------------------------------------

FINDINGS_MAX = 20
TOO_LONG, TOO_LONG_OR_SHORT = "记录文件后面多出了内容", "日志树的文件长短不对"
VALUE_CHARACTERS = 40
MEANS_ALTERED = "它在签名以后被改过，或者不是它自称的来源写的。"
MEANS_MOVED = "它与公布过的日志树对不上：公布以后被改过、换过或者挪过位置。"
MEANS_GAP = "同一来源的记录应当一条接一条：中间有记录被删掉、添进去或者调换过。"
MEANS_BACKDATED = "服务器的时钟往回拨，台账里一定先有一条“服务器时钟跳变”；没有，就是有人把事情往前写。"
MEANS_LOST = "缺了这份文件就看不到这一段记录。请向三资办要完整的一份，或者用见证电脑上的副本。"
MEANS_LENGTH = "多出来的、缺掉的，签过名的检查点都没有管到：可能没有拷好，也可能有人动过。请向三资办重新要一份来比。"
MEANS_REBUILT = "台账的内容与签过名的树头不是一回事：有记录被改动、删除或调换过。"
MEANS_FORKED = "保存那份凭据的时候，台账不是现在这个样子：以前的记录被重写过。这是最严重的情形，请保留两份原件。"
MEANS_SHORTER = (
    "先看日期：这份台账导出得比它早的，请重新导出一份再核。不是这样，就是台账被截短了，或者放回了旧的："
    "这是最严重的情形，请保留两份原件。"
)
MEANS_UNREADABLE = "多半是没有抄全、扫全，或者拿错了文件，请再来一次。原件就是这样的，请保留原件，告诉镇纪委。"
MEANS_UNSEEN = "见证没有看过这个检查点，或者它们看到的是另一本。请把 checkpoint 拿到见证的电脑上核对。"
MEANS_HANDED_OVER = "新密钥不是台账自己交出来的，请不要信它签的东西，报告镇纪委。"
MEANS_FORGED = "签名对不上，它不是这本台账开出的，或者内容被改过。"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, what, and what that means; Chinese sentences."""

    where: str
    what: str
    means: str


@dataclass
class Part:
    """What one bundle of entries says: its leaves, where each source begins and ends in it, and what is wrong."""

    hashes: bytes = b""
    root: bytes = b""
    begins: list[tuple[int, Fact]] = field(default_factory=list)
    ends: dict[Source, Fact] = field(default_factory=dict)
    last_at: str = ""
    of_day: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """What every part is checked with; `day` (2026-11-03, or '') is the one whose entries are listed."""

    folder: Path
    size: int
    keys: dict[Source, Key]
    with_signatures: bool
    day: str = ""
    former: dict[Source, list[tuple[int, Key]]] = field(default_factory=dict)

    def check(self, index: int) -> Part:
        """Check one bundle: its entries by themselves, their order within it, and its tile."""
        width = min(WIDTH, self.size - index * WIDTH)
        first = index * WIDTH
        bundle = read_tile(self.folder, "entries", index, width)
        where = f"第 {first}–{first + width - 1} 条"
        if bundle is None:
            missing = f"记录文件 {path_of('entries', index, width)} 不见了"
            return Part(findings=[Finding(where, missing, MEANS_LOST)])
        try:
            entries = entries_in(bundle.content, bundle.width)
        except Unreadable as error:
            return Part(findings=[Finding(where, str(error), MEANS_LOST)])
        part = Part()
        if len(bundle.content) != sum(map(len, entries)) + 2 * len(entries):
            part.findings.append(Finding(path_of("entries", index, bundle.width), TOO_LONG, MEANS_LENGTH))
        del entries[width:]
        for position, raw in enumerate(entries, first):
            self._take(part, position, raw)
        hashes = [hashlib.sha256(b"\x00" + raw).digest() for raw in entries]
        part.hashes, part.root = b"".join(hashes), root_of(hashes)
        self._compare(part, index, width)
        return part

    def _take(self, part: Part, position: int, raw: bytes) -> None:
        try:
            fact = read_entry(raw, self.keys, with_signature=self.with_signatures, former=self.former)
        except Unreadable as error:
            part.findings.append(Finding(f"第 {position} 条", str(error), MEANS_ALTERED))
            return
        if fact.source in part.ends:
            part.findings.extend(_out_of_order(position, part.ends[fact.source], fact))
        else:
            part.begins.append((position, fact))
        part.ends[fact.source] = fact
        part.last_at = fact.at
        if self.day and (at := local_time(fact.at)).startswith(self.day):
            part.of_day.append(line_of(position, fact, at[11:]))

    def _compare(self, part: Part, index: int, width: int) -> None:
        tile = read_tile(self.folder, "0", index, width)
        if tile is None:
            part.findings.append(Finding(path_of("0", index, width), "日志树的文件不见了", MEANS_LOST))
            return
        if len(tile.content) != tile.width * HASH_BYTES:
            part.findings.append(Finding(path_of("0", index, tile.width), TOO_LONG_OR_SHORT, MEANS_LENGTH))
        if tile.content[: width * HASH_BYTES] == part.hashes:
            return
        for at, (ours, theirs) in enumerate(zip(cut(part.hashes), cut(tile.content), strict=False)):
            if ours != theirs:
                part.findings.append(Finding(f"第 {index * WIDTH + at} 条", "内容与日志树里的散列不符", MEANS_MOVED))


def name_of(position: int, fact: Fact) -> str:
    """An entry as a person finds it again."""
    by, kind = _short(fact.source[0]), _short(fact.type)
    return f"第 {position} 条（{by} 第 {_short(fact.seq)} 号，{kind}，{fact.at[:16].replace('T', ' ')}）"


def line_of(position: int, fact: Fact, clock: str) -> str:
    """An entry as one line of a day's list."""
    about = " ".join(f"{_short(key)}={_short(each)}" for key, each in fact.about.items())
    by, kind = _short(fact.source[0]), _short(fact.type)
    return f"第 {position} 条　{clock}　{by} 第 {_short(fact.seq)} 号，{kind}，{about}"


def _short(value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= VALUE_CHARACTERS else f"{text[:VALUE_CHARACTERS]}…"


def visible(line: str) -> str:
    """The line with nothing in it that a screen would obey: an entry may hold any character."""
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() or each == "　" else ascii(each)[1:-1] for each in line)


def local_time(at: str) -> str:
    """2026-11-03 09:10:05, as clocks here showed it."""
    return f"{_moment(at).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def titled(sentence: str, titles: dict[str, str]) -> str:
    """The sentence with the types of entries in Chinese, as `types.txt` has them."""
    return re.sub(r"，([a-z_]+)，", lambda found: f"，{titles.get(found[1], found[1])}，", sentence)


def read_titles(file: Path) -> dict[str, str]:
    """What each type of entry is called; nothing where the file is missing or no text."""
    try:
        return dict(line.split(" ", 1) for line in read_lines(file) if " " in line)
    except (Unreadable, OSError):
        return {}


def _out_of_order(position: int, before: Fact | None, fact: Fact) -> Iterator[Finding]:
    expected, prev = (1, GENESIS) if before is None else (before.seq + 1, before.digest)
    if fact.seq != expected:
        what = f"与同一来源的上一条接不上：应为第 {expected} 号，实为第 {fact.seq} 号"
        yield Finding(name_of(position, fact), what, MEANS_GAP)
    elif fact.prev != prev:
        yield Finding(name_of(position, fact), "与同一来源的上一条接不上：前一条的摘要不符", MEANS_GAP)
    elif before is not None and fact.source == SERVERS and fact.type != STEPPED and _goes_back(before.at, fact.at):
        what = f"时间比服务器的上一条（{local_time(before.at)}）还早，而没有记下时钟跳变"
        yield Finding(name_of(position, fact), what, MEANS_BACKDATED)


def _goes_back(before: str, after: str) -> bool:
    # Mostly both are written alike and in order, and nothing has to be read.
    is_plain = before[-6:] == after[-6:] == "+08:00" and before <= after
    return not is_plain and _moment(before) - _moment(after) > STEP


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at.replace("Z", "+00:00"))


# --- Receipts: what a printed form carries ----------------------------------------------------------------------------

RECEIPT_BYTES = 143
PART = re.compile(r"~([\w-]{6})\.(\d{1,2})\.\d{1,2}\.([\w-]+)", re.ASCII)


@dataclass(frozen=True)
class Receipt:
    """The log had `size` entries and this root, signed; entry `index` had this hash."""

    key_id: bytes
    index: int
    size: int
    leaf: bytes
    root: bytes
    signature: bytes

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt: base64url, alone or behind the `#` of an address."""
        encoded = re.sub(r"\s", "", text.rpartition("#")[2])
        try:
            raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise Unreadable("凭证不成形：请完整地抄下或扫出二维码里的文字") from None
        if len(raw) < RECEIPT_BYTES or raw[0] not in {1, 2}:
            raise Unreadable("凭证不成形：请完整地抄下或扫出二维码里的文字")
        index, size = int.from_bytes(raw[5:10], "big"), int.from_bytes(raw[10:15], "big")
        return cls(raw[1:5], index, size, raw[15:47], raw[47:79], raw[79:143])

    def is_signed_by(self, key: Key) -> bool:
        """Whether the log signed this size and root."""
        return self.key_id == key.id and check_signature(
            key.public, head_text(key, self.size, self.root), self.signature
        )


def join_parts(scanned: list[str]) -> list[str]:
    """Each receipt that was scanned; the parts of a whole proof, `~tag.number.count.piece`, put together."""
    whole: list[str] = []
    pieces: dict[str, dict[int, str]] = {}
    for text in scanned:
        parts = PART.findall(re.sub(r"\s", "", re.sub(r"\S*#", "", text)))
        for tag, number, piece in parts:
            pieces.setdefault(tag, {})[int(number)] = piece
        whole += [] if parts else [text]
    return whole + ["".join(each[number] for number in sorted(each)) for each in pieces.values()]


def head_text(key: Key, size: int, root: bytes) -> bytes:
    """The three lines that a checkpoint's signature is over."""
    return f"{key.name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


# --- Keys that followed one another -----------------------------------------------------------------------------------

SUCCESSION = "gongguan-succession/v1"
ABOUT_KEYS = (b"agent_added", b"key_rotated", b"key_retired")
"""The second is the end of `agent_key_rotated` too."""


@dataclass
class Period:
    """From where a key counts: the smallest head, its first entry by number; `ended`: the largest head it may sign."""

    key: Key
    since: int = 0
    first_seq: int = 1
    ended: int | None = None

    def may_head(self, size: int) -> bool:
        """Whether the key may sign the head of so many entries."""
        return self.since <= size and (self.ended is None or size <= self.ended)


@dataclass(frozen=True)
class Change:
    """The server's entry that gave a key a successor (`old`, `new`), or ended one (`ended`: its name's end, its id)."""

    index: int
    seq: int
    old: Key | None = None
    new: Key | None = None
    ended: tuple[str, str] = ("", "")


def read_succession(text: str) -> tuple[Key, Key]:
    """The key that hands over and the one that follows, both of which signed."""
    note = read_note(text.encode())
    kind, line, _ = note.text.split("\n")
    fields = read_object(line)
    old, new = Key.parse(fields.pop("old")), Key.parse(fields.pop("new"))
    if kind != SUCCESSION or fields or old == new or old.name != new.name:
        raise Unreadable("不是一份密钥的交接")
    if not (note.is_signed_by(old) and note.is_signed_by(new)):
        raise Unreadable("没有旧密钥和新密钥两个签名")
    return old, new


def read_change(index: int, raw: bytes) -> Change | None:
    """What an entry says of the server's keys; None for any other. One without a succession that holds names no key."""
    try:
        fields = read_fields(read_note(raw).text)
    except Unreadable:
        return None
    about, seq = fields["about"], fields["seq"]
    if (fields["by"], fields["type"]) == ("server", "key_retired"):
        return Change(index, seq, ended=(str(about.get("role")), str(about.get("key"))))
    if (fields["by"], fields["type"]) != ("server", "key_rotated"):
        return None
    try:
        return Change(index, seq, *read_succession(about["succession"]))
    except (Unreadable, KeyError, TypeError, ValueError, AttributeError):
        return Change(index, seq)


def periods_of(known: Key, changes: list[Change]) -> list[Period]:
    """Every key of the known one's name, oldest first; that alone where the log's chain of keys does not reach it."""
    old = next((each.old for each in changes if each.old is not None and each.old.name == known.name), known)
    periods = [Period(old)]
    for each in changes:
        if each.new is not None and each.old == periods[-1].key and each.new not in [every.key for every in periods]:
            periods.append(Period(each.new, each.index + 1, each.seq + 1))
        for period in periods[:-1]:
            is_meant = known.name.endswith(f"/{each.ended[0]}") and period.key.id.hex() == each.ended[1]
            if is_meant and period.ended is None:
                period.ended = each.index
    return periods if known in [each.key for each in periods] else [Period(known)]


# --- The whole log ----------------------------------------------------------------------------------------------------

ALONE_MAX = 5000
"""Up to so many entries other processes would take longer to start than they save."""
PROCESSES_MAX = 61
"""Windows waits for no more of them at once."""
BUNDLES_A_TASK = 8
"""What a process that helps is given at once; handing over every bundle by itself would keep this one busy."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Keys:
    """Whom the folder's `keys.txt` names: the server's two keys, and the witnesses.

    The keys before and after them are found in the log, where each names the next.
    """

    permit: Key
    log: Key
    witnesses: tuple[Key, ...]

    @classmethod
    def read(cls, file: Path) -> Keys:
        """Read lines of a word and a key."""
        named: dict[str, list[Key]] = {"permit": [], "log": [], "witness": []}
        for line in read_lines(file):
            word, _, key = line.strip().partition(" ")
            if word in named:
                named[word].append(Key.parse(key.strip(), COSIGNATURE if word == "witness" else ED25519))
        if len(named["permit"]) != 1 or len(named["log"]) != 1:
            raise Unreadable(f"{file} 里应当各有一行 permit 和 log 公钥")
        return cls(named["permit"][0], named["log"][0], tuple(named["witness"]))


@dataclass
class Result:
    """What was checked, and what was found; `findings` empty means that all of it is right.

    `silent`: witnesses that have not cosigned the checkpoint, which may only mean that they have not seen it yet.
    `seen`: by witness without a network, how many entries the newest head has that it cosigned, and when.
    `logs`: every key of the log, oldest first. `second`: how the SM3 tree stands, '' without one. `of_day`: the entries
    of the day that was asked for; `held`: what the log was held against and stood up to.
    """

    keys: Keys
    size: int
    root: bytes = b""
    last_at: str = ""
    cosigned: dict[str, datetime] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    logs: list[Period] = field(default_factory=list)
    second: str = ""
    of_day: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    leaves: Leaves = field(default_factory=Leaves)


def verify(
    folder: Path, *, with_signatures: bool = True, day: str = "", progress: Progress = lambda _done, _size: None
) -> Result:
    """Check a log's folder as far as its checkpoint says it reaches. Raises `Unreadable` where there is none."""
    keys = Keys.read(folder / "keys.txt")
    about_keys = list(entries_about_keys(folder, size_of(folder / "checkpoint")))
    changes = [each for index, raw in about_keys if (each := read_change(index, raw)) is not None]
    logs, permits = periods_of(keys.log, changes), periods_of(keys.permit, changes)
    note, (size, root) = read_head(folder / "checkpoint", logs)
    result = Result(keys, size, root, logs=logs)
    registered = agent_keys(about_keys, [each.key for each in permits])
    former = {SERVERS: _former(permits), **follow_agents(about_keys, registered)}
    _check_head(result, folder, note, registered)
    _check_changes(result, changes, logs + permits)
    reached: dict[Source, Fact] = {}
    everybody = {SERVERS: permits[-1].key, **registered}
    for part in _parts(Job(folder, size, everybody, with_signatures, day, former)):
        _join(result, reached, part)
        progress(min(size, len(result.leaves.tiles) * WIDTH), size)
        if len(result.findings) >= FINDINGS_MAX or not part.hashes:
            return result
    if result.leaves.size != size:
        what = f"检查点说有 {size} 条记录，文件里只有 {result.leaves.size} 条"
        result.findings.append(Finding("检查点", what, MEANS_LOST))
        return result
    _check_tree(result, folder)
    if (folder / SM3_CHECKPOINT).is_file():
        _check_sm3(result, folder)
    for file in sorted(folder.glob(WITNESSED)):
        _check_witnessed(result, file)
    return result


def _former(periods: list[Period]) -> list[tuple[int, Key]]:
    return [(after.first_seq - 1, each.key) for each, after in pairwise(periods)]


def _check_head(result: Result, folder: Path, note: Note, registered: dict[Source, Key]) -> None:
    witnesses = result.keys.witnesses
    own = (each.key.as_cosigner() for each in result.logs)
    cosigners = {key.line: key for key in (*witnesses, *(key.as_cosigner() for key in registered.values()), *own)}
    _check_cosignatures(result, note, tuple(cosigners.values()))
    result.silent = [key.name for key in witnesses if note.cosigned_at(key) is None]
    if not is_quorum_met(folder / "witnesses.txt", note):
        what = f"见证的签名不够（{'、'.join(result.silent) or '见证规则'} 没有签）"
        result.findings.append(Finding("检查点", what, MEANS_UNSEEN))


def _check_changes(result: Result, changes: list[Change], periods: list[Period]) -> None:
    for each in changes:
        is_held = each.ended[1] or any(each.new == period.key for period in periods)
        if not is_held:
            what = "说是换了密钥，而在用的密钥没有签字交给新的"
            result.findings.append(Finding(f"第 {each.index} 条", what, MEANS_HANDED_OVER))


def read_head(file: Path, logs: list[Period]) -> tuple[Note, tuple[int, bytes]]:
    """A checkpoint's note, and its size and root; the signature of a key of the log that counted then is verified."""
    note = read_note(read_small(file))
    answers = {each.key.id: note.is_signed_by(each.key) for each in logs}
    if not any(answers.values()) or False in answers.values():
        raise Unreadable(f"{file} 上没有这本台账的签名")
    lines, size = note.text.split("\n"), size_in(note)
    if size is None or lines[0] != logs[0].key.name:
        raise Unreadable(f"{file} 不是检查点")
    if not any(each.may_head(size) for each in logs if answers[each.key.id]):
        raise Unreadable(f"{file} 是用那时不管用的密钥签的：已经停用，或者还没有换上")
    return note, (size, from_base64(lines[2]))


def size_of(file: Path) -> int:
    """How many entries a checkpoint says there are, whoever signed it."""
    return size_in(read_note(read_small(file))) or 0


def size_in(note: Note) -> int | None:
    """The size that a checkpoint's second line is, written in the one way there is; None for any other note."""
    lines = note.text.split("\n")
    return int(lines[1]) if len(lines) == 4 and SIZE.fullmatch(lines[1]) else None


def agent_keys(about_keys: list[tuple[int, bytes]], permits: list[Key]) -> dict[Source, Key]:
    """Every controller's key, as the server's own signed entries registered it."""
    keys: dict[Source, Key] = {}
    for _, raw in about_keys:
        for permit in permits:
            keys.update(_registered(raw, permit))
    return keys


def follow_agents(
    about_keys: list[tuple[int, bytes]], registered: dict[Source, Key]
) -> dict[Source, list[tuple[int, Key]]]:
    """Bring `registered` to each controller's newest key; the answer has the earlier ones, with their last entries."""
    former: dict[Source, list[tuple[int, Key]]] = {}
    for _, raw in about_keys:
        if b"agent_key_rotated" not in raw:
            continue
        try:
            fields = read_fields(read_note(raw).text)
            old, new = read_succession(fields["about"]["succession"])
        except (Unreadable, KeyError, TypeError, ValueError, AttributeError):
            continue
        source = (fields["by"], fields["epoch"])
        if fields["type"] == "agent_key_rotated" and registered.get(source) == old:
            former.setdefault(source, []).append((fields["seq"], old))
            registered[source] = new
    return former


def entries_about_keys(folder: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """The entries that may say whose key is which, with their indexes."""
    for index in bundles_of(folder, size):
        width = min(WIDTH, size - index * WIDTH)
        bundle = read_tile(folder, "entries", index, width)
        if bundle is None or not any(word in bundle.content for word in ABOUT_KEYS):
            continue
        for position, raw in enumerate(_readable(bundle.content, width), index * WIDTH):
            if any(word in raw for word in ABOUT_KEYS):
                yield position, raw


def _readable(bundle: bytes, width: int) -> list[bytes]:
    try:
        return entries_in(bundle, width)
    except Unreadable:
        return []


def _registered(raw: bytes, permit: Key) -> dict[Source, Key]:
    if b"agent_added" not in raw:
        return {}
    try:
        fact = read_entry(raw, {SERVERS: permit}, with_signature=True)
        if fact.type != "agent_added":
            return {}
        return {(fact.about["agent"], fact.about["epoch"]): Key.parse(fact.about["key"])}
    except (Unreadable, KeyError, ValueError, TypeError, AttributeError):
        return {}


_job: list[Job] = []
"""The one job of a process that helps."""


def _begin(job: Job) -> None:
    _job[:] = [job]


def _help(index: int) -> Part:
    return _job[0].check(index)


def _parts(job: Job) -> Iterator[Part]:
    indexes = bundles_of(job.folder, job.size)
    if job.size <= ALONE_MAX:
        yield from map(job.check, indexes)
        return
    with ProcessPoolExecutor(min(os.cpu_count() or 1, PROCESSES_MAX), initializer=_begin, initargs=(job,)) as pool:
        yield from pool.map(_help, indexes, chunksize=BUNDLES_A_TASK)


def _join(result: Result, reached: dict[Source, Fact], part: Part) -> None:
    result.findings.extend(part.findings)
    for position, fact in part.begins:
        result.findings.extend(_out_of_order(position, reached.get(fact.source), fact))
    reached.update(part.ends)
    result.leaves.append(part.hashes, part.root)
    result.last_at = part.last_at or result.last_at
    result.of_day += part.of_day


def _check_tree(result: Result, folder: Path) -> None:
    if result.leaves.root_at(result.size) != result.root:
        what = f"{result.size} 条记录算出的树根与签过名的检查点不同"
        result.findings.append(Finding("检查点", what, MEANS_REBUILT))
    level, hashes = 1, result.leaves.roots
    while hashes:
        for index in range((len(hashes) + WIDTH - 1) // WIDTH):
            ours = hashes[index * WIDTH : (index + 1) * WIDTH]
            tile = read_tile(folder, str(level), index, len(ours))
            if tile is None or len(tile.content) != tile.width * HASH_BYTES or cut(tile.content)[: len(ours)] != ours:
                where = path_of(str(level), index, len(ours))
                result.findings.append(Finding(where, "日志树的文件不见了，或者与记录不符", MEANS_REBUILT))
        hashes = [root_of(hashes[at : at + WIDTH]) for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        level += 1


def _check_sm3(result: Result, folder: Path) -> None:
    seconds = (Period(Key(f"{each.key.name}-sm3", each.key.public), each.since, 1, each.ended) for each in result.logs)
    try:
        _, (size, root) = read_head(folder / SM3_CHECKPOINT, list(seconds))
    except Unreadable as error:
        result.findings.append(Finding("SM3 检查点", str(error), MEANS_FORGED))
        return
    if "sm3" not in hashlib.algorithms_available:
        result.second = "没有核对：这台电脑的 Python 不会算 SM3"
    elif size > result.size or root_of(_sm3_leaves(folder, result.size)[:size], sm3_node_hash) != root:
        what = f"前 {size} 条记录算出的 SM3 树根与签过名的不同"
        result.findings.append(Finding("SM3 检查点", what, MEANS_REBUILT))
    else:
        result.second = f"前 {size:,} 条的 SM3 树根也与签过名的一致"


def _sm3_leaves(folder: Path, size: int) -> list[bytes]:
    leaves: list[bytes] = []
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        bundle = read_tile(folder, "entries", first // WIDTH, width)
        leaves += (sm3(b"\x00" + raw) for raw in _readable(bundle.content if bundle else b"", width))
    return leaves


def _check_cosignatures(result: Result, note: Note, cosigners: tuple[Key, ...]) -> None:
    for key in cosigners:
        at = note.cosigned_at(key)
        if isinstance(at, datetime):
            result.cosigned[key.name] = at
        elif at is False:
            result.findings.append(Finding("检查点", f"{key.name} 的旁证签名不对", MEANS_FORGED))


@dataclass
class Rule:
    """The township's rule (C2SP tlog-policy) while it is read: who has seen the checkpoint, and what the rule names."""

    note: Note
    met: dict[str, bool] = field(default_factory=lambda: {"none": True})
    named: set[str] = field(default_factory=set)
    quorum: list[str] = field(default_factory=list)

    def take(self, words: list[str]) -> None:
        """One line; raises `ValueError`, `KeyError` or `Unreadable` for one that is none."""
        match words:
            case ["log", _] | ["log", _, _]:
                pass
            case ["witness", name, line] | ["witness", name, line, _]:
                key = Key.parse(line, COSIGNATURE)
                self._claim(name, key.public.hex())
                self.met[name] = isinstance(self.note.cosigned_at(key), datetime)
            case ["group", name, amount, *members]:
                needed = {"any": 1, "all": len(members)}.get(amount) or int(amount)
                self._claim(name, *(f"member {each}" for each in members))
                if not 1 <= needed <= len(members) or "none" in members:
                    raise ValueError
                self.met[name] = sum(self.met[each] for each in members) >= needed
            case ["quorum", name] if name in self.met:
                self.quorum.append(name)
            case _:
                raise ValueError

    def _claim(self, name: str, *named: str) -> None:
        if name in self.met or len(set(named)) != len(named) or not self.named.isdisjoint(named):
            raise ValueError
        self.named.update(named)


def is_quorum_met(file: Path, note: Note) -> bool:
    """Whether a checkpoint bears the cosignatures the township's rule asks for, if it has one."""
    if not file.is_file():
        return True
    rule = Rule(note)
    try:
        for words in map(str.split, read_lines(file)):
            if words and not words[0].startswith("#"):
                rule.take(words)
        (quorum,) = rule.quorum
    except (Unreadable, KeyError, ValueError):
        raise Unreadable(f"{file} 不是见证规则") from None
    return rule.met[quorum]


def check_earlier(result: Result, file: Path) -> Finding | None:
    """Hold a checkpoint that somebody kept against the log: None where the log still begins with what it says."""
    where = f"留存的检查点 {file}"
    try:
        read_note(read_small(file))
    except (Unreadable, OSError) as error:
        return Finding(where, str(error), MEANS_UNREADABLE)
    try:
        _, (size, root) = read_head(file, result.logs)
    except (Unreadable, OSError) as error:
        return Finding(where, str(error), MEANS_FORGED)
    return _against(result, where, size, root)


def _check_witnessed(result: Result, file: Path) -> None:
    """An earlier head that a witness without a network cosigned, and that the server kept for it."""
    wrong = check_earlier(result, file)
    if wrong is not None:
        result.findings.append(wrong)
        return
    note, (size, _) = read_head(file, result.logs)
    for key in result.keys.witnesses:
        at = note.cosigned_at(key)
        if isinstance(at, datetime) and key.name not in result.cosigned:
            result.seen[key.name] = (size, at)


def check_receipt(result: Result, text: str) -> Finding | None:
    """Hold a printed form's receipt against the log: None where its entry is there as it was."""
    where = f"单据凭证 {text.strip()[-16:]}"
    try:
        receipt = Receipt.parse(text)
    except Unreadable as error:
        return Finding(where, str(error), MEANS_UNREADABLE)
    period = next((each for each in result.logs if receipt.is_signed_by(each.key)), None)
    if period is None:
        return Finding(where, "签名不对", MEANS_FORGED)
    if not period.may_head(receipt.size):
        return Finding(where, "签它的密钥那时不管用：已经停用，或者还没有换上", MEANS_FORGED)
    if not receipt.index < receipt.size:
        return Finding(where, "指向的记录在它自己的台账之外", MEANS_FORGED)
    wrong = _against(result, where, receipt.size, receipt.root)
    if wrong is None and result.leaves.hash_at(receipt.index) != receipt.leaf:
        return Finding(where, f"台账第 {receipt.index} 条不是单据上的那一条", MEANS_FORGED)
    return wrong


def hold(result: Result, earlier: list[Path], receipts: list[str]) -> None:
    """Hold the log against what others kept, and note either way how it stands."""
    for file in earlier:
        _note(result, check_earlier(result, file), f"留存　　　{file}，台账仍以它说的那些记录开头")
    for text in join_parts(receipts):
        _note(result, check_receipt(result, text), f"凭证　　　…{text.strip()[-16:]}，它说的那一条在台账里，一字未改")


def _note(result: Result, wrong: Finding | None, right: str) -> None:
    if wrong is None:
        result.held.append(right)
    else:
        result.findings.append(wrong)


def _against(result: Result, where: str, size: int, root: bytes) -> Finding | None:
    if size > result.leaves.size:
        return Finding(where, f"当时已有 {size} 条记录，现在只有 {result.leaves.size} 条", MEANS_SHORTER)
    if result.leaves.root_at(size) != root:
        return Finding(where, f"前 {size} 条记录与当时不同", MEANS_FORKED)
    return None


# --- The report -------------------------------------------------------------------------------------------------------


def fingerprint_line(period: Period) -> str:
    """A key of the log as people compare it, and where in the log it counts."""
    since = f"（第 {period.since - 1} 条换上）" if period.since else ""
    until = "" if period.ended is None else f"（第 {period.ended} 条停用）"
    return f"公钥指纹　{period.key.fingerprint}{since}{until}"


def report(result: Result, *, with_signatures: bool, day: str = "") -> Iterator[str]:
    """The lines a person reads."""
    yield f"台账　　　{result.keys.log.name}"
    yield from (fingerprint_line(each) for each in result.logs)
    yield "　　　　　（请与单据上印的、镇纪委留存的核对；不同就不是同一本台账）"
    yield f"记录　　　{result.size:,} 条，最后一条写于 {result.last_at[:19].replace('T', ' ') or '—'}"
    yield from _who_has_seen_it(result)
    if not with_signatures:
        yield "签名　　　没有核对（--hashes-only），只核对了散列和编号"
    if result.second:
        yield f"SM3　　 　{result.second}"
    yield from result.held
    yield ""
    if day:
        yield f"{day} 这一天有 {len(result.of_day)} 条记录："
        yield from result.of_day
        yield ""
    for each in result.findings[:FINDINGS_MAX]:
        yield f"✗ {each.where}：{each.what}。"
        yield f"  {each.means}"
    if result.findings:
        yield "核验不通过。最先列出的一处通常就是被动过的地方。请不要改动这份文件夹，连同本页交给镇纪委。"
    else:
        yield RIGHT if with_signatures else RIGHT_SO_FAR
        yield from FAR_ENOUGH if result.held else NOT_FAR_ENOUGH


def _who_has_seen_it(result: Result) -> Iterator[str]:
    for name, at in result.cosigned.items():
        yield f"旁证　　　{name}，{at:%Y-%m-%d %H:%M:%S}"
    for name, (size, at) in result.seen.items():
        yield f"旁证　　　{name}，到前 {size:,} 条为止，{at:%Y-%m-%d %H:%M:%S}"
    for name in result.silent:
        if name not in result.seen:
            yield f"旁证　　　没有 {name} 的签名：它还没有看过这个检查点，或者有人去掉了它的签名"


RIGHT = "核验通过：每条记录与签名时一字不差，编号不缺不重，树根与签过名的检查点一致。"
RIGHT_SO_FAR = (
    "散列、编号和树根都对，与签过名的检查点一致。每条记录自己的签名没有核对，请去掉 --hashes-only 再核验一次。"
)
NOT_FAR_ENOUGH = (
    "它不证明整本台账没有被重造过：请核对上面的指纹，再拿从前留存的检查点（--earlier）、",
    "单据上的凭证（--receipt）来比。",
)
FAR_ENOUGH = ("拿来比的也都对得上：到它们那时为止，没有一条记录被重写过。指纹仍要您自己核对。",)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="核验导出的共管台账。")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(__file__).parent, help="台账文件夹，默认是本文件所在的"
    )
    parser.add_argument("--earlier", action="append", type=Path, default=[], metavar="文件", help="从前留存的检查点")
    parser.add_argument("--receipt", action="append", default=[], metavar="文字", help="单据二维码里的文字")
    parser.add_argument("--day", type=_day, metavar="日期", help="列出这一天的记录，例如 2026-11-03")
    parser.add_argument("--hashes-only", action="store_true", help="不核对签名，只核对散列和编号")
    return parser.parse_args(given)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 不是日期，请写成 2026-11-03 这样") from None


def _not_there(asked: argparse.Namespace) -> str:
    """What was asked for and is not there, in a sentence; '' where all of it is."""
    if not (asked.folder / "keys.txt").is_file():
        return f"{asked.folder} 里没有 keys.txt：不是导出的台账，或者没有拷全"
    missing = (str(file) for file in asked.earlier if not file.is_file())
    return next((f"没有 {file} 这个文件，请看看名字有没有写错" for file in missing), "")


def _show_progress() -> Progress:
    shown = [0.0]

    def show(done: int, size: int) -> None:
        if time.monotonic() - shown[0] > 0.2 or done == size:
            shown[0] = time.monotonic()
            sys.stderr.write(f"\r已核对 {done:,} / {size:,} 条" + ("\n" if done == size else ""))
            sys.stderr.flush()

    return show


def main(given: list[str] | None = None) -> int:
    """Check, report; 0 where all is right, 1 where something is wrong, 2 where there is nothing to check."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    asked = _arguments(given)
    is_thorough, day = not asked.hashes_only, str(asked.day or "")
    try:
        if missing := _not_there(asked):
            print(visible(f"不能核验：{missing}。"))
            return 2
        result = verify(asked.folder, with_signatures=is_thorough, day=day, progress=_show_progress())
    except (Unreadable, OSError) as error:
        print(visible(f"不能核验：{error}"))
        return 2
    if result.leaves.size == result.size:
        hold(result, asked.earlier, asked.receipt)
    titles = read_titles(asked.folder / "types.txt")
    for line in report(result, with_signatures=is_thorough, day=day):
        print(visible(titled(line, titles)))
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
