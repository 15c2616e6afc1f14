"""A witness on a machine of its own: it follows a log that grows, is asked to vouch, and is shown forks of it."""

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware_protocol.add_checkpoint import AddCheckpoint, Rejected, encode_request
from firmware_protocol.notes import Signer
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_proof, root_of
from server.store.log_files import LogFiles
from server.witness.folder import WitnessFolder, WitnessSettings
from server.witness.memory import FILE_NAME
from server.witness.program import opened
from server.witness.watch import Watch
from tests.device_agent.hall import LOG_SIGNER
from tests.device_agent.township_log import TownshipLog
from tests.power_cuts.disk import SURVIVALS, Image
from tests.power_cuts.machine import Machine, PowerFailed, lay_out
from tests.power_cuts.powered import powered
from tests.power_cuts.server import is_whole
from tests.power_cuts.told import Vouched
from tests.server.witness.conftest import published
from tests.simulation.chance import seeded
from tests.simulation.invariants import Violation

_SEED = b"w" * 32
SIGNER = Signer("jiwei.test/w1", _SEED)
LIVES = 6
STEPS = (1, 60)
GROWS = (1, 1, 2, 5, 40)


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A round is over: the copy has this size."""

    size: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """So many forks were refused, and kept as evidence."""

    count: int


class WitnessHistory:
    """One witness, on `machine`, with power cuts in the middle of what it does; `log` is what it follows."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._chance, self.log = seeded(seed), TownshipLog().grow(2)
        lay_out(folder, {})
        WitnessFolder(folder).begin(SIGNER, _SEED, WitnessSettings(LOG_SIGNER.verifier.vkey, "http://127.0.0.1"))
        self.machine = Machine(folder)
        self._forks = 0

    def run(self) -> None:
        """Let it all happen; raises `Violation`."""
        with powered(self.machine):
            for _ in range(LIVES):
                self.machine.steps_left = self._chance.choice((None, self._chance.randint(*STEPS)))
                self._live()

    def _live(self) -> None:
        """One start, and what comes until the program is closed or thrown out."""
        life = ExitStack()
        try:
            watch = life.enter_context(opened(self.machine.root))
            for _ in range(self._chance.randint(1, 4)):
                self._act(watch)
        except PowerFailed:
            with self.machine.outage(self._chance.choice(SURVIVALS), self._chance.getrandbits(32)):
                life.close()
        else:
            life.close()

    def _act(self, watch: Watch) -> None:
        self.log.grow(self._chance.choice(GROWS))
        self._chance.choice((self._looks, self._asks, self._asks, self._is_shown_a_fork))(watch)

    def _looks(self, watch: Watch) -> None:
        watch.fetch = published(self.log).__getitem__
        watch.round()
        self.machine.tell(Mirrored(self.log.size))

    def _asks(self, watch: Watch) -> None:
        if not isinstance(watch.add(_request(self.log, _known_size(watch))), Rejected):
            self.machine.tell(Vouched(self.log.size, _root(self.log)))

    def _is_shown_a_fork(self, watch: Watch) -> None:
        if _known_size(watch):
            _refuses(watch, _another(self.log, _known_size(watch), self._forks))
            self._forks += 1
            self.machine.tell(Disputed(self._forks))


def witness_stands(folder: Path, image: Image, told: Sequence[Any], log: TownshipLog) -> None:
    """Start a witness in `folder` from what a cut left, and look everything up; raises `Violation`."""
    lay_out(folder, image)
    try:
        with opened(folder) as watch:
            _look_up(watch, told, log)
            watch.fetch = published(log).__getitem__
            watch.round()
            copied = 0 if (copy := watch.mirror.head()) is None else copy.size
        with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
            is_whole(connection.execute("PRAGMA integrity_check").fetchone()[0])
    except Exception as error:
        raise Violation("does not start", f"the witness: {error!r}") from error
    if copied != log.size:
        raise Violation("does not start", f"the witness does not go on after {copied} of {log.size} entries")


def _look_up(watch: Watch, told: Sequence[Any], log: TownshipLog) -> None:
    copy = watch.mirror.head()
    if copy is not None and LogFiles(watch.mirror.folder, watch.log_key).root(copy.size) != copy.checkpoint.root:
        raise Violation("unsound", f"the copy's head of {copy.size} entries is none of its tiles")
    kept = len(watch.witness.memory.disputes(watch.log_key.name))
    for each in told:
        match each:
            case Vouched(size) if _known_size(watch) < size:
                raise Violation("forked", f"{size} entries were vouched for, and are not known any more")
            case Mirrored(size) if copy is None or copy.size < size:
                raise Violation("lost", f"{size} entries were copied")
            case Disputed(count) if kept < count:
                raise Violation("lost", f"{count} forks were refused, {kept} are left as evidence")
    if _known_size(watch):
        _refuses(watch, _another(log, _known_size(watch), -1))


def _refuses(watch: Watch, fork: TownshipLog) -> None:
    if not isinstance(watch.add(_request(fork, fork.size)), Rejected):
        raise Violation("forked", f"a fork of {fork.size} entries was vouched for")


def _another(log: TownshipLog, size: int, number: int) -> TownshipLog:
    """A log of this size whose last entry is another."""
    fork = TownshipLog(log.entries[: size - 1], log.at)
    fork.append("signed_out", {"person": f"p-{number}"})
    return fork


def _known_size(watch: Watch) -> int:
    kept = watch.witness.memory.kept(watch.log_key.name)
    return 0 if kept is None else kept.checkpoint.size


def _request(log: TownshipLog, known: int) -> bytes:
    hashes = [leaf_hash(entry) for entry in log.entries]
    proof = tuple(consistency_proof(hashes, known)) if 0 < known < log.size else ()
    return encode_request(AddCheckpoint(known, proof, log.head()))


def _root(log: TownshipLog) -> bytes:
    return root_of([leaf_hash(entry) for entry in log.entries])
