"""What anything has to cost on this machine: the plainest program that does only the unavoidable part."""

import hashlib
import os
import select
import sqlite3
import tty
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from time import perf_counter

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
    took, group = [], [(row,) for row in rows]
    with closing(sqlite3.connect(folder / "floor.sqlite", isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY, note BLOB)")
        for _ in range(count):
            started = perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO entries (note) VALUES (?)", group)
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
