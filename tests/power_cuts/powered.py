"""The product at work on machines: its databases and its files go where power cuts are.

Nothing of the product is replaced. `sqlite3.connect` gives SQLite on a machine's disk for a path below that machine's
root, and the functions of `os` that make files, names and folders durable do what they do and tell the machine.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import apsw

from tests.power_cuts.machine import Machine
from tests.power_cuts.sqlite import Connection, FileSystem

_PATIENCE_S = 5.0
"""How long `sqlite3` waits for a lock, where nobody says how long."""
_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI


@contextmanager
def powered(*machines: Machine) -> Iterator[None]:
    """Everything that is done below their roots is done on these machines, until the block ends."""
    below = _Below(machines)
    with ExitStack() as until_then:
        systems = {id(machine): until_then.enter_context(_mounted(machine)) for machine in machines}
        connect = _connecting(below, systems)
        for module in (sqlite3, sqlite3.dbapi2):
            until_then.enter_context(patch.object(module, "connect", connect))
        for name, listening in _LISTENING.items():
            until_then.enter_context(patch.object(os, name, listening(getattr(os, name), below)))
        yield


class _Below:
    """Which machine a path is on."""

    def __init__(self, machines: Sequence[Machine]) -> None:
        self._machines = machines

    def __call__(self, path: Path) -> Machine | None:
        return next((each for each in self._machines if path.is_relative_to(each.root)), None)


@contextmanager
def _mounted(machine: Machine) -> Iterator[FileSystem]:
    system = FileSystem(machine)
    yield system
    system.unregister()


def _connecting(below: _Below, systems: dict[int, FileSystem]) -> Callable[..., Any]:
    real = sqlite3.connect

    def connect(database: Any, *_args: Any, **options: Any) -> Any:
        path = Path(unquote(urlsplit(str(database)).path) if options.get("uri") else database)
        machine = below(path)
        if machine is None:
            return real(database, *_args, **options)
        opened = apsw.Connection(str(database), flags=_FLAGS, vfs=systems[id(machine)].name)
        opened.set_busy_timeout(int(options.get("timeout", _PATIENCE_S) * 1000))
        return Connection(machine, opened)

    return connect


def _syncing(real: Callable[[int], None], below: _Below) -> Callable[[int], None]:
    def fsync(descriptor: int) -> None:
        real(descriptor)
        path = _opened(descriptor)
        if (machine := below(path)) is not None:
            machine.synced(path)
            machine.check()

    return fsync


def _moving(real: Callable[..., None], below: _Below) -> Callable[..., None]:
    def move(source: Any, target: Any, **options: Any) -> None:
        real(source, target, **options)
        path = Path(os.fspath(target)).absolute()
        if (machine := below(path)) is not None:
            machine.moved(Path(os.fspath(source)).absolute(), path)
            machine.check()

    return move


def _naming(tell: Callable[[Machine, Path], None]) -> Callable[[Callable[..., None], _Below], Callable[..., None]]:
    """Listening to a function that makes or removes one name."""

    def listening(real: Callable[..., None], below: _Below) -> Callable[..., None]:
        def named(path: Any, *args: Any, **options: Any) -> None:
            real(path, *args, **options)
            whole = _whole(path, options.get("dir_fd"))
            if (machine := below(whole)) is not None:
                tell(machine, whole)
                machine.check()

        return named

    return listening


def _whole(path: Any, folder: int | None) -> Path:
    if folder is None:
        return Path(os.fspath(path)).absolute()
    return _opened(folder) / str(path)


def _opened(descriptor: int) -> Path:
    """The file or folder that is open under this number."""
    return Path(f"/proc/self/fd/{descriptor}").readlink()


_LISTENING: dict[str, Callable[[Callable[..., Any], _Below], Callable[..., Any]]] = {
    "fsync": _syncing,
    "replace": _moving,
    "rename": _moving,
    "mkdir": _naming(Machine.made),
    "unlink": _naming(Machine.dropped),
    "remove": _naming(Machine.dropped),
    "rmdir": _naming(Machine.dropped),
}
