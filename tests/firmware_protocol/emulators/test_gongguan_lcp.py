"""The controller does no operation twice: not when ordered again, not when rested, not after a power cut."""

import pytest

from firmware_protocol.boards import AskOutcome, Auth, BoardEvent, Hello, Packet, ReadEvents, Result, Unlock, dialect
from firmware_protocol.boards.gongguan_lcp.keys import Secret
from firmware_protocol.boards.gongguan_lcp.sessions import HostSession
from firmware_protocol.emulators import Fittings
from firmware_protocol.emulators.gongguan_lcp import EmulatedController

SECRET = Secret(b"s" * 32)
ORDER = Unlock(1, 2, 300, b"a burned", 60_000)


class Pair:
    """A controller and its host on a told clock, with a session."""

    def __init__(self):
        self.now_ms = 0.0
        self.board = EmulatedController(dialect("gongguan-lcp"), 1, 4, Fittings())
        self.board.provision(SECRET)
        self.host = HostSession(SECRET)
        self.greet()

    def greet(self):
        for request in (Hello(1), Auth(1)):
            assert self.ask(request) is not None

    @property
    def uptime_ms(self):
        """The controller's: it started with the clock."""
        return int(self.now_ms)

    def pass_ms(self, for_ms):
        """Time passes, and the controller looks at its doors."""
        self.now_ms += for_ms
        self.board.due(self.now_ms)

    def every_event(self):
        """All events there are, each batch taken when it was told."""
        told: list[BoardEvent] = []
        while events := self.ask(ReadEvents(1, told[-1].number if told else 0)).events:
            told += events
        return told

    def ask(self, request):
        self.board.hear(self.host.ask(request, int(self.now_ms).to_bytes(16)), self.now_ms)
        self.now_ms += 5
        (answer,) = self.board.due(self.now_ms)
        assert isinstance(answer, Packet)
        return self.host.hear(answer)


@pytest.mark.parametrize("wait_ms", [0, 400, 3000, 50_000])
def test_an_operation_ordered_again_gets_its_result_again_and_no_pulse(wait_ms):
    pair = Pair()
    assert (pair.ask(ORDER).result, pair.ask(ORDER).is_repeat) == (Result.PULSED, True)
    pair.now_ms += wait_ms
    again = pair.ask(ORDER)

    assert (again.result, again.is_repeat) == (Result.PULSED, True)
    assert pair.board.locks[2].pulses == 1


def test_a_power_cut_in_mid_pulse_is_remembered_and_nothing_is_done_again():
    pair = Pair()
    pair.ask(ORDER)
    pair.board.cut_power(pair.now_ms + 20)
    pair.now_ms += 1000
    pair.greet()

    assert pair.ask(AskOutcome(1, ORDER.operation)).result is Result.INTERRUPTED
    assert pair.ask(ORDER).is_repeat
    assert pair.board.locks[2].pulses == 1


def test_an_order_that_comes_late_is_refused():
    pair = Pair()
    pair.now_ms = 70_000
    assert pair.ask(ORDER).result is Result.LATE
    assert pair.board.locks[2].pulses == 0
