"""What a list comes to: its differences, its content, where it leads, and where things are afterwards."""

from dataclasses import replace

import pytest

from server.custody.handovers.content import content_of, is_difference, is_settled, whereabouts_after
from server.custody.handovers.facts import HandoverLine
from server.custody.handovers.lifecycle import (
    COUNTABLE,
    HANDOVER_LIFECYCLE,
    OPEN_HANDOVERS,
    HandoverCommand,
    course_of,
    handover_after,
    handover_diagram,
)
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Resolution
from server.custody.states import ItemState
from tests.server.custody.handovers.lists import handover, line, lines

DIFFERENCES = {
    "not counted": (line(found=None), False),
    "as listed": (line(), False),
    "different": (line(found=Found.DIFFERENT), True),
    "not found": (line(found=Found.NOT_FOUND), True),
    "rightly out and not found": (line(found=Found.NOT_FOUND, is_expected=False), False),
    "on record as out and found": (line(is_expected=False), True),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_a_difference_is_what_the_book_had_not_expected(case: str) -> None:
    counted, expected = DIFFERENCES[case]
    assert is_difference(counted) is expected
    assert is_settled(counted) is (counted.found is not None and not expected)
    assert is_settled(replace(counted, resolution=Resolution.EXPLAINED)) is (counted.found is not None)


COURSES = {
    "nothing at all": ((), HandoverCommand.LEAVE_OPEN),
    "one left": (lines(line(2, found=None)), HandoverCommand.LEAVE_OPEN),
    "one left and one different": (
        lines(line(1, found=Found.DIFFERENT), line(2, found=None)),
        HandoverCommand.LEAVE_OPEN,
    ),
    "one not found": (lines(line(3, found=Found.NOT_FOUND)), HandoverCommand.DIFFER),
    "one not found, and why": (
        lines(line(3, found=Found.NOT_FOUND, resolution=Resolution.EXPLAINED)),
        HandoverCommand.SETTLE,
    ),
    "all there": (lines(), HandoverCommand.SETTLE),
}


@pytest.mark.parametrize("case", COURSES)
def test_the_list_says_where_its_handover_stands(case: str) -> None:
    counted, expected = COURSES[case]
    assert course_of(counted) is expected


_F, _K, _S = Found, HandoverKind, ItemState
WHEREABOUTS = {
    "found before it came in": (_K.FIRST, line(), _S.REGISTERED, _S.IN_CABINET),
    "found where it was": (_K.INVENTORY, line(), _S.IN_CABINET, _S.IN_CABINET),
    "found after it was missed": (_K.INVENTORY, line(), _S.MISSING, _S.IN_CABINET),
    "found, and different": (_K.FIRST, line(found=_F.DIFFERENT), _S.REGISTERED, _S.IN_CABINET),
    "found, and taken out since": (_K.INVENTORY, line(), _S.OUT, _S.OUT),
    "not there yet": (_K.FIRST, line(found=_F.NOT_FOUND), _S.REGISTERED, _S.REGISTERED),
    "accepted as missing": (
        _K.FIRST,
        line(found=_F.NOT_FOUND, resolution=Resolution.ACCEPTED_MISSING),
        _S.REGISTERED,
        _S.MISSING,
    ),
    "gone from the cabinet": (
        _K.INVENTORY,
        line(found=_F.NOT_FOUND, resolution=Resolution.EXPLAINED),
        _S.IN_CABINET,
        _S.MISSING,
    ),
    "rightly out": (_K.INVENTORY, line(found=_F.NOT_FOUND, is_expected=False), _S.OUT, _S.OUT),
    "given back": (_K.EXIT, line(), _S.OUT, _S.RELEASED),
    "given back before it came in": (_K.EXIT, line(), _S.REGISTERED, _S.RELEASED),
    "not given back": (
        _K.EXIT,
        line(found=_F.NOT_FOUND, resolution=Resolution.ACCEPTED_MISSING),
        _S.OUT,
        _S.MISSING,
    ),
}


@pytest.mark.parametrize("case", WHEREABOUTS)
def test_where_a_thing_is_after_the_last_signature(case: str) -> None:
    kind, counted, before, after = WHEREABOUTS[case]
    assert whereabouts_after(kind, counted, before) is after


CHANGES: dict[str, HandoverLine] = {
    "what was found": line(found=Found.DIFFERENT),
    "how it looks": line(condition="旧"),
    "a note": line(note="印面缺角"),
    "a resolution": line(resolution=Resolution.EXPLAINED),
    "the resolution's words": line(resolution_note="不影响使用"),
    "the name": line(name="别的章"),
    "a column": line(details={"材质": "铜"}),
    "why it was added": line(added_reason="漏登"),
    "what the book expected": line(is_expected=False),
}


@pytest.mark.parametrize("case", CHANGES)
def test_whatever_the_printed_list_shows_changes_the_content(case: str) -> None:
    assert content_of(handover(), lines(CHANGES[case])) != content_of(handover(), lines())


def test_who_took_a_line_down_and_when_is_not_part_of_the_content() -> None:
    counted = line(counted_by="p-he", at_cabinet=True)
    assert content_of(handover(), lines(counted)) == content_of(handover(), lines())


def test_the_content_does_not_depend_on_the_order_of_loading() -> None:
    assert content_of(handover(), reversed(lines())) == content_of(handover(), lines())


def test_the_salt_keeps_an_erased_list_from_being_guessed() -> None:
    assert content_of(handover(salt="01" * 16), lines()) != content_of(handover(), lines())


def test_every_state_of_a_handover_is_reached_from_its_draft() -> None:
    reached = {HandoverState.DRAFT}
    while more := {b for (a, _), b in HANDOVER_LIFECYCLE.items() if a in reached} - reached:
        reached |= more
    assert reached == set(HandoverState)


def test_a_handover_that_has_ended_stays_ended() -> None:
    assert {state for state, _ in HANDOVER_LIFECYCLE} == OPEN_HANDOVERS
    assert {HandoverState.DONE, HandoverState.CANCELLED, HandoverState.DRAFT}.isdisjoint(COUNTABLE)


def test_nobody_signs_what_is_not_settled() -> None:
    signable = {state for state in HandoverState if handover_after(state, HandoverCommand.SIGN) is not None}
    assert signable == {HandoverState.RESOLVED, HandoverState.SIGNING}


def test_the_diagram_shows_every_line_of_the_table() -> None:
    assert len(handover_diagram().splitlines()) == len(HANDOVER_LIFECYCLE) + 2
