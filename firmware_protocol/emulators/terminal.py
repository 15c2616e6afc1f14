"""A pseudo-terminal that stands for a USB adapter: raw, non-blocking, and it can be pulled out."""

import os
import pty
import tty
from contextlib import suppress
from pathlib import Path

READ_SIZE = 4096


class Terminal:
    """The pair of a pseudo-terminal and, if wanted, a symbolic link that always leads to it. Plugged in from the start.

    Both ends are held open, so a host may come and go without disturbing the boards.
    """

    def __init__(self, link: Path | None = None) -> None:
        self._link = link
        self._ends: tuple[int, int] | None = None
        self.plug()

    @property
    def path(self) -> str:
        """What the host opens: the link if there is one, else the terminal itself, another one after each `plug`."""
        if self._link is not None:
            return str(self._link)
        if self._ends is None:
            raise FileNotFoundError("仿真线路已拔下。")
        return os.ttyname(self._ends[1])

    @property
    def descriptor(self) -> int | None:
        """The boards' end, for `select`; `None` while unplugged."""
        return self._ends[0] if self._ends else None

    def plug(self) -> None:
        """Make a fresh terminal and point the link at it; idempotent."""
        if self._ends is not None:
            return
        boards_end, host_end = pty.openpty()
        tty.setraw(host_end)
        os.set_blocking(boards_end, False)
        self._ends = boards_end, host_end
        if self._link is not None:
            _point(self._link, os.ttyname(host_end))

    def unplug(self) -> None:
        """The terminal is gone, and so is the link; idempotent."""
        if self._ends is None:
            return
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        for end in self._ends:
            os.close(end)
        self._ends = None

    def read(self) -> bytes:
        """What the host has written; empty if nothing."""
        with suppress(BlockingIOError):
            return os.read(self._ends[0], READ_SIZE) if self._ends else b""
        return b""

    def write(self, octets: bytes) -> None:
        """Give bytes to the host; what a host that does not read leaves no room for is lost, as on a wire."""
        if self._ends and octets:
            with suppress(BlockingIOError):
                os.write(self._ends[0], octets)


def check_link(link: Path) -> None:
    """Refuse a name where no link can be put, or where one would take a file's place. Raises `ValueError`."""
    if not link.parent.is_dir():
        raise ValueError(f"没有目录 {link.parent}，链接 {link} 放不下。")
    if link.exists() and not link.is_symlink():
        raise ValueError(f"{link} 已经有了，而且不是链接。请换一个名字。")


def _point(link: Path, target: str) -> None:
    """Replace the link in one step, so that a host never finds it half made."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.symlink_to(target)
    fresh.replace(link)
