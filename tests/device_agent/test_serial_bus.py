"""The agent's end of a real serial port: a pseudo-terminal with emulated boards, paced at their baud rate."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import serial

from device_agent.line.reports import (
    BoardFound,
    BoardLost,
    DoorChanged,
    DoorState,
    Outcome,
    Reason,
    Report,
    UnlockOutcome,
)
from device_agent.line.wiring import BoardWiring, BusWiring, Timing
from device_agent.line_report import line_report
from device_agent.serial_bus import SerialBus
from firmware_protocol.boards import dialect
from firmware_protocol.emulators import Fault, Fittings
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.emulators.mishaps import Mishap, befall
from tests.device_agent.hall import AGENT_SIGNER, NOON
from tests.device_agent.line.simulation import SECRET, SIZES
from tests.fixtures.patience import PATIENCE_S

FITTINGS = Fittings(pulse_ms=60, springs_open_ms=20)
TIMING = Timing(opens_within_ms=10_000, verdict_ms_max=10_000, poll_lost_ms=100, poll_idle_ms=100)
"""What is proven is said at once, however late that is on a busy machine."""
STEADFAST = replace(TIMING, misses_max=20, blind_ms_max=10_000)
"""Where every board is there, and one that is silent for a while has only to wait for the machine."""
OPENS_SOON = replace(STEADFAST, opens_within_ms=400)
DECIDED_SOON = replace(TIMING, verdict_ms_max=1000)
SLOW_MS = 60
"""Far below what an answer is waited for, since the machine may be slow as well."""
EVERY_FAMILY = pytest.mark.parametrize(("family", "sizes"), SIZES.items(), ids=list(SIZES))


class Reports:
    """Everything a bus reported, and a way to wait for it."""

    def __init__(self):
        self._all: list[Report] = []
        self._changed = threading.Condition()

    def __call__(self, report: Report) -> None:
        with self._changed:
            self._all.append(report)
            self._changed.notify_all()

    def wait_for(self, is_wanted: Callable[[Report], bool], *, count: int = 1) -> Report:
        """The wanted report, or the `count`th such; fails when it does not come."""

        def wanted() -> list[Report]:
            return [report for report in self._all if is_wanted(report)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(wanted()) >= count, PATIENCE_S), self._all
            return wanted()[count - 1]

    def outcome(self, token: str) -> UnlockOutcome:
        report = self.wait_for(lambda report: isinstance(report, UnlockOutcome) and report.token == token)
        assert isinstance(report, UnlockOutcome)
        return report

    def door(self, compartment: str, state: DoorState) -> None:
        """Wait until this door was reported in this state."""
        self.wait_for(
            lambda report: (
                isinstance(report, DoorChanged) and (report.compartment, report.state) == (compartment, state)
            )
        )


def wiring(family, sizes, port, timing=TIMING):
    secret = SECRET if dialect(family).has_operation_ids else None
    boards = (
        BoardWiring(
            address, tuple(f"{address}/{channel}" for channel in range(1, size + 1)), closed_bit=1, secret=secret
        )
        for address, size in sizes.items()
    )
    return BusWiring("left", str(port), dialect(family).baud, family, tuple(boards), timing)


@contextmanager
def running(family, sizes, port, on_report, timing=TIMING) -> Iterator[SerialBus]:
    bus = SerialBus(wiring(family, sizes, port, timing), on_report)
    bus.start()
    try:
        yield bus
    finally:
        bus.close()


@contextmanager
def hall(family, sizes, link: Path, *, has_echo=False, timing=STEADFAST):
    """An emulated line, a bus on it whose doors are all known, and what it reports."""
    reports = Reports()
    with EmulatedLine(family, sizes, fittings=FITTINGS, link=link) as line:
        line.act(lambda bus: provision(bus.boards.values(), SECRET))
        line.act(lambda bus: befall(bus, [Mishap("echo", int(has_echo))]))
        with running(family, sizes, link, reports, timing) as bus:
            for address, size in sizes.items():
                reports.door(f"{address}/{size}", DoorState.CLOSED)
            yield line, bus, reports


@pytest.fixture
def link(tmp_path):
    return tmp_path / "left"


@EVERY_FAMILY
@pytest.mark.parametrize("has_echo", [False, True], ids=["adapter", "echoing adapter"])
def test_every_board_of_a_line_opens_its_door_and_sees_it_closed_again(family, sizes, has_echo, link):
    with hall(family, sizes, link, has_echo=has_echo) as (line, bus, reports):
        for address in sizes:
            bus.unlock(address, 7, f"o-{address}")
            assert reports.outcome(f"o-{address}").outcome is Outcome.CONFIRMED
            reports.door(f"{address}/7", DoorState.OPEN)
            line.close(address, 7)
            reports.wait_for(
                lambda report, place=f"{address}/7": (
                    isinstance(report, DoorChanged) and (report.compartment, report.before) == (place, DoorState.OPEN)
                )
            )
        assert [unlock.address for unlock in line.unlocks] == list(sizes)


@EVERY_FAMILY
def test_a_jammed_lock_is_refused_with_one_pulse(family, sizes, link):
    with hall(family, sizes, link, timing=OPENS_SOON) as (line, bus, reports):
        address = min(sizes)
        line.jam(address, 3)
        bus.unlock(address, 3, "o-1")

        assert reports.outcome("o-1").reason is Reason.STAYED_CLOSED
        assert len(line.unlocks) == 1


@EVERY_FAMILY
def test_a_line_cut_at_the_pulse_is_unknown_and_the_lock_is_left_alone_afterwards(family, sizes, link):
    reports = Reports()
    cut_at_the_pulse: list[EmulatedLine] = []
    with EmulatedLine(
        family, sizes, fittings=FITTINGS, link=link, on_unlock=lambda _: cut_at_the_pulse[0].cut()
    ) as line:
        cut_at_the_pulse.append(line)
        line.act(lambda bus: provision(bus.boards.values(), SECRET))
        with running(family, sizes, link, reports, DECIDED_SOON) as bus:
            reports.door(f"{min(sizes)}/3", DoorState.CLOSED)
            bus.unlock(min(sizes), 3, "o-1")
            assert reports.outcome("o-1").outcome is Outcome.UNKNOWN
            reports.wait_for(lambda report: isinstance(report, BoardLost))

            line.restore()
            reports.door(f"{min(sizes)}/3", DoorState.OPEN)
            assert len(line.unlocks) == 1


@EVERY_FAMILY
def test_a_slow_board_is_waited_for(family, sizes, link):
    with hall(family, sizes, link) as (line, bus, reports):
        address = min(sizes)
        line.slow(address, SLOW_MS)
        bus.unlock(address, 1, "o-1")

        assert reports.outcome("o-1").outcome is Outcome.CONFIRMED


def test_a_dead_board_is_lost_and_its_neighbour_opens(link):
    with hall("kerong-cu16", {0: 16, 1: 8}, link, timing=TIMING) as (line, bus, reports):
        line.break_board(0, Fault.DEAD)
        reports.door("0/1", DoorState.UNKNOWN)
        bus.unlock(1, 8, "o-1")
        bus.unlock(0, 1, "o-2")

        assert reports.outcome("o-1").outcome is Outcome.CONFIRMED
        assert reports.outcome("o-2").reason is Reason.BOARD_LOST
        line.break_board(0, Fault.NONE)
        reports.wait_for(lambda report: report == BoardFound("left", 0, report.at_ms), count=2)


def test_a_board_that_must_not_be_used_is_lost_with_its_reason_in_the_log(link, caplog):
    reports = Reports()
    with EmulatedLine("waveshare-modbus", {1: 8}, fittings=FITTINGS, link=link) as line:
        line.break_board(1, Fault.MISSET)
        with running("waveshare-modbus", {1: 8}, link, reports) as bus:
            reports.wait_for(lambda report: isinstance(report, BoardLost))
            bus.unlock(1, 1, "o-1")
            assert reports.outcome("o-1").reason is Reason.BOARD_LOST

            line.break_board(1, Fault.NONE)
            reports.wait_for(lambda report: isinstance(report, BoardFound))
        assert line.unlocks == ()
    assert "控制模式" in caplog.text


@EVERY_FAMILY
def test_an_unplugged_adapter_loses_its_doors_and_is_opened_again_by_its_path(family, sizes, link):
    with hall(family, sizes, link) as (line, bus, reports):
        address = min(sizes)
        line.unplug()
        reports.door(f"{address}/1", DoorState.UNKNOWN)
        bus.unlock(address, 1, "o-1")
        assert reports.outcome("o-1").sent_at_ms is None

        line.replug()
        reports.wait_for(lambda report: isinstance(report, BoardFound), count=len(sizes) + 1)
        bus.unlock(address, 1, "o-2")
        assert reports.outcome("o-2").outcome is Outcome.CONFIRMED
        assert len(line.unlocks) == 1


def test_a_port_that_is_not_there_yet_is_taken_when_it_appears(link):
    reports = Reports()
    with running("bcc-8a", {1: 24}, link, reports):
        reports.wait_for(lambda report: isinstance(report, BoardLost))
        with EmulatedLine("bcc-8a", {1: 24}, link=link):
            reports.wait_for(lambda report: isinstance(report, BoardFound))


def test_one_port_has_one_owner(link):
    with hall("bcc-8a", {1: 24}, link), pytest.raises(serial.SerialException, match="exclusively"):
        serial.Serial(str(link), 9600, exclusive=True)


def test_a_listener_that_fails_does_not_stop_the_line(link, caplog):
    reports = Reports()

    def on_report(report):
        reports(report)
        raise ValueError("the listener fell over")

    with (
        EmulatedLine("bcc-8a", {1: 24}, fittings=FITTINGS, link=link),
        running("bcc-8a", {1: 24}, link, on_report) as bus,
    ):
        reports.door("1/1", DoorState.CLOSED)
        bus.unlock(1, 1, "o-1")
        assert reports.outcome("o-1").outcome is Outcome.CONFIRMED
    assert "the listener fell over" in caplog.text


def test_an_unlock_from_many_threads_at_once_gives_each_its_outcome(link):
    with hall("kerong-cu16", {0: 16, 1: 8}, link) as (line, bus, reports):
        threads = [threading.Thread(target=bus.unlock, args=(0, channel, f"o-{channel}")) for channel in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {reports.outcome(f"o-{channel}").outcome for channel in range(1, 5)} == {Outcome.CONFIRMED}
        assert len(line.unlocks) == 4


@pytest.mark.parametrize(("address", "channel"), [(1, 0), (1, 25), (2, 1)])
def test_a_lock_that_is_not_wired_is_a_mistake(address, channel, link):
    bus = SerialBus(wiring("bcc-8a", {1: 24}, link), lambda _: None)
    bus.start()
    try:
        with pytest.raises(KeyError):
            bus.unlock(address, channel, "o-1")
    finally:
        bus.close()


def test_what_a_controller_and_its_host_said_is_kept_without_their_secret(link):
    with hall("gongguan-lcp", {1: 8}, link) as (_, bus, reports):
        bus.unlock(1, 7, "o-1")
        assert reports.outcome("o-1").outcome is Outcome.CONFIRMED
        report = line_report("hall-1", [bus], NOON, 0.0, AGENT_SIGNER)
    assert "证明了身份".encode() in report
    secret = SECRET.octets
    for written in (secret.hex(), secret.hex(" "), secret.hex().upper(), secret.hex(" ").upper()):
        assert written.encode() not in report
