"""An unlock on a line: when it is sent, how often, and what the door proves afterwards; all on a told clock."""

from itertools import pairwise

import pytest

from device_agent.line.reports import BoardFound, BoardTold, DoorChanged, DoorState, Outcome, Reason, UnlockOutcome
from device_agent.line.wiring import Timing
from firmware_protocol.boards import ReadStatus, Side, dialect, wire_ms
from firmware_protocol.emulators import Fault, Fittings
from tests.device_agent.line.simulation import IN_EVERY_WIRING, SIZES, Simulation

EVERY_FAMILY = pytest.mark.parametrize("family", list(SIZES))


@IN_EVERY_WIRING
def test_an_unlocked_door_that_opens_is_confirmed_and_then_reported_open(family, closed_bit, has_echo):
    hall = Simulation(family, fittings=Fittings(closed_bit=closed_bit), has_echo=has_echo)
    hall.settle()
    hall.unlock(hall.first, 7)
    outcome = hall.outcome()

    assert (outcome.outcome, outcome.reason) == (Outcome.CONFIRMED, Reason.OPENED)
    assert [type(report) for report in hall.reports if not isinstance(report, BoardTold)] == [
        UnlockOutcome,
        DoorChanged,
    ]
    assert hall.changes(f"{hall.first}/7") == [DoorState.OPEN]


@IN_EVERY_WIRING
def test_a_jammed_lock_is_refused_after_one_single_pulse(family, closed_bit, has_echo):
    hall = Simulation(family, fittings=Fittings(closed_bit=closed_bit), has_echo=has_echo)
    hall.settle()
    hall.lock(hall.first, 7).is_jammed = True
    hall.unlock(hall.first, 7)
    outcome = hall.outcome()
    hall.run(10_000)

    assert (outcome.outcome, outcome.reason) == (Outcome.REFUSED, Reason.STAYED_CLOSED)
    assert len(hall.unlocks) == 1
    assert hall.changes(f"{hall.first}/7") == []


def test_a_lock_whose_answer_is_lost_is_unknown_and_never_pulsed_again(hall):
    hall.line.boards[hall.first].fault = Fault.MUTE
    hall.unlock(hall.first, 7)
    outcome = hall.outcome()
    hall.run(10_000)

    assert (outcome.outcome, outcome.reason) == (Outcome.UNKNOWN, Reason.NO_ANSWER)
    assert hall.lock(hall.first, 7).pulses == 1
    assert hall.lock(hall.first, 7).is_open(hall.now_ms)


def test_a_lost_answer_does_not_hide_a_door_that_stands_open(hall):
    hall.line.boards[hall.first].fault = Fault.MUTE
    hall.unlock(hall.first, 7)
    hall.run(1000)
    hall.line.boards[hall.first].fault = Fault.NONE

    assert hall.outcome().outcome is Outcome.CONFIRMED


def test_a_lost_answer_and_a_closed_door_prove_nothing():
    hall = Simulation("bcc-8a")
    hall.settle()
    hall.lock(1, 7).is_jammed = True
    hall.line.boards[1].fault = Fault.MUTE
    hall.unlock(1, 7)
    hall.run(1600)
    hall.line.boards[1].fault = Fault.NONE

    assert (hall.outcome().outcome, hall.outcome().reason) == (Outcome.UNKNOWN, Reason.UNOBSERVED)


def test_a_line_cut_after_the_pulse_leaves_the_outcome_unknown(hall):
    hall.unlock(hall.first, 7)
    hall.run(8)
    hall.line.is_cut = True

    assert hall.outcome().outcome is Outcome.UNKNOWN


def test_a_port_lost_after_the_pulse_leaves_the_outcome_unknown_at_once(hall):
    hall.unlock(hall.first, 7)
    hall.run(8)
    hall.unplug()

    assert hall.outcomes["o-1"].reason is Reason.LINE_LOST
    assert hall.outcomes["o-1"].outcome is Outcome.UNKNOWN


def test_without_a_port_an_unlock_is_refused_and_nothing_is_kept_for_later(hall):
    hall.unplug()
    hall.unlock(hall.first, 7)
    assert (hall.outcomes["o-1"].reason, hall.outcomes["o-1"].sent_at_ms) == (Reason.LINE_LOST, None)

    hall.replug()
    hall.run(10_000)
    assert hall.unlocks == []
    assert hall.lost == hall.found == list(hall.sizes)


def test_an_order_still_waiting_when_the_port_goes_is_refused(hall):
    hall.run_until(lambda: any(isinstance(frame, ReadStatus) for _, frame in hall.frames), 2000)
    hall.unlock(hall.first, 7)
    hall.unplug()

    assert hall.outcomes["o-1"].sent_at_ms is None


def test_a_dead_board_does_not_stop_its_neighbour():
    hall = Simulation("kerong-cu16")
    hall.settle()
    hall.line.boards[0].fault = Fault.DEAD
    hall.run(5000)
    hall.unlock(1, 8)

    assert hall.outcome().outcome is Outcome.CONFIRMED
    assert hall.lost == [0]


