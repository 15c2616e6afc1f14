"""What goes wrong on an emulated line is what its name says, adds up, comes out the same again, and can be undone."""

import pytest

from firmware_protocol.boards import DIALECTS, ReadStatus, Side, Status, Unlock, UnlockReply, dialect
from firmware_protocol.emulators import EmulatedBus, Fittings, emulated_board
from firmware_protocol.emulators.mishaps import KINDS, Mishap, befall, heal

FITTINGS = Fittings(pulse_ms=300, springs_open_ms=80)


class Line:
    """One board of a family on a told clock."""

    def __init__(self, family, *faults, seed="1"):
        self.speech = dialect(family)
        self.address = self.speech.addresses[1]
        board = emulated_board(family, self.address, 4, FITTINGS)
        self.bus = EmulatedBus(self.speech, [board], self.speech.baud)
        self.locks = board.locks
        self.decoder = self.speech.decoder(Side.BOARD)
        befall(self.bus, [Mishap.read(fault) for fault in faults], seed)
        self.now_ms = 0.0
        self.settle()

    def settle(self):
        """Some boards tell by themselves what is new to them."""
        self.bus.advance(self.now_ms)
        self.now_ms += 100
        self.decoder.feed(self.bus.advance(self.now_ms))

    def octets(self, request, for_ms=1000.0):
        self.bus.hear(self.speech.encode(request), self.now_ms)
        self.now_ms += for_ms
        return self.bus.advance(self.now_ms)

    def ask(self, request, for_ms=1000.0):
        self.decoder.feed(self.octets(request, for_ms))
        return self.decoder.idle()

    def status(self, for_ms=1000.0):
        octets = self.octets(ReadStatus(self.address), for_ms)
        frames = self.decoder.feed(octets) + self.decoder.idle()
        return [frame for frame in frames if isinstance(frame, Status)]


IN_EVERY_FAMILY = pytest.mark.parametrize(
    "family", [name for name, speech in DIALECTS.items() if not speech.has_operation_ids]
)
"""Every family that can be asked just so."""


@IN_EVERY_FAMILY
def test_a_healed_line_is_as_if_nothing_had_been(family):
    line = Line(family, *KINDS)
    heal(line.bus)
    line.settle()

    assert [status.bits[:4] for status in line.status()] == [(True,) * 4]


@IN_EVERY_FAMILY
@pytest.mark.parametrize("name", ["noise", "dropped"])
def test_a_bad_line_costs_answers_and_the_same_seed_costs_the_same_ones(family, name):
    def heard(seed):
        line = Line(family, f"{name}=60", seed=seed)
        return [bool(line.status()) for _ in range(60)]

    assert 0 < sum(heard("1")) < 60
    assert heard("1") == heard("1") != heard("2")


@IN_EVERY_FAMILY
def test_a_late_board_answers_after_so_long_and_not_before(family):
    line = Line(family, "late=450")

    assert line.status(for_ms=450) == []
    assert len([frame for frame in line.decoder.feed(line.bus.advance(700)) if isinstance(frame, Status)]) == 1


@IN_EVERY_FAMILY
def test_an_echo_comes_before_the_answer(family):
    line = Line(family, "echo")
    request = line.speech.encode(ReadStatus(line.address))

    assert line.octets(ReadStatus(line.address)).startswith(request)


@IN_EVERY_FAMILY
@pytest.mark.parametrize(
    ("faults", "bits"),
    [
        (["inverted=2"], (True, False, True, True)),
        (["cut-wire=3"], (True, True, False, True)),
        (["inverted", "cut-wire=3"], (False, False, False, False)),
    ],
    ids=["the switch of one lock is of the other kind", "one wire is cut", "both"],
)
def test_a_wrong_feedback_is_wrong_where_it_is_said_to_be(family, faults, bits):
    assert Line(family, *faults).status()[0].bits[:4] == bits


@IN_EVERY_FAMILY
@pytest.mark.parametrize("name", ["silent", "mute", "garbage-address"])
def test_nothing_under_its_own_address_comes_from_such_a_board(family, name):
    line = Line(family, name)
    assert [status for status in line.status() if status.address == line.address] == []


@IN_EVERY_FAMILY
@pytest.mark.parametrize(("name", "pulses"), [("silent", 0), ("mute", 1), ("stuck", 1), ("power-cycle", 1)])
def test_only_a_board_that_hears_energises_its_coil(family, name, pulses):
    line = Line(family, name)
    line.ask(Unlock(line.address, 2, 300 if line.speech.pulses_ms else None))

    assert line.locks[2].pulses == pulses
    assert line.locks[2].is_open(line.now_ms) is (name == "mute")


@IN_EVERY_FAMILY
def test_a_board_whose_power_fails_says_nothing_of_its_unlock_and_comes_back(family):
    line = Line(family, "power-cycle=40")
    said = line.ask(Unlock(line.address, 2, 300 if line.speech.pulses_ms else None), for_ms=500)

    assert not any(isinstance(frame, UnlockReply) and frame.bit is not None for frame in said)
    assert line.status(for_ms=40) == []
    line.now_ms += 200
    assert len(line.status()) == 1


def test_what_stands_before_the_infrared_sensor_shows_in_the_second_row():
    for family in ("kerong-cu16", "kerong-cu48b"):
        line = Line(family)
        line.locks[3].has_item = True
        assert line.status()[0].sensors[:4] == (False, False, True, False)


@pytest.mark.parametrize("text", ["loud", "late=soon", "late=-1", "="])
def test_a_fault_that_makes_no_sense_is_explained(text):
    with pytest.raises(ValueError, match=r"没有|数"):
        Mishap.read(text)


def test_a_fault_is_read_as_it_is_written():
    assert [str(Mishap.read(text)) for text in ("late", "late=20")] == ["late=450", "late=20"]
