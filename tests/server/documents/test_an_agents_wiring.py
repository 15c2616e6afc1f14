"""The draft of an agent's configuration: what the sheet settles stands in it, what it does not must be filled in."""

import re
import tomllib
from dataclasses import replace

import pytest

from firmware_protocol.boards import DIALECTS
from server.documents.agent_wiring import wiring_skeleton
from server.documents.intake.boards import board_family, boards_of, closed_bit
from server.documents.intake.records import Cabinet

FIRST = Cabinet(
    sheet="共管柜",
    row=3,
    number="CAB-01",
    place="清溪镇政府一楼便民服务大厅",
    compartments=24,
    board_model="通用8A锁控板(24路)",
    port="/dev/ttyUSB0",
    baud=9600,
    board_addresses=(1,),
    lock_feedback="锁闭短接",
)
SECOND = Cabinet(
    sheet="共管柜",
    row=4,
    number="CAB-02",
    place="清溪镇政府一楼便民服务大厅",
    compartments=24,
    board_model="科荣KR-CU16(2块)",
    port="/dev/ttyUSB1",
    baud=19200,
    board_addresses=(0, 1),
    lock_feedback="1=锁闭",
)
REQUIRED = "必填"


def test_what_the_sheet_settles_is_wired() -> None:
    wiring = tomllib.loads(wiring_skeleton([FIRST, SECOND], "hall-1"))
    assert wiring == {
        "agent": {"id": "hall-1", "bundle": "hall-1.bundle.json", "data": "agent-data", "hardware_clock": False},
        "kiosk": {"port": 8600},
        "bus": [
            {"name": "bus-1", "port": "/dev/ttyUSB0", "baud": 9600, "board": "bcc-8a"},
            {"name": "bus-2", "port": "/dev/ttyUSB1", "baud": 19200, "board": "kerong-cu16"},
        ],
        "cabinet": [
            {"id": "CAB-01", "bus": "bus-1", "boards": [{"address": 1, "channels": 24}], "closed_bit": 1},
            {
                "id": "CAB-02",
                "bus": "bus-2",
                "boards": [{"address": 0, "channels": 16}, {"address": 1, "channels": 8}],
                "closed_bit": 1,
            },
        ],
    }


def test_without_an_agent_its_id_is_left_to_be_filled_in() -> None:
    skeleton = wiring_skeleton([FIRST])
    assert "id" not in tomllib.loads(skeleton)["agent"]
    assert skeleton.count(REQUIRED) == 3  # the explanation on top, the id and the bundle


def test_filling_in_what_is_required_makes_it_whole() -> None:
    unsettled = replace(FIRST, port="", baud=None, board_model="某某锁控板", board_addresses=(), lock_feedback="")
    skeleton = wiring_skeleton([unsettled])
    filled = re.sub(rf"^# (\w+ = .*# {REQUIRED})", r"\1", skeleton, flags=re.MULTILINE)
    assert tomllib.loads(filled)["bus"] == [{"name": "bus-1", "port": "/dev/ttyUSB0", "baud": 9600, "board": "bcc-8a"}]
    assert tomllib.loads(filled)["cabinet"] == [
        {"id": "CAB-01", "bus": "bus-1", "boards": [{"address": 1, "channels": 24}], "closed_bit": 1}
    ]
    assert set(tomllib.loads(skeleton)["bus"][0]) == {"name"}
    assert set(tomllib.loads(skeleton)["cabinet"][0]) == {"id", "bus"}


def test_cabinets_on_one_port_share_a_bus() -> None:
    wiring = tomllib.loads(wiring_skeleton([FIRST, replace(FIRST, number="CAB-03", board_addresses=(2,))], "hall-1"))
    assert [bus["name"] for bus in wiring["bus"]] == ["bus-1"]
    assert [cabinet["bus"] for cabinet in wiring["cabinet"]] == ["bus-1", "bus-1"]


