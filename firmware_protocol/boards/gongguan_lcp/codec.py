"""The bytes of `gongguan-lcp`; 115200 8N1; COBS between zeros; CRC-16/CCITT-FALSE; numbers high byte first.

Specified in LCP.md. What to know when reading this table:

- A body is `VF address number opcode`, then for everything but HELLO, WELCOME and DOUBTED `counter mac`, then the
  payload. VF is the major version in its high half and flags in its low one.
- The proof stands before the payload so that it has a fixed place; it covers every other byte of the body.
- A frame is read here whether or not its proof is right: that is for `sessions`, which have the keys.
"""

from collections.abc import Callable
from dataclasses import astuple, replace
from functools import partial
from struct import Struct
from typing import Any, NamedTuple

from firmware_protocol.boards.checks import CRC_16_CCITT
from firmware_protocol.boards.controller import (
    AskOutcome,
    Auth,
    BoardEvent,
    DoorSaid,
    Doubted,
    EventsTold,
    Hello,
    LockSaid,
    OperationTold,
    Proof,
    Proven,
    ReadEvents,
    Result,
    Snapshot,
    Welcome,
)
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, Place, Run
from firmware_protocol.boards.frames import Packet, Side
from firmware_protocol.boards.framing import BETWEEN_ZEROS
from firmware_protocol.boards.gongguan_lcp.greeting import GREETING
from firmware_protocol.boards.gongguan_lcp.keys import MAC_OCTETS, mac
from firmware_protocol.boards.requests import ReadStatus, Unlock

VERSION = 1
PROVEN, ANSWER = 0x1, 0x2
HELLO, AUTH, STATUS, UNLOCK, OUTCOME, EVENTS, DOUBTED = range(1, 8)

ADDRESSES = range(1, 255)
CHANNELS_MAX = 48
CHANNELS = range(1, CHANNELS_MAX + 1)
PULSE_UNIT_MS = 10
PULSE_MS = 500
"""What an unlock lasts if nobody says."""
PULSE_UNITS = range(1, 201)
PULSES_MS = range(PULSE_UNIT_MS, PULSE_UNITS.stop * PULSE_UNIT_MS, PULSE_UNIT_MS)
EVENTS_PER_ANSWER_MAX = 8

HEAD, PROOF = Struct(">BBHB"), Struct(f">I{MAC_OCTETS}s")
MAC_AT, PAYLOAD_AT = HEAD.size + 4, HEAD.size + PROOF.size
NO_MAC = bytes(MAC_OCTETS)

RESULTS = tuple(Result)
LOCKS, DOORS = tuple(LockSaid), tuple(DoorSaid)
CHANNEL_STATES = tuple(lock | door << 4 for lock in range(len(LOCKS)) for door in range(len(DOORS)))


class Payload(NamedTuple):
    """What follows the head of one message: its places, and how it is read (given the address) and written."""

    places: tuple[Place, ...]
    read: Callable[[int, bytes], Any]
    write: Callable[[Any], bytes]
    run: Run | None = None


def _some(count: int) -> tuple[Place, ...]:
    return (ANY,) * count


def _packed(layout: Struct, *values: Any) -> bytes:
    """The values' bytes; raises `ValueError` for octets of another length, which `struct` would cut or fill."""
    octets = layout.pack(*values)
    if layout.unpack(octets) != values:
        raise ValueError(f"{values} do not fit")
    return octets


def _in_order(message: type[Any], layout: str = ">", *names: str) -> Payload:
    """The payload of a message whose fields stand there in order, as `struct` lays them out."""
    places = Struct(layout)
    return Payload(
        _some(places.size),
        read=lambda address, octets: message(address, *places.unpack(octets)),
        write=lambda frame: _packed(places, *(getattr(frame, name) for name in names)),
    )


def _head(packet: Packet, opcode: int, flags: int) -> bytes:
    head = _packed(HEAD, VERSION << 4 | flags, packet.address, packet.number, opcode)
    return head if packet.proof is None else head + _packed(PROOF, packet.proof.counter, packet.proof.mac)


def _form(side: Side, message: type, opcode: int, payload: Payload, *, is_proven: bool = True) -> Form:
    """One message in its packet."""
    flags = (PROVEN if is_proven else 0) | (ANSWER if side is Side.BOARD else 0)
    payload_at = PAYLOAD_AT if is_proven else HEAD.size

    def read(body: bytes) -> Packet:
        _, address, number, _ = HEAD.unpack_from(body)
        proof = Proof(*PROOF.unpack_from(body, HEAD.size)) if is_proven else None
        return Packet(number, payload.read(address, body[payload_at:]), proof)

    def write(packet: Packet) -> bytes:
        is_this = type(packet.message) is message and (packet.proof is not None) is is_proven
        return _head(packet, opcode, flags) + payload.write(packet.message) if is_this else b""

    head = (VERSION << 4 | flags, ADDRESSES, *_some(2), opcode, *_some(payload_at - HEAD.size))
    return Form(side, Packet, head + payload.places, read, write, payload.run)


_host, _board = partial(_form, Side.HOST), partial(_form, Side.BOARD)

ORDER, TOLD, SNAPSHOT, EVENT = Struct(">8sBBQ"), Struct(">8sBBB"), Struct(">IQBHBIIB"), Struct(">IIQBBQ")


def _read_unlock(address: int, octets: bytes) -> Unlock:
    operation, channel, units, not_after_ms = ORDER.unpack(octets)
    return Unlock(address, channel, units * PULSE_UNIT_MS, operation, not_after_ms)


