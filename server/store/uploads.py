"""The files people hand in, beside the database: each under its SHA-256, whole or not there.

A file arrives under a temporary name, is flushed to the disk, and takes its place by one rename; only then is its
event recorded. What a crash means: before the rename, a temporary file is left; between the rename and the commit, a
file that no document stands for. Both are swept at a later start, and neither is ever seen.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from server.custody.administration.changes import Change, ChangeKind
from server.custody.attachments import Attachment
from server.store.database import Reader
from server.store.durable_files import sync_folder
from server.store.fact_rows import FactRows
from server.store.rows import TABLE_OF

CHUNK_BYTES = 256 * 1024
ARRIVING = "arriving-"
_KEPT_NAME = re.compile(r"[0-9a-f]{64}")
_ATTACHMENTS = TABLE_OF[Attachment]


class Damaged(Exception):
    """The file is not there any more, or its bytes are not the ones that were handed in."""


@dataclass(slots=True)
class Arrival:
    """A file on its way in. Not thread-safe."""

    path: Path
    stream: BinaryIO
    size_bytes: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """Of what has arrived so far, in hex."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.stream.write(chunk)
        self._digest.update(chunk)
        self.size_bytes += len(chunk)

    def keep(self) -> None:
        """Make it durable, then give it its place. Keeping the same content again replaces it by its equal."""
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.path.replace(self.path.with_name(self.sha256))
        sync_folder(self.path.parent)


@dataclass(frozen=True, slots=True)
class Uploads:
    """The folder they are in."""

    folder: Path

    @contextmanager
    def arriving(self) -> Iterator[Arrival]:
        """A place for a file to arrive in; what is not kept until the block ends is gone."""
        path = self.folder / f"{ARRIVING}{secrets.token_hex(8)}"
        try:
            with path.open("x+b") as stream:
                yield Arrival(path, stream)
        finally:
            path.unlink(missing_ok=True)

    def opened(self, sha256: str) -> BinaryIO:
        """The file, read once to the end to see that it is the one, and then at its beginning; raises `Damaged`."""
        try:
            stream = (self.folder / sha256).open("rb")
        except OSError as error:
            raise Damaged(sha256) from error
        if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
            stream.close()
            raise Damaged(sha256)
        stream.seek(0)
        return stream

    def found_as(self, sha256: str) -> str:
        """The SHA-256 (hex) of the bytes that lie under this name now; '' where there are none."""
        try:
            with (self.folder / sha256).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return ""

    def is_sound(self, sha256: str) -> bool:
        """Whether the file is there and its bytes are the ones that were handed in."""
        return self.found_as(sha256) == sha256

    def sweep(self, kept: frozenset[str], before_s: float) -> int:
        """Remove what arrived before this moment (seconds since 1970) and no document stands for; how many files."""
        left = [path for path in self.folder.iterdir() if path.name not in kept and _is_ours(path.name)]
        old = [path for path in left if path.stat().st_mtime < before_s]
        for path in old:
            path.unlink()
        return len(old)


def kept_files(reader: Reader) -> frozenset[str]:
    """The SHA-256 of every file that a document or a proposed roster stands for."""
    kept = select(_ATTACHMENTS.c.sha256).where(_ATTACHMENTS.c.withdrawn_at_ms.is_(None)).distinct()
    proposed = FactRows(reader).where(Change, TABLE_OF[Change].c.kind == str(ChangeKind.ROSTER))
    return frozenset({*reader.execute(kept).scalars(), *(each.wanted["document"] for each in proposed)})


def _is_ours(name: str) -> bool:
    return name.startswith(ARRIVING) or _KEPT_NAME.fullmatch(name) is not None