def test_different_boards_on_one_port_are_pointed_out() -> None:
    assert "CAB-02 也接在这个串口" in wiring_skeleton([FIRST, replace(SECOND, port=FIRST.port)], "hall-1")


def test_what_people_wrote_cannot_become_configuration() -> None:
    port = '/dev/tty"\\nid = 1'
    wiring = tomllib.loads(wiring_skeleton([replace(FIRST, port=port, place="大厅 # = ]")], "hall-1"))
    assert wiring["bus"][0]["port"] == port


BOARDS = {
    "one board": (FIRST, ((1, 24),)),
    "a second board that is not full": (SECOND, ((0, 16), (1, 8))),
    "one channel on the second board": (replace(SECOND, compartments=17), ((0, 16), (1, 1))),
    "three boards": (replace(SECOND, compartments=48, board_addresses=(4, 2, 3)), ((4, 16), (2, 16), (3, 16))),
    "a board too many": (replace(SECOND, compartments=16), ()),
    "a board too few": (replace(SECOND, compartments=33), ()),
    "no address": (replace(FIRST, board_addresses=()), ()),
    "a small board": (replace(FIRST, board_model="8A板 8路", compartments=8), ((1, 8),)),
    "an unknown board": (replace(FIRST, board_model="锁控板"), ()),
    "an unknown board that says its locks": (replace(FIRST, board_model="某板（12路）", compartments=12), ((1, 12),)),
}


@pytest.mark.parametrize(("cabinet", "boards"), BOARDS.values(), ids=BOARDS)
def test_compartments_are_numbered_through_the_boards(cabinet: Cabinet, boards: tuple[tuple[int, int], ...]) -> None:
    assert boards_of(cabinet) == boards


MODELS = {
    "通用8A锁控板(24路)": "bcc-8a",
    "科荣KR-CU16(2块)": "kerong-cu16",
    "科荣 CU 48": "kerong-cu48",
    "KR-CU48B 锁控板": "kerong-cu48b",
    "cu48-b": "kerong-cu48b",
    "WKLY锁控板 24路": "wkly",
    "Winnsen 16路": "winnsen",
    "微雪 Modbus RTU Relay (D)": "waveshare-modbus",
    "Waveshare IO 8CH": "waveshare-modbus",
    "共管控制器 24路": "gongguan-lcp",
    "gongguan-lcp": "gongguan-lcp",
    "智能柜锁控板": None,
    "Modbus继电器": None,
}


@pytest.mark.parametrize(("model", "family"), MODELS.items(), ids=MODELS)
def test_the_family_of_a_board_by_what_people_call_it(model: str, family: str | None) -> None:
    found = board_family(model)
    assert (found.name if found else None) == family


def test_every_family_has_a_name_in_the_sheet() -> None:
    assert {family for family in MODELS.values() if family} == set(DIALECTS)


FEEDBACK = {
    ("通用8A锁控板", "锁闭短接"): 1,
    ("通用8A锁控板", "关门短接"): 1,
    ("通用8A锁控板", "开门短接"): 0,
    ("通用8A锁控板", "锁闭断开"): 0,
    ("通用8A锁控板", "1＝锁闭"): 1,
    ("科荣KR-CU16", "1=锁闭"): 1,
    ("科荣KR-CU16", "0=锁闭"): 0,
    ("科荣KR-CU16", "0=开门"): 1,
    ("科荣KR-CU16", "1：打开"): 0,
    ("科荣KR-CU16", "锁闭短接"): None,
    ("某某锁控板", "0=锁闭"): 0,
    ("通用8A锁控板", "正常"): None,
    ("通用8A锁控板", ""): None,
}


@pytest.mark.parametrize(("said", "bit"), FEEDBACK.items(), ids=map(" ".join, FEEDBACK))
def test_the_bit_that_means_closed(said: tuple[str, str], bit: int | None) -> None:
    model, feedback = said
    assert closed_bit(replace(FIRST, board_model=model, lock_feedback=feedback)) == bit
