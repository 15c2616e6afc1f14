"""The first draft of an agent's configuration, from the 共管柜 sheet: a person completes it and proves it at the doors.

What the sheet does not settle stands there as a comment marked 必填. The agent refuses the file until such lines are
filled in, because a key it needs is missing.
"""

import json
from collections.abc import Iterable, Sequence

from server.custody.facts import Cabinet as Registered
from server.documents.intake.boards import board_family, boards_of, closed_bit
from server.documents.intake.records import Cabinet

KIOSK_PORT = 8600
_COMMENT_COLUMN = 36
_HEAD = (
    "# 接线配置草稿，来自名册的《共管柜》表。逐项核对；补上标着“必填”的行，并去掉行首的 #。",
    "# 格口按板的次序连续编号：前一块板接满，再接后一块。",
)


def as_sheet_row(cabinet: Registered) -> Cabinet:
    """A registered cabinet as a row of the sheet 共管柜 would say it."""
    return Cabinet(
        sheet="共管柜",
        row=0,
        number=cabinet.id,
        place=cabinet.place,
        compartments=cabinet.compartments,
        board_model=cabinet.board,
        port=cabinet.port,
        baud=cabinet.baud,
        board_addresses=tuple(int(each) for each in cabinet.board_addresses.split(",") if each.strip().isdecimal()),
        lock_feedback=cabinet.lock_feedback,
    )


def wiring_skeleton(cabinets: Sequence[Cabinet], agent: str | None = None) -> str:
    """TOML for the agent that drives all of `cabinets`; without an `agent` its id is left to be filled in."""
    ports = list(dict.fromkeys(_port(cabinet) for cabinet in cabinets))
    bus_names = {port: f"bus-{number}" for number, port in enumerate(ports, start=1)}
    buses = [[cabinet for cabinet in cabinets if _port(cabinet) == port] for port in ports]
    tables = [
        _agent(agent),
        ["[kiosk]", _set("port", str(KIOSK_PORT))],
        *(_bus(bus_names[_port(sharing[0])], sharing) for sharing in buses),
        *(_cabinet(cabinet, bus_names[_port(cabinet)]) for cabinet in cabinets),
    ]
    return "\n\n".join("\n".join(lines) for lines in [_HEAD, *tables]) + "\n"


def _port(cabinet: Cabinet) -> str:
    """The serial port, or a name of its own for a cabinet whose port the sheet leaves open."""
    return cabinet.port or f"? {cabinet.number}"


def _agent(agent: str | None) -> Iterable[str]:
    yield "[agent]"
    if agent is None:
        yield _fill_in("id", '"hall-1"', "执行 add-agent 时起的编号")
        yield _fill_in("bundle", '"hall-1.bundle.json"', "add-agent 写出的文件")
    else:
        yield _set("id", _text(agent))
        yield _set("bundle", _text(f"{agent}.bundle.json"), "add-agent 写出的文件")
    yield _set("data", '"agent-data"')
    yield _set("hardware_clock", "false", "装有时钟模块的改为 true")


def _bus(name: str, cabinets: Sequence[Cabinet]) -> Iterable[str]:
    first = cabinets[0]
    family = board_family(first.board_model)
    yield "[[bus]]"
    yield _set("name", _text(name))
    yield _set("port", _text(first.port)) if first.port else _fill_in("port", '"/dev/ttyUSB0"', "串口")
    baud = first.baud or (family.baud if family else None)
    yield _set("baud", str(baud)) if baud else _fill_in("baud", "9600", "波特率")
    if family:
        yield _set("board", _text(family.name), first.board_model)
    else:
        yield _fill_in("board", '"bcc-8a"', f"控制板的种类；名册写的是“{first.board_model}”")
    for other in cabinets[1:]:
        if (other.baud, board_family(other.board_model)) != (first.baud, family):
            yield f"# 注意：{other.number} 也接在这个串口，但型号或波特率不同，请核对。"


def _cabinet(cabinet: Cabinet, bus: str) -> Iterable[str]:
    boards, bit = boards_of(cabinet), closed_bit(cabinet)
    yield "[[cabinet]]"
    yield _set("id", _text(cabinet.number), cabinet.place)
    yield _set("bus", _text(bus))
    if boards:
        places = ", ".join(f"{{ address = {address}, channels = {channels} }}" for address, channels in boards)
        yield _set("boards", f"[{places}]", f"共 {cabinet.compartments} 格")
    else:
        example = f"[{{ address = 1, channels = {cabinet.compartments} }}]"
        yield _fill_in("boards", example, f"每块板的地址和锁数，共 {cabinet.compartments} 格")
    if bit is None:
        yield _fill_in("closed_bit", "1", f"门关着时的反馈位，验收时测定；名册写的是“{cabinet.lock_feedback}”")
    else:
        yield _set("closed_bit", str(bit), f"{cabinet.lock_feedback}；验收时开关一扇门核对")


def _set(key: str, value: str, comment: str = "") -> str:
    line = f"{key} = {value}"
    return f"{line:<{_COMMENT_COLUMN}}  # {comment}" if comment else line


def _fill_in(key: str, example: str, what: str) -> str:
    return _set(f"# {key}", example, f"必填：{what}")


def _text(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
