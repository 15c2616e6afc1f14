"""One tag reader and its owner thread: asks for the tags in its field, round after round, as long as the agent runs."""

import logging
import os
import select
import termios
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import serial

from device_agent.line.reports import TagsChanged
from device_agent.line.tag_presence import TagPresence, heard_in
from device_agent.ports import TcpPort, open_port
from firmware_protocol.readers.m100 import AskTags, Decoder, Frame, encode

ROUND_S = 0.2
SILENCE_S = 0.06
"""Silence that ends an answer."""
MISSES_MAX = 5
"""So many rounds in a row without any answer and the reader is lost."""
REOPEN_AFTER_S = 1.0
READ_SIZE = 4096

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReaderPlace:
    """One reader: its name, its port, and the compartment its antenna looks into."""

    name: str
    port: str
    baud: int
    compartment: str


class TagReader:
    """Reports, in its own thread, which tags are inside whenever that changes; None while the reader does not answer.

    A port that is missing is tried again for as long as it takes: nothing else waits for a reader.
    """

    def __init__(self, place: ReaderPlace, on_report: Callable[[TagsChanged], None]) -> None:
        self._place = place
        self._on_report = on_report
        self._presence = TagPresence()
        self._told: frozenset[str] | None = None
        self._misses = 0
        self._complaint = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"reader {place.name}", daemon=True)

    def start(self) -> None:
        """Begin to ask; returns at once, whether or not the port is there."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and close the port. To be called once, started or not."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with open_port(self._place.port, self._place.baud, "adapter") as port:
                    self._complaint = ""
                    self._serve(port)
            except (OSError, termios.error) as error:
                self._complain(str(error))
            except Exception as error:
                log.exception("reader %s: unexpected failure", self._place.name)
                self._complain(str(error))
            self._presence.lose()
            self._tell()
            self._closing.wait(REOPEN_AFTER_S)

    def _serve(self, port: serial.Serial | TcpPort) -> None:
        while not self._closing.wait(ROUND_S):
            port.write(encode(AskTags()))
            tags = heard_in(self._answer(port.fileno()))
            self._misses = 0 if tags is not None else self._misses + 1
            if tags is not None:
                self._presence.hear(tags)
            elif self._misses >= MISSES_MAX:
                self._presence.lose()
            self._tell()

    def _answer(self, descriptor: int) -> list[Frame]:
        """All that is said until the line is silent; an echo of the question is none of it."""
        decoder, frames = Decoder(), list[Frame]()
        ends_s = time.monotonic() + ROUND_S
        while time.monotonic() < ends_s and select.select([descriptor], [], [], SILENCE_S)[0]:
            octets = os.read(descriptor, READ_SIZE)
            if not octets:
                raise OSError("the port was unplugged")
            frames += decoder.feed(octets)
        return [frame for frame in [*frames, *decoder.idle()] if not isinstance(frame, AskTags)]

    def _tell(self) -> None:
        inside = self._presence.inside
        if inside != self._told:
            self._told = inside
            self._on_report(TagsChanged(self._place.compartment, inside, time.monotonic() * 1000))

    def _complain(self, complaint: str) -> None:
        """Log a trouble once, not at every try."""
        if complaint != self._complaint:
            log.warning("reader %s: %s: %s", self._place.name, self._place.port, complaint)
        self._complaint = complaint
