"""Planted bugs: real functions of the product made wrong in one way each, and the seed by which each is found."""
# ruff: noqa: SLF001 - a planted bug reaches inside

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from device_agent import journal
from device_agent.agent import Agent
from device_agent.custodian.decisions import Cosign
from server.store import database, durable_files
from server.witness.memory import WitnessMemory
from tests.power_cuts.cutting import cut_all
from tests.simulation.disk import JournalOnADisk
from tests.simulation.invariants import Violation
from tests.simulation.mutants import MUTANTS as OF_THE_SIMULATION
from tests.simulation.mutants import Mutant, Plant


def finds(mutant: Mutant, seed: int) -> bool:
    """Whether the cuts of this seed notice that bug."""
    with mutant.planted():
        try:
            cut_all(seed)
        except Violation as violation:
            return violation.invariant in mutant.breaks
        except Exception:  # noqa: BLE001 - a product with a bug may fail in any way; only a violation finds it
            return False
    return False


def _unsynced_agent(until_then: ExitStack) -> None:
    prepare = journal._prepare

    def hurriedly(connection: sqlite3.Connection) -> None:
        prepare(connection)
        connection.execute("PRAGMA synchronous=OFF")

    until_then.enter_context(patch.object(journal, "_prepare", hurriedly))


def _unsynced_server(until_then: ExitStack) -> None:
    until_then.enter_context(patch.object(database, "_SQLITE", (*database._SQLITE, "synchronous=NORMAL")))


def _unsynced_witness(until_then: ExitStack) -> None:
    begin = WitnessMemory.__init__

    def hurriedly(self: WitnessMemory, folder: Path) -> None:
        begin(self, folder)
        self._connection.execute("PRAGMA synchronous=OFF")

    until_then.enter_context(patch.object(WitnessMemory, "__init__", hurriedly))


def _names_not_synced(until_then: ExitStack) -> None:
    until_then.enter_context(patch.object(durable_files, "sync_folder", lambda _folder: None))


def _cosigned_before_it_is_kept(until_then: ExitStack) -> None:
    """An agent says that it vouches for a head, and then writes the head down."""
    carry_out = Agent._carry_out

    def signs_first(agent: Agent, decisions: tuple[Any, ...], now: Any) -> None:
        carry_out(agent, tuple(sorted(decisions, key=lambda each: not isinstance(each, Cosign))), now)

    until_then.enter_context(patch.object(Agent, "_carry_out", signs_first))


def _witnessed_before_it_is_kept(until_then: ExitStack) -> None:
    """A witness hands its signature out, and writes the head down when it is asked the next time."""
    keep = WitnessMemory.compare_and_keep
    unkept: dict[str, bytes] = {}

    def later(self: WitnessMemory, origin: str, at: Any, decide: Any) -> Any:
        if (note := unkept.pop(origin, None)) is not None:
            keep(self, origin, at, lambda _kept: (None, note))
        result, note = decide(self.kept(origin))
        if note is not None:
            unkept[origin] = note
        return result

    until_then.enter_context(patch.object(WitnessMemory, "compare_and_keep", later))


def _pulse_before_the_burn(until_then: ExitStack) -> None:
    """Nobody looks over the agent's shoulder as the simulation does: only a cut between both can show it."""
    until_then.enter_context(patch.object(JournalOnADisk, "has_for_good", lambda *_burn: True))
    _planted("a pulse before its burn")(until_then)


def _planted(name: str) -> Plant:
    """A bug of the simulation's."""
    return next(each.plant for each in OF_THE_SIMULATION if each.name == name)


_ANY_LOSS = frozenset({"lost", "corrupt", "does not start", "second pulse", "forked", "I1"})
MUTANTS: Sequence[Mutant] = (
    Mutant("a journal that is not synced", _unsynced_agent, _ANY_LOSS),
    Mutant("a database that is synced at checkpoints only", _unsynced_server, frozenset({"lost"})),
    Mutant("a witness's memory that is not synced", _unsynced_witness, _ANY_LOSS),
    Mutant("names that are not synced", _names_not_synced, frozenset({"does not start", "lost", "unsound"})),
    Mutant("acknowledged before the commit", _planted("acknowledged before the commit"), frozenset({"lost"})),
    Mutant("a pulse before its burn", _pulse_before_the_burn, frozenset({"second pulse"}), 2),
    Mutant("cosigned before it is kept", _cosigned_before_it_is_kept, frozenset({"forked"})),
    Mutant("witnessed before it is kept", _witnessed_before_it_is_kept, frozenset({"forked"})),
    Mutant("a checkpoint before its tiles", _planted("a checkpoint before its tiles"), frozenset({"does not start"})),
)
