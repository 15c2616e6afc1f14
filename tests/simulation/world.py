"""One schedule: a township, its halls, its people, and what befalls them, all of it from one seed."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from unittest.mock import patch

from firmware_protocol.emulators.mishaps import heal
from firmware_protocol.notes import Signature, Verifier
from tests.simulation.administrators import Administrators
from tests.simulation.adversary import Adversary
from tests.simulation.aftermath import Aftermath
from tests.simulation.cabinet import Hardware
from tests.simulation.chance import Chance, seeded
from tests.simulation.desk import Desk
from tests.simulation.invariants import Invariants
from tests.simulation.misfortunes import ABSENCES, CHANGES, MISFORTUNES, Misfortune
from tests.simulation.network import Broker, Weather
from tests.simulation.office import OF, OFFICER, Office
from tests.simulation.pi import Pi
from tests.simulation.rotating import Rotating
from tests.simulation.server import Server
from tests.simulation.server_disk import Disk
from tests.simulation.surroundings import Surroundings, Watcher
from tests.simulation.timeline import Life, Timeline
from tests.simulation.township import scratch, township
from tests.simulation.visit import Things, Visit


@dataclass(frozen=True, slots=True)
class Length:
    """How long misfortunes last, how long everything works before it is all looked up, and when people come."""

    lasts_ms: int
    quiet_ms: int
    visits: tuple[float, ...]
    """As shares of the time that misfortunes last."""
    last_visits_ms: tuple[int, ...]
    two_agents: float
    """How likely there are two agents."""


FULL = Length(60_000, 60_000, (0.2, 0.55, 0.8), (15_000, 40_000), 0.15)
BRIEF = Length(25_000, 40_000, (0.6,), (8_000, 24_000), 0.05)
"""A third of the work: what `./test` has the time for."""
SHUT_AFTER_MS = 3_000
"""Nobody shuts a door in the instant it springs open."""
HAND_OVER_MS = 1_000
"""Whoever is to leave nothing unsaid waits until those before have left, and until the cabinet is up again."""
SENT_WITHIN_MS = 15_000
THOROUGH_EACH = 4
"""Replaying the whole log costs as much as a quarter of a schedule: not each of them does."""
BOOT_MS = (500, 30_000)
CHANGES_OFTEN = (0, 0, 1, 1, 2, 3)
"""How often keys, disks or the server's clock change in a schedule."""
ABSENT_OFTEN = 0.08
"""How likely an agent is cut off when people need it."""
ABSENT_AT_MS = (8_000, 18_000)
"""When the first permit has mostly come, and often not been used."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a schedule that broke no invariant."""

    seed: int
    digest: str
    events: int
    pulses: int


