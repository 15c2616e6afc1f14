"""A line master and emulated boards on one told clock: hours of a cabinet's life in milliseconds, and no threads."""

from collections.abc import Callable
from itertools import count

import pytest

from device_agent.line.master import LineMaster
from device_agent.line.reports import BoardFound, BoardLost, BoardTold, DoorChanged, DoorState, Report, UnlockOutcome
from device_agent.line.wiring import BoardWiring, BusWiring, Sensing, Timing
from firmware_protocol.boards import Frame, Packet, Unlock, dialect
from firmware_protocol.boards.gongguan_lcp.keys import Secret
from firmware_protocol.emulators import EmulatedBus, EmulatedLock, Fittings, emulated_board
from firmware_protocol.emulators.gongguan_lcp import provision

SIZES = {
    "bcc-8a": {1: 24},
    "kerong-cu16": {0: 16, 1: 8},
    "kerong-cu48": {0: 48, 2: 8},
    "kerong-cu48b": {0: 40},
    "wkly": {0: 24, 31: 8},
    "winnsen": {1: 16, 2: 8},
    "waveshare-modbus": {1: 8, 247: 8},
    "gongguan-lcp": {1: 8, 254: 8},
}
SECRET = Secret(b"a secret of thirty-two bytes ...")
IN_EVERY_WIRING = pytest.mark.parametrize(
    ("family", "closed_bit", "has_echo"),
    [(family, closed_bit, has_echo) for family in SIZES for closed_bit in (0, 1) for has_echo in (False, True)],
)
STEPS_MAX = 200_000
FIRST = "o-1"
"""The unlock of a test that has only one."""


def message_in(frame: Frame) -> Frame:
    """What is said, whether or not it is proven."""
    return frame.message if isinstance(frame, Packet) else frame


class Simulation:
    """One line with its master. Starts at 0 ms with the port just opened."""

    def __init__(
        self,
        family: str,
        *,
        fittings: Fittings | None = None,
        timing: Timing | None = None,
        has_echo: bool = False,
        sizes: dict[int, int] | None = None,
        pulse_ms: int | None = None,
        sensing: Sensing | None = None,
    ) -> None:
        fittings, speech = fittings or Fittings(), dialect(family)
        self.sizes = sizes or SIZES[family]
        boards = [emulated_board(family, address, channels, fittings) for address, channels in self.sizes.items()]
        provision(boards, SECRET)
        self.line = EmulatedBus(speech, boards, speech.baud, has_echo=has_echo)
        wirings = tuple(
            BoardWiring(
                address,
                tuple(f"{address}/{channel}" for channel in range(1, channels + 1)),
                fittings.closed_bit,
                pulse_ms,
                secret=SECRET if speech.has_operation_ids else None,
                sensing=sensing or Sensing(),
            )
            for address, channels in self.sizes.items()
        )
        wiring = BusWiring("left", "unused", speech.baud, family, wirings, timing or Timing())
        self._nonces = count(1)
        self.master = LineMaster(wiring, lambda octets: next(self._nonces).to_bytes(octets))
        self.now_ms = 0.0
        self.is_plugged = True
        self.reports: list[Report] = []
        self.frames: list[tuple[float, Frame]] = []
        """What the boards' end of the line heard, and when its first byte began."""
        self.on_report: Callable[[Report], None] = lambda _report: None
        self.master.opened(0.0)

    def run(self, for_ms: float) -> None:
        """Let time pass."""
        self.run_until(lambda: False, for_ms)

    def run_until(self, is_enough: Callable[[], bool], for_ms: float) -> None:
        """Let time pass until it is enough, at most so long."""
        ends_ms = self.now_ms + for_ms
        for _ in range(STEPS_MAX):
            self._step()
            next_ms = max(self.now_ms, min(self.master.wake_at_ms(), self.line.next_at_ms))
            if is_enough() or next_ms > ends_ms:
                break
            self.now_ms = next_ms
        else:
            raise AssertionError("the line spins: much is done and no time passes")
        if not is_enough():
            self.now_ms = ends_ms

    def settle(self) -> None:
        """Until every door's state is known; then forget the reports of the beginning."""
        self.run(2000)
        self.reports.clear()
        self.frames.clear()

    @property
    def first(self) -> int:
        """The address of the first board."""
        return min(self.sizes)

    def unlock(self, address: int, channel: int, token: str = FIRST) -> None:
        self.master.unlock(address, channel, token, self.now_ms)
        self._step()

    def outcome(self, token: str = FIRST, for_ms: float = 10_000) -> UnlockOutcome:
        """Run until this unlock's outcome is there."""
        self.run_until(lambda: token in self.outcomes, for_ms)
        return self.outcomes[token]

    def unplug(self) -> None:
        self.is_plugged = False
        self.master.lost(self.now_ms)
        self._step()

    def replug(self) -> None:
        self.is_plugged = True
        self.master.opened(self.now_ms)

    def babble(self, octets: bytes) -> None:
        """Noise reaches the host."""
        self.master.received(octets, self.now_ms)

    def lock(self, address: int, channel: int) -> EmulatedLock:
        return self.line.boards[address].locks[channel]

    @property
    def outcomes(self) -> dict[str, UnlockOutcome]:
        return {report.token: report for report in self.reports if isinstance(report, UnlockOutcome)}

    @property
    def unlocks(self) -> list[tuple[float, Unlock]]:
        return [(at_ms, frame) for at_ms, frame in self.frames if isinstance(frame, Unlock)]

    @property
    def lost(self) -> list[int]:
        return [report.address for report in self.reports if isinstance(report, BoardLost)]

    @property
    def found(self) -> list[int]:
        return [report.address for report in self.reports if isinstance(report, BoardFound)]

    def changes(self, compartment: str) -> list[DoorState]:
        """The states this door went through, as reported."""
        return [
            report.state
            for report in self.reports
            if isinstance(report, DoorChanged) and report.compartment == compartment
        ]

    def _step(self) -> None:
        reached = self.line.advance(self.now_ms)
        if reached and self.is_plugged:
            self.master.received(reached, self.now_ms)
        octets = self.master.advance(self.now_ms)
        self.line.hear(octets, self.now_ms)
        self.frames += [(heard.first_byte_ms, message_in(heard.frame)) for heard in self.line.take_heard()]
        for report in self.master.take_reports():
            self.reports.append(report)
            if isinstance(report, BoardTold):
                self.master.acknowledge(report.address, report.event.number, self.now_ms)
            self.on_report(report)
