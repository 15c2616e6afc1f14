"""The program around an emulated line: options, then one command a line on stdin and one JSON object a line on stdout.

    {"ready": "/dev/pts/7", "boards": {"1": 24}}
    pull 7          → {"ok": true, "open": false}         (a locked door stays shut)
    jam 1 7         → {"ok": true}                        (address first where the line has several boards)
    doors           → {"ok": true, "doors": {"1": ["closed", …]}, "jammed": {"1": [7]}, "cut": false}
    frames          → {"ok": true, "frames": [{"at_ns": 81273…, "kind": "unlock", "address": 1, "channel": 7}, …]}
    put 7           → {"ok": true}                        (something stands before the sensor; `take` takes it away)
    unhook 7        → {"ok": true}                        (the hook lets go of a shut door; `close` hooks it again)
    fault late=450  → {"ok": true}                        (as `--fault`; they add up until `heal`)
    status          → {"ok": true, "doors": {…}, "items": {"1": [7]}, "pulses": {"1": {"7": 2}}, …}
    pull 99         → {"error": "…"}

`frames` tells those heard since the last `frames`; `at_ns` is the machine's monotonic clock at the first byte. The end
of stdin ends the program.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from firmware_protocol import boards
from firmware_protocol.boards.gongguan_lcp.keys import Secret
from firmware_protocol.emulators import EmulatedBus, Fault, Fittings, mishaps
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import NS_PER_MS, EmulatedLine
from firmware_protocol.emulators.mishaps import KINDS, Mishap
from firmware_protocol.emulators.terminal import check_link

Answer = dict[str, Any]
FITTINGS = Fittings()
PORT_MAX = 65535
FAULTS = {"mute": Fault.MUTE, "dead": Fault.DEAD, "misset": Fault.MISSET, "mend": Fault.NONE}


class CommandError(Exception):
    """The line on stdin makes no sense; the message says in Chinese what is expected."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `emulate`, beside `--board`."""
    port = parser.add_mutually_exclusive_group(required=True)
    port.add_argument("--pty", action="store_true", help="放在伪终端上")
    port.add_argument("--tcp", type=_port, metavar="PORT", help="放在本机的串口服务器上；0 是任选一个端口")
    parser.add_argument("--link", type=Path, metavar="PATH", help="指向伪终端的符号链接")
    parser.add_argument("--tap", type=Path, metavar="PATH", help="再放一个只能听的伪终端，供 sniff 监听")
    parser.add_argument("--address", type=int, nargs="+", metavar="A", help="各板地址；默认该型号的第一个地址")
    parser.add_argument("--channels", type=int, nargs="+", metavar="N", help="各板锁数；只写一个则各板相同；默认最多")
    parser.add_argument("--polarity", type=int, choices=(0, 1), help="门关着时反馈位是 0 还是 1；默认该型号常见的")
    parser.add_argument("--baud", type=_positive, metavar="N", help="波特率；默认该型号出厂值")
    parser.add_argument("--pulse-ms", type=_positive, default=FITTINGS.pulse_ms, metavar="MS", help="开锁脉冲多长")
    parser.add_argument("--hand-opened", action="store_true", help="门不自弹，脉冲期间要用手拉")
    _add_sensing(parser)
    parser.add_argument("--echo", action="store_true", help="适配器会回显自己发出的字节")
    told = "；".join(f"{name}：{kind.purpose}（默认 {kind.figure}）" for name, kind in KINDS.items())
    parser.add_argument(
        "--fault",
        type=_mishap,
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME[=N]",
        help=f"故障，可以叠加。{told}",
    )
    parser.add_argument(
        "--secret-file", type=Path, metavar="PATH", help="控制器的密钥文件，64 位十六进制数；只有 gongguan-lcp 要"
    )
    parser.add_argument("--seed", default="1", metavar="WORD", help="同一个词，同样的偶然；默认 1")


def _add_sensing(parser: argparse.ArgumentParser) -> None:
    usual = f"；默认 {FITTINGS.feedback}", f"；默认 {FITTINGS.sensors}"
    parser.add_argument(
        "--feedback", choices=("door", "lock"), default=FITTINGS.feedback, help=f"反馈开关装在门上还是锁上{usual[0]}"
    )
    parser.add_argument(
        "--sensors", choices=("items", "doors"), default=FITTINGS.sensors, help=f"第二排输入接探头还是门磁{usual[1]}"
    )


