"""The diary of a commissioning: its facts on disk as they happen, so that a run broken off goes on where it was.

One line for each fact, appended and synced before anything follows from it: a pulse is never ordered under a yes that
could be forgotten. A last line that a power cut tore off is dropped; any other line that is no fact is an error.
"""

import fcntl
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from device_agent.commissioning.fact_lines import UnreadableFact, read_fact, write_fact
from device_agent.commissioning.facts import Fact

SUFFIX = ".commissioning"


class DiaryError(Exception):
    """The diary cannot be used; the message says why in Chinese, and what to do."""


class Diary:
    """One open diary, ours alone. Safe to call from any thread."""

    def __init__(self, path: Path) -> None:
        """Open it, or begin one; raises `DiaryError`."""
        self.path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DiaryError(f"验收记录 {path} 打不开：{error.strerror}。") from error
        self._turn = threading.Lock()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.facts: tuple[Fact, ...] = tuple(self._read())
        except BlockingIOError as error:
            os.close(self._file)
            raise DiaryError("另一个窗口正在验收这台柜机。请在那里接着做，或者先把它关掉。") from error
        except DiaryError:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def keep(self, fact: Fact) -> None:
        """Durable when this returns; raises `OSError`."""
        with self._turn:
            os.write(self._file, f"{write_fact(fact)}\n".encode())
            os.fsync(self._file)

    def begin_anew(self, path: Path) -> None:
        """Keep what was told so far under this name, and forget it here. Raises `OSError`."""
        with self._turn:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(self.path.read_bytes())
            os.ftruncate(self._file, 0)
            self.facts = ()

    def put_away(self, path: Path) -> None:
        """The run is over: keep its diary under this name, so that the next one begins anew."""
        self.path.replace(path)

    def _read(self) -> Iterable[Fact]:
        text = self.path.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if whole != text:
            os.ftruncate(self._file, len(whole))
        for number, line in enumerate(whole.decode(errors="replace").split("\n")[:-1], start=1):
            try:
                yield read_fact(line)
            except UnreadableFact as error:
                raise DiaryError(f"验收记录 {self.path} 第 {number} 行读不懂。请改名留存，再重新验收。") from error
