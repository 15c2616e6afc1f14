"""When a tag counts as in, and when as gone: never after one read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.line.tag_presence import ROUNDS_GONE, ROUNDS_IN, TagPresence, heard_in
from firmware_protocol.readers.m100 import NoTag, ReaderRefuses, TagHeard

A, B = "E2001A", "E2001B"


@pytest.mark.parametrize(
    ("frames", "heard"),
    [
        ([TagHeard(A, -55), TagHeard(B, -60)], {A, B}),
        ([NoTag()], set()),
        ([ReaderRefuses(0x17), TagHeard(A, -55)], {A}),
        ([ReaderRefuses(0x17)], None),
        ([], None),
    ],
    ids=["two tags", "no tag", "a tag beside an error", "an error alone", "silence"],
)
def test_an_empty_field_is_only_what_the_reader_says_is_one(frames, heard):
    assert heard_in(frames) == heard


def presence_after(*rounds: set[str]) -> TagPresence:
    presence = TagPresence()
    for heard in rounds:
        presence.hear(heard)
    return presence


SETTLED = [{A}] * ROUNDS_GONE


@pytest.mark.parametrize(
    ("rounds", "inside"),
    [
        pytest.param([{A}], None, id="one round tells nothing"),
        pytest.param(SETTLED, {A}, id="heard all along"),
        pytest.param([set()] * ROUNDS_GONE, set(), id="an empty compartment"),
        pytest.param([*SETTLED, {A, B}], {A}, id="heard once"),
        pytest.param([*SETTLED, *[{A, B}] * ROUNDS_IN], {A, B}, id="heard often enough"),
        pytest.param([*SETTLED, *[set()] * (ROUNDS_GONE - 1)], {A}, id="missed a few times"),
        pytest.param([*SETTLED, *[set()] * (ROUNDS_GONE - 1), {A}, set()], {A}, id="missed, heard, missed"),
        pytest.param([*SETTLED, *[set()] * ROUNDS_GONE], set(), id="gone"),
    ],
)
def test_what_is_inside_after_these_rounds(rounds: list[set[str]], inside: set[str] | None) -> None:
    assert presence_after(*rounds).inside == inside


def test_a_reader_that_was_silent_has_to_tell_anew() -> None:
    presence = presence_after(*SETTLED)
    presence.lose()
    assert presence.inside is None
    presence.hear(set())
    assert presence.inside is None


@given(rounds=st.lists(st.frozensets(st.sampled_from([A, B])), max_size=40))
def test_nothing_comes_or_goes_faster_than_it_may(rounds: list[frozenset[str]]) -> None:
    presence = TagPresence()
    for number, heard in enumerate(rounds):
        before = presence.inside
        presence.hear(heard)
        if before is None or presence.inside is None:
            continue
        read = rounds[: number + 1]
        assert all(tag in each for tag in presence.inside - before for each in read[-ROUNDS_IN:])
        assert not any(tag in each for tag in before - presence.inside for each in read[-ROUNDS_GONE:])
