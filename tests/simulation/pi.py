"""An agent's machine: its disk, its clock and its cabinet stay, its program comes and goes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from device_agent.agent import Agent, Hands
from device_agent.arrivals import Arrival, Holdings
from device_agent.bundle import BundleError
from device_agent.clock import Reading
from device_agent.correspondence import Correspondence, Errands
from device_agent.custodian.decisions import Acknowledge, CheckPin, Pulse
from device_agent.custodian.inputs import Input, PinChecked
from device_agent.custodian.state import Site, Waiting
from device_agent.custodian.timing import idle_left_ms
from device_agent.journal import Journal
from device_agent.outbox import Outbox
from device_agent.relay import Relay, holdings_of
from device_agent.translation import input_of_report
from firmware_protocol.boards.gongguan_lcp.keys import operation_id
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import SERVER_STATE_TOPIC, CarriedEntry, PhotoDoorbell, RosterDoorbell, state_topic
from tests.simulation.agent_disk import AgentDisk, FormerLife
from tests.simulation.cabinet import Hardware, Line
from tests.simulation.chance import Chance
from tests.simulation.network import Connection
from tests.simulation.surroundings import Surroundings
from tests.simulation.timeline import Life

TICK_MS = 3000
PIN_MS = (50, 200)
FETCH_MS = (20, 500)


class Pi:
    """One agent. `wall_ahead_ms` is by how much its wall clock is wrong; its cabinet is `hardware`."""

    def __init__(
        self, around: Surroundings, document: Mapping[str, Any], hardware: Hardware, folder: Path, chance: Chance
    ) -> None:
        """`document` is the agent's bundle, which it finds on its disk, in `folder`."""
        self.timeline, self._broker = around.timeline, around.broker
        self._server, self._watcher = around.server, around.watcher
        self.hardware, self._chance = hardware, chance
        self.name: str = document["agent"]
        self.has_hardware_clock = chance.random() < 0.5
        self.wall_ahead_ms = 0.0
        self.drift_ppm = chance.uniform(-80, 80)
        self.life = Life(self.name, is_over=True)
        self._booted_ms = 0.0
        self.former: list[FormerLife] = []
        self.install(document, folder)

    def install(self, document: Mapping[str, Any], folder: Path) -> None:
        """A new disk in the machine: nothing on it but this bundle."""
        self.disk = AgentDisk(folder, document, self.timeline, self._chance, has_clock=self.has_hardware_clock)
        self.bundle = self.disk.bundle()

    def begin_anew(self, document: Mapping[str, Any]) -> None:
        """The next life of the agent, on a new disk; the old one is kept as it is."""
        self.timeline.note(f"{self.name}: a new disk, life {document['epoch']}")
        is_idle = self.is_up and isinstance(self.agent.custody.stage, Waiting)
        if self.is_up:
            self.stop()
        self.former.append(FormerLife(self.source, self.disk, is_idle))
        self.install(document, self.disk.folder.with_name(f"{self.name}-{document['epoch']}"))
        self.boot()

    @property
    def source(self) -> tuple[str, int]:
        """As whom it speaks: its name, and which life of its journal this is."""
        return self.name, self.bundle.epoch

    @property
    def is_up(self) -> bool:
        """Whether the program runs."""
        return not self.life.is_over

    def boot(self) -> None:
        """The program starts from what is on the disk, unless it runs already."""
        if self.is_up:
            return
        self.life = life = Life(self.name)
        self.bundle = self.disk.bundle()
        self._has_former_key = self.bundle.former is not None
        self.timeline.note(f"{self.name}: starts, {self.hardware.family}, clock {self.wall_ahead_ms / 1000:+.1f} s")
        self._booted_ms = self.timeline.now_ms
        hands = Hands(self._pulse, self._check_pin, self._acknowledge, self._hold_log)
        site = Site(self.name, self.hardware.board_names, level=self.bundle.level)
        self.agent = Agent(
            self._open_journal,
            site,
            self.bundle.keys,
            self._read_clock,
            hands,
            has_hardware_clock=self.has_hardware_clock,
        )
        errands = Errands(self._publish, self._fetch, self._send_photo, self._chance.random, self._nonce)
        self.correspondence = Correspondence(
            self.bundle,
            self,
            errands,
            session=self.agent.session,
            outbox=Outbox(last_seq=self.agent.last_seq, acked_seq=self.agent.acked_seq),
            holdings=holdings_of(self.agent.custody),
        )
        self._relay = Relay(self.agent, self)
        self.agent.on_change = self._tell
        self._watcher.booted(self)
        self.agent.start()
        self._line = Line(self.timeline, life, self.hardware, lambda report: self.do(input_of_report(report)))
        self._attends_ms = -1.0
        wants = (f"/{self.name}/down/", SERVER_STATE_TOPIC)
        self._connection = Connection(
            self.name, life, self, lambda topic: any(each in topic for each in wants), state_topic(self.name)
        )
        self._broker.join(self._connection)
        self._plan_tick()

    def cut(self) -> None:
        """The power fails."""
        self.life.is_over = True
        self._broker.leave(self._connection)
        with self.disk.outage():
            self.journal.let_go()
        self.wall_ahead_ms = self._chance.uniform(-20_000, 20_000) if self.has_hardware_clock else self.wall_ahead_ms

    def stop(self) -> None:
        """The program ends because it was told to, and writes what a polite end writes."""
        self.life.points_left = self.life.disk_fails_in = None
        self.life.is_over = True
        self._broker.leave(self._connection)
        self.agent.close()

    def rotate_key(self, points_left: int | None) -> None:
        """The program stands still, and its key gets a successor. May raise `PowerCut`."""
        self.stop()
        self.life = Life(self.name, points_left=points_left)
        try:
            self.disk.rotate_key(self.life, self._read_clock())
        except BundleError:
            self.timeline.note(f"{self.name}: the server does not know the last key yet")
        self.life.is_over = True

    def do(self, *inputs: Input) -> None:
        """Somebody touches the screen."""
        for each in inputs:
            self.agent.handle(each)
            self._watcher.handled(self)

    def entries(self) -> list[bytes]:
        """Everything in the journal, in its order."""
        return self.journal.all_entries()

    # What the correspondence asks of the agent.

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        """From the journal."""
        return self.agent.unsent(after_seq)

    def deliver(self, arrival: Arrival) -> None:
        """Handed to the agent's own thread: a moment later."""
        self.timeline.after(0, lambda: self._take_arrival(arrival), self.life)

    def now(self) -> datetime:
        """The best time there is."""
        return self.agent.best_time()

    def counted_last_hour(self) -> Mapping[str, Mapping[str, int]]:
        """Nothing is counted here."""
        return {}

    # What the relay tells the link.

    def wrote(self, last_seq: int) -> None:
        """There is something to send."""
        self.correspondence.wrote(last_seq)
        self._attend_after(0)

    def hold(self, holdings: Holdings) -> None:
        """Held from now on."""
        self.correspondence.hold(holdings)

    def show_doors(self, doors: Mapping[str, str], boards: Mapping[str, str]) -> None:
        """For the map."""
        self.correspondence.show_doors(doors, boards)
        self._attend_after(0)

    # As a client of the broker.

    def connected(self) -> None:
        """The broker is reached."""
        self.correspondence.connected(self._seconds())
        self._attend_after(0)

    def disconnected(self) -> None:
        """The broker is gone."""
        self.correspondence.disconnected()

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """A message has come."""
        self.correspondence.received(topic, payload, is_retained=is_retained)
        self._attend_after(0)

    # The program's own doings.

    def _open_journal(self) -> Journal:
        self.journal = self.disk.open_journal(self.bundle, self.life)
        return self.journal

    def _read_clock(self) -> Reading:
        elapsed_ms = self.timeline.now_ms - self._booted_ms
        ahead_ms = self.wall_ahead_ms + elapsed_ms * self.drift_ppm / 1e6
        return Reading(self.timeline.now + timedelta(milliseconds=ahead_ms), int(elapsed_ms))

    def _pulse(self, pulse: Pulse) -> None:
        self.timeline.point(self.life, "before a pulse")
        self.timeline.note(f"{self.name}: pulse {pulse.compartment} {pulse.burn.kind} {pulse.burn.number}")
        self._watcher.ordered(self, pulse)
        burn = pulse.burn
        self._line.unlock(pulse.compartment, pulse.opening, operation_id(burn.permit, burn.kind, burn.number))
        self.timeline.after(
            self._chance.uniform(0, 50), lambda: self.timeline.point(self.life, "in a pulse"), self.life
        )

    def _check_pin(self, asked: CheckPin) -> None:
        fits = self._chance.random() < 0.97
        self.timeline.after(self._chance.uniform(*PIN_MS), lambda: self.do(PinChecked(asked.person, fits)), self.life)

    def _acknowledge(self, told: Acknowledge) -> None:
        self._line.acknowledge(told.address, told.number)

    def _hold_log(self, head: Head | None) -> None:
        if head is not None:
            self._watcher.cosigned(self, head)
        self.correspondence.hold_log(head)
        self._attend_after(0)

    def _publish(self, topic: str, payload: bytes) -> bool:
        return self._broker.publish(self._connection, topic, payload)

    def _fetch(self, doorbell: RosterDoorbell) -> None:
        def fetch() -> None:
            is_reached = self._connection.is_up and not self._connection.is_hole and self._chance.random() < 0.9
            note = self._server.roster(self.name, doorbell) if is_reached else None
            self.correspondence.fetched(note, self._seconds())
            self._attend_after(0)

        self.timeline.after(self._chance.uniform(*FETCH_MS), fetch, self.life)

    def _send_photo(self, _doorbell: PhotoDoorbell) -> None:
        """Nobody takes photos here."""

    def _take_arrival(self, arrival: Arrival) -> None:
        self._relay.take(arrival)
        self._watcher.handled(self)

    def _tell(self) -> None:
        self._relay.tell()

    def _nonce(self) -> str:
        return self._chance.randbytes(16).hex()

    def _seconds(self) -> float:
        """Of the clock that only grows, which begins with each start."""
        return (self.timeline.now_ms - self._booted_ms) / 1000

    def _attend_after(self, wait_ms: float) -> None:
        at_ms = self.timeline.now_ms + wait_ms
        if self._attends_ms > self.timeline.now_ms and self._attends_ms <= at_ms:
            return
        self._attends_ms = at_ms
        self.timeline.after(wait_ms, lambda: self._attend(at_ms), self.life)

    def _attend(self, at_ms: float) -> None:
        if at_ms != self._attends_ms or not self._connection.is_up:
            return
        self._attends_ms = -1.0
        self._attend_after(max(10.0, self.correspondence.attend(self._seconds()) * 1000))

    def _plan_tick(self) -> None:
        now, _ = self.agent.look_at_clock()
        left_ms = idle_left_ms(self.agent.custody, now.elapsed_ms)
        wait_ms = TICK_MS if left_ms is None else min(TICK_MS, left_ms + 5)
        self.timeline.after(wait_ms, self._tick, self.life)

    def _tick(self) -> None:
        self.agent.tick()
        self._forget_former_key()
        self._watcher.handled(self)
        self._plan_tick()

    def _forget_former_key(self) -> None:
        """As the service does: once the server has the entry that names the new key."""
        if self._has_former_key and self.agent.acked_seq >= self.bundle.rotated_seq:
            self.disk.forget_former_key()
            self._has_former_key = False
