"""The agent's TOML file: who it is, how its cabinets are wired, where its kiosk listens.

Wiring (port, baud, board address, polarity, secrets) stands here and nowhere else; which compartments exist and whose
they are is the township's workbook. Compartments of a cabinet's boards are numbered through: boards of 16 and 8
channels carry compartments 1–16 and 17–24, unless each board says which `compartments` are behind its channels:
`{ address = 1, channels = 3, compartments = [2, 1, 3] }`. Relative paths are relative to the file.

A port may be a TCP serial server, `socket://10.0.0.7:4001`. `direction` (adapter, rts, rts-inverted) says who turns an
RS-485 line around, and `pulse_ms` of a cabinet how long a pulse is where its boards are told. `[offline]` may make the
hours shorter for which an agent without its server still lets things out (`seal_h`, `other_h`), `[tls]` names
certificates (`tls.py`). An example::

    [agent]
    id = "hall-1"
    data = "agent-data"
    bundle = "hall-1.bundle.json"
    hardware_clock = true
    [kiosk]
    port = 8600
    [[bus]]
    name = "left"
    port = "/dev/ttyUSB0"
    baud = 9600
    board = "bcc-8a"
    direction = "adapter"
    [[cabinet]]
    id = "CAB-01"
    bus = "left"
    boards = [{ address = 1, channels = 24 }]
    closed_bit = 1
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from device_agent.demo_cards import DemoCard, read_demo_cards
from device_agent.fields import FieldError, Fields
from device_agent.line.wiring import USUAL, Direction, Sensing
from device_agent.offline import read_staleness
from device_agent.ports import DIRECTIONS, SOCKET
from device_agent.sensing import check_readers, check_sensing, read_readers, read_sensing
from device_agent.tag_reader import ReaderPlace
from device_agent.tls import TlsFiles, read_tls
from firmware_protocol.boards import DIALECTS, Dialect
from firmware_protocol.permit_checks import Staleness

AGENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
CABINET_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
PORT_MAX = 65535
PULSE_MS_MAX = 10_000
COMPARTMENT_MAX = 9999


class ConfigurationError(Exception):
    """The configuration cannot be used; the message says in Chinese where, what is there, and what is expected."""


@dataclass(frozen=True, slots=True)
class Bus:
    """One serial port and the family of boards behind it."""

    name: str
    port: str
    baud: int
    board: str
    direction: Direction = "adapter"


@dataclass(frozen=True, slots=True)
class BoardPlace:
    """One board on a bus: the address on its switch and how many of its channels carry a lock.

    `secret` is the file with what a controller of our own proves itself with.
    """

    address: int
    channels: int
    secret: Path | None = None
    compartments: tuple[int, ...] = ()
    """The numbers of the compartments behind channel 1 and on; empty where they are numbered through."""


@dataclass(frozen=True, slots=True)
class Cabinet:
    """One cabinet: its 柜号, its boards in the order of its compartments, and the raw bit that means "closed".

    A controller of our own says in words what its doors do: there the bit may be left out.
    """

    id: str
    bus: str
    boards: tuple[BoardPlace, ...]
    closed_bit: int | None
    pulse_ms: int | None = None
    """How long a pulse is, where the boards are told; `None` leaves it to the family."""
    sensing: Sensing = USUAL

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all compartments in the order of the boards and their channels."""
        said = tuple(number for board in self.boards for number in board.compartments)
        return said or tuple(range(1, sum(board.channels for board in self.boards) + 1))

    @property
    def compartments(self) -> tuple[str, ...]:
        """The ids of all compartments in the order of the boards and their channels: `CAB-01/1` and on."""
        return tuple(f"{self.id}/{number}" for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the file says, checked: buses exist, cabinets, compartments and board addresses are distinct."""

    agent: str
    data: Path
    bundle: Path
    hardware_clock: bool
    kiosk_port: int
    buses: tuple[Bus, ...]
    cabinets: tuple[Cabinet, ...]
    demo_cards: tuple[DemoCard, ...] = ()
    staleness: Staleness = field(default_factory=Staleness)
    camera: bool = False
    """Whether a camera hangs on the kiosk: then seals that come back are photographed."""
    readers: tuple[ReaderPlace, ...] = ()
    tls: TlsFiles = field(default_factory=TlsFiles)


def read_configuration(path: Path) -> Configuration:
    """Read and check the TOML file; raises `ConfigurationError`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return parse_configuration(document, path.parent)
    except OSError as error:
        raise ConfigurationError(f"读不到配置文件 {path}：{error.strerror}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"配置文件 {path} 不是有效的 TOML：{error}") from error
    except FieldError as error:
        raise ConfigurationError(f"配置文件 {path}：{error}") from error


def parse_configuration(document: Mapping[str, Any], folder: Path) -> Configuration:
    """Turn the parsed TOML into a `Configuration`; raises `FieldError`."""
    top = Fields(document, "")
    agent, kiosk = top.table("agent"), top.table("kiosk")
    configuration = Configuration(
        agent=agent.word("id", AGENT_ID, "小写字母、数字和连字符"),
        data=folder / agent.text("data"),
        bundle=folder / agent.text("bundle"),
        hardware_clock=agent.flag("hardware_clock", default=False),
        kiosk_port=kiosk.number("port", 0, PORT_MAX),
        camera=kiosk.flag("camera", default=False),
        staleness=read_staleness(top),
        buses=tuple(_bus(fields) for fields in top.tables("bus")),
        cabinets=tuple(_cabinet(fields, folder) for fields in top.tables("cabinet")),
        demo_cards=read_demo_cards(top),
        readers=read_readers(top),
        tls=read_tls(top, folder),
    )
    agent.finish()
    kiosk.finish()
    top.finish()
    _check_wiring(configuration)
    return configuration


def _bus(fields: Fields) -> Bus:
    bus = Bus(
        name=fields.text("name"),
        port=fields.text("port"),
        baud=fields.number("baud", 1200, 921600),
        board=fields.one_of("board", DIALECTS),
        direction=_direction(fields),
    )
    _check_port(bus)
    fields.finish()
    return bus


def _direction(fields: Fields) -> Direction:
    said = fields.one_of("direction", DIRECTIONS) if fields.has("direction") else "adapter"
    return next(direction for direction in DIRECTIONS if direction == said)


def _check_port(bus: Bus) -> None:
    if bus.port.startswith("socket:") and SOCKET.fullmatch(bus.port) is None:
        raise FieldError(f"[[bus]] {bus.name} 的 port 应写成 socket://主机:端口，现在是“{bus.port}”。")
    if bus.port.startswith("socket:") and bus.direction != "adapter":
        raise FieldError(f"[[bus]] {bus.name} 的收发方向由串口服务器自己切换。请把 direction 改成 adapter。")


def _cabinet(fields: Fields, folder: Path) -> Cabinet:
    cabinet = Cabinet(
        id=fields.word("id", CABINET_ID, "大写字母、数字和连字符，例如 CAB-01"),
        bus=fields.text("bus"),
        boards=tuple(_board(board, folder) for board in fields.tables("boards")),
        closed_bit=fields.number("closed_bit", 0, 1) if fields.has("closed_bit") else None,
        pulse_ms=fields.number("pulse_ms", 1, PULSE_MS_MAX) if fields.has("pulse_ms") else None,
        sensing=read_sensing(fields),
    )
    fields.finish()
    return cabinet


def _board(fields: Fields, folder: Path) -> BoardPlace:
    place = BoardPlace(
        address=fields.number("address", 0, 255),
        channels=fields.number("channels", 1, 255),
        secret=folder / fields.text("secret") if fields.has("secret") else None,
        compartments=fields.numbers("compartments", 1, COMPARTMENT_MAX) if fields.has("compartments") else (),
    )
    fields.finish()
    return place


def _check_wiring(configuration: Configuration) -> None:
    bus_names = [bus.name for bus in configuration.buses]
    _check_distinct("[[bus]] 的 name", bus_names)
    ports = [place.port for place in configuration.buses] + [place.port for place in configuration.readers]
    _check_distinct("[[bus]]、[[reader]] 的 port", ports)
    _check_distinct("[[cabinet]] 的 id", [cabinet.id for cabinet in configuration.cabinets])
    places = [
        f"{cabinet.bus} 上的地址 {board.address}" for cabinet in configuration.cabinets for board in cabinet.boards
    ]
    _check_distinct("控制板", places)
    check_readers(configuration.readers, [place for each in configuration.cabinets for place in each.compartments])
    families = {bus.name: DIALECTS[bus.board] for bus in configuration.buses}
    for cabinet in configuration.cabinets:
        if cabinet.bus not in families:
            raise FieldError(f"共管柜 {cabinet.id} 的 bus 是“{cabinet.bus}”，但没有这样一条 [[bus]]。")
        _check_boards(cabinet, families[cabinet.bus])
        _check_pulse(cabinet, families[cabinet.bus])
        check_sensing(cabinet.id, cabinet.sensing, families[cabinet.bus])


def _check_boards(cabinet: Cabinet, family: Dialect) -> None:
    if cabinet.closed_bit is None and not family.has_operation_ids:
        raise FieldError(f"共管柜 {cabinet.id} 缺少“closed_bit”：门关着时反馈位是 0 还是 1。")
    for board in cabinet.boards:
        if board.address not in family.addresses:
            raise FieldError(f"共管柜 {cabinet.id} 的控制板地址是 {board.address}，{family.name} 没有这个地址。")
        if board.channels > family.channels_max:
            raise FieldError(
                f"共管柜 {cabinet.id} 的控制板有 {board.channels} 路，{family.name} 最多 {family.channels_max} 路。"
            )
        _check_secret(cabinet, board, family)
    _check_numbers(cabinet)


def _check_numbers(cabinet: Cabinet) -> None:
    if not any(board.compartments for board in cabinet.boards):
        return
    if any(len(board.compartments) != board.channels for board in cabinet.boards):
        raise FieldError(f"共管柜 {cabinet.id} 的 compartments 要每块板都写，有几路就写几个格口号。")
    last = len(cabinet.numbers)
    if sorted(cabinet.numbers) != list(range(1, last + 1)):
        raise FieldError(f"共管柜 {cabinet.id} 的 compartments 合起来应正好是 1 到 {last}，各一次。")


def _check_secret(cabinet: Cabinet, board: BoardPlace, family: Dialect) -> None:
    place = f"共管柜 {cabinet.id} 地址 {board.address} 的控制板"
    if family.has_operation_ids and board.secret is None:
        raise FieldError(f'{place}要有自己的密钥：请写 secret = "密钥文件"，权限 600。')
    if board.secret is not None and not family.has_operation_ids:
        raise FieldError(f"{place}写了 secret，但 {family.name} 不核对身份。请删去这一项。")


def _check_pulse(cabinet: Cabinet, family: Dialect) -> None:
    if cabinet.pulse_ms is None or cabinet.pulse_ms in (family.pulses_ms or ()):
        return
    if family.pulses_ms is None:
        raise FieldError(f"共管柜 {cabinet.id} 写了 pulse_ms，但 {family.name} 的脉冲长短由板自己定。请删去这一行。")
    allowed = family.pulses_ms
    raise FieldError(
        f"共管柜 {cabinet.id} 的 pulse_ms 是 {cabinet.pulse_ms}，"
        f"{family.name} 只能是 {allowed[0]} 到 {allowed[-1]}、每 {allowed.step} 一档。"
    )


def _check_distinct(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise FieldError(f"{what} 重复：{name}。")
