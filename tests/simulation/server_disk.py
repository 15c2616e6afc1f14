"""The server's disk, which outlives every program, and what each program that works on it opens."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from sqlalchemy import event

from server.store.database import Database
from server.store.folder import DataFolder
from server.store.log_files import LogFiles
from tests.simulation.township import DATABASE, LOG, Township


class FilesOnADisk(LogFiles):
    """The log's files, whose writing may be cut short between any two of them."""

    point: Callable[[str], None]

    def _write(self, path: str, content: bytes) -> None:
        self.point(f"before {path}")
        super()._write(path, content)


class Disk:
    """The server's folder and its database, whose engine is made once: what it has learnt to say is kept."""

    def __init__(self, folder: Path, township: Township) -> None:
        self.folder, self.data = folder, DataFolder(folder)
        township.lay_out(folder)
        self.database = Database.open(f"sqlite:///{folder / DATABASE}")
        self.committing: Callable[[], None] = lambda: None
        self.outage: Callable[[], AbstractContextManager[None]] = nullcontext
        """Surrounds the end of a program by a power cut: afterwards the disk holds what that left."""
        event.listen(self.database.writing, "commit", lambda _connection: self.committing())

    @property
    def log(self) -> Path:
        """The published log."""
        return self.folder / LOG

    def begin_anew(self, township: Township) -> None:
        """The founded township again, and nothing of any agent's."""
        self.let_go()
        shutil.rmtree(self.folder.parent)
        township.lay_out(self.folder)

    def let_go(self) -> None:
        """Close every connection, as the end of a program does."""
        self.database.writing.dispose()  # a commit cut short leaves its transaction open: no polite end for that one
        self.database.close()

    def back_up(self) -> None:
        """A copy of the database as it is now, beside the folder."""
        with closing(sqlite3.connect(self.folder / DATABASE)) as here, closing(sqlite3.connect(self._kept)) as there:
            here.backup(there)

    def put_back(self) -> None:
        """The copy takes the place of the newer database; the published log stays."""
        self.let_go()
        for end in ("-wal", "-shm"):
            (self.folder / f"{DATABASE}{end}").unlink(missing_ok=True)
        shutil.copy(self._kept, self.folder / DATABASE)

    @property
    def _kept(self) -> Path:
        return self.folder.with_name("backup.sqlite")
