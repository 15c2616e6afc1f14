"""An emulated tag reader on a pseudo-terminal, and the program around it: `python -m firmware_protocol emulate-tags`.

One command a line on stdin, one JSON object a line on stdout; the end of stdin ends the program::

    {"ready": "/dev/pts/8"}
    in 30751FEB705C5904E3D50D70   → {"ok": true, "tags": ["30751FEB705C5904E3D50D70"]}    (a tag comes into the field)
    out 30751FEB705C5904E3D50D70  → {"ok": true, "tags": []}
    mute / mend                   → {"ok": true, "tags": […]}                             (it does not answer; it does)
"""

import argparse
import json
import re
import select
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from firmware_protocol.emulators.tag_reader import EmulatedTagReader
from firmware_protocol.emulators.terminal import Terminal, check_link

EPC = re.compile(r"(?:[0-9A-F]{4}){1,31}")


class EmulatedTagLine:
    """One reader, in its own thread. Every method may be called from any thread; `stop` removes the link."""

    def __init__(self, link: Path | None = None) -> None:
        self._reader = EmulatedTagReader()
        self._terminal = Terminal(link)
        self._changing = threading.Condition()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="emulated tag reader", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopping = True
        self._wake_writer.send(b"!")
        self._thread.join()
        self._terminal.unplug()
        self._wake_reader.close()
        self._wake_writer.close()

    @property
    def path(self) -> str:
        """What the host opens."""
        return self._terminal.path

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags in the field."""
        with self._changing:
            return tuple(self._reader.tags)

    def wait_for_rounds(self, count: int, timeout_s: float) -> bool:
        """Wait until it was asked so many times more; whether it was."""
        with self._changing:
            wanted = self._reader.rounds + count
            return self._changing.wait_for(lambda: self._reader.rounds >= wanted, timeout_s)

    def put(self, epcs: Iterable[str], *, is_shy: bool = False) -> None:
        """Bring tags into the field; a shy one is missed in every other round."""
        with self._changing:
            self._reader.put(epcs, is_shy=is_shy)

    def take(self, epcs: Iterable[str]) -> None:
        """Take tags out of it."""
        with self._changing:
            self._reader.take(epcs)

    def mute(self, *, is_mute: bool) -> None:
        """Let it fall silent, or answer again."""
        with self._changing:
            self._reader.is_mute = is_mute

    def _run(self) -> None:
        while not self._is_stopping:
            terminal = self._terminal.descriptor
            waker = self._wake_reader.fileno()
            select.select([waker] if terminal is None else [waker, terminal], [], [])
            with self._changing:
                self._terminal.write(self._reader.hear(self._terminal.read()))
                self._changing.notify_all()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `emulate-tags`."""
    parser.add_argument("--link", type=Path, metavar="PATH", help="指向伪终端的符号链接")


def run(chosen: argparse.Namespace) -> int:
    """Emulate until stdin ends; returns 0."""
    if chosen.link:
        check_link(chosen.link)
    with EmulatedTagLine(chosen.link) as line, suppress(KeyboardInterrupt):
        _say({"ready": line.path})
        for command in sys.stdin:
            if words := command.split():
                _say(_answer(line, words[0], [word.upper() for word in words[1:]]))
    return 0


def _answer(line: EmulatedTagLine, verb: str, epcs: list[str]) -> dict[str, Any]:
    wrong = [epc for epc in epcs if EPC.fullmatch(epc) is None]
    if wrong:
        return {"error": f"“{wrong[0]}”不是标签号：应是十六进制，四位一组。"}
    deeds = {
        "in": lambda: line.put(epcs),
        "out": lambda: line.take(epcs),
        "mute": lambda: line.mute(is_mute=True),
        "mend": lambda: line.mute(is_mute=False),
    }
    if verb not in deeds:
        return {"error": f"听不懂“{verb}”。可用：{'、'.join(deeds)}。"}
    deeds[verb]()
    return {"ok": True, "tags": list(line.tags)}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
