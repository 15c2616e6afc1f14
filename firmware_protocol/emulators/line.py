"""Emulated boards behind a pseudo-terminal or a TCP serial server: what the agent opens as its serial port."""

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from firmware_protocol.boards import Packet, Unlock, dialect
from firmware_protocol.emulators import EmulatedBus, EmulatedLock, Fault, Fittings, Heard, emulated_board
from firmware_protocol.emulators.serial_server import SerialServer
from firmware_protocol.emulators.terminal import Terminal

FRAMES_KEPT = 10_000
NS_PER_MS = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UnlockHeard:
    """An unlock frame of the host; `first_byte_ns` is `time.monotonic_ns` when its first byte began on the wire.

    That clock is the machine's, so the figure compares with times another process on it took.
    """

    address: int
    channel: int
    first_byte_ns: int


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """One door and its latch as a person standing there sees them."""

    is_open: bool
    is_jammed: bool


def ignore(_unlock: UnlockHeard) -> None:
    """Nobody listens."""


class EmulatedLine:
    """One port with boards behind it, paced at the baud rate, in its own thread.

    The port is a pseudo-terminal, or a serial server where a `tcp_port` is given (0: any that is free).

    `channels` is the number of locks by board address; `link`, if given, a symbolic link that stays the terminal's name
    when it is unplugged and plugged in again. Every method may be called from any thread. `stop` ends the thread and
    removes the link. `on_unlock` is called in the line's thread and must be quick. An address or channel that is not
    there raises `KeyError`.
    """

    def __init__(
        self,
        family: str,
        channels: Mapping[int, int],
        *,
        baud: int | None = None,
        fittings: Fittings | None = None,
        link: Path | None = None,
        tcp_port: int | None = None,
        on_unlock: Callable[[UnlockHeard], None] = ignore,
    ) -> None:
        speech = dialect(family)
        boards = [emulated_board(family, address, count, fittings) for address, count in channels.items()]
        self._bus = EmulatedBus(speech, boards, baud or speech.baud)
        self._terminal = Terminal(link) if tcp_port is None else SerialServer(tcp_port)
        self._tap: Terminal | None = None
        self._on_unlock = on_unlock
        self._is_plugged = True
        self._frames: deque[Heard] = deque(maxlen=FRAMES_KEPT)
        self._unlocks: deque[UnlockHeard] = deque(maxlen=FRAMES_KEPT)
        self._changed = threading.Condition()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name=f"emulated {family}", daemon=True)

    def tap(self, link: Path) -> None:
        """Hang a second terminal on the line that only hears what the host says and gets. To be called before `start`.

        As a third adapter on an RS-485 bus would, and in the same order.
        """
        self._tap = Terminal(link)

    def start(self) -> Self:
        """Begin to listen and answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the thread and unplug; to be called once, after `start`."""
        self._is_stopping = True
        self._wake()
        self._thread.join()
        self._terminal.unplug()
        if self._tap is not None:
            self._tap.unplug()
        self._wake_reader.close()
        self._wake_writer.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pty_path(self) -> str:
        """What the host opens."""
        return self._terminal.path

    # What was heard.

    @property
    def unlocks(self) -> tuple[UnlockHeard, ...]:
        """The last unlock frames, oldest first, whether or not a board listened."""
        with self._changed:
            return tuple(self._unlocks)

    def wait_for_unlocks(self, count: int, timeout_s: float) -> tuple[UnlockHeard, ...]:
        """Wait until so many unlock frames were heard; answers those heard by then, fewer after the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._unlocks) >= count, timeout_s)
            return tuple(self._unlocks)

    @property
    def frames(self) -> tuple[Heard, ...]:
        """The host's last frames, oldest first; `first_byte_ms` is `time.monotonic` in ms."""
        with self._changed:
            return tuple(self._frames)

    # What people do to doors and locks.

    def pull(self, address: int, channel: int) -> bool:
        """Pull a door; answers whether it is open now. A locked door stays shut."""
        with self._changed:
            self._wake()
            return self._lock(address, channel).pull(_now_ms())

    def force(self, address: int, channel: int) -> None:
        """Break a door open."""
        with self._changed:
            self._wake()
            self._lock(address, channel).force()

    def close(self, address: int, channel: int) -> None:
        """Push a door shut."""
        with self._changed:
            self._wake()
            self._lock(address, channel).close()

    def jam(self, address: int, channel: int) -> None:
        """Jam a latch: it takes pulses and does not move."""
        with self._changed:
            self._lock(address, channel).is_jammed = True

    def free(self, address: int, channel: int) -> None:
        """Free a jammed latch."""
        with self._changed:
            self._lock(address, channel).is_jammed = False

    def doors(self) -> dict[int, dict[int, DoorSeen]]:
        """Every door, by address and channel."""
        with self._changed:
            now_ms = _now_ms()
            return {
                address: {channel: DoorSeen(lock.is_open(now_ms), lock.is_jammed) for channel, lock in locks.items()}
                for address, locks in ((address, board.locks) for address, board in self._bus.boards.items())
            }

    # What goes wrong with boards and lines.

    def act(self, on_bus: Callable[[EmulatedBus], T]) -> T:
        """Do something to the line between two bytes, with nobody else at it; answers what it answers."""
        with self._changed:
            self._wake()
            return on_bus(self._bus)

    def cut(self) -> None:
        """Cut the line: every byte is lost, in both directions."""
        with self._changed:
            self._bus.is_cut = True

    @property
    def is_cut(self) -> bool:
        """Whether the line is cut."""
        return self._bus.is_cut

    def restore(self) -> None:
        """Mend a cut line."""
        with self._changed:
            self._bus.is_cut = False

    def break_board(self, address: int, fault: Fault) -> None:
        """Give one board a fault; `Fault.NONE` mends it."""
        with self._changed:
            self._bus.boards[address].fault = fault

    def slow(self, address: int, answer_after_ms: int) -> None:
        """Let one board think this long before each answer."""
        with self._changed:
            self._bus.boards[address].answer_after_ms = answer_after_ms

    def unplug(self) -> None:
        """Take the adapter out of a started line: the terminal and its link are gone on return; idempotent."""
        self._plug(is_plugged=False)

    def replug(self) -> None:
        """Put the adapter in again: a fresh terminal under the same link on return; idempotent."""
        self._plug(is_plugged=True)

    def _plug(self, *, is_plugged: bool) -> None:
        """Leave it to the thread, which may be waiting on the terminal, and wait until it is done."""
        with self._changed:
            self._is_plugged = is_plugged
            self._wake()
            self._changed.wait_for(lambda: (self._terminal.descriptor is not None) is is_plugged)

    def _lock(self, address: int, channel: int) -> EmulatedLock:
        return self._bus.boards[address].locks[channel]

    def _wake(self) -> None:
        self._wake_writer.send(b"!")

    def _run(self) -> None:
        waker = self._wake_reader.fileno()
        while not self._is_stopping:
            with self._changed:
                terminal = self._terminal.descriptor
                wait_ms = self._bus.next_at_ms - _now_ms()
            ready, _, _ = select.select(
                [waker] if terminal is None else [waker, terminal],
                [],
                [],
                None if wait_ms == inf else max(wait_ms, 0) / 1000,
            )
            if waker in ready:
                self._wake_reader.recv(64)
            self._exchange()

    def _exchange(self) -> None:
        with self._changed:
            if self._is_plugged:
                self._terminal.plug()
            else:
                self._terminal.unplug()
            self._carry()
            heard = self._bus.take_heard()
            self._frames += heard
            self._unlocks += unlocks_among(heard)
            self._changed.notify_all()
        for unlock in unlocks_among(heard):
            self._on_unlock(unlock)

    def _carry(self) -> None:
        """Carry the host's bytes to the boards, and theirs to the host; whoever hangs at the tap hears both."""
        said = self._terminal.read()
        self._bus.hear(said, _now_ms())
        reached = self._bus.advance(_now_ms())
        self._terminal.write(reached)
        if self._tap is not None:
            self._tap.write(said + reached)


def _now_ms() -> float:
    return time.monotonic_ns() / NS_PER_MS


def unlocks_among(frames: Iterable[Heard]) -> list[UnlockHeard]:
    """Those frames that unlock."""
    said = ((heard.frame.message if isinstance(heard.frame, Packet) else heard.frame, heard) for heard in frames)
    return [
        UnlockHeard(unlock.address, unlock.channel, int(heard.first_byte_ms * NS_PER_MS))
        for unlock, heard in said
        if isinstance(unlock, Unlock)
    ]
