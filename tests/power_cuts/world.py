"""A schedule of the simulation on machines whose power fails at any write: it goes on from what the cut left.

Everything else is as in `tests.simulation`, its misfortunes and its invariants too. What leaves a machine is told to
it, so that afterwards the disk can be cut at every other place of the schedule as well.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import NoReturn

from device_agent.custodian.decisions import Pulse
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import Ack, decode
from server.cabinets.outgoing import Outgoing
from server.store.log_files import Published
from server.store.log_rows import read_head
from tests.power_cuts.disk import SURVIVALS
from tests.power_cuts.machine import Machine
from tests.power_cuts.powered import powered
from tests.power_cuts.told import Acknowledged, Committed, LetOut, Pulsed, Vouched, Written
from tests.server.town import KEYS
from tests.simulation.chance import Chance
from tests.simulation.network import Broker
from tests.simulation.pi import Pi
from tests.simulation.server import Server
from tests.simulation.server_disk import Disk
from tests.simulation.surroundings import Watcher
from tests.simulation.timeline import Life, PowerCut, Timeline
from tests.simulation.world import BRIEF, Length, Outcome, World

SERVER = "server"
STEPS = (1, 60)
"""How many more steps a disk takes before a power cut that comes soon: about three commits of a server."""
CUTS = (1, 2, 3)
"""How many power cuts a schedule has, beside the simulation's own."""


class ToldServer(Server):
    """A server whose machine knows what has left it."""

    def __init__(
        self, timeline: Timeline, broker: Broker, disk: Disk, chance: Chance, machine: Callable[[], Machine]
    ) -> None:
        super().__init__(timeline, broker, disk, chance)
        self._machine = machine

    def _publish(self, message: Outgoing) -> None:
        if message.topic.endswith("/down/ack"):
            ack = decode(message.payload, Ack, [KEYS.permit.verifier])
            self._machine().tell(Acknowledged(ack.agent, ack.epoch, ack.seq))
        super()._publish(message)

    def _published(self, published: Published) -> None:
        self._machine().tell(LetOut(published.size, published.checkpoint.root))
        super()._published(published)


class TellingWatcher:
    """Looks on for the invariants and for an agent's machine."""

    def __init__(self, invariants: Watcher, machine: Callable[[], Machine]) -> None:
        self._invariants, self._machine = invariants, machine

    def booted(self, pi: Pi) -> None:
        """A program has remembered what its disk has."""
        self._invariants.booted(pi)

    def ordered(self, pi: Pi, pulse: Pulse) -> None:
        """The lock is about to be told to open."""
        self._machine().tell(Pulsed(pulse.burn))
        self._invariants.ordered(pi, pulse)

    def handled(self, pi: Pi) -> None:
        """An input was taken in."""
        if pi.agent.fault is None:
            self._machine().tell(Written(pi.agent.last_seq))
        self._invariants.handled(pi)

    def cosigned(self, pi: Pi, head: Head) -> None:
        """This agent vouches for a head of the log."""
        self._machine().tell(Vouched(head.size, head.checkpoint.root))
        self._invariants.cosigned(pi, head)


class WorldOnMachines(World):
    """One schedule. `machines`, by name, know what happened to each disk, where no key changes."""

    changes = absences = ()

    def __init__(self, seed: int, length: Length = BRIEF) -> None:
        super().__init__(seed, length)
        lives: dict[str, Callable[[], Life]] = {SERVER: lambda: self.server.life}
        lives |= {pi.name: partial(getattr, pi, "life") for pi in self.pis}
        roots = {SERVER: self.server.disk.folder} | {pi.name: pi.disk.folder for pi in self.pis}
        self.machines = {name: Machine(roots[name], _cutting(life)) for name, life in lives.items()}
        self.server.disk.outage = partial(self._outage, SERVER)
        for pi in self.pis:
            pi.disk.outage = partial(self._outage, pi.name)
        self.server.grown = self._telling(self.server.grown)

    def run(self) -> Outcome:
        """Let it all happen on the machines, and leave nothing open; raises `Violation`."""
        with powered(*self.machines.values()):
            self.server.disk.let_go()
            try:
                return super().run()
            finally:
                self.server.disk.let_go()
                self.server.disk.outage = nullcontext
                for pi in self.pis:
                    pi.journal.let_go()

    def _server(self, disk: Disk) -> Server:
        return ToldServer(self.timeline, self.broker, disk, self._chance(), lambda: self.machines[SERVER])

    def _watcher(self, agent: str) -> Watcher:
        return TellingWatcher(self.invariants, lambda: self.machines[agent])

    def _outage(self, name: str) -> AbstractContextManager[None]:
        return self.machines[name].outage(self.chance.choice(SURVIVALS), self.chance.getrandbits(32))

    def _telling(self, grown: Callable[[int], None]) -> Callable[[int], None]:
        def tell(size: int) -> None:
            with self.server.database.reading() as reader:
                root = read_head(reader).frontier.root
            self.machines[SERVER].tell(Committed(size, root))
            grown(size)

        return tell

    def _plan(self) -> None:
        """As ever, and power cuts in the middle of what a disk does."""
        super()._plan()
        for _ in range(self.chance.choice(CUTS)):
            machine = self.machines[self.chance.choice(sorted(self.machines))]
            self._at_about(self.chance.uniform(0, self.length.lasts_ms), partial(self._fails_soon, machine))

    def _fails_soon(self, machine: Machine) -> None:
        machine.steps_left = self.chance.randint(*STEPS)

    def _calm_down(self) -> None:
        super()._calm_down()
        for machine in self.machines.values():
            machine.steps_left = None


def _cutting(life: Callable[[], Life]) -> Callable[[], NoReturn]:
    def cut() -> NoReturn:
        raise PowerCut(life())

    return cut
