"""Both halves of a link of `gongguan-lcp`: who is believed, and what is written so that the other side believes it.

Pure: packets go in and come out; nonces are told; there is no clock. What a forged, repeated or old packet changes is
nothing: a session holds until both sides have proven a new one. LCP.md §3 is the specification.
"""

from dataclasses import dataclass, replace

from firmware_protocol.boards.answers import Answer, answers
from firmware_protocol.boards.controller import (
    MINOR,
    SUITE_HMAC_SHA256,
    Auth,
    Doubt,
    Doubted,
    Hello,
    Proven,
    Welcome,
)
from firmware_protocol.boards.frames import Packet
from firmware_protocol.boards.gongguan_lcp.codec import OPCODES, body_of, covered_of, proven
from firmware_protocol.boards.gongguan_lcp.keys import Secret, is_mac, session_keys
from firmware_protocol.boards.requests import Request

NUMBERS = 1 << 16
COUNTER_MAX = (1 << 32) - 1


class NoSession(ValueError):
    """There is nothing to prove it with: say `Hello` first, then `Auth`."""


@dataclass(slots=True)
class Link:
    """One session from one side: its key and the other's, and how far each has counted."""

    own_key: bytes
    other_key: bytes
    sent: int = 0
    heard: int = 0

    def prove(self, packet: Packet) -> Packet:
        """The packet under the next counter; raises `NoSession` when there is none left."""
        if self.sent == COUNTER_MAX:
            raise NoSession
        self.sent += 1
        return proven(packet, self.sent, self.own_key)

    def doubt(self, packet: Packet) -> Doubt | None:
        """Why not to believe this packet; `None` if it is the other side's and new, and then it is old from now on."""
        if packet.proof is None or not is_mac(self.other_key, covered_of(packet), packet.proof.mac):
            return Doubt.WRONG_PROOF
        if packet.proof.counter <= self.heard:
            return Doubt.OLD_COUNTER
        self.heard = packet.proof.counter
        return None


class HostSession:
    """The host's half: one request at a time, one board."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret
        self._asked: tuple[Packet, Request] | None = None
        self._link: Link | None = None
        self._coming: Link | None = None
        self._number = 0
        self.doubt: int | None = None
        """The `Doubt` that somebody, perhaps the board, told of the last request; a hint and no more."""

    def ask(self, request: Request, nonce: bytes) -> Packet:
        """The packet for this request; nothing but its answer is heard from now on.

        `nonce` is used by a `Hello` alone and must be new. Raises `NoSession`.
        """
        self._number = (self._number + 1) % NUMBERS
        packet = self._packet(request, nonce)
        self._asked, self.doubt = (packet, request), None
        return packet

    def hear(self, packet: Packet) -> Answer | None:
        """The answer to the last request, if this is it and the board's; anything else changes nothing."""
        if self._asked is None or (packet.number, packet.address) != (self._asked[0].number, self._asked[0].address):
            return None
        if isinstance(packet.message, Doubted):
            self.doubt = packet.message.code
        elif isinstance(packet.message, Answer) and self._believes(packet, packet.message, *self._asked):
            self._asked = None
            return packet.message
        return None

    def _packet(self, request: Request, nonce: bytes) -> Packet:
        if isinstance(request, Hello):
            return Packet(self._number, replace(request, nonce=nonce))
        link = self._coming if isinstance(request, Auth) else self._link
        if link is None:
            raise NoSession
        return link.prove(Packet(self._number, request))

    def _believes(self, packet: Packet, answer: Answer, asked: Packet, request: Request) -> bool:
        if not answers(answer, request):
            return False
        if isinstance(answer, Welcome):
            return self._is_welcome(answer) and self._begin(asked, packet)
        link = self._coming if isinstance(answer, Proven) else self._link
        if link is None or link.doubt(packet) is not None:
            return False
        self._link = link
        return True

    def _is_welcome(self, welcome: Welcome) -> bool:
        """Whether we speak what the board has chosen."""
        if welcome.minor <= MINOR and welcome.suite == SUITE_HMAC_SHA256:
            return True
        self.doubt = Doubt.NOT_SPOKEN
        return False

    def _begin(self, hello: Packet, welcome: Packet) -> bool:
        keys = session_keys(self._secret, body_of(hello), body_of(welcome))
        self._coming = Link(keys.host, keys.board)
        return True


class BoardSession:
    """The controller's half. A new object is a start of the controller: whatever was agreed before it is gone."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret
        self._link: Link | None = None
        self._coming: Link | None = None
        self.disbelieved = 0
        """Packets with a wrong proof or an old counter."""

    def greet(self, hello: Packet, welcome: Welcome) -> Packet:
        """Answer a `Hello`; the session that holds goes on holding until the host has proven the new one."""
        packet = Packet(hello.number, welcome)
        keys = session_keys(self._secret, body_of(hello), body_of(packet))
        self._coming = Link(keys.board, keys.host)
        return packet

    def doubt(self, packet: Packet) -> Doubt | None:
        """Why not to obey this request; `None` if it is the host's and new."""
        is_auth = isinstance(packet.message, Auth)
        link = self._coming or self._link if is_auth else self._link  # an Auth whose answer was lost is said again
        if link is None:
            return Doubt.NO_SESSION
        if (doubt := link.doubt(packet)) is not None:
            self.disbelieved += 1
        elif is_auth:
            self._link, self._coming = link, None
        return doubt

    def answer(self, request: Packet, message: Answer) -> Packet:
        """The packet that answers a request that was not doubted; raises `NoSession`."""
        if self._link is None:
            raise NoSession
        return self._link.prove(Packet(request.number, message))


def doubted(request: Packet, doubt: Doubt) -> Packet:
    """What a controller says to a request that it does not believe."""
    return Packet(request.number, Doubted(request.address, OPCODES[type(request.message)], doubt))