class World:
    """Everything there is. `run` it once."""

    changes: Sequence[Misfortune] = CHANGES
    absences: Sequence[Misfortune] = ABSENCES

    def __init__(self, seed: int, length: Length = FULL) -> None:
        self.length = length
        self.seed, self.chance, self._later = seed, seeded(seed), seeded(seed + 0.5)
        self.timeline = Timeline()
        self.timeline.on_cut = self.cut
        self.broker = Broker(self.timeline, self._chance())
        disk = _disk()
        disk.begin_anew(township())
        self.server = self._server(disk)
        self.things = Things()
        self.invariants = Invariants(self.timeline, self.server, self.things)
        desk = Desk(self.timeline, self.server)
        self.office = Office(self.timeline, desk, township(), self._chance())
        self.administrators = Administrators(self.timeline, desk, self.server, township(), self._later)
        self.rotating = Rotating(self.timeline, self.server, township().administrators, self._later)
        self.adversary = Adversary(self.timeline, self.broker, self.server, self._chance())
        agents = sorted(OF)[: 1 if self.chance.random() < 1 - self.length.two_agents else 2]
        self.pis = [self._pi(agent) for agent in agents]
        self._visits: dict[str, Visit] = {}
        self._is_calm = False

    def run(self) -> Outcome:
        """Let it all happen, mend it all, and look everything up; raises `Violation`."""
        with patch.object(Verifier, "accepts", _accepts), quiet():
            try:
                return self._run()
            finally:
                self._let_go()

    def _run(self) -> Outcome:
        self.timeline.run_for(self.chance.uniform(1000, 5000))
        self.server.boot()
        for pi in self.pis:
            pi.boot()
        self._plan()
        self.timeline.run_for(self.length.lasts_ms)
        self._calm_down()
        self.timeline.run_for(self.length.quiet_ms)
        written = {pi.source: pi.agent.last_seq for pi in self.pis}
        self.timeline.run_for(SENT_WITHIN_MS)
        aftermath = Aftermath(self.server, self.things, self.invariants)
        aftermath.look_up(self.pis, written, is_thorough=self.seed % THOROUGH_EACH == 0)
        return Outcome(self.seed, self.timeline.trace.digest, self.timeline.happened, self.invariants.pulses)

    def _let_go(self) -> None:
        """The story is over, whether it held or not: whichever program still runs lets go of its journal."""
        for pi in self.pis:
            if pi.is_up:
                pi.journal.let_go()

    def _chance(self) -> Chance:
        return seeded(self.chance.random())

    def _server(self, disk: Disk) -> Server:
        return Server(self.timeline, self.broker, disk, self._chance())

    def _pi(self, agent: str) -> Pi:
        hardware = Hardware(agent, self._chance(), lambda place, at_ms: self.invariants.coil(pi, place, at_ms))
        folder = self.server.disk.folder.with_name(agent)
        around = Surroundings(self.timeline, self.broker, self.server, self._watcher(agent))
        pi = Pi(around, township().documents[agent], hardware, folder, self._chance())
        return pi

    def _watcher(self, _agent: str) -> Watcher:
        return self.invariants

    # What is to happen.

    def _plan(self) -> None:
        """Requests and visits in every schedule; misfortunes as many as chance has it."""
        for pi in self.pis:
            self._at_about(1_000, lambda pi=pi: self.office.asks(pi.name))  # type: ignore[misc]
            for share in self.length.visits:
                self._at_about(share * self.length.lasts_ms, lambda pi=pi: self._visit(pi))  # type: ignore[misc]
        self.broker.weather = self._weather()
        for _ in range(self.chance.choice((0, 1, 2, 3, 4, 6))):
            one = self.chance.choice(MISFORTUNES)
            pi = self.chance.choice(self.pis)
            self._at_about(self.chance.uniform(0, self.length.lasts_ms), lambda one=one, pi=pi: one(self, pi))  # type: ignore[misc]
        self._plan_changes()
        self._plan_absence()

    def _plan_changes(self) -> None:
        """They have a chance of their own: where nothing changes, a story is what it would be without them."""
        for _ in range(self._later.choice(CHANGES_OFTEN) if self.changes else 0):
            one, pi = self._later.choice(self.changes), self._later.choice(self.pis)
            at_ms = self._later.uniform(1_000, self.length.lasts_ms)
            self.timeline.after(at_ms, lambda one=one, pi=pi: None if self._is_calm else one(self, pi))  # type: ignore[misc]

    def _plan_absence(self) -> None:
        """It has a chance of its own as well."""
        chance = seeded(self.seed + 0.25)
        if self.absences and chance.random() < ABSENT_OFTEN:
            one, pi = chance.choice(self.absences), chance.choice(self.pis)
            self.timeline.after(chance.uniform(*ABSENT_AT_MS), lambda: one(self, pi))

    def _at_about(self, at_ms: float, act: Callable[[], None]) -> None:
        def unless_calm() -> None:
            if not self._is_calm:
                act()

        self.timeline.after(at_ms + self.chance.uniform(0, 6_000), unless_calm)

    def _weather(self) -> Weather:
        if self.chance.random() < 0.4:
            return Weather()
        return Weather(*(self.chance.choice((0, 0.05, 0.3)) for _ in range(3)))

    def _visit(self, pi: Pi, haste: float | None = None) -> None:
        before = self._visits.get(pi.name)
        is_engaged = before is not None and not before.is_over
        if haste is not None and (is_engaged or not pi.is_up):
            self.timeline.after(HAND_OVER_MS, lambda: self._visit(pi, haste))
            return
        if is_engaged:
            return
        holder, others = OF[pi.name][0], [*OF["hall-1"], *OF["hall-2"], OFFICER]
        second = OFFICER if haste is not None or self.chance.random() < 0.9 else self.chance.choice(others)
        people = tuple(township().people[name] for name in (holder, second))
        haste = self.chance.choice((0.0, 0.0, 0.02, 0.08)) if haste is None else haste
        self._visits[pi.name] = Visit(pi, people, self.things, self._chance(), haste)

    # What befalls them.

    def cut(self, life: Life) -> None:
        """A program has died: its machine starts again after a while."""
        if life.is_over:
            return
        owner = next((pi for pi in self.pis if pi.life is life), None)
        if owner is None:
            self.server.cut()
            self.timeline.after(self.chance.uniform(*BOOT_MS), self.server.boot)
        else:
            owner.cut()
            off_ms = self.chance.uniform(*BOOT_MS)
            owner.wall_ahead_ms -= 0 if owner.has_hardware_clock else off_ms
            self.timeline.after(off_ms, owner.boot)

    def comes(self, pi: Pi) -> None:
        """Two people come as soon as those before have left, and stay until they are done."""
        self._visit(pi, haste=0.0)

    # How it ends.

    def _calm_down(self) -> None:
        """The weather clears, machines start, clocks are set, doors are shut, and people say what they left unsaid."""
        self.timeline.note("all is well")
        self._is_calm = True
        self.broker.heal()
        for life in (self.server.life, *(pi.life for pi in self.pis)):
            life.points_left = life.disk_fails_in = None
        for pi in self.pis:
            heal(pi.hardware.bus)
            self.timeline.after(SHUT_AFTER_MS, pi.hardware.shut)
            self.timeline.after(5_000, lambda pi=pi: self._set_clock(pi))  # type: ignore[misc]
            for wait_ms in self.length.last_visits_ms:
                self.timeline.after(wait_ms, lambda pi=pi: self._visit(pi, haste=0.0))  # type: ignore[misc]
            self.timeline.after(1_000, lambda pi=pi: self.administrators.enrols_where_none_is(pi))  # type: ignore[misc]
        self.timeline.after(5_000, lambda: self.server.clock.set(0.0))
        self.timeline.after(0, self.office.lets_everybody_in)
        self.timeline.after(10_000, self.office.lets_expire)

    def _set_clock(self, pi: Pi) -> None:
        pi.wall_ahead_ms = 0.0


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing is logged meanwhile: what is found is said by a `Violation`. Whoever runs afterwards logs as before."""
    loggers = [logging.getLogger(name) for name in ("server", "device_agent")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


@lru_cache(maxsize=20_000)
def _accepts(verifier: Verifier, text: str, signature: Signature) -> bool:
    """A signature is good or bad for ever: it is looked at once."""
    return _VERIFIED(verifier, text, signature)


_VERIFIED = Verifier.accepts


@cache
def _disk() -> Disk:
    """One disk for every schedule of this process, laid out anew for each."""
    return Disk(scratch() / "data", township())


def run(seed: int, length: Length = FULL) -> Outcome:
    """The schedule of this seed and length; raises `Violation`."""
    return World(seed, length).run()
