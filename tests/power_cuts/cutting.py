"""One seed: a schedule and a witness, whose machines are cut at many places afterwards, each time in many ways."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.power_cuts import sqlite
from tests.power_cuts.agent import agent_stands
from tests.power_cuts.disk import SURVIVALS, Image
from tests.power_cuts.machine import Cut, Life, Machine
from tests.power_cuts.powered import powered
from tests.power_cuts.server import server_stands
from tests.power_cuts.witness import WitnessHistory, witness_stands
from tests.power_cuts.world import SERVER, WorldOnMachines
from tests.simulation.chance import Chance, seeded
from tests.simulation.invariants import Violation
from tests.simulation.township import scratch, township
from tests.simulation.world import quiet

WITNESS = "witness"
AGENT = "agent"
CUTS = {SERVER: 16, AGENT: 24, WITNESS: 14}
CUTS_PER_SEED = sum(CUTS.values())
"""At least so many; a second agent, and the cuts in the middle of the schedule, come on top."""
THOROUGH_EACH = 8
"""Replaying a whole log costs as much as four starts: not each cut is followed by it."""
RAN = f"SQLite {sqlite.VERSION} (apsw) was cut; it and the product's own {sqlite3.sqlite_version} started again"

Stands = Callable[[Path, Image, Sequence[Any], Cut], None]
"""Starts a machine in a folder from what was left, and looks up what had been told; raises `Violation`."""


@dataclass
class Tally:
    """How often which machine was cut, and what was left to each."""

    machines: Counter[str] = field(default_factory=Counter)
    survivals: Counter[str] = field(default_factory=Counter)

    @property
    def cuts(self) -> int:
        """All of them."""
        return self.machines.total()

    def add(self, other: "Tally") -> None:
        """Count these too."""
        self.machines += other.machines
        self.survivals += other.survivals

    def __str__(self) -> str:
        return f"{self.cuts:,} power cuts: {_listed(self.machines)}; left: {_listed(self.survivals)}"


def cut_all(seed: int) -> Tally:
    """Run this seed and cut it everywhere; raises `Violation`."""
    with quiet():
        return _cut_all(seed)


def _cut_all(seed: int) -> Tally:
    tally = Tally()
    world = WorldOnMachines(seed)
    world.run()
    for name, machine in world.machines.items():
        _cut_everywhere(SERVER if name == SERVER else AGENT, machine, _stands(name), seed, tally)
    history = WitnessHistory(seed, _folder() / WITNESS)
    history.run()
    _cut_everywhere(WITNESS, history.machine, _witness(history), seed, tally)
    return tally


def _cut_everywhere(kind: str, machine: Machine, stands: Stands, seed: int, tally: Tally) -> None:
    chance = seeded(seed)
    tally.machines[kind] += len(machine.lives) - 1
    tally.survivals["by the way"] += len(machine.lives) - 1
    for life, cuts in _picked(machine, CUTS[kind], chance):
        for cut, image in life.cuts(cuts):
            _stands_after(cut, f"{kind}, life {machine.lives.index(life)}", stands, image, life.told_by(cut.after))
            tally.machines[kind] += 1
            tally.survivals[cut.survival] += 1


def _stands_after(cut: Cut, where: str, stands: Stands, image: Image, told: Sequence[Any]) -> None:
    folder = _folder() / "after"
    by_apsw = powered(Machine(folder)) if cut.seed % 2 else nullcontext()
    try:
        with by_apsw:
            stands(folder, image, told, cut)
    except Violation as violation:
        said = str(violation).partition(": ")[2]
        raise Violation(violation.invariant, f"{said} [{where}, {cut.after} steps, {cut.survival}]") from violation


def _picked(machine: Machine, count: int, chance: Chance) -> Iterator[tuple[Life, list[Cut]]]:
    """So many cuts, in each life as many as it is long."""
    lives = chance.choices(machine.lives, [len(life.steps) for life in machine.lives], k=count)
    for life in machine.lives:
        places = [chance.randint(0, len(life.steps)) for each in lives if each is life]
        yield life, [Cut(place, chance.choice(SURVIVALS), chance.getrandbits(32)) for place in places]


def _stands(name: str) -> Stands:
    return _server if name == SERVER else _agent(name)


def _server(folder: Path, image: Image, told: Sequence[Any], cut: Cut) -> None:
    server_stands(folder, image, told, is_thorough=cut.seed % THOROUGH_EACH == 0)


def _agent(name: str) -> Stands:
    return lambda folder, image, told, _cut: agent_stands(folder, image, told, township().bundles[name])


def _witness(history: WitnessHistory) -> Stands:
    return lambda folder, image, told, _cut: witness_stands(folder, image, told, history.log)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


@cache
def _folder() -> Path:
    return scratch()
