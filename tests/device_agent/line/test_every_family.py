"""What every family of boards has in common, said once and tried on each: the sentences of the trade, one test each."""

from itertools import pairwise

import pytest

from device_agent.line.reports import Outcome, Reason
from device_agent.line.wiring import Timing
from firmware_protocol.boards import HeardOnly, ReadStatus, Unlock, dialect
from firmware_protocol.emulators import Fault
from firmware_protocol.emulators.waveshare_modbus import EmulatedWaveshare
from tests.device_agent.line.simulation import SIZES, Simulation

IN_EVERY_FAMILY = pytest.mark.parametrize("family", list(SIZES))


def polls_of(hall, address):
    return [at_ms for at_ms, frame in hall.frames if frame == ReadStatus(address)]


def longest_pause_ms(hall, address):
    return max(later - earlier for earlier, later in pairwise(polls_of(hall, address)))


@IN_EVERY_FAMILY
def test_one_request_is_outstanding_at_a_time(family):
    """Every request begins only after the answer to the one before has passed, or has been waited for."""
    hall = Simulation(family)
    hall.settle()
    hall.unlock(hall.first, 3)
    hall.outcome()
    hall.lock(hall.first, 3).close()
    hall.run(3000)

    gap_ms = dialect(family).quiet_gap_ms
    assert all(later - earlier > gap_ms for (earlier, _), (later, _) in pairwise(hall.frames))


@IN_EVERY_FAMILY
def test_nothing_is_ever_said_that_opens_several_locks_or_holds_one(family):
    hall = Simulation(family)
    hall.settle()
    for channel in range(1, 5):
        hall.unlock(hall.first, channel, f"o-{channel}")
    hall.line.boards[hall.first].fault = Fault.DEAD
    hall.run(10_000)
    hall.line.boards[hall.first].fault = Fault.NONE
    hall.run(10_000)

    assert not [frame for _, frame in hall.frames if isinstance(frame, HeardOnly)]


@IN_EVERY_FAMILY
def test_polling_is_slow_while_all_is_quiet_and_fast_while_a_door_is_open(family):
    timing = Timing()
    hall = Simulation(family)
    hall.settle()
    hall.run(4000)
    assert longest_pause_ms(hall, hall.first) >= timing.poll_idle_ms

    hall.lock(hall.first, 2).force()
    hall.run(2000)
    hall.frames.clear()
    hall.run(4000)
    assert longest_pause_ms(hall, hall.first) < timing.poll_idle_ms / 2


@IN_EVERY_FAMILY
def test_a_lock_takes_so_many_pulses_a_minute_and_no_more(family):
    timing = Timing(board_pulses_per_minute_max=100)
    hall = Simulation(family, timing=timing)
    hall.settle()
    for attempt in range(15):
        hall.unlock(hall.first, 1, f"o-{attempt}")
        hall.run(2500)
        hall.lock(hall.first, 1).close()
        hall.run(500)

    assert hall.lock(hall.first, 1).pulses == timing.lock_pulses_per_minute_max
    assert hall.outcomes["o-14"].reason is Reason.TOO_SOON


@IN_EVERY_FAMILY
def test_a_board_takes_so_many_pulses_a_minute_and_no_more(family):
    hall = Simulation(family, timing=Timing(board_pulses_per_minute_max=4))
    hall.settle()
    for channel in range(1, 8):
        hall.unlock(hall.first, channel, f"o-{channel}")
        hall.run(2500)

    assert [hall.outcomes[f"o-{channel}"].outcome for channel in range(1, 5)] == [Outcome.CONFIRMED] * 4
    assert {hall.outcomes[f"o-{channel}"].reason for channel in range(5, 8)} == {Reason.TOO_SOON}
    hall.run(60_000)
    hall.unlock(hall.first, 7, "o-later")
    assert hall.outcome("o-later").outcome is Outcome.CONFIRMED


@pytest.mark.parametrize(("pulse_ms", "told_ms"), [(None, 500), (300, 300), (3000, 3000)])
def test_a_board_that_is_told_pulses_as_long_as_its_cabinet_is_wired_for(pulse_ms, told_ms):
    hall = Simulation("waveshare-modbus", pulse_ms=pulse_ms)
    hall.settle()
    hall.unlock(1, 3)
    sent_at_ms = hall.outcome().sent_at_ms or 0
    board = hall.line.boards[1]

    assert [frame for _, frame in hall.unlocks] == [Unlock(1, 3, told_ms)]
    assert isinstance(board, EmulatedWaveshare)
    assert board.energised_until_ms[3] - sent_at_ms == pytest.approx(told_ms, abs=20)