def run(chosen: argparse.Namespace) -> int:
    """Emulate until stdin ends; returns 0. Raises `ValueError` or `OSError` when the options make no line."""
    channels = _channels(chosen)
    for link in filter(None, (chosen.link, chosen.tap)):
        check_link(link)
    mishaps.check_channels(chosen.fault, max(channels.values()))
    secret = _secret(chosen)
    line = EmulatedLine(
        chosen.board,
        channels,
        baud=chosen.baud,
        fittings=_fittings(chosen),
        link=chosen.link,
        tcp_port=chosen.tcp,
    )
    if chosen.tap:
        line.tap(chosen.tap)
    line.act(lambda bus: provision(bus.boards.values(), secret))
    faults = [*chosen.fault, *([Mishap.read("echo")] if chosen.echo else [])]
    line.act(lambda bus: mishaps.befall(bus, faults, chosen.seed))
    signal.signal(signal.SIGTERM, _leave)
    with line, suppress(KeyboardInterrupt):
        _say(sys.stdout, {"ready": line.pty_path, "boards": channels})
        Console(line, faults).serve(sys.stdin, sys.stdout)
    return 0


class Console:
    """Answers commands about one line."""

    def __init__(self, line: EmulatedLine, faults: Sequence[Mishap] = ()) -> None:
        self._line = line
        self._faults = list(faults)
        self._addresses = list(line.doors())
        self._frames_told_ms = 0.0
        self._on_lock: dict[str, Callable[[int, int], Answer | None]] = {
            "pull": lambda address, channel: {"open": line.pull(address, channel)},
            "force": line.force,
            "close": line.close,
            "jam": line.jam,
            "free": line.free,
            "put": lambda address, channel: self._set(address, channel, "has_item", value=True),
            "take": lambda address, channel: self._set(address, channel, "has_item", value=False),
            "unhook": lambda address, channel: self._set(address, channel, "is_unhooked", value=True),
        }
        self._on_board: dict[str, Callable[[int], Answer | None]] = {
            verb: partial(line.break_board, fault=fault) for verb, fault in FAULTS.items()
        }
        self._on_line: dict[str, Callable[[], Answer | None]] = {
            "cut": line.cut,
            "restore": line.restore,
            "unplug": line.unplug,
            "replug": line.replug,
            "doors": self._doors,
            "status": self._status,
            "heal": self._heal,
            "frames": self._frames,
        }

    def serve(self, commands: TextIO, answers: TextIO) -> None:
        """Answer every line until the commands end."""
        for command in commands:
            if words := command.split():
                _say(answers, self.answer(words))

    @property
    def verbs(self) -> tuple[str, ...]:
        """The commands there are."""
        return "fault", *self._on_lock, *self._on_board, *self._on_line

    def answer(self, words: Sequence[str]) -> Answer:
        """Do one command; an `{"error": …}` if it makes no sense."""
        try:
            if words[0] == "fault":
                return {"ok": True} | self._befall(words[1:])
            return {"ok": True} | (self._act(words[0], [_number(word) for word in words[1:]]) or {})
        except (CommandError, ValueError) as error:
            return {"error": str(error)}
        except KeyError as error:
            return {"error": f"这条线上没有 {error}。"}

    def _act(self, verb: str, numbers: list[int]) -> Answer | None:
        if verb in self._on_line and not numbers:
            return self._on_line[verb]()
        if verb in self._on_board and len(numbers) <= 1:
            return self._on_board[verb](*self._addressed(numbers, 1))
        if verb in self._on_lock and 1 <= len(numbers) <= 2:
            return self._on_lock[verb](*self._addressed(numbers, 2))
        raise CommandError(f"听不懂“{' '.join([verb, *map(str, numbers)])}”。可用：{'、'.join(self.verbs)}。")

    def _addressed(self, numbers: list[int], wanted: int) -> list[int]:
        """Put the only board's address in front where it was left out."""
        if len(numbers) == wanted:
            return numbers
        if len(self._addresses) > 1:
            raise CommandError(f"线上有几块板，请先写地址：{self._addresses}。")
        return [*self._addresses, *numbers]

    def _doors(self) -> Answer:
        doors = self._line.doors()
        return {
            "doors": {a: ["open" if door.is_open else "closed" for door in seen.values()] for a, seen in doors.items()},
            "jammed": {a: [channel for channel, door in seen.items() if door.is_jammed] for a, seen in doors.items()},
            "cut": self._line.is_cut,
        }

    def _status(self) -> Answer:
        return self._doors() | self._line.act(_items_and_pulses) | {"faults": [str(fault) for fault in self._faults]}

    def _set(self, address: int, channel: int, name: str, *, value: bool) -> None:
        self._line.act(lambda bus: setattr(bus.boards[address].locks[channel], name, value))

    def _befall(self, words: Sequence[str]) -> Answer:
        faults = [Mishap.read(word) for word in words]
        mishaps.check_channels(faults, max(map(len, self._line.doors().values())))
        self._line.act(lambda bus: mishaps.befall(bus, faults))
        self._faults += faults
        return {}

    def _heal(self) -> None:
        self._line.act(mishaps.heal)
        self._faults.clear()

    def _frames(self) -> Answer:
        fresh = [heard for heard in self._line.frames if heard.first_byte_ms > self._frames_told_ms]
        self._frames_told_ms = fresh[-1].first_byte_ms if fresh else self._frames_told_ms
        told = ({"at_ns": int(heard.first_byte_ms * NS_PER_MS)} | boards.as_json_object(heard.frame) for heard in fresh)
        return {"frames": list(told)}


