"""What goes wrong with lines, boards and locks, by name: one table for the program, the training and the tests.

Mishaps add up: `noise=20` and `stuck=7` together are a jammed lock on a bad line. `heal` undoes all of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from firmware_protocol.emulators.board import EmulatedBoard, Fault
from firmware_protocol.emulators.bus import EmulatedBus
from firmware_protocol.emulators.lock import EmulatedLock

EVERY_CHANNEL = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can go wrong: in a word for people, how bad it usually is, and what it does."""

    purpose: str
    figure: int
    """Its usual measure, whose meaning `purpose` tells."""
    befall: Callable[[EmulatedBus, int], None]


@dataclass(frozen=True, slots=True)
class Mishap:
    """One that befalls a line, and its measure. Written `late=450`, or `late` for the usual measure."""

    name: str
    figure: int

    @classmethod
    def read(cls, text: str) -> Self:
        """From its written form; raises `ValueError` with a Chinese sentence."""
        name, _, figure = text.partition("=")
        if name not in KINDS:
            raise ValueError(f"没有“{name}”这种故障。可用：{'、'.join(KINDS)}。")
        if figure and not (figure.isascii() and figure.isdigit()):
            raise ValueError(f"“{text}”里等号后面应是一个数。")
        return cls(name, int(figure) if figure else KINDS[name].figure)

    @property
    def is_of_locks(self) -> bool:
        """Whether the figure is a channel, 0 for every one."""
        return KINDS[self.name].figure == EVERY_CHANNEL

    def __str__(self) -> str:
        return f"{self.name}={self.figure}"


def befall(bus: EmulatedBus, mishaps: Iterable[Mishap], seed: str | None = None) -> None:
    """Let these happen to the line, from now on; the chance in them follows from the seed, if one is given."""
    if seed is not None:
        bus.weather.reseed(seed)
    for mishap in mishaps:
        KINDS[mishap.name].befall(bus, mishap.figure)


def check_channels(mishaps: Iterable[Mishap], channel_max: int) -> None:
    """Refuse what would befall no lock, and so look like a line that bears it. Raises `ValueError`."""
    for mishap in mishaps:
        if mishap.is_of_locks and mishap.figure > channel_max:
            raise ValueError(f"没有第 {mishap.figure} 路，“{mishap}”不会发生。请写 0 到 {channel_max}。")


def heal(bus: EmulatedBus) -> None:
    """Undo every mishap; doors stay as they are."""
    bus.weather.noise_permille = bus.weather.lost_permille = 0
    bus.has_echo = bus.is_cut = False
    for board in bus.boards.values():
        board.fault, board.claimed_address, board.power_lasts_ms = Fault.NONE, None, None
        board.answer_after_ms = board.fittings.answer_after_ms
        for lock in board.locks.values():
            lock.is_jammed = lock.is_wire_cut = lock.is_inverted = False


def _noise(bus: EmulatedBus, permille: int) -> None:
    bus.weather.noise_permille = permille


def _lost(bus: EmulatedBus, permille: int) -> None:
    bus.weather.lost_permille = permille


def _echo(bus: EmulatedBus, is_on: int) -> None:
    bus.has_echo = bool(is_on)


def _late(board: EmulatedBoard, answer_after_ms: int) -> None:
    board.answer_after_ms = answer_after_ms


def _power(board: EmulatedBoard, lasts_ms: int) -> None:
    board.power_lasts_ms = lasts_ms


def _fault(fault: Fault) -> Callable[[EmulatedBoard, int], None]:
    def break_it(board: EmulatedBoard, _figure: int) -> None:
        board.fault = fault

    return break_it


def _misaddressed(bus: EmulatedBus, _figure: int) -> None:
    """Half the addresses away, so that a board does not pass for its neighbour."""
    addresses = bus.dialect.addresses
    for board in bus.boards.values():
        board.claimed_address = addresses[(addresses.index(board.address) + len(addresses) // 2) % len(addresses)]


def _on_boards(befall_one: Callable[[EmulatedBoard, int], None]) -> Callable[[EmulatedBus, int], None]:
    def befall_all(bus: EmulatedBus, figure: int) -> None:
        for board in bus.boards.values():
            befall_one(board, figure)

    return befall_all


def _on_locks(befall_one: Callable[[EmulatedLock], None]) -> Callable[[EmulatedBus, int], None]:
    def befall_chosen(bus: EmulatedBus, wanted: int) -> None:
        for board in bus.boards.values():
            for channel, lock in board.locks.items():
                if wanted in {channel, EVERY_CHANNEL}:
                    befall_one(lock)

    return befall_chosen


def _jam(lock: EmulatedLock) -> None:
    lock.is_jammed = True


def _cut_wire(lock: EmulatedLock) -> None:
    lock.is_wire_cut = True


def _invert(lock: EmulatedLock) -> None:
    lock.is_inverted = True


KINDS: dict[str, Kind] = {
    "noise": Kind("线上有杂音：每千字节多出几个", 5, _noise),
    "dropped": Kind("线上丢字节：每千字节少几个", 5, _lost),
    "late": Kind("答复迟：每次想多少毫秒", 450, _on_boards(_late)),
    "echo": Kind("适配器回显自己发出的字节", 1, _echo),
    "stuck": Kind("锁舌卡住：第几路，0 是每一路", EVERY_CHANNEL, _on_locks(_jam)),
    "inverted": Kind("反馈极性装反：第几路，0 是每一路", EVERY_CHANNEL, _on_locks(_invert)),
    "cut-wire": Kind("反馈线断：第几路，0 是每一路", EVERY_CHANNEL, _on_locks(_cut_wire)),
    "mute": Kind("板听得见、照做，但答复传不回来", 1, _on_boards(_fault(Fault.MUTE))),
    "silent": Kind("板不通：听不见也不答", 1, _on_boards(_fault(Fault.DEAD))),
    "misset": Kind("板的设置不对，不该使用", 1, _on_boards(_fault(Fault.MISSET))),
    "garbage-address": Kind("板以别的地址答复", 1, _misaddressed),
    "power-cycle": Kind("一开锁电源就塌、板重启：脉冲开始后多少毫秒", 40, _on_boards(_power)),
}