def _write_unlock(frame: Unlock) -> bytes:
    units = (frame.pulse_ms or PULSE_MS) // PULSE_UNIT_MS
    return _packed(ORDER, frame.operation, frame.channel, units, frame.not_after_ms)


def _read_operation(address: int, octets: bytes) -> OperationTold:
    operation, channel, result, is_repeat = TOLD.unpack(octets)
    return OperationTold(address, operation, channel or None, RESULTS[result], bool(is_repeat))


def _write_operation(frame: OperationTold) -> bytes:
    return _packed(TOLD, frame.operation, frame.channel or 0, RESULTS.index(frame.result), frame.is_repeat)


def _read_snapshot(address: int, octets: bytes) -> Snapshot:
    boot, uptime_ms, reset, supply_mv, tampered, disbelieved, last, _ = SNAPSHOT.unpack_from(octets)
    states = octets[SNAPSHOT.size :]
    locks, doors = tuple(LOCKS[state & 0xF] for state in states), tuple(DOORS[state >> 4] for state in states)
    return Snapshot(address, boot, uptime_ms, reset, supply_mv, bool(tampered), disbelieved, last, locks, doors)


def _write_snapshot(frame: Snapshot) -> bytes:
    states = bytes(
        LOCKS.index(lock) | DOORS.index(door) << 4 for lock, door in zip(frame.locks, frame.doors, strict=True)
    )
    figures = frame.boot, frame.uptime_ms, frame.reset, frame.supply_mv, frame.is_tampered, frame.disbelieved
    return _packed(SNAPSHOT, *figures, frame.last_event, len(states)) + states


def _read_events(address: int, octets: bytes) -> EventsTold:
    return EventsTold(address, tuple(BoardEvent(*each) for each in EVENT.iter_unpack(octets[1:])))


def _write_events(frame: EventsTold) -> bytes:
    return bytes((len(frame.events),)) + b"".join(_packed(EVENT, *astuple(event)) for event in frame.events)


_WELCOME = "minor", "suite", "capabilities", "channels", "firmware", "uid", "nonce", "boot", "uptime_ms"

FORMS = (
    _host(Hello, HELLO, _in_order(Hello, ">BB16s", "minor", "suites", "nonce"), is_proven=False),
    _host(Auth, AUTH, _in_order(Auth)),
    _host(ReadStatus, STATUS, _in_order(ReadStatus)),
    _host(
        Unlock, UNLOCK, Payload((*_some(8), CHANNELS, PULSE_UNITS, *_some(8)), read=_read_unlock, write=_write_unlock)
    ),
    _host(AskOutcome, OUTCOME, _in_order(AskOutcome, ">8s", "operation")),
    _host(ReadEvents, EVENTS, _in_order(ReadEvents, ">I", "taken")),
    _board(Welcome, HELLO, _in_order(Welcome, ">BBHBH12s16sIQ", *_WELCOME), is_proven=False),
    _board(Proven, AUTH, _in_order(Proven)),
    _board(
        Snapshot,
        STATUS,
        Payload(
            (*_some(15), range(2), *_some(8), CHANNELS),
            read=_read_snapshot,
            write=_write_snapshot,
            run=Run(CHANNEL_STATES, CHANNELS_MAX, counted_at=((PAYLOAD_AT + SNAPSHOT.size - 1, 0),)),
        ),
    ),
    _board(
        OperationTold,
        UNLOCK,
        Payload(
            (*_some(8), range(CHANNELS_MAX + 1), range(len(RESULTS)), range(2)),
            read=_read_operation,
            write=_write_operation,
        ),
    ),
    *(
        _board(EventsTold, EVENTS, Payload((count, *_some(EVENT.size * count)), read=_read_events, write=_write_events))
        for count in range(EVENTS_PER_ANSWER_MAX + 1)
    ),
    _board(Doubted, DOUBTED, _in_order(Doubted, ">BB", "opcode", "code"), is_proven=False),
)

OPCODES: dict[type, int] = {
    Hello: HELLO,
    Auth: AUTH,
    ReadStatus: STATUS,
    Unlock: UNLOCK,
    AskOutcome: OUTCOME,
    ReadEvents: EVENTS,
}
"""What a request is called on the wire, for a doubt about it."""

BOARD = Dialect(
    name="gongguan-lcp",
    baud=115200,
    addresses=ADDRESSES,
    channels_max=CHANNELS_MAX,
    forms=FORMS,
    check=CRC_16_CCITT,
    replies_to_unlock=True,
    unlock_reply_ms_max=300,
    reply_ms_max=300,
    quiet_gap_ms=1,
    frame_silence_ms=20,
    echo_is_ambiguous=False,
    pulses_ms=PULSES_MS,
    greeting=GREETING,
    framing=BETWEEN_ZEROS,
    has_operation_ids=True,
)


def body_of(packet: Packet) -> bytes:
    """A packet's body; raises `NotInDialect`."""
    framed = BETWEEN_ZEROS.unwrap(BOARD.encode(packet))
    return framed[: -BOARD.check.octets]


def covered_of(packet: Packet) -> bytes:
    """What a packet's MAC covers: all of its body but the MAC itself."""
    body = body_of(packet)
    return body[:MAC_AT] + body[PAYLOAD_AT:]


def proven(packet: Packet, counter: int, key: bytes) -> Packet:
    """The packet with its proof under this key."""
    covered = covered_of(replace(packet, proof=Proof(counter, NO_MAC)))
    return replace(packet, proof=Proof(counter, mac(key, covered)))
