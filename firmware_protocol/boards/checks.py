"""What families append to a frame so that noise on the wire is found out. None of it keeps anybody from forging one."""

from binascii import crc_hqx
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import xor

CRC_START = 0xFFFF
CRC_POLYNOMIAL = 0xA001
"""x¹⁶ + x¹⁵ + x² + 1, lowest bit first, as Modbus shifts it."""


@dataclass(frozen=True, slots=True)
class Check:
    """The last bytes of every frame of a family: how many there are, and what they are over all bytes before them."""

    octets: int
    over: Callable[[bytes], bytes]


def _crc_of_octet(octet: int) -> int:
    for _ in range(8):
        octet = octet >> 1 ^ (CRC_POLYNOMIAL if octet & 1 else 0)
    return octet


CRC_OF_OCTET = tuple(_crc_of_octet(octet) for octet in range(256))


def _crc_16(body: bytes) -> bytes:
    crc = CRC_START
    for octet in body:
        crc = crc >> 8 ^ CRC_OF_OCTET[(crc ^ octet) & 0xFF]
    return crc.to_bytes(2, "little")


NO_CHECK = Check(0, lambda _body: b"")
XOR = Check(1, lambda body: bytes((reduce(xor, body, 0),)))
LOW_SUM = Check(1, lambda body: bytes((sum(body) & 0xFF,)))
"""Low byte of the sum of all bytes."""
CRC_16_MODBUS = Check(2, _crc_16)
"""Low byte first."""
CRC_16_CCITT = Check(2, lambda body: crc_hqx(body, CRC_START).to_bytes(2))
"""CRC-16/CCITT-FALSE: x¹⁶ + x¹² + x⁵ + 1 from FFFF, high byte first."""
