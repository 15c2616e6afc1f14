"""Hypothesis strategies: any frame a family's host or board may send, and noise that begins no frame."""

from typing import Any

from hypothesis import strategies as st

from firmware_protocol.boards import (
    AddressTold,
    AskOutcome,
    Auth,
    BoardEvent,
    ChannelStatus,
    Dialect,
    DoorReport,
    DoorSaid,
    Doubted,
    EventsTold,
    Frame,
    Hello,
    LockSaid,
    OperationTold,
    Order,
    OrderReply,
    Outputs,
    Packet,
    Proof,
    Proven,
    ReadChannel,
    ReadEvents,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    Refusal,
    Registers,
    ReleaseAll,
    ReleasedAll,
    Result,
    Said,
    Side,
    Snapshot,
    Status,
    Unlock,
    UnlockReply,
    Welcome,
    dialect,
)
from firmware_protocol.boards.framing import BETWEEN_ZEROS


def _bits(count: int) -> st.SearchStrategy[tuple[bool, ...]]:
    return st.integers(0, 2**count - 1).map(lambda bits: tuple(bool(bits >> place & 1) for place in range(count)))


def _bcc_8a(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(1, 31), st.integers(1, 24)
    if side is Side.HOST:
        return (
            st.builds(Unlock, address, channel)
            | st.builds(ReadStatus, address)
            | st.builds(ReadChannel, address, channel)
        )
    return (
        st.builds(Status, address, _bits(16) | _bits(24))
        | st.builds(UnlockReply, address, channel, st.booleans())
        | st.builds(ChannelStatus, address, channel, st.booleans())
        | st.builds(DoorReport, address, channel, st.booleans())
    )


def _kerong_cu16(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(0, 15), st.integers(1, 16)
    if side is Side.HOST:
        return st.builds(Unlock, address, channel) | st.builds(ReadStatus, address)
    return st.builds(Status, address, _bits(16), _bits(16), st.booleans())


def _kerong_cu48(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(0, 9), st.integers(1, 48)
    if side is Side.HOST:
        return st.builds(Unlock, address, channel) | st.builds(ReadStatus, address)
    return st.builds(Status, address, _bits(48))


def _kerong_cu48b(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(0, 9), st.integers(1, 48)
    if side is Side.HOST:
        return _kerong_cu48(side)
    return st.builds(Status, address, _bits(48), _bits(48) | st.just(())) | st.builds(
        UnlockReply, address, channel, st.none()
    )


def _wkly(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(0, 31), st.integers(1, 24)
    bit, said = st.sampled_from([False, True, None]), st.sampled_from([Said.DONE, Said.FAILED])
    if side is Side.HOST:
        return (
            st.builds(Unlock, address, channel)
            | st.builds(ReadStatus, address)
            | st.builds(ReadChannel, address, channel)
        )
    return (
        st.builds(Status, address, st.lists(bit, min_size=1, max_size=24).map(tuple))
        | st.builds(UnlockReply, address, channel, bit, said)
        | st.builds(ChannelStatus, address, channel, bit)
        | st.builds(DoorReport, address, channel, bit)
        | st.builds(
            OrderReply,
            address,
            st.sampled_from([Order.UNLOCK_TOGETHER, Order.UNLOCK_IN_TURN, Order.UNLOCK_ALL]),
            st.none(),
            said,
        )
        | st.builds(OrderReply, address, st.sampled_from([Order.BLINK, Order.HOLD, Order.RELEASE]), channel, said)
    )


def _winnsen(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(1, 0x8F), st.integers(1, 16)
    if side is Side.HOST:
        return (
            st.builds(Unlock, address, channel)
            | st.builds(ReadStatus, address)
            | st.builds(ReadChannel, address, channel)
        )
    return (
        st.builds(Status, address, _bits(16))
        | st.builds(UnlockReply, address, channel, st.none(), st.sampled_from(Said))
        | st.builds(ChannelStatus, address, channel, st.sampled_from([False, True, None]))
    )


def _waveshare_modbus(side: Side) -> st.SearchStrategy[Frame]:
    address, channel = st.integers(1, 247), st.integers(1, 8)
    pulse_ms = st.integers(1, 30).map(lambda units: units * 100)
    if side is Side.HOST:
        return (
            st.builds(Unlock, address, channel, pulse_ms)
            | st.builds(ReadStatus, address)
            | st.builds(ReadOutputs, address)
            | st.builds(ReadRegisters, address, st.integers(0, 0xFFFF), st.integers(1, 8))
            | st.builds(ReleaseAll, address)
        )
    switch = st.sampled_from([Order.HOLD, Order.RELEASE, Order.TOGGLE])
    return (
        st.builds(UnlockReply, address, channel, st.none(), st.none(), pulse_ms)
        | st.builds(Status, address, _bits(8))
        | st.builds(Outputs, address, _bits(8))
        | st.builds(Registers, address, st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=8).map(tuple))
        | st.builds(ReleasedAll, address)
        | st.builds(OrderReply, address, switch, channel)
        | st.builds(OrderReply, address, st.just(Order.INTERRUPT), channel, st.none(), pulse_ms)
        | st.builds(AddressTold, address)
        | st.builds(Refusal, address, st.integers(1, 15), st.integers(1, 11))
    )


_DOUBLE, _WORD = st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)
_OCTET, _TIME_MS = st.integers(0, 255), st.integers(0, 2**64 - 1)


def _octets(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


def _gongguan_lcp(side: Side) -> st.SearchStrategy[Frame]:
    in_clear, proven = _said_by_host() if side is Side.HOST else _said_by_controller()
    proof = st.builds(Proof, _WORD, _octets(8))
    return st.builds(Packet, _DOUBLE, in_clear) | st.builds(Packet, _DOUBLE, proven, proof)


def _said_by_host() -> tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]:
    address, channel, operation = st.integers(1, 254), st.integers(1, 48), _octets(8)
    pulse_ms = st.integers(1, 200).map(lambda units: units * 10)
    return st.builds(Hello, address, _OCTET, _OCTET, _octets(16)), st.one_of(
        st.builds(Auth, address),
        st.builds(ReadStatus, address),
        st.builds(Unlock, address, channel, pulse_ms, operation, _TIME_MS),
        st.builds(AskOutcome, address, operation),
        st.builds(ReadEvents, address, _WORD),
    )


def _said_by_controller() -> tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]:
    address, channel = st.integers(1, 254), st.integers(1, 48) | st.none()
    what_it_is = _OCTET, _OCTET, _DOUBLE, _OCTET, _DOUBLE, _octets(12), _octets(16), _WORD, _TIME_MS
    figures = address, _WORD, _TIME_MS, _OCTET, _DOUBLE, st.booleans(), _WORD, _WORD
    states = st.lists(st.tuples(st.sampled_from(LockSaid), st.sampled_from(DoorSaid)), min_size=1, max_size=48)
    event = st.builds(BoardEvent, _WORD, _WORD, _TIME_MS, _OCTET, _OCTET, _TIME_MS)
    in_clear = st.one_of(st.builds(Welcome, address, *what_it_is), st.builds(Doubted, address, _OCTET, _OCTET))
    return in_clear, st.one_of(
        st.builds(Proven, address),
        st.builds(lambda *told: Snapshot(*told[:-1], *zip(*told[-1], strict=True)), *figures, states),
        st.builds(OperationTold, address, _octets(8), channel, st.sampled_from(Result), st.booleans()),
        st.builds(EventsTold, address, st.lists(event, max_size=8).map(tuple)),
    )


_FRAMES = {
    "bcc-8a": _bcc_8a,
    "kerong-cu16": _kerong_cu16,
    "kerong-cu48": _kerong_cu48,
    "kerong-cu48b": _kerong_cu48b,
    "wkly": _wkly,
    "winnsen": _winnsen,
    "waveshare-modbus": _waveshare_modbus,
    "gongguan-lcp": _gongguan_lcp,
}


def frames(family: str, side: Side) -> st.SearchStrategy[Frame]:
    """Any frame that side may send."""
    return _FRAMES[family](side)


def heads(speech: Dialect, side: Side) -> set[int]:
    """The bytes with which a frame of that side may begin."""
    if speech.framing is BETWEEN_ZEROS:
        return {0}
    return {head for form in speech.forms if form.side is side for head in range(256) if form.begins(bytes((head,)))}


def noise(family: str, side: Side) -> st.SearchStrategy[bytes]:
    """Bytes none of which begins a frame."""
    dull = sorted(set(range(256)) - heads(dialect(family), side))
    return st.lists(st.sampled_from(dull), max_size=8).map(bytes)
