"""SM3 gives what the standard says, with OpenSSL and without."""

import hashlib

import pytest

from firmware_protocol.sm3 import sm3, sm3_by_hand

STANDARD = {
    "A.1": (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    "A.2": (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
}


@pytest.mark.parametrize(("message", "digest"), STANDARD.values(), ids=STANDARD)
def test_the_standards_examples_come_out(message: bytes, digest: str) -> None:
    assert sm3_by_hand(message).hex() == digest
    assert sm3(message).hex() == digest


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL has no SM3 to compare with")
def test_every_length_around_a_block_agrees_with_openssl() -> None:
    messages = [bytes(range(256))[:length] for length in (*range(3), *range(50, 70), *range(115, 135))]
    assert [sm3_by_hand(each) for each in messages] == [hashlib.new("sm3", each).digest() for each in messages]
