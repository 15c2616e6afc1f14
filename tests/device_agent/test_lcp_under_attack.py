"""The agent's own bus and a controller on a real port, with somebody in the cable between them, and resets meanwhile.

They may keep a door shut for as long as they go on. A lock is pulsed once for an operation, or not at all.
"""

from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from device_agent.line.reports import BoardFound, BoardLost, DoorState, Outcome, Reason
from firmware_protocol.boards import OperationTold, Side, Unlock
from firmware_protocol.boards.gongguan_lcp.keys import operation_id
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.emulators.mishaps import Mishap, befall, heal
from tests.device_agent.line.simulation import SECRET
from tests.device_agent.test_serial_bus import FITTINGS, Reports, running
from tests.fixtures.adversary import (
    Adversary,
    injecting,
    pass_on,
    replaying,
    swallowing_answers,
    tampering,
)
from tests.fixtures.patience import PATIENCE_S

FAMILY, SIZES = "gongguan-lcp", {1: 8}
OPERATION = operation_id("m-4x7qk2n5v3bztahe", "attempt", 1)
Ending = tuple[Outcome, dict[int, int]]
OPENS: Ending = Outcome.CONFIRMED, {3: 1}
STAYS_SHUT: Ending = Outcome.REFUSED, {}
IN_WORDS = {("开了", "1 次"): OPENS, ("没有开", "0 次"): STAYS_SHUT}
ATTACKS = {
    "重放听到过的报文": replaying,
    "插进自己的开锁指令": lambda: injecting(channel=5),
    "吞掉答复": lambda: swallowing_answers(2),
    "改动经过的报文": tampering,
}


def endings():
    """How each attack ends, as `docs/install/faults.md` tells people."""
    section = Path("docs/install/faults.md").read_text("utf-8").partition("## 有人接在")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    return {what: IN_WORDS[outcome, pulsed] for what, outcome, pulsed in rows[2:]}


@pytest.fixture
def line(tmp_path):
    with EmulatedLine(FAMILY, SIZES, fittings=FITTINGS, link=tmp_path / "left") as started:
        started.act(lambda bus: provision(bus.boards.values(), SECRET))
        yield started


@pytest.fixture
def adversary(line):
    with Adversary(Path(line.pty_path)) as listening:
        yield listening


@contextmanager
def agent_on(line):
    """A bus in touch with its controller, and what it reports."""
    reports = Reports()
    with running(FAMILY, SIZES, line.pty_path, reports) as bus:
        reports.door("1/8", DoorState.CLOSED)
        yield bus, reports


def pulses(line):
    """How often each coil was really energised."""
    locks = line.act(lambda bus: bus.boards[1].locks)
    return {channel: lock.pulses for channel, lock in locks.items() if lock.pulses}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_on_the_cable_opens_a_lock_or_opens_it_twice_and_when_they_go_the_link_is_well_again(
    line, adversary, attack
):
    assert endings().keys() == ATTACKS.keys()
    expected = endings()[attack]
    with agent_on(line) as (bus, reports):
        adversary.attack = ATTACKS[attack]()
        bus.unlock(1, 3, "o-1", OPERATION)
        assert (reports.outcome("o-1").outcome, pulses(line)) == expected

        adversary.attack = pass_on
        bus.unlock(1, 4, "o-2")
        assert reports.outcome("o-2").outcome is Outcome.CONFIRMED
        assert pulses(line) == expected[1] | {4: 1}


def test_an_order_that_was_kept_back_is_too_late_when_it_arrives(line, adversary):
    with agent_on(line) as (bus, reports):
        adversary.delay_s = 1.5
        bus.unlock(1, 3, "o-1", OPERATION)
        outcome = reports.outcome("o-1")
        assert (outcome.outcome, outcome.reason) != (Outcome.CONFIRMED, Reason.OPENED)

        adversary.delay_s = 0
        reports.wait_for(lambda report: isinstance(report, BoardLost))
        reports.wait_for(lambda report: isinstance(report, BoardFound), count=2)
        assert line.wait_for_unlocks(1, PATIENCE_S)
        assert pulses(line) == {}


@pytest.mark.parametrize(
    ("swallowed", "expected"),
    [(Unlock, (Outcome.CONFIRMED, Reason.OPENED)), (OperationTold, (Outcome.UNKNOWN, Reason.DONE_BEFORE))],
    ids=["before the order arrived", "after the pulse"],
)
def test_an_agent_that_starts_anew_in_the_middle_asks_for_the_same_operation_and_never_gets_two_pulses(
    line, adversary, swallowed, expected
):
    is_lost = Event()

    def attack(side, packet):
        if not isinstance(packet.message, swallowed):
            return pass_on(side, packet)
        is_lost.set()
        return []

    with agent_on(line) as (bus, _):
        adversary.attack = attack
        bus.unlock(1, 3, "o-1", OPERATION)
        assert is_lost.wait(PATIENCE_S)
    line.close(1, 3)
    adversary.attack = pass_on

    with agent_on(line) as (bus, reports):
        bus.unlock(1, 3, "o-2", OPERATION)
        outcome = reports.outcome("o-2")
        assert (outcome.outcome, outcome.reason) == expected
        assert pulses(line) == {3: 1}


def test_a_controller_whose_power_fails_in_mid_pulse_tells_so_and_pulses_nothing_again(line, adversary):
    adversary.attack = replaying()
    with agent_on(line) as (bus, reports):
        line.act(lambda bus: befall(bus, [Mishap("power-cycle", 10)]))
        bus.unlock(1, 3, "o-1", OPERATION)
        assert reports.outcome("o-1").outcome is Outcome.UNKNOWN
        line.act(heal)
        line.force(1, 8)
        reports.door("1/8", DoorState.OPEN)

        bus.unlock(1, 4, "o-2")
        assert reports.outcome("o-2").outcome is Outcome.CONFIRMED
    line.close(1, 8)
    with agent_on(line) as (bus, reports):  # a new one, which does not know that the lock has to rest
        bus.unlock(1, 3, "o-3", OPERATION)
        assert reports.outcome("o-3").reason is Reason.DONE_BEFORE
        assert pulses(line) == {3: 1, 4: 1}


def test_what_was_recorded_before_both_sides_started_anew_opens_nothing(line, adversary):
    with agent_on(line) as (bus, reports):
        bus.unlock(1, 3, "o-1", OPERATION)
        assert reports.outcome("o-1").outcome is Outcome.CONFIRMED
    recorded = [packet for side, packet in adversary.heard if side is Side.HOST]
    line.act(lambda bus: bus.boards[1].cut_power(monotonic() * 1000))

    def attack(side, packet):
        replayed = [(Side.HOST, each) for each in recorded if each.proof is not None]
        return [*replayed, (side, packet)] if side is Side.HOST else [(side, packet)]

    with agent_on(line) as (bus, reports):
        adversary.attack = attack
        bus.unlock(1, 4, "o-2")
        assert reports.outcome("o-2").outcome is Outcome.CONFIRMED
        assert pulses(line) == {3: 1, 4: 1}
