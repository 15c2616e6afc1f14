"""One serial port and its owner thread. `device_agent.line` decides; here are the port, the clock and the thread."""

import logging
import os
import secrets
import select
import socket
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import inf

import serial

from device_agent.line.counters import Tally
from device_agent.line.master import LineMaster
from device_agent.line.reports import BoardLost, Report
from device_agent.line.spoken import Spoken
from device_agent.line.wiring import BusWiring
from device_agent.ports import TcpPort, open_port

REOPEN_AFTER_S = 0.5
Counts = Mapping[str, Mapping[str, int]]
"""`left` and its boards (`left:1`) → how often what happened, by the words of `Count`."""
READ_SIZE = 4096

log = logging.getLogger(__name__)


class SerialBus:
    """The boards behind one serial port or serial server, exclusively ours, asked continually by one thread.

    `on_report` is called in that thread with every report and must be quick; an exception in it is logged. A port that
    is missing, or vanishes, is tried again by its path for as long as the bus runs. Nothing here is durable: an unlock
    whose outcome was not reported before `close` or the end of the process has none.
    """

    def __init__(self, wiring: BusWiring, on_report: Callable[[Report], None]) -> None:
        self._wiring = wiring
        self._on_report = on_report
        self._master = LineMaster(wiring, secrets.token_bytes)
        self._looking = threading.Lock()
        """Held by whoever moves the master, and by whoever looks at what it keeps."""
        self._channels = {board.address: len(board.compartments) for board in wiring.boards}
        self._wanted: deque[Callable[[float], None]] = deque()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._is_closing = False
        self._complaint = ""
        self._thread = threading.Thread(target=self._run, name=f"bus {wiring.name}", daemon=True)

    def start(self) -> None:
        """Begin to ask the boards; returns at once, whether or not the port is there."""
        self._thread.start()

    def close(self) -> None:
        """Finish what is being written, end the thread and close the port. To be called once, started or not."""
        self._is_closing = True
        self._wake()
        if self._thread.ident is not None:
            self._thread.join()
        self._wake_reader.close()
        self._wake_writer.close()

    def unlock(self, address: int, channel: int, token: str, operation: bytes = b"") -> None:
        """Pulse this lock once, before anything else that waits for the line. From any thread; does not wait.

        One `UnlockOutcome` with the token follows. A controller of our own pulses no `operation` twice, whoever asks
        and when. Raises `KeyError` for a channel that is not wired.
        """
        if not 1 <= channel <= self._channels[address]:
            raise KeyError(channel)
        self._wanted.append(partial(self._unlock, address, channel, token, operation))
        self._wake()

    def acknowledge(self, address: int, number: int) -> None:
        """The agent keeps this controller's events up to this one for good. From any thread; does not wait."""
        self._wanted.append(partial(self._master.acknowledge, address, number))
        self._wake()

    @property
    def name(self) -> str:
        """The line's name in the configuration."""
        return self._wiring.name

    @property
    def family(self) -> str:
        """The dialect that its boards speak."""
        return self._wiring.family

    def spoken(self) -> tuple[Spoken, ...]:
        """What was said on the line last, oldest first. From any thread."""
        with self._looking:
            return self._master.record.newest()

    def counted(self) -> Counts:
        """What happened since the start. From any thread."""
        with self._looking:
            return {name: tally.total() for name, tally in self._tallies()}

    def counted_last_hour(self) -> Counts:
        """What happened in the last hour. From any thread."""
        now_ms = _now_ms()
        with self._looking:
            return {name: tally.last_hour(now_ms) for name, tally in self._tallies()}

    def _tallies(self) -> Iterator[tuple[str, Tally]]:
        yield self.name, self._master.tally
        for address, tally in self._master.tallies.items():
            yield f"{self.name}:{address}", tally

    def _unlock(self, address: int, channel: int, token: str, operation: bytes, now_ms: float) -> None:
        self._master.unlock(address, channel, token, now_ms, operation)

    def _wake(self) -> None:
        self._wake_writer.send(b"!")

    def _run(self) -> None:
        while not self._is_closing:
            try:
                with self._open() as port:
                    with self._looking:
                        self._master.opened(_now_ms())
                    self._serve(port)
            except (OSError, termios.error) as error:
                self._lose(error)
            except Exception as error:
                log.exception("bus %s: unexpected failure", self._wiring.name)
                self._lose(error)

    def _open(self) -> serial.Serial | TcpPort:
        port = open_port(self._wiring.port, self._wiring.baud, self._wiring.direction)
        log.info("bus %s: %s open", self._wiring.name, self._wiring.port)
        self._complaint = ""
        return port

    def _serve(self, port: serial.Serial | TcpPort) -> None:
        while not self._is_closing:
            now_ms = _now_ms()
            received = _read(port.fileno())
            with self._looking:
                if received:
                    self._master.received(received, now_ms)
                self._take_wanted()
                octets = self._master.advance(now_ms)
            if octets:
                port.write(octets)
            self._tell()
            self._wait(self._master.wake_at_ms(), port.fileno())

    def _lose(self, error: Exception) -> None:
        """Report the loss once, then refuse what is ordered until it is time to try the port again."""
        now_ms = _now_ms()
        self._complain(str(error))
        again_at_ms = now_ms + REOPEN_AFTER_S * 1000
        with self._looking:
            self._master.lost(now_ms)
        while not self._is_closing and _now_ms() < again_at_ms:
            with self._looking:
                self._take_wanted()
            self._tell()
            self._wait(again_at_ms)

    def _complain(self, complaint: str) -> None:
        """Log a trouble once, not at every try."""
        if complaint != self._complaint:
            log.warning("bus %s: %s: %s", self._wiring.name, self._wiring.port, complaint)
        self._complaint = complaint

    def _wait(self, until_ms: float, *descriptors: int) -> list[int]:
        """Wait for bytes, for `_wake` or for the time; answers the descriptors that have bytes."""
        timeout_s = None if until_ms == inf else max(until_ms - _now_ms(), 0) / 1000
        waker = self._wake_reader.fileno()
        ready, _, _ = select.select([waker, *descriptors], [], [], timeout_s)
        if waker in ready:
            self._wake_reader.recv(READ_SIZE)
        return ready

    def _take_wanted(self) -> None:
        while self._wanted:
            self._wanted.popleft()(_now_ms())

    def _tell(self) -> None:
        for report in self._master.take_reports():
            if isinstance(report, BoardLost) and report.objection:
                log.warning("bus %s: board %d: %s", self._wiring.name, report.address, report.objection)
            try:
                self._on_report(report)
            except Exception:
                log.exception("bus %s: %r was not taken", self._wiring.name, report)


def _read(descriptor: int) -> bytes:
    """What has come in, maybe nothing; raises `OSError` when the other end is gone, which reads as end of file."""
    ready, _, _ = select.select([descriptor], [], [], 0)
    octets = os.read(descriptor, READ_SIZE) if ready else b""
    if ready and not octets:
        raise OSError("the port was unplugged")
    return octets


def _now_ms() -> float:
    return time.monotonic() * 1000
