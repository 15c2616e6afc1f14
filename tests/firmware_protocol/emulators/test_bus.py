"""Bytes take their time on the emulated wire, and several boards share it."""

import pytest

from firmware_protocol.boards import ReadStatus, Side, Status, Unlock, dialect, wire_ms
from firmware_protocol.emulators import EmulatedBus, Fittings, emulated_board

FITTINGS = Fittings(pulse_ms=100, springs_open_ms=50, answer_after_ms=2)


def cu16_line(baud=19200, *, has_echo=False):
    boards = [emulated_board("kerong-cu16", address, 16, FITTINGS) for address in (0, 1)]
    return EmulatedBus(dialect("kerong-cu16"), boards, baud, has_echo=has_echo)


def octets(frame):
    return dialect("kerong-cu16").encode(frame)


def decoded(reached):
    return dialect("kerong-cu16").decoder(Side.BOARD).feed(reached)


@pytest.mark.parametrize("baud", [9600, 19200, 115200])
def test_an_answer_arrives_after_the_time_its_bytes_and_the_request_take(baud):
    line = cu16_line(baud)
    line.hear(octets(ReadStatus(0)), 0.0)
    done_ms = wire_ms(5 + 9, baud) + FITTINGS.answer_after_ms

    assert len(line.advance(done_ms - 0.01)) == 8
    assert len(line.advance(done_ms + 0.01)) == 1


def test_each_board_answers_under_its_own_address():
    line = cu16_line()
    line.hear(octets(ReadStatus(1)), 0.0)

    (status,) = decoded(line.advance(100))
    assert isinstance(status, Status)
    assert status.address == 1


def test_an_unlock_is_recorded_with_the_moment_of_its_first_byte():
    line = cu16_line()
    line.hear(b"\xff" + octets(Unlock(1, 3)), 1000.0)
    line.advance(2000)

    (heard,) = line.take_heard()
    assert heard.frame == Unlock(1, 3)
    assert heard.first_byte_ms == pytest.approx(1000 + wire_ms(1, 19200))
    assert line.take_heard() == []


def test_a_cut_line_loses_what_is_under_way_in_both_directions():
    line = cu16_line()
    line.hear(octets(ReadStatus(0)), 0.0)
    line.advance(4)
    line.is_cut = True
    assert line.advance(100) == b""

    line.is_cut = False
    line.hear(octets(ReadStatus(0)), 200.0)
    assert len(decoded(line.advance(300))) == 1


def test_an_echoing_adapter_returns_the_request_before_the_answer():
    line = cu16_line(has_echo=True)
    request = octets(ReadStatus(0))
    line.hear(request, 0.0)

    reached = line.advance(100)
    assert reached.startswith(request)
    assert len(decoded(reached)) == 1


def test_nothing_happens_by_itself_on_a_silent_line():
    line = cu16_line()

    assert line.next_at_ms == float("inf")
    assert line.advance(10_000) == b""
