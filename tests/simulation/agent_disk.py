"""An agent's disk: its bundle and its journal, what a power cut leaves of them, and the commands that work on them."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device_agent.bundle import Bundle
from device_agent.clock import Reading
from device_agent.configuration import Configuration
from device_agent.enrolling import write_secret
from device_agent.journal import FILE_NAME, open_journal
from device_agent.key_file import forget_former
from device_agent.technician.rotate_key import rotate, settled_bundle
from firmware_protocol.notes import write_json
from tests.simulation.chance import Chance
from tests.simulation.disk import JournalOnADisk
from tests.simulation.timeline import Life, Timeline

BUNDLE = "bundle.json"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class FormerLife:
    """As whom an agent spoke, the disk of that life, and whether nobody was at it when it ended."""

    source: tuple[str, int]
    disk: "AgentDisk"
    was_idle: bool


class AgentDisk:
    """One disk, which holds one life of an agent's journal. `outage` surrounds the end of a program by a power cut."""

    def __init__(
        self, folder: Path, document: Mapping[str, Any], timeline: Timeline, chance: Chance, *, has_clock: bool
    ) -> None:
        """`document` is the agent's bundle as it came; `has_clock`: there is a battery clock beside this disk."""
        self.folder, self._timeline, self._chance = folder, timeline, chance
        folder.mkdir(parents=True)
        path = folder / BUNDLE
        write_secret(path, write_json(dict(document)))
        self._configuration = Configuration(document["agent"], folder, path, has_clock, 0, (), ())
        self.outage: Callable[[], AbstractContextManager[None]] = self._losing_what_is_not_synced
        self._unsynced: Path | None = None

    def bundle(self) -> Bundle:
        """Who this agent is, after what a rotation that was broken off left of it."""
        return settled_bundle(self._configuration)

    def open_journal(self, bundle: Bundle, life: Life) -> JournalOnADisk:
        """The journal of this bundle's agent, for a program."""
        journal = open_journal(self.folder, bundle.agent, bundle.epoch, bundle.signer, self._chance.randbytes)
        journal.__class__ = JournalOnADisk
        assert isinstance(journal, JournalOnADisk)
        journal.timeline, journal.life = self._timeline, life
        self._unsynced = None if journal.is_synced else self.folder / "unsynced"
        if self._unsynced is not None:
            shutil.copy(self.folder / FILE_NAME, self._unsynced)
        return journal

    def entries(self) -> list[bytes]:
        """Everything in the journal, in its order, while no program runs."""
        with closing(sqlite3.connect(f"file:{self.folder / FILE_NAME}?mode=ro", uri=True)) as connection:
            return [note for (note,) in connection.execute("SELECT note FROM entries ORDER BY seq")]

    def rotate_key(self, life: Life, reading: Reading) -> None:
        """The command of that name, while no other program runs. Raises `BundleError`, and may raise `PowerCut`."""
        seed = self._chance.randbytes(SEED_BYTES)

        def opened(_configuration: Configuration, bundle: Bundle) -> JournalOnADisk:
            return self.open_journal(bundle, life)

        rotate(self._configuration, self.bundle(), seed, reading, opened)

    def forget_former_key(self) -> None:
        """The key that another has followed is destroyed."""
        forget_former(self._configuration.bundle)

    @contextmanager
    def _losing_what_is_not_synced(self) -> Iterator[None]:
        """What is committed is on the disk; of a journal that is not synced only what it began with."""
        yield
        if self._unsynced is not None:
            shutil.copy(self._unsynced, self.folder / FILE_NAME)
