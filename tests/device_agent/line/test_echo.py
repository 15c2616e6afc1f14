"""An adapter that hears itself is found out, and its echo is never taken for the board's word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.line.echo import Echo

REQUEST = bytes.fromhex("80 01 00 33 B2")
ANSWER = bytes.fromhex("80 01 FF FF FF 33 4D")
ANSWER_THAT_BEGINS_LIKE_THE_REQUEST = bytes.fromhex("80 01 00 33 B2 33 33")


def echo_after(received, *, answer_octets):
    """An echo canceller after one read that brought these bytes."""
    echo = Echo()
    echo.sent(REQUEST)
    echo.strip(received)
    echo.learn(answer_octets)
    return echo


@pytest.mark.parametrize(
    ("received", "answer_octets", "is_present"),
    [
        (REQUEST + ANSWER, 7, True),
        (REQUEST, 0, True),
        (ANSWER, 7, False),
        (b"", 0, False),
        (REQUEST[:3], 0, False),
        (ANSWER_THAT_BEGINS_LIKE_THE_REQUEST, 7, False),
    ],
    ids=["echo and answer", "echo alone", "answer alone", "silence", "echo cut short", "answer like an echo"],
)
def test_a_read_tells_whether_the_adapter_echoes(received, answer_octets, is_present):
    assert echo_after(received, answer_octets=answer_octets).is_present is is_present


@given(places=st.lists(st.integers(1, 11), max_size=4))
def test_the_echo_is_taken_out_in_whatever_pieces_it_comes(places):
    echo = echo_after(REQUEST, answer_octets=0)
    echo.sent(REQUEST)
    stream = REQUEST + ANSWER
    edges = [0, *sorted(places), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(edges)]

    assert b"".join(echo.strip(piece) for piece in pieces) == ANSWER


@given(places=st.lists(st.integers(1, 6), max_size=3))
def test_an_answer_without_the_expected_echo_loses_no_byte(places):
    echo = echo_after(REQUEST, answer_octets=0)
    echo.sent(REQUEST)
    edges = [0, *sorted(places), len(ANSWER)]
    pieces = [ANSWER[start:end] for start, end in pairwise(edges)]

    assert b"".join(echo.strip(piece) for piece in pieces) == ANSWER


def test_without_echo_everything_is_handed_on():
    echo = echo_after(ANSWER, answer_octets=7)
    echo.sent(REQUEST)

    assert echo.strip(REQUEST) == REQUEST
