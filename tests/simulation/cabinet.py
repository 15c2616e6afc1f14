"""A cabinet as it stands in the hall: boards on a line, locks, doors, and things that really lie inside or do not."""

from collections.abc import Callable
from math import inf

from device_agent.line.master import LineMaster
from device_agent.line.reports import Report
from device_agent.line.wiring import BoardWiring, BusWiring, Timing
from firmware_protocol.boards import dialect
from firmware_protocol.boards.gongguan_lcp.keys import Secret
from firmware_protocol.emulators import FAMILIES, EmulatedBus, EmulatedLock, Fittings, emulated_board
from firmware_protocol.emulators.gongguan_lcp import provision
from tests.simulation.chance import Chance
from tests.simulation.timeline import Life, Timeline
from tests.simulation.township import CABINETS, CHANNELS

TIMING = Timing(poll_idle_ms=5000, poll_busy_ms=500, poll_watched_ms=100, busy_after_unlock_ms=2000)
"""The line is asked less often than in a hall, so that more schedules fit into a minute."""
STEP_MS = 12.0
"""The wire is looked at no more often than this; bytes pass in between all the same."""
_SECRET = Secret(b"a secret of thirty-two bytes ...")
_FITTINGS = Fittings(pulse_ms=400, springs_open_ms=80)


class WatchedLock(EmulatedLock):
    """A lock that tells of each pulse of its coil."""

    def __init__(self, told: Callable[[float], None]) -> None:
        super().__init__(_FITTINGS)
        self._told = told

    def pulse(self, pulse_ms: int, now_ms: float) -> None:
        """Energise the coil, and tell."""
        self._told(now_ms)
        super().pulse(pulse_ms, now_ms)


class Hardware:
    """The boards and locks of one agent, and the wire to them; they outlive every program."""

    def __init__(self, agent: str, chance: Chance, on_coil: Callable[[str, float], None]) -> None:
        self.family = chance.choice(sorted(FAMILIES))
        speech = dialect(self.family)
        self.address = speech.addresses[0]
        self._chance = chance
        self.places = tuple(f"{CABINETS[agent]}/{number}" for number in range(1, CHANNELS + 1))
        board = emulated_board(self.family, self.address, CHANNELS, _FITTINGS)
        for channel, place in enumerate(self.places, 1):
            board.locks[channel] = WatchedLock(lambda at_ms, place=place: on_coil(place, at_ms))  # type: ignore[misc]
        provision([board], _SECRET)
        self.board = board
        self.bus = EmulatedBus(speech, [board], speech.baud)
        self.bus.weather.reseed(str(chance.random()))

    @property
    def board_names(self) -> dict[str, str]:
        """The board behind each compartment."""
        return dict.fromkeys(self.places, f"left:{self.address}")

    def lock(self, place: str) -> EmulatedLock:
        """The lock of a compartment."""
        return self.board.locks[self.places.index(place) + 1]

    def shut(self) -> None:
        """Somebody pushes every door shut."""
        for lock in self.board.locks.values():
            lock.close()

    def master(self) -> LineMaster:
        """A fresh master of this line, as a program makes one when it starts."""
        speech = self.bus.dialect
        secret = _SECRET if speech.has_operation_ids else None
        wiring = BoardWiring(self.address, self.places, _FITTINGS.closed_bit, secret=secret)
        return LineMaster(
            BusWiring("left", "unused", speech.baud, self.family, (wiring,), TIMING), self._chance.randbytes
        )


class Line:
    """A program's end of the line: the master, moved whenever it or the boards have something to do."""

    def __init__(self, timeline: Timeline, life: Life, hardware: Hardware, take: Callable[[Report], None]) -> None:
        self._timeline, self._life, self._hardware, self._take = timeline, life, hardware, take
        self._master = hardware.master()
        self._wakes_ms = inf
        self._master.opened(timeline.now_ms)
        self.move()

    def unlock(self, place: str, token: str, operation: bytes) -> None:
        """Pulse this lock."""
        channel = self._hardware.places.index(place) + 1
        self._master.unlock(self._hardware.address, channel, token, self._timeline.now_ms, operation)
        self._timeline.after(0, self.move, self._life)

    def acknowledge(self, address: int, number: int) -> None:
        """The agent keeps a controller's events up to this one."""
        self._master.acknowledge(address, number, self._timeline.now_ms)

    def move(self) -> None:
        """Let the line's time pass up to now."""
        now_ms, bus, master = self._timeline.now_ms, self._hardware.bus, self._master
        if reached := bus.advance(now_ms):
            master.received(reached, now_ms)
        if octets := master.advance(now_ms):
            bus.hear(octets, now_ms)
        bus.take_heard()
        for report in master.take_reports():
            self._timeline.after(0, lambda report=report: self._take(report), self._life)  # type: ignore[misc]
        self._plan(max(now_ms + STEP_MS, min(master.wake_at_ms(), bus.next_at_ms)))

    def _plan(self, at_ms: float) -> None:
        if at_ms < inf and (at_ms < self._wakes_ms or self._wakes_ms <= self._timeline.now_ms):
            self._wakes_ms = at_ms
            self._timeline.after(at_ms - self._timeline.now_ms, lambda: self._wake(at_ms), self._life)

    def _wake(self, at_ms: float) -> None:
        if at_ms == self._wakes_ms:
            self.move()
