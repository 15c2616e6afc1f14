"""What is counted on a line, and for how long it counts."""

import pytest

from device_agent.line.counters import HOUR_MS, Count, Tally
from firmware_protocol.boards import Side
from firmware_protocol.emulators import Fault
from tests.device_agent.line.simulation import Simulation

MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("later_ms", "counted"),
    [(0, {"timeouts": 2}), (HOUR_MS - MINUTE_MS, {"timeouts": 2}), (HOUR_MS + 2 * MINUTE_MS, {})],
    ids=["at once", "within the hour", "after it"],
)
def test_what_happened_counts_for_an_hour_and_in_the_total_for_good(later_ms, counted):
    tally = Tally()
    tally.add(Count.TIMEOUTS, 5000.0, by=2)
    assert tally.last_hour(5000.0 + later_ms) == counted
    assert tally.total() == {"timeouts": 2}


def test_nothing_is_not_counted():
    tally = Tally()
    tally.add(Count.SKIPPED, 0.0, by=0)
    assert tally.total() == {}


def test_a_board_that_is_silent_for_a_while_has_timeouts_and_retries_and_the_others_have_none():
    hall = Simulation("kerong-cu16")
    hall.settle()
    hall.line.boards[1].fault = Fault.DEAD
    hall.run(2000)
    silent, well = (hall.master.tallies[address].total() for address in (1, 0))
    assert silent["timeouts"] >= 3
    assert silent["retries"] >= 2
    assert "timeouts" not in well


def test_an_unlock_is_counted_once_and_both_sides_of_it_are_kept():
    hall = Simulation("bcc-8a")
    hall.settle()
    hall.unlock(1, 7)
    hall.outcome()
    assert hall.master.tallies[1].total()["unlocks"] == 1
    told = [(each.side, each.piece.octets) for each in hall.master.record.newest()]
    at = told.index((Side.HOST, bytes.fromhex("8A 01 07 11 9D")))
    assert told[at + 1][0] is Side.BOARD


def test_a_frame_with_a_wrong_check_is_counted_and_kept_as_damaged():
    hall = Simulation("bcc-8a")
    hall.settle()
    hall.master.received(bytes.fromhex("80 01 FF FF FF 33 4E"), hall.now_ms)
    hall.run(100)
    assert hall.master.tally.total()["bad_checks"] == 1
    assert hall.master.tally.total()["skipped_octets"] == 7
    assert any(each.piece.is_damaged for each in hall.master.record.newest())


def test_a_port_that_comes_back_is_a_reconnect_and_the_first_opening_is_none():
    hall = Simulation("bcc-8a")
    hall.settle()
    assert "reconnects" not in hall.master.tally.total()
    hall.master.lost(hall.now_ms)
    hall.master.opened(hall.now_ms)
    assert hall.master.tally.total()["reconnects"] == 1


def test_no_more_than_two_hundred_pieces_are_kept():
    hall = Simulation("bcc-8a")
    hall.run(60_000)
    assert len(hall.master.record.newest()) == 200


def test_a_frame_that_somebody_plays_again_to_a_controller_is_counted():
    hall = Simulation("gongguan-lcp", sizes={1: 8})
    hall.settle()
    said = [each.piece.octets for each in hall.master.record.newest() if each.side is Side.HOST]
    hall.line.hear(said[-2], hall.now_ms)
    hall.run(2000)
    assert hall.master.tallies[1].total()["disbelieved"] == 1
