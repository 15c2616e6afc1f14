"""A witness of 镇纪委 in a folder of its own, and the log it follows, served as files or from memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware_protocol.key_changes import KeyDelivery, encode_changes
from firmware_protocol.notes import Signer
from firmware_protocol.proofs import leaf_hash
from server.ledger.tiles import Tile, bundle_of, bundles_between, hashes_of_tiles, tiles_between
from server.witness.memory import WitnessMemory
from server.witness.mirror import Mirror, NotFetched
from server.witness.watch import Watch
from server.witness.witness import Witness
from tests.device_agent.hall import LOG_SIGNER, NOON
from tests.device_agent.township_log import TownshipLog

JIWEI = Signer("jiwei.test/w1", b"j" * 32)


def published(log: TownshipLog) -> dict[str, bytes]:
    """The files of this log."""
    files = {"checkpoint": log.head()}
    if changes := log.changes():
        files["keys"] = encode_changes(KeyDelivery(changes))
    for bundle in bundles_between(0, log.size):
        files[bundle.path] = bundle_of(log.entries[bundle.first : bundle.first + bundle.width])
    for tile in tiles_between(0, log.size):
        hashes = (leaf_hash(entry) for entry in log.entries[tile.first : tile.first + tile.width])

        def read(below: Tile) -> bytes:
            return files[below.path]

        files[tile.path] = b"".join(hashes) if not tile.level else hashes_of_tiles(tile.level, tile, read)
    return files


@dataclass
class Office:
    """The witness with a clock that a test sets, and what it cried out."""

    folder: Path
    now: datetime = NOON
    cried: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.memory = WitnessMemory(self.folder)
        keys = {LOG_SIGNER.name: LOG_SIGNER.verifier}
        witness = Witness(JIWEI, keys, self.memory, lambda: self.now)
        mirror = Mirror(self.folder / "mirror", LOG_SIGNER.verifier)
        log, clock = LOG_SIGNER.verifier, lambda: self.now
        self.watch = Watch(witness, mirror, log, "", clock, self.cried.append, fetch=self.fetch)

    def fetch(self, path: str) -> bytes:
        if path not in self.files:
            raise NotFetched(path)
        return self.files[path]

    def sees(self, log: TownshipLog) -> None:
        """One round over this log, as served at this moment."""
        self.now = log.at + timedelta(seconds=1)
        self.files = published(log)
        self.watch.round()

    def close(self) -> None:
        self.memory.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "witness")
    yield office
    office.close()
