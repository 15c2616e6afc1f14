"""The gate before the embedded broker: what amqtt 0.12.1 does not check, checked before amqtt sees a byte.

A connection comes through with one CONNECT packet, in time, of bounded size, from a known account, with a will that
the account may publish. What amqtt then reads is rewritten: a clean session, no password to keep in memory, and no
keep-alive, which amqtt announces but never enforces; `PacketReader` enforces it instead.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from amqtt.adapters import BufferReader, ReaderAdapter, StreamWriterAdapter
from amqtt.mqtt.connack import ConnackPacket
from amqtt.mqtt.connect import ConnectPacket

from server.cabinets.topic_rules import is_account, may

MQTT_3_1_1 = 4
CONNECT = 0x10
LENGTH_BYTES_MAX = 4
KEEP_ALIVE_GRACE = 1.5
"""A client is silent when nothing came for this many keep-alives [MQTT-3.1.2-24]."""

Authenticate = Callable[[str, str], bool]
"""Whether this password belongs to this account. Called on the event loop: quick, constant-time, never raising."""


class NotMqtt(Exception):
    """The bytes are no MQTT packet, or one larger than the limit. The connection is dropped without an answer."""


class Refusal(IntEnum):
    """Return codes of CONNACK [MQTT-3.2.2.3] for those who stay outside."""

    UNKNOWN_VERSION = 1
    WRONG_CLIENT_ID = 2
    NOT_AUTHORISED = 5

    @property
    def packet(self) -> bytes:
        """The CONNACK that says so."""
        packet: bytes = ConnackPacket.build(0, self).to_bytes()
        return packet


@dataclass(frozen=True, slots=True)
class Admitted:
    """A client that may come in: its account, the CONNECT as amqtt shall read it, and when it counts as gone."""

    account: str
    connect: bytes
    silence_s: float | None


async def read_packet(stream: asyncio.StreamReader, bytes_max: int) -> bytes:
    """One whole MQTT packet. Raises `NotMqtt`, or `asyncio.IncompleteReadError` when the stream ends before it."""
    header = await stream.readexactly(2)
    while header[-1] & 0x80:
        if len(header) > LENGTH_BYTES_MAX:
            raise NotMqtt("a length of more than four bytes")
        header += await stream.readexactly(1)
    remaining = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(header[1:]))
    if len(header) + remaining > bytes_max:
        raise NotMqtt(f"a packet of {len(header) + remaining} bytes")
    return header + await stream.readexactly(remaining)


async def examine(packet: bytes, authenticate: Authenticate) -> Admitted | Refusal:
    """Decide about a client by its first packet. Raises `NotMqtt` when that is no CONNECT."""
    connect = await _parse(packet)
    if connect.proto_name != "MQTT" or connect.proto_level != MQTT_3_1_1:
        return Refusal.UNKNOWN_VERSION
    account = connect.username or ""
    if not is_account(account) or connect.client_id != account:
        return Refusal.WRONG_CLIENT_ID
    if not authenticate(account, connect.password or "") or not _will_is_allowed(connect, account):
        return Refusal.NOT_AUTHORISED
    silence_s = connect.keep_alive * KEEP_ALIVE_GRACE or None
    return Admitted(account, _rewritten(connect), silence_s)


async def _parse(packet: bytes) -> ConnectPacket:
    if packet[0] != CONNECT:
        raise NotMqtt("the first packet is a CONNECT")
    try:
        return await ConnectPacket.from_stream(BufferReader(packet))
    except Exception as error:  # amqtt's parser raises whatever it stumbles over
        raise NotMqtt("a malformed CONNECT") from error


def _will_is_allowed(connect: ConnectPacket, account: str) -> bool:
    if not connect.will_flag:
        return True
    topic = connect.will_topic or ""
    return connect.will_message is not None and not set(topic) & set("+#") and may(account, "write", topic)


def _rewritten(connect: ConnectPacket) -> bytes:
    connect.clean_session_flag = True
    connect.keep_alive = 0
    connect.password_flag = False
    connect.password = ""
    packet: bytes = connect.to_bytes()
    return packet


class PacketReader(ReaderAdapter):
    """What amqtt reads from: whole packets of bounded size, the rewritten CONNECT first.

    A packet that says less than its length is cut there instead of swallowing the next one. The end of the stream, a
    packet that is too large and a client that stays silent all look like the end of the stream, and set `ended`.
    """

    def __init__(self, stream: asyncio.StreamReader, client: Admitted, bytes_max: int) -> None:
        self._stream, self._silence_s, self._bytes_max = stream, client.silence_s, bytes_max
        self._packet = client.connect
        self.ended = asyncio.Event()

    async def read(self, n: int = -1) -> bytes:
        """Up to `n` bytes of one packet; fewer at its end, none at the end of the stream."""
        if n != 0 and not self._packet:
            self._packet = await self._next_packet()
        if n < 0:
            n = len(self._packet)
        taken, self._packet = self._packet[:n], self._packet[n:]
        return taken

    async def _next_packet(self) -> bytes:
        try:
            async with asyncio.timeout(self._silence_s):
                return await read_packet(self._stream, self._bytes_max)
        except (asyncio.IncompleteReadError, NotMqtt, OSError):  # TimeoutError is an OSError
            self.ended.set()
            return b""

    def feed_eof(self) -> None:
        """Let the reader see the end of the stream."""
        self._stream.feed_eof()


class PatientWriter(StreamWriterAdapter):
    """What amqtt writes to: a client that takes nothing for `stall_s` is cut off instead of filling our memory."""

    def __init__(self, writer: asyncio.StreamWriter, stall_s: float) -> None:
        super().__init__(writer)
        self._stream, self._stall_s = writer, stall_s

    async def drain(self) -> None:
        """Wait until the client has taken enough, or break its connection."""
        try:
            async with asyncio.timeout(self._stall_s):
                await super().drain()
        except TimeoutError:
            self._stream.transport.abort()
            raise ConnectionResetError("the client takes nothing") from None
