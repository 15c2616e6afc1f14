"""Noise and damage by the thousand: no decoder stumbles, and none takes a frame under a wrong check."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from firmware_protocol.__main__ import main
from firmware_protocol.boards import DIALECTS, Side, Status, dialect
from firmware_protocol.fuzz import Chance, Damage, fuzz

EVERY_FAMILY = pytest.mark.parametrize("family", list(DIALECTS))


def xor(octets: bytes) -> bytes:
    result = 0
    for octet in octets:
        result ^= octet
    return bytes((result,))


def low_sum(octets: bytes) -> bytes:
    return bytes((sum(octets) % 256,))


def crc(octets: bytes) -> bytes:
    remainder = 0xFFFF
    for octet in octets:
        remainder ^= octet
        for _ in range(8):
            remainder = remainder >> 1 ^ (0xA001 if remainder % 2 else 0)
    return remainder.to_bytes(2, "little")


def crc_ccitt(octets: bytes) -> bytes:
    remainder = 0xFFFF
    for octet in octets:
        remainder ^= octet << 8
        for _ in range(8):
            remainder = (remainder << 1 ^ (0x1021 if remainder & 0x8000 else 0)) & 0xFFFF
    return remainder.to_bytes(2)


def without_framing(family: str, octets: bytes) -> bytes:
    """The frame and its check; COBS taken off as its authors describe it."""
    if family != "gongguan-lcp":
        return octets
    stuffed, plain = octets.strip(b"\0"), bytearray()
    while stuffed:
        code = stuffed[0]
        plain += stuffed[1:code] + (b"\0" if stuffed[code:] else b"")
        stuffed = stuffed[code:]
    return bytes(plain)


CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "bcc-8a": xor,
    "kerong-cu16": low_sum,
    "kerong-cu48": low_sum,
    "kerong-cu48b": low_sum,
    "wkly": xor,
    "winnsen": lambda _octets: b"",
    "waveshare-modbus": crc,
    "gongguan-lcp": crc_ccitt,
}
"""Each family's check, written a second time."""


@EVERY_FAMILY
def test_a_few_thousand_inputs_break_no_promise(family):
    tally = fuzz(dialect(family), 4000, seed="short")

    assert tally.finding is None
    assert tally.inputs == 4000
    assert tally.frames > 1000
    assert tally.skipped > 10_000


@pytest.mark.long
@pytest.mark.parametrize("turn", range(10))
@EVERY_FAMILY
def test_a_million_inputs_break_no_promise(family, turn):
    assert fuzz(dialect(family), 100_000, seed=f"long {turn}").finding is None


@EVERY_FAMILY
@pytest.mark.parametrize("side", list(Side))
def test_what_is_read_out_of_damage_ends_in_the_check_as_somebody_else_computes_it(family, side):
    damage, check = Damage(dialect(family), side, Chance("again")), CHECKS[family]
    decoder = dialect(family).decoder(side)
    read = []
    for _ in range(2000):
        decoder.feed(damage.any_input())
        read += decoder.octets
        decoder.idle()
        read += decoder.octets

    assert len(read) > 500
    for octets in (without_framing(family, sent) for sent in read):
        body = octets[: len(octets) - len(check(octets))]
        assert octets == body + check(body)


def test_the_same_seed_is_the_same_story():
    first, again, other = (fuzz(dialect("wkly"), 500, seed) for seed in ("a", "a", "b"))

    assert first == again != other


def _raise(_body):
    raise KeyError(7)


def spoilt(family, **changes):
    """A family whose first status form of the board has these faults."""
    speech = dialect(family)
    forms = [replace(form, **changes) if form.frame is Status else form for form in speech.forms]
    return replace(speech, forms=tuple(forms))


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"read": _raise}, "KeyError"),
        ({"read": lambda body: Status(body[1] >> 4, (not body[3] & 1,) * 16, (False,) * 16)}, "another frame"),
    ],
    ids=["a form that raises", "a form that reads something else"],
)
def test_a_decoder_that_breaks_a_promise_is_found_out(changes, broken):
    finding = fuzz(spoilt("kerong-cu16", **changes), 4000, seed="short").finding

    assert finding is not None
    assert finding.side is Side.BOARD
    assert broken in finding.broken


def test_the_command_prints_one_line_of_figures(capsys):
    assert main(["fuzz", "--board", "winnsen", "--inputs", "200", "--seed", "x"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["board"], told["inputs"], told["finding"]) == ("winnsen", 200, None)