SEVERAL_BOARDS = pytest.mark.parametrize("family", [name for name, sizes in SIZES.items() if len(sizes) > 1])


@SEVERAL_BOARDS
def test_an_unlock_of_a_board_that_has_just_died_keeps_that_of_its_neighbour_waiting_for_one_answer_at_most(family):
    hall = Simulation(family)
    hall.settle()
    dead, alive = sorted(hall.sizes)
    hall.line.boards[dead].fault = Fault.DEAD
    hall.run_until(lambda: ReadStatus(dead) in [frame for _, frame in hall.frames[-1:]], 2000)
    hall.unlock(dead, 1, "o-dead")
    ordered_ms = hall.now_ms
    hall.unlock(alive, 1, "o-alive")

    assert hall.outcome("o-alive").outcome is Outcome.CONFIRMED
    speech = dialect(family)
    octets = speech.octets_max(Side.HOST) + 2 * speech.octets_max(Side.BOARD)
    assert hall.unlocks[0][0] - ordered_ms <= speech.reply_ms_max + wire_ms(octets, speech.baud) + speech.quiet_gap_ms
    assert hall.outcome("o-dead").reason is Reason.BOARD_LOST


@EVERY_FAMILY
def test_an_unlock_waits_for_nothing_but_the_read_in_progress(family):
    waits_ms, speech, address = [], dialect(family), min(SIZES[family])
    for start_ms in range(0, 420, 7):
        hall = Simulation(family)
        hall.run(2000 + start_ms)
        ordered_ms = hall.now_ms
        hall.unlock(address, 7)
        hall.run(60)
        waits_ms.append(hall.unlocks[0][0] - ordered_ms)

    octets = speech.octets_max(Side.HOST) + speech.octets_max(Side.BOARD)
    one_read_ms = wire_ms(octets, speech.baud) + Fittings().answer_after_ms
    assert max(waits_ms) <= one_read_ms + speech.quiet_gap_ms
    assert sorted(waits_ms)[len(waits_ms) // 2] == 0


def test_a_slow_board_is_given_its_time(hall):
    hall.line.boards[hall.first].answer_after_ms = 250
    hall.unlock(hall.first, 7)

    assert hall.outcome().outcome is Outcome.CONFIRMED
    assert hall.lost == []


def test_a_lock_is_not_pulsed_again_before_it_has_rested(hall):
    hall.unlock(hall.first, 7, "o-1")
    hall.unlock(hall.first, 7, "o-2")
    assert hall.outcomes["o-2"].reason is Reason.TOO_SOON

    hall.outcome("o-1")
    hall.unlock(hall.first, 7, "o-3")
    assert hall.outcomes["o-3"].reason is Reason.TOO_SOON
    hall.run(2100)
    hall.lock(hall.first, 7).close()
    hall.unlock(hall.first, 7, "o-4")
    assert hall.outcome("o-4").outcome is Outcome.CONFIRMED


def test_locks_are_pulsed_one_after_another_and_what_comes_too_late_is_not_sent(hall):
    places = [(address, channel) for address, size in hall.sizes.items() for channel in range(1, size + 1)][:15]
    for address, channel in places:
        hall.unlock(address, channel, f"o-{address}-{channel}")
    hall.run(20_000)

    assert len(hall.outcomes) == 15
    sent = sorted(at_ms for at_ms, _ in hall.unlocks)
    assert all(later - earlier >= Timing().pulse_gap_ms for earlier, later in pairwise(sent))
    late = [outcome for outcome in hall.outcomes.values() if outcome.reason is Reason.TOO_LATE]
    assert len(late) == 15 - len(sent) > 0
    assert all(outcome.sent_at_ms is None for outcome in late)


def test_an_unlock_ordered_before_the_first_sign_of_life_waits_for_it():
    hall = Simulation("kerong-cu16")
    hall.unlock(1, 8)

    assert hall.outcome().outcome is Outcome.CONFIRMED
    assert [type(frame) for _, frame in hall.frames][:2] == [ReadStatus, type(hall.unlocks[0][1])]
    assert isinstance(hall.reports[0], BoardFound)


def test_a_hand_opened_door_gets_a_persons_time():
    fittings = Fittings(pulse_ms=6000, springs_open_ms=None)
    hall = Simulation("kerong-cu16", fittings=fittings, timing=Timing(opens_within_ms=6000, verdict_ms_max=8000))
    hall.settle()
    hall.unlock(0, 7)
    hall.run(4000)
    assert hall.outcomes == {}

    assert hall.lock(0, 7).pull(hall.now_ms)
    assert hall.outcome().outcome is Outcome.CONFIRMED


def test_a_channel_that_is_not_wired_is_a_mistake(hall):
    with pytest.raises(KeyError):
        hall.unlock(hall.first, hall.sizes[hall.first] + 1)
    with pytest.raises(KeyError):
        hall.unlock(9, 1)
