r"""What a host and a controller share, and what is made from it: session keys, proofs, ids of operations.

    secret        32 bytes, one for each controller; as text 64 hexadecimal digits
    transcript    len(HELLO body) u16 ‖ HELLO body ‖ len(WELCOME body) u16 ‖ WELCOME body
    K_host        HMAC-SHA-256(secret, "gongguan-lcp/1 host" ‖ transcript)
    K_board       HMAC-SHA-256(secret, "gongguan-lcp/1 board" ‖ transcript)
    mac           first 8 bytes of HMAC-SHA-256(K, covered)
    operation     first 8 bytes of SHA-256("gongguan-lcp/1 operation\n" permit "\n" kind "\n" number)

The transcript is everything both sides said before there was a key: who heard anything else has another key.
"""

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

SECRET_OCTETS = 32
NONCE_OCTETS = 16
MAC_OCTETS = 8
OPERATION_OCTETS = 8
HOST_LABEL = b"gongguan-lcp/1 host"
BOARD_LABEL = b"gongguan-lcp/1 board"
OPERATION_LABEL = "gongguan-lcp/1 operation"

_WRITTEN = re.compile(rf"[0-9a-fA-F]{{{2 * SECRET_OCTETS}}}")


@dataclass(frozen=True, slots=True)
class Secret:
    """What one controller and its host know and nobody else. Never shown."""

    octets: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its written form, white space around it aside; raises `ValueError` with a Chinese sentence."""
        if _WRITTEN.fullmatch(text.strip()) is None:
            raise ValueError(f"密钥应是 {2 * SECRET_OCTETS} 位十六进制数，别的什么都没有。")
        return cls(bytes.fromhex(text.strip()))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one session: each side proves with its own."""

    host: bytes = field(repr=False)
    board: bytes = field(repr=False)


def session_keys(secret: Secret, hello: bytes, welcome: bytes) -> Keys:
    """The keys that these two bodies, without their checks, lead to."""
    transcript = b"".join(len(body).to_bytes(2) + body for body in (hello, welcome))
    host, board = (hmac.digest(secret.octets, label + transcript, sha256) for label in (HOST_LABEL, BOARD_LABEL))
    return Keys(host, board)


def mac(key: bytes, covered: bytes) -> bytes:
    """The proof of these bytes."""
    return hmac.digest(key, covered, sha256)[:MAC_OCTETS]


def is_mac(key: bytes, covered: bytes, claimed: bytes) -> bool:
    """Whether that is the proof of these bytes; takes the same time for every wrong one."""
    return hmac.compare_digest(mac(key, covered), claimed)


def operation_id(permit: str, kind: str, number: int) -> bytes:
    """The id of a permit's `number`-th pulse of a kind (`attempt`, `return`): the same however it comes to be asked."""
    return sha256(f"{OPERATION_LABEL}\n{permit}\n{kind}\n{number}".encode()).digest()[:OPERATION_OCTETS]
