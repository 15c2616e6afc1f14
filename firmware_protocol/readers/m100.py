"""`uhf-m100`: UHF modules of the M100 kind (QM100, YRM100, JRD-4035); 115200 8N1; answers what tags stand in the field.

    BB type command length(2) payload … check 7E

`check` is the low byte of the sum of everything between BB and itself. Type 00 is the host's, 01 answers it, 02 tells
of a tag. What to know when reading this file:

- One inventory (`BB 00 22 00 00 22 7E`) brings a notice for each tag that was heard, or error 15: no tag. A tag may be
  missed in one round and heard in the next: nothing follows from one read.
- BB and 7E occur inside payloads too. The length decides where a frame ends, and a frame that does not end in 7E under
  the right check is none: reading goes on with the next BB.
- An EPC is no proof: anybody can write one onto another tag.

Worked example: `BB 02 22 00 11 C9 34 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70 3A 76 EF 7E` is the tag
`30751FEB705C5904E3D50D70`, heard at RSSI C9 (-55 dBm, as a signed byte).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

HEAD, END = 0xBB, 0x7E
HOST, ANSWER, NOTICE = 0x00, 0x01, 0x02
INVENTORY, ERROR = 0x22, 0xFF
NO_TAG = 0x15
FRAME_OVERHEAD = 7
PAYLOAD_MAX = 96
"""Longer than any answer to what is asked here; what claims more is noise."""
RSSI_PC_CRC = 5
"""Octets of a notice beside the EPC."""
BAUD = 115_200


@dataclass(frozen=True, slots=True)
class AskTags:
    """Host: which tags are in the field? One round."""


@dataclass(frozen=True, slots=True)
class TagHeard:
    """Reader: this tag answered; `rssi_dbm` is how strongly."""

    epc: str
    rssi_dbm: int


@dataclass(frozen=True, slots=True)
class NoTag:
    """Reader: no tag answered in this round."""


@dataclass(frozen=True, slots=True)
class ReaderRefuses:
    """Reader: it could not do what it was asked; the code is the maker's."""

    code: int


Frame = AskTags | TagHeard | NoTag | ReaderRefuses


def encode(frame: Frame) -> bytes:
    """The frame's bytes."""
    match frame:
        case AskTags():
            return _framed(HOST, INVENTORY, b"")
        case TagHeard(epc, rssi_dbm):
            epc_octets = bytes.fromhex(epc)
            words = bytes((len(epc_octets) // 2 << 3, 0))
            return _framed(NOTICE, INVENTORY, bytes((rssi_dbm & 0xFF,)) + words + epc_octets + b"\0\0")
        case NoTag():
            return _framed(ANSWER, ERROR, bytes((NO_TAG,)))
        case ReaderRefuses(code):
            return _framed(ANSWER, ERROR, bytes((code,)))


class Decoder:
    """Reads one line, both sides alike. Never raises on input, and holds no more than one frame's length."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.skipped = 0
        """Bytes so far that belonged to no frame."""
        self.bad_checks = 0
        """How often so far a frame stood there whole but for its check."""

    def feed(self, received: bytes) -> list[Frame]:
        """Take bytes as they came, in any pieces; answer the frames they complete."""
        self._held += received
        frames: list[Frame] = []
        while (length := self._length()) is not None and len(self._held) >= length:
            octets = bytes(self._held[:length])
            frame = _read(octets)
            if frame is None:
                self.bad_checks += octets[-1] == END and length > 1
                length = 1
                self.skipped += 1
            else:
                frames.append(frame)
            del self._held[:length]
        return frames

    def idle(self) -> list[Frame]:
        """The line fell silent: what began and did not end is dropped; a frame may have stood behind its beginning."""
        frames: list[Frame] = []
        while self._held:
            del self._held[:1]
            self.skipped += 1
            frames += self.feed(b"")
        return frames

    def _length(self) -> int | None:
        """How long what stands at the start is; 1 for what begins no frame, `None` while that is not known."""
        if not self._held:
            return None
        if self._held[0] != HEAD:
            return 1
        if len(self._held) < 5:
            return None
        payload = int.from_bytes(self._held[3:5])
        return FRAME_OVERHEAD + payload if payload <= PAYLOAD_MAX else 1


def _framed(kind: int, command: int, payload: bytes) -> bytes:
    body = bytes((kind, command)) + len(payload).to_bytes(2) + payload
    return bytes((HEAD,)) + body + bytes((_check(body), END))


def _check(body: bytes) -> int:
    return sum(body) & 0xFF


def _read(octets: bytes) -> Frame | None:
    """The frame that these bytes are; nothing for one that is broken, or that nobody here asks for."""
    if len(octets) < FRAME_OVERHEAD or octets[-1] != END or octets[-2] != _check(octets[1:-2]):
        return None
    read = _READERS.get((octets[1], octets[2]))
    return None if read is None else read(octets[5:-2])


def _tag(payload: bytes) -> TagHeard | None:
    """A notice: RSSI, PC, EPC, and the tag's own check, which the module has held against them."""
    epc = payload[3:-2]
    if len(payload) <= RSSI_PC_CRC or len(epc) != payload[1] >> 3 << 1:
        return None
    return TagHeard(epc.hex().upper(), int.from_bytes(payload[:1], signed=True))


def _error(payload: bytes) -> NoTag | ReaderRefuses | None:
    if len(payload) != 1:
        return None
    return NoTag() if payload[0] == NO_TAG else ReaderRefuses(payload[0])


_READERS: Mapping[tuple[int, int], Callable[[bytes], Frame | None]] = {
    (HOST, INVENTORY): lambda payload: AskTags() if not payload else None,
    (NOTICE, INVENTORY): _tag,
    (ANSWER, ERROR): _error,
}
