"""`backup`: a copy of everything a server owns, made while it runs, checked before it counts as one.

The copy grows in a folder whose name says that it is unfinished, is verified there from the first entry to the last
file, made durable, and takes its name by one rename. What a crash means: an unfinished folder is left, which `restore`
does not take; what stood under the name before is never touched.

The published head is read first and the database after it, so that the copy never holds less than it has published.
No key is given a successor meanwhile, so that the copy's keys are those its log ends with.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError

from firmware_protocol.notes import MalformedNote, UnverifiedNote
from firmware_protocol.times import write_time
from server.operate.copy_log import Progress, copy_log
from server.operate.verify import verify
from server.operate.wrongs import Wrong
from server.store.database import read_only
from server.store.durable_files import sync_file, sync_folder
from server.store.folder import DATABASE_FILE, DataFolder
from server.store.keys import held
from server.store.log_files import LogFiles, Published
from server.store.uploads import kept_files
from server.township import now

MANIFEST = "backup.json"
VERSION = 1
PAGES_AT_ONCE = 1000
UNFINISHED = ".unfinished-"
Watch = Callable[[str], Progress]
"""Told what begins (in Chinese), answers whom to tell how far that has come."""


class TargetTaken(Exception):
    """Something stands there already; a backup replaces nothing."""


class TargetInside(Exception):
    """The target lies in the data folder itself, and would be lost with it."""


class CopyDamaged(Exception):
    """The copy does not hold what its log says; `wrong` is the first thing, mostly wrong in the original too."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.what)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished backup says of itself: the log's name, how many entries and which root (hex), when (text).

    `has_database` is False where PostgreSQL keeps it: then `size` and `root` are those of the published log.
    """

    origin: str
    size: int
    root: str
    made_at: str
    has_database: bool
    version: int = VERSION


def back_up(folder: DataFolder, target: Path, watch: Watch) -> Manifest:
    """Copy the data folder into `target`, a new or empty folder; whole, verified and durable when it returns.

    Raises `KeysMissing` for a folder without a township, `TargetTaken`, `TargetInside`, `CopyDamaged` and `OSError`;
    nothing is left at the target then.
    """
    folder.keys()
    target = target.absolute()
    if target.resolve().is_relative_to(folder.path.resolve()):
        raise TargetInside(target)
    with growing(target) as unfinished:
        with readable(), held(folder.key_folder):
            manifest = _copy(folder, unfinished, watch)
        content = json.dumps(asdict(manifest), indent=1) + "\n"
        (unfinished / MANIFEST).write_text(content, encoding="utf-8")
    return manifest


@contextmanager
def growing(target: Path) -> Iterator[Path]:
    """A folder beside `target`, closed to others, that becomes `target` when the block ends well, and else is gone."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetTaken(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{target.name}{UNFINISHED}", dir=target.parent))
    try:
        yield unfinished
        _make_durable(unfinished)
        unfinished.replace(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_folder(target.parent)


@contextmanager
def readable() -> Iterator[None]:
    """A database that cannot be read is a copy that is damaged."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        raise CopyDamaged(
            Wrong("数据库", f"读不了：{error.orig if isinstance(error, DBAPIError) else error}")
        ) from error


def copy_files(folder: Path, into: Path) -> None:
    """Copy keys, certificates and the loose files of a data folder, closed to others: ways out, witnesses, anything.

    Not the database, the log, the uploads, locks, or what is being written.
    """
    loose = [each for each in sorted(folder.iterdir()) if each.is_file() and _is_loose(each.name)]
    kept = [each for name in ("keys", "tls") for each in (folder / name, *sorted((folder / name).rglob("*")))]
    for each in (*loose, *(each for each in kept if each.exists())):
        copy = into / each.relative_to(folder)
        if each.is_dir():
            copy.mkdir(mode=0o700)
        else:
            copy.touch(mode=0o600)
            shutil.copyfile(each, copy)


def copy_uploads(names: frozenset[str], uploads: Path, into: Path, progress: Progress) -> None:
    """Copy the files people handed in; one that is gone is left for `verify` to name."""
    into.mkdir(mode=0o700)
    for done, name in enumerate(sorted(names), 1):
        if (uploads / name).exists():
            shutil.copyfile(uploads / name, into / name)
        progress(done, len(names))


def _copy(folder: DataFolder, into: Path, watch: Watch) -> Manifest:
    keys, copied, made_at = folder.keys(), DataFolder(into), now()
    files = LogFiles(folder.log, keys.log.verifier, keys.former_logs)
    published = _published(files)
    if folder.sqlite_file is not None:
        copy_sqlite(folder.sqlite_file, into / DATABASE_FILE, watch("数据库"))
    if published is not None:
        copy_log(files, published, copied.log, watch("公布的台账"))
    copy_files(folder.path, into)
    database = read_only(folder.database_url if folder.sqlite_file is None else copied.database_url)
    with closing(database), database.reading() as reader:
        kept = kept_files(reader)
    copy_uploads(kept, folder.uploads, copied.uploads, watch("附件"))
    size, root = (0, b"") if published is None else (published.size, published.checkpoint.root)
    if folder.sqlite_file is not None:
        size, root = checked(copied, watch("核验备份"))
    return Manifest(keys.origin, size, root.hex(), write_time(made_at), folder.sqlite_file is not None)


def _published(files: LogFiles) -> Published | None:
    try:
        return files.published()
    except (MalformedNote, UnverifiedNote) as error:
        raise CopyDamaged(Wrong("公布的台账的检查点", "签名不对")) from error


def copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    """Copy one snapshot of a SQLite database through its backup API, into one file without a WAL.

    The source may be in use: it is only read, and its WAL is never folded. The open transaction holds the snapshot, so
    that what is committed meanwhile does not make the copy begin again.
    """
    target.touch(mode=0o600)
    address = f"file:{quote(str(source.absolute()))}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=5)) as reading,
        closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        reading.execute("PRAGMA wal_autocheckpoint=0")
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        reading.backup(writing, pages=PAGES_AT_ONCE, progress=lambda _s, left, whole: progress(whole - left, whole))
        writing.execute("PRAGMA journal_mode=DELETE")


def checked(folder: DataFolder, progress: Progress) -> tuple[int, bytes]:
    """How many entries a copied folder holds and the root over them; raises `CopyDamaged`."""
    read = 0

    def advance(entries: int) -> None:
        nonlocal read
        read += entries
        progress(read, 0)

    with readable():
        verdict = verify(folder, advance)
    if verdict.wrong is not None:
        raise CopyDamaged(verdict.wrong)
    return verdict.size, verdict.root


def _is_loose(name: str) -> bool:
    return name not in (MANIFEST, "log.lock") and not name.endswith(".new") and not name.startswith(DATABASE_FILE)


def _make_durable(folder: Path) -> None:
    for place, _folders, names in os.walk(folder, topdown=False):
        for name in names:
            sync_file(Path(place, name))
        sync_folder(Path(place))
