"""One file system call of a running program fails, once: strace stands between the program and the kernel.

The program is a fork of one that has read all its modules already. It opens its folder, says that it is ready, and
waits; strace takes hold of it, and only then does it go on, so that calls are counted from the deed's beginning. Only
calls about the data folder's own files are touched.
"""

import ctypes
import multiprocessing
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.faults import on_a_witness, on_the_agent, on_the_server
from tests.faults.deed import Deed, Said
from tests.fixtures.patience import PATIENCE_S

DEEDS: dict[str, Deed] = {**on_the_agent.DEEDS, **on_the_server.DEEDS, **on_a_witness.DEEDS}
ERRORS = {
    "openat": ("EIO", "ENOSPC", "EINTR"),
    "mkdir": ("EIO", "ENOSPC"),
    "read": ("EIO",),
    "pread64": ("EIO", "EINTR"),
    "write": ("EIO", "ENOSPC", "EINTR"),
    "pwrite64": ("EIO", "ENOSPC", "EINTR"),
    "ftruncate": ("EIO", "EINTR"),
    "fsync": ("EIO", "ENOSPC", "EINTR"),
    "fdatasync": ("EIO", "ENOSPC", "EINTR"),
    "rename": ("EIO", "ENOSPC"),
    "unlink": ("EIO",),
    "unlinkat": ("EIO",),
    "newfstatat": ("EIO",),
}
"""What the calls that change or read files may say. Locks are left alone: no file system fails to let go of one."""
READY, GO = "ready", "go"
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class Fault:
    """The `number`-th call of this name, from 1, fails with this error."""

    call: str
    error: str
    number: int

    def __str__(self) -> str:
        return f"{self.call} {self.number} {self.error}"


@dataclass(frozen=True, slots=True)
class Ran:
    """What the program said, whether it came to its end, and what strace saw."""

    said: Said
    status: int | None
    seen: str

    @property
    def left_unsynced(self) -> str | None:
        """A file that could not be made durable and never was later: a file system says so once, and never again."""
        lines = iter(self.seen.splitlines())
        struck = next((line for line in lines if "(INJECTED)" in line and "sync(" in line), None)
        if struck is None or (path := re.search(r"<(.*)>", struck)) is None:
            return None
        again = re.compile(rf"sync\(\d+<{re.escape(path[1])}>\) += 0")
        return None if any(again.search(line) for line in lines) else path[1]

    @property
    def is_struck(self) -> bool:
        """Whether the call that was to fail was made."""
        return "(INJECTED)" in self.seen


def run(deed: str, folder: Path, fault: Fault | None = None, paths: tuple[str, ...] = ()) -> Ran:
    """Do a deed to a folder that is laid out, with one fault; calls that are not about `paths` are let alone."""
    here, there = _processes.Pipe()
    process = _processes.Process(target=_perform, args=(deed, str(folder), there), daemon=True)
    process.start()
    there.close()
    try:
        before = list(iter(here.recv, (READY, "")))
        record = folder.with_name(f"{folder.name}.strace")
        with _held(process.pid, fault, paths, record):
            here.send(GO)
            said = (*before, *_until_its_end(here))
            process.join(PATIENCE_S)
        return Ran(said, process.exitcode, record.read_text(errors="replace"))
    finally:
        process.kill()
        process.join()


def faults_of(deed: str, folder: Path) -> tuple[list[Fault], tuple[str, ...]]:
    """Every single fault there can be in a deed, from a run without any; and the paths that it is about."""
    seen = run_again(deed, folder, None, ()).seen
    paths = tuple(sorted(set(re.findall(rf"({re.escape(str(folder))}[^\"<>]*)", seen))))
    clean = run_again(deed, folder, None, paths).seen
    counted = Counter(re.findall(r"^\d+ +(\w+)\(", clean, re.MULTILINE))
    found = [
        Fault(call, error, number)
        for call, errors in ERRORS.items()
        for number in range(1, counted[call] + 1)
        for error in errors
    ]
    return found, paths


def run_again(deed: str, folder: Path, fault: Fault | None, paths: tuple[str, ...]) -> Ran:
    """The same under the same paths, on a folder laid out anew."""
    shutil.rmtree(folder, ignore_errors=True)
    DEEDS[deed].lay_out(folder)
    return run(deed, folder, fault, paths)


def may_hold() -> str | None:
    """Why no program can be held here; None where it can."""
    try:
        done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return "no strace (apt-get install strace)"
    return None if done.returncode == 0 else "no ptrace (a container needs --cap-add SYS_PTRACE)"


def _perform(deed: str, folder: str, there: Connection) -> None:
    """In the program that is held."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    do = DEEDS[deed].begin(Path(folder), lambda kind, what: there.send((kind, str(what))))
    there.send((READY, ""))
    there.recv()
    do()
    there.close()
    os._exit(0)  # what a deed leaves open is open for the next run, as after any end


def _until_its_end(here: Connection) -> Iterator[tuple[str, str]]:
    try:
        while here.poll(PATIENCE_S):
            yield here.recv()
    except EOFError:
        return


@contextmanager
def _held(pid: int | None, fault: Fault | None, paths: tuple[str, ...], record: Path) -> Iterator[None]:
    command = ["strace", "-f", "-y", "-p", str(pid), "-o", str(record), "-e", f"trace={','.join(ERRORS)}"]
    if fault is not None:
        command += ["-e", f"inject={fault.call}:error={fault.error}:when={fault.number}"]
    for path in paths:
        command += ["-P", path]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        while "attached" not in (line := strace.stderr.readline()):
            assert line or strace.poll() is None, "strace did not take hold"
        yield
        strace.terminate()
