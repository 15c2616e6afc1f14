"""The agent's journal on a disk that may fail, in a machine whose power may."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from device_agent.custodian.decisions import Burn
from device_agent.journal import Journal
from tests.simulation.timeline import Life, Timeline

FULL = 2
"""What SQLite calls `synchronous=FULL`."""


class JournalOnADisk(Journal):
    """The agent's journal, on a disk that may fail and a machine whose power may."""

    timeline: Timeline
    life: Life

    def has_for_good(self, burn: Burn) -> bool:
        """Whether this burn is committed, so that a power cut right now would leave it."""
        wanted = "SELECT 1 FROM burns WHERE permit = ? AND kind = ? AND number = ?"
        row = self._connection.execute(wanted, (burn.permit, burn.kind, burn.number)).fetchone()
        return row is not None and not self._connection.in_transaction

    @property
    def is_synced(self) -> bool:
        """Whether what is committed survives a power cut; where it is not, the cut takes everything since the start."""
        synchronous: tuple[int] = self._connection.execute("PRAGMA synchronous").fetchone()
        return synchronous == (FULL,)

    def all_entries(self) -> list[bytes]:
        """Every entry, in order."""
        return [note for (note,) in self._connection.execute("SELECT note FROM entries ORDER BY seq")]

    def let_go(self) -> None:
        """The program's end, without what a polite end writes."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        fails = self._fails()
        with super()._transaction():
            yield
            self.timeline.point(self.life, "before the journal's commit")
            if fails and not self.life.is_stored_all_the_same:
                raise sqlite3.OperationalError("disk I/O error")
        self.timeline.point(self.life, "after the journal's commit")
        if fails:
            self._is_broken = True
            raise sqlite3.OperationalError("disk I/O error")

    def _fails(self) -> bool:
        if self.life.disk_fails_in is None:
            return False
        self.life.disk_fails_in -= 1
        return self.life.disk_fails_in == -1
