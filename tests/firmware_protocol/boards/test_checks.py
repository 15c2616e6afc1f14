"""What ends a frame: known figures, and that a single flipped bit is always found out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.boards.checks import CRC_16_MODBUS, LOW_SUM, NO_CHECK, XOR

BODIES = st.binary(min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("check", "body", "octets"),
    [
        (XOR, "8A 01 01 11", "9B"),
        (XOR, "", "00"),
        (LOW_SUM, "02 00 30 03", "35"),
        (LOW_SUM, "FF FF", "FE"),
        (CRC_16_MODBUS, "01 05 00 00 FF 00", "8C 3A"),
        (CRC_16_MODBUS, "31 32 33 34 35 36 37 38 39", "37 4B"),
        (NO_CHECK, "90 06 05 01 01 03", ""),
    ],
)
def test_the_check_of_a_known_frame(check, body, octets):
    assert check.over(bytes.fromhex(body)) == bytes.fromhex(octets)


@pytest.mark.parametrize("check", [XOR, LOW_SUM, CRC_16_MODBUS], ids=["xor", "sum", "crc"])
@given(body=BODIES, place=st.integers(0, 319))
def test_one_flipped_bit_changes_the_check(check, body, place):
    octet, bit = divmod(place % (len(body) * 8), 8)
    flipped = bytearray(body)
    flipped[octet] ^= 1 << bit

    assert check.over(bytes(flipped)) != check.over(body)


@given(body=BODIES)
def test_a_crc_is_the_remainder_of_a_long_division(body):
    """Bit by bit, highest power first: the textbook's way, where the codec uses a table."""
    remainder = 0xFFFF
    for octet in body:
        for place in range(8):
            is_one = remainder & 1 ^ octet >> place & 1
            remainder = remainder >> 1 ^ (0xA001 if is_one else 0)

    assert CRC_16_MODBUS.over(body) == remainder.to_bytes(2, "little")
