"""What anything has to cost on this machine: the plainest program that does only the unavoidable part."""

import hashlib
import os
import select
import sqlite3
import tty
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bench.load import Journey, drive, request
from bench.processes import started

NOTE = bytes(900)
"""About as many bytes as a signed entry and the columns beside it."""

CORES = os.cpu_count() or 1
COMMAND = bytes(5)
BETWEEN_COMMANDS_S = 0.01

Signed = list[tuple[bytes, bytes]]


def durable_commits_ms(folder: Path, count: int, rows: Sequence[bytes] = (NOTE,)) -> list[float]:
    """Milliseconds of each SQLite commit (WAL, synchronous=FULL) of these rows."""
    schema = "CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY, note BLOB)"
    groups = ([(row,) for row in rows] for _ in range(count))
    return _commits_ms(folder / "floor.sqlite", schema, "INSERT INTO entries (note) VALUES (?)", groups)


def durable_copies_ms(database: Path, count: int, rows: int) -> list[float]:
    """The same of the log's newest entries with all their columns, into a table with all the indexes of the log's."""
    with closing(sqlite3.connect(database)) as log:
        wanted = "SELECT sql FROM sqlite_master WHERE tbl_name = 'entries' AND type <> 'trigger' AND sql IS NOT NULL"
        schema = ";".join(sql for (sql,) in log.execute(wanted))
        newest = log.execute("SELECT * FROM entries ORDER BY position DESC LIMIT ?", (rows,)).fetchall()
    insert = f"INSERT INTO entries VALUES ({', '.join('?' * len(newest[0]))})"  # noqa: S608 - places, no values
    groups = ([_moved(row, number * rows) for row in reversed(newest)] for number in range(count))
    return _commits_ms(database.with_name("copies.sqlite"), schema, insert, groups)


def _moved(row: tuple[Any, ...], by: int) -> tuple[Any, ...]:
    """An entry's row under a position and a number that are not taken yet."""
    position, source, epoch, seq, *rest = row
    return position + by, source, epoch, seq + by, *rest


def _commits_ms(file: Path, schema: str, statement: str, groups: Iterable[Sequence[tuple[Any, ...]]]) -> list[float]:
    took = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {schema}")
        for group in groups:
            started = perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(statement, group)
            connection.execute("COMMIT")
            took.append((perf_counter() - started) * 1000)
    return took


def pty_ms(count: int) -> list[float]:
    """Milliseconds until bytes written to a pseudo-terminal can be read at its other end: the kernel's own share.

    Written now and then, as commands to lock boards are: on a busy machine the kernel is late with them.
    """
    took, pause = [], Event()
    near, far = os.openpty()
    tty.setraw(far)
    for _ in range(count):
        pause.wait(BETWEEN_COMMANDS_S)
        started = perf_counter()
        os.write(far, COMMAND)
        select.select([near], [], [])
        took.append((perf_counter() - started) * 1000)
        os.read(near, len(COMMAND))
    os.close(near)
    os.close(far)
    return took


def checks_per_s(texts: Sequence[bytes], cores: int = 1) -> float:
    """Ed25519 verifications, each with a SHA-256 of the same text, a second on so many cores."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signed = [(text, key.sign(text)) for text in texts]
    if cores == 1:
        return len(texts) / _check(public, signed)
    parts = [signed[start::cores] for start in range(cores)]
    with ProcessPoolExecutor(cores) as pool:
        return len(texts) / max(pool.map(_check, [public] * cores, parts))


def signatures_per_s(texts: Sequence[bytes]) -> float:
    """Ed25519 signatures a second on one core."""
    key = Ed25519PrivateKey.generate()
    started = perf_counter()
    for text in texts:
        key.sign(text)
    return len(texts) / (perf_counter() - started)


def hashes_per_s(texts: Sequence[bytes], cores: int) -> float:
    """SHA-256 of these texts a second on so many cores."""
    parts = [texts[start::cores] for start in range(cores)]
    with ProcessPoolExecutor(cores) as pool:
        return len(texts) / max(pool.map(_hash, parts))


def _hash(texts: Sequence[bytes]) -> float:
    started = perf_counter()
    for text in texts:
        hashlib.sha256(text).digest()
    return perf_counter() - started


def _check(public: bytes, signed: Signed) -> float:
    key = Ed25519PublicKey.from_public_bytes(public)
    started = perf_counter()
    for text, signature in signed:
        key.verify(signature, text)
        hashlib.sha256(text).digest()
    return perf_counter() - started


def bare_requests_per_s(requests: int = 5000) -> float:
    """Requests a second to an application that does nothing, by the same clients."""
    with started(["-m", "bench.bare_asgi"]) as bare:
        return drive(bare.port, (_ask() for _ in range(requests))).requests_per_s


def _ask() -> Journey:
    yield request("POST", "/", "", {})