def _leave(_signal: int, _frame: object) -> None:
    """Unwind, so that the link is removed."""
    raise KeyboardInterrupt


def _channels(chosen: argparse.Namespace) -> dict[int, int]:
    family = boards.dialect(chosen.board)
    addresses = chosen.address or [family.addresses[0]]
    counts = chosen.channels or [family.channels_max]
    if len(counts) == 1:
        counts = counts * len(addresses)
    if len(counts) != len(addresses) or len(set(addresses)) != len(addresses):
        raise ValueError("每块板写一个地址（不能重复）；锁数写一个，或每块板各写一个。")
    return dict(zip(addresses, counts, strict=True))


def _secret(chosen: argparse.Namespace) -> Secret | None:
    """What the boards prove themselves with; there is none that everybody knows."""
    is_needed = boards.dialect(chosen.board).has_operation_ids
    if is_needed and not (chosen.secret_file and chosen.secret_file.is_file()):
        raise ValueError(f"{chosen.board} 要有密钥：请加 --secret-file PATH，那个文件里是 64 位十六进制数。")
    if not is_needed and chosen.secret_file is not None:
        raise ValueError(f"{chosen.board} 不核对身份，请去掉 --secret-file。")
    return Secret.parse(chosen.secret_file.read_text(encoding="utf-8")) if is_needed else None


def _fittings(chosen: argparse.Namespace) -> Fittings:
    springs_open_ms = None if chosen.hand_opened else FITTINGS.springs_open_ms
    usual_bit = boards.dialect(chosen.board).usual_closed_bit
    closed_bit = usual_bit if chosen.polarity is None else chosen.polarity
    return replace(
        FITTINGS,
        closed_bit=closed_bit,
        pulse_ms=chosen.pulse_ms,
        springs_open_ms=springs_open_ms,
        feedback=chosen.feedback,
        sensors=chosen.sensors,
    )


def _items_and_pulses(bus: EmulatedBus) -> Answer:
    boards_by_address = bus.boards.items()
    return {
        "items": {
            address: [channel for channel, lock in board.locks.items() if lock.has_item]
            for address, board in boards_by_address
        },
        "pulses": {
            address: {channel: lock.pulses for channel, lock in board.locks.items() if lock.pulses}
            for address, board in boards_by_address
        },
    }


def _mishap(text: str) -> Mishap:
    try:
        return Mishap.read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > PORT_MAX:
        raise argparse.ArgumentTypeError(f"“{text}”不是 0 到 {PORT_MAX} 的端口。")
    return int(text)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"“{text}”不是大于零的整数。")
    return int(text)


def _number(word: str) -> int:
    if not word.isascii() or not word.isdigit():
        raise CommandError(f"“{word}”不是数。")
    return int(word)


def _say(answers: TextIO, answer: Answer) -> None:
    print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)
