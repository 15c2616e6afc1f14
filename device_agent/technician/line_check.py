"""Whether the boards of one bus are as the configuration says; asked with reads alone, nothing moves.

A board is not told to let go of its outputs here, as it is at each start of the agent.
"""

import termios
from collections.abc import Iterator
from pathlib import Path

from device_agent.commissioning.words import ABOUT
from device_agent.line.wiring import BoardWiring, BusWiring
from device_agent.ports import SOCKET, stable_name
from device_agent.technician.conversation import READS, Conversation, conversing
from device_agent.technician.findings import Checked, bad, doubtful, good
from device_agent.technician.places import is_held, why_not
from device_agent.technician.search import firmware_text
from firmware_protocol.boards import (
    Answer,
    Auth,
    Bit,
    Dialect,
    DoorSaid,
    Hello,
    Proven,
    ReadStatus,
    ReleasedAll,
    Snapshot,
    Status,
    Welcome,
    dialect,
)

BUSY = "端口被占着（多半是柜机程序）。柜机若开着，请看它的触摸屏；若不该开，请先停下它。"
SILENT = "请查板的电源灯、A/B 线、地址拨码；换过板或线要重新验收。"
SUPPLY_MV_MIN = 10_500


def check_port(name: str, port: str) -> Checked:
    """Whether the port of this bus or reader is there, under a name that lasts."""
    what = f"口 {name}"
    if SOCKET.fullmatch(port):
        return good(what, port)
    if not Path(port).exists():
        return bad(what, f"没有 {port}", "转换器没有插，或换了另一个。插好；换过的要重新验收。")
    lasting = stable_name(port)
    if lasting != port:
        return doubtful(what, port, f"这个名字拔插以后会变。请把 port 改成 {lasting}。")
    return good(what, port)


def check_line(wiring: BusWiring) -> Iterator[Checked]:
    """Every board of the bus, and every door behind it."""
    family = dialect(wiring.family)
    secrets = {board.address: board.secret for board in wiring.boards if board.secret is not None}
    try:
        with conversing(wiring.port, family, wiring.baud, wiring.direction, secrets) as line:
            for board in wiring.boards:
                yield from _check_board(line, family, board)
            if line.has_echo:
                yield good(f"口 {wiring.name}", "转换器有回声，程序会消去")
    except (OSError, termios.error) as error:
        yield bad(f"口 {wiring.name}", f"打不开：{why_not(error)}", BUSY if is_held(error) else "请查转换器和它的线。")


def _check_board(line: Conversation, family: Dialect, board: BoardWiring) -> Iterator[Checked]:
    what = f"地址 {board.address} 的板"
    if family.has_operation_ids:
        yield from _check_controller(line, board, what)
        return
    answer = line.ask(ReadStatus(board.address)) or line.ask(ReadStatus(board.address))
    if not isinstance(answer, Status):
        yield bad(what, "不回答", SILENT)
        return
    if objection := _objection(line, family, board.address):
        yield bad(what, "设置不对", objection)
    yield good(what, f"回答了（{ABOUT[family.name].partition('，')[0]}）")
    yield _doors(what, board, [_word(bit, board.closed_bit) for bit in answer.bits])


def _objection(line: Conversation, family: Dialect, address: int) -> str:
    """What the family's greeting would say against this board, if it let go of its outputs when told."""
    if family.greeting is None:
        return ""
    answers: list[Answer] = []
    for request in family.greeting.requests(address):
        answer = line.ask(request) if isinstance(request, READS) else ReleasedAll(address)
        if answer is None:
            return SILENT
        answers.append(answer)
    return family.greeting.objection(answers)


def _check_controller(line: Conversation, board: BoardWiring, what: str) -> Iterator[Checked]:
    welcome = line.ask(Hello(board.address)) or line.ask(Hello(board.address))
    if not isinstance(welcome, Welcome):
        yield bad(what, "不回答", SILENT)
        return
    if not isinstance(line.ask(Auth(board.address)), Proven):
        yield bad(what, "证明不了自己", "密钥文件不是这块控制器的，或有别的设备在冒充。请核对出厂单，查看线路。")
        return
    snapshot = line.ask(ReadStatus(board.address))
    if not isinstance(snapshot, Snapshot):
        yield bad(what, "没有报告状态", SILENT)
        return
    yield good(what, f"证明了自己，固件 {firmware_text(welcome.firmware)}")
    if snapshot.is_tampered:
        yield bad(f"{what}外壳", "开着", "请查看是谁打开的，装回外壳。")
    if snapshot.supply_mv < SUPPLY_MV_MIN:
        yield doubtful(f"{what}供电", f"{snapshot.supply_mv / 1000:.1f} 伏", "电压偏低，开锁会没有力。请查电源和线。")
    if snapshot.disbelieved:
        yield doubtful(f"{what}线路", f"有 {snapshot.disbelieved} 条假话", "有人在线上说话，或密钥换过。请查线路。")
    yield _doors(what, board, [_said(door) for door in snapshot.doors])


def _said(door: DoorSaid) -> str:
    return {DoorSaid.OPEN: "开", DoorSaid.CLOSED: "关"}.get(door, "不知道")


def _word(bit: Bit, closed_bit: int | None) -> str:
    return "不知道" if bit is None else "关" if int(bit) == closed_bit else "开"


def _doors(what: str, board: BoardWiring, words: list[str]) -> Checked:
    seen = dict(zip(board.compartments, words, strict=False))
    missing = [place for place in board.compartments if seen.get(place, "不知道") == "不知道"]
    is_open = [place for place, word in seen.items() if word == "开"]
    name = f"{what}的门"
    if missing:
        return bad(name, f"读不到：{'、'.join(missing)}", "请查这几路的反馈线。")
    if len(is_open) == len(seen) > 1:
        return bad(name, "全说开着", "若门都关着，反馈的意思反了，或反馈的公共线断了。请重新验收。")
    if is_open:
        return doubtful(name, f"开着：{'、'.join(is_open)}", "请看门。门若关着，是反馈线断了或开关松了。")
    return good(name, f"{len(seen)} 扇都关着")
