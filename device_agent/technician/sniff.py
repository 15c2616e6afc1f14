"""`python -m device_agent sniff PORT --board NAME`: what is said on a line, live, for a technician's adapter on it.

It only listens. On an RS-485 bus both sides are heard. Where nobody but the board is heard (RS-232, a serial server of
one's own), the requests are missing and the answers are read all the same.
"""

import argparse
import os
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import serial

from device_agent.line.wording import meaning, spaced_hex
from device_agent.ports import TcpPort, open_port
from device_agent.technician.places import is_held, why_not
from device_agent.technician.showing import Row
from firmware_protocol.boards import DIALECTS, Dialect
from firmware_protocol.boards.overhearing import Overheard, Overhearing

READ_SIZE = 4096
BAUDS = range(1200, 921601)
HELD = (
    "端口 {port} {why}。柜机记着最近 200 条，不用停它：\n"
    "    python -m device_agent frames --config 柜机配置\n"
    "要现场监听，请另接一个转换器，或先停下柜机程序。"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("port", metavar="PORT", help="串口，例如 /dev/ttyUSB1；或 socket://主机:端口")
    parser.add_argument("--board", required=True, choices=list(DIALECTS), help="锁控板型号")
    parser.add_argument("--baud", type=_baud, metavar="N", help="波特率；默认该型号出厂值")
    parser.add_argument("--seconds", type=float, metavar="S", help="听多久；默认听到按 Ctrl-C")
    parser.add_argument("--json", action="store_true", help="一行一个 JSON")


def _baud(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) in BAUDS):
        raise argparse.ArgumentTypeError(f"“{text}”不是 {BAUDS[0]} 到 {BAUDS[-1]} 的波特率。")
    return int(text)


def run(chosen: argparse.Namespace) -> int:
    """Listen until Ctrl-C, SIGTERM, or so many seconds; 0, or 2 when the port cannot be used."""
    family = DIALECTS[chosen.board]
    signal.signal(signal.SIGTERM, _leave)
    try:
        with open_port(chosen.port, chosen.baud or family.baud, "adapter") as port, suppress(KeyboardInterrupt):
            _listen(port, family, chosen.seconds, _print_json if chosen.json else _print_text)
    except OSError as error:
        print(_complaint(chosen.port, error), file=sys.stderr)
        return 2
    return 0


def _listen(port: serial.Serial | TcpPort, family: Dialect, seconds: float | None, show: Callable[[Row], None]) -> None:
    """Show everything until the time is over; in the end, what came together."""
    told: Counter[str] = Counter()
    ends = None if seconds is None else time.monotonic() + seconds
    overhearing, zero = Overhearing(family), datetime.now(UTC) - timedelta(seconds=time.monotonic())
    print("正在听，一个字节也不发。按 Ctrl-C 结束。", file=sys.stderr, flush=True)
    with _summary(told):
        while ends is None or time.monotonic() < ends:
            for heard in _next(port.fileno(), overhearing, family.frame_silence_ms / 1000):
                _count(told, heard)
                show(_row(heard, zero))


def _next(descriptor: int, overhearing: Overhearing, silence_s: float) -> list[Overheard]:
    """What the next bytes, or a silence, complete."""
    ready, _, _ = select.select([descriptor], [], [], silence_s)
    if not ready:
        return overhearing.idle() if overhearing.is_holding else []
    received = os.read(descriptor, READ_SIZE)
    if not received:
        raise OSError("线断开了，或者转换器被拔下了")
    return overhearing.feed(received, time.monotonic() * 1000)


def _row(heard: Overheard, zero: datetime) -> Row:
    at = zero + timedelta(milliseconds=heard.at_ms)
    return Row(at, heard.side, meaning(heard.piece), spaced_hex(heard.piece.octets))


def _count(told: Counter[str], heard: Overheard) -> None:
    if heard.piece.frame is not None:
        told["frames"] += 1
    else:
        told["skipped"] += len(heard.piece.octets)
        told["damaged"] += heard.piece.is_damaged


@contextmanager
def _summary(told: Counter[str]) -> Iterator[None]:
    """However it ends, say what it came to."""
    try:
        yield
    finally:
        words = f"共 {told['frames']} 条报文；{told['damaged']} 处校验不对；{told['skipped']} 个字节不成报文。"
        print(words, file=sys.stderr)


def _complaint(port: str, error: OSError) -> str:
    why = why_not(error)
    return HELD.format(port=port, why=why) if is_held(error) else f"端口 {port} 用不了：{why}。"


def _print_text(row: Row) -> None:
    print(row.as_text(), flush=True)


def _print_json(row: Row) -> None:
    print(row.as_json(), flush=True)


def _leave(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
