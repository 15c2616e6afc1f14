"""Compartments are numbered as people count doors, whatever boards carry them."""

import queue

import pytest

from device_agent.cabinet import Cabinets, bus_wiring
from device_agent.configuration import BoardPlace, Bus, Cabinet
from device_agent.line.reports import DoorChanged, DoorState, Outcome, UnlockOutcome
from device_agent.line.wiring import Timing
from firmware_protocol.emulators import Fittings
from firmware_protocol.emulators.line import EmulatedLine
from tests.fixtures.patience import PATIENCE_S

LEFT = Bus("left", "/dev/left", 9600, "bcc-8a")
RIGHT = Bus("right", "/dev/right", 19200, "kerong-cu16")
FIRST = Cabinet("CAB-01", "left", (BoardPlace(1, 24),), closed_bit=1)
SECOND = Cabinet("CAB-02", "right", (BoardPlace(0, 16), BoardPlace(1, 8)), closed_bit=0)


@pytest.fixture
def cabinets():
    both = Cabinets([LEFT, RIGHT], [FIRST, SECOND], lambda _report: None)
    yield both
    both.close()


@pytest.mark.parametrize(
    ("compartment", "number", "address", "channel"),
    [
        ("CAB-01/1", 1, 1, 1),
        ("CAB-01/24", 24, 1, 24),
        ("CAB-02/1", 1, 0, 1),
        ("CAB-02/16", 16, 0, 16),
        ("CAB-02/17", 17, 1, 1),
        ("CAB-02/24", 24, 1, 8),
    ],
)
def test_a_compartment_is_a_channel_of_the_board_that_carries_its_number(
    cabinets, compartment, number, address, channel
):
    place = cabinets.compartment(compartment)

    assert (place.number, place.address, place.channel) == (number, address, channel)
    assert cabinets.cabinet(place.cabinet).compartment(number) is place


def test_every_door_of_every_cabinet_has_its_compartment(cabinets):
    assert len(cabinets.compartments) == 48
    assert [cabinet.id for cabinet in cabinets] == ["CAB-01", "CAB-02"]


@pytest.mark.parametrize("number", [0, 25])
def test_a_cabinet_has_no_door_beyond_its_boards(cabinets, number):
    with pytest.raises(KeyError):
        cabinets.cabinet("CAB-02").compartment(number)


def test_a_bus_knows_its_boards_compartments_and_polarity():
    wiring = bus_wiring(RIGHT, [FIRST, SECOND], Timing())

    assert [(board.address, len(board.compartments), board.closed_bit) for board in wiring.boards] == [
        (0, 16, 0),
        (1, 8, 0),
    ]
    assert wiring.boards[1].compartments[0] == "CAB-02/17"


def test_a_compartment_unlocks_its_own_door(tmp_path):
    reports: queue.Queue[object] = queue.Queue()
    link = tmp_path / "right"
    bus = Bus("right", str(link), 19200, "kerong-cu16")
    with EmulatedLine("kerong-cu16", {0: 16, 1: 8}, fittings=Fittings(closed_bit=0), link=link) as line:
        cabinets = Cabinets([bus], [SECOND], reports.put)
        cabinets.start()
        cabinets.compartment("CAB-02/17").unlock("o-1")
        heard = [reports.get(timeout=PATIENCE_S)]
        while not isinstance(heard[-1], DoorChanged) or heard[-1].state is not DoorState.OPEN:
            heard.append(reports.get(timeout=PATIENCE_S))
        cabinets.close()

        assert line.doors()[1][1].is_open
    (outcome,) = [report for report in heard if isinstance(report, UnlockOutcome)]
    assert (outcome.compartment, outcome.outcome) == ("CAB-02/17", Outcome.CONFIRMED)
    assert heard[-1].compartment == "CAB-02/17"


def test_a_cabinet_whose_wires_were_crossed_is_told_which_number_is_behind_which_channel():
    crossed = Cabinet("CAB-01", "left", (BoardPlace(1, 3, compartments=(2, 3, 1)),), closed_bit=1)
    hall = Cabinets([LEFT], [crossed], lambda _report: None)
    try:
        places = [(number, hall.cabinet("CAB-01").compartment(number).channel) for number in (1, 2, 3)]
        assert places == [(1, 3), (2, 1), (3, 2)]
        assert bus_wiring(LEFT, [crossed], Timing()).boards[0].compartments == ("CAB-01/2", "CAB-01/3", "CAB-01/1")
    finally:
        hall.close()
