"""One family of lock boards: its facts, and its bytes in both directions."""

import struct
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from firmware_protocol.boards.checks import Check
from firmware_protocol.boards.decoder import Decoder, FormsByHead
from firmware_protocol.boards.forms import Form
from firmware_protocol.boards.frames import Frame, Packet, Side
from firmware_protocol.boards.framing import BARE, Framing
from firmware_protocol.boards.greeting import Greeting

BITS_PER_BYTE_ON_WIRE = 10
"""8N1: a start bit, eight data bits, a stop bit."""


class NotInDialect(ValueError):
    """This family has no bytes for that frame: another address range, fewer channels, or no such request at all."""


@dataclass(frozen=True)
class Dialect:
    """A family's codec and what a host must know about its manners; times in ms, without the bytes' own time."""

    name: str
    baud: int
    """As delivered; always 8N1."""
    addresses: range
    """What the switch on the board can be set to."""
    channels_max: int
    forms: tuple[Form, ...]
    check: Check
    """What follows every frame."""
    replies_to_unlock: bool
    """Whether an unlock is answered (after its pulse). If not, only the next status tells."""
    unlock_reply_ms_max: int
    """How long to wait for that answer, or how long to leave the board alone where there is none."""
    reply_ms_max: int
    """How long to wait for the answer to a read."""
    quiet_gap_ms: int
    """Silence to keep before the next request."""
    frame_silence_ms: int
    """Silence that ends a frame, for `Decoder.idle`."""
    echo_is_ambiguous: bool
    """Whether an adapter's echo of an unlock could be taken for the board's answer."""
    usual_closed_bit: int = 1
    """The raw bit of a closed door in the usual wiring. What an emulator begins with; a host has it proven."""
    pulses_ms: range | None = None
    """The pulses that a host may order with an unlock; `None` where the board alone decides."""
    greeting: Greeting | None = None
    """What to settle with a board before it is used."""
    framing: Framing = BARE
    """How frames stand in the stream of bytes."""
    has_sensors: bool = False
    """Whether a status carries a second row of inputs (`Status.sensors`)."""
    has_operation_ids: bool = False
    """Whether an unlock bears an id and is pulsed once however often it is sent; then only packets are written."""

    def encode(self, frame: Frame) -> bytes:
        """The frame's bytes; raises `NotInDialect` where the family has none for it."""
        self._check_figures(frame.message if isinstance(frame, Packet) else frame)
        for form in self.forms:
            if form.frame is type(frame) and form.write is not None:
                with suppress(ValueError, OverflowError, struct.error):  # a figure too large for its place
                    body = form.write(frame)
                    if form.fits(body):
                        return self.framing.wrap(body + self.check.over(body))
        raise NotInDialect(f"{self.name} 没有这样的报文：{frame}。")

    def decoder(self, speaker: Side) -> Decoder:
        """A fresh decoder for what `speaker` says."""
        return self.framing.decoder(self._forms_of[speaker], self.check)

    def octets_max(self, speaker: Side) -> int:
        """The length of the longest frame of that side."""
        return self._forms_of[speaker].length_max + self.check.octets + self.framing.octets_around

    @cached_property
    def _forms_of(self) -> dict[Side, FormsByHead]:
        return {side: FormsByHead(form for form in self.forms if form.side is side) for side in Side}

    def _check_figures(self, frame: Frame) -> None:
        address, channel, pulse_ms = (getattr(frame, name, None) for name in ("address", "channel", "pulse_ms"))
        if address is not None and address not in self.addresses:
            low, high = self.addresses[0], self.addresses[-1]
            raise NotInDialect(f"{self.name} 的地址是 {low} 到 {high}，没有 {address}。")
        if channel is not None and not 1 <= channel <= self.channels_max:
            raise NotInDialect(f"{self.name} 的通道从 1 数到 {self.channels_max}，没有 {channel}。")
        if pulse_ms is not None and pulse_ms not in (self.pulses_ms or ()):
            raise NotInDialect(f"{self.name} 不接受 {pulse_ms} 毫秒的脉冲。")


def wire_ms(octets: int, baud: int) -> float:
    """How long so many bytes take on the wire, in ms."""
    return octets * BITS_PER_BYTE_ON_WIRE * 1000 / baud
