"""What a tag reader tells: the table of verdicts, how a tag is learned, and that nothing waits for it."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.custodian.inputs import ItemTicked, LockAnswered, OpenAsked, RestAnswered, Ticked
from device_agent.custodian.inside_seen import TagsSeen
from device_agent.custodian.state import Custody, Done
from device_agent.custodian.tag_homes import TAG_NOTE, Home, known_homes
from device_agent.custodian.tag_learning import home_of
from device_agent.custodian.tag_verdicts import Verdict, judge_in, judge_out
from device_agent.custodian.tags import items_inside, misplaced
from device_agent.custodian.tags_heard import LASTING_MS
from device_agent.kiosk.screens import screen_of
from firmware_protocol.rosters import Tag
from tests.device_agent.custodian.at_the_door import BOTH_CONFIRM, OPEN, SHUT, at_the_open_door
from tests.device_agent.hall import (
    LEDGER_SEAL,
    LIN,
    PLACE,
    ROSTER,
    SEAL,
    YOU,
    after,
    choose,
    deposit_permit,
    hall,
    identified,
    now_at,
    types,
)
from tests.device_agent.kiosk.walks import seen

TAG, OTHER_TAG = "30751FEB705C5904E3D50D70", "30751FEB705C5904E3D50D71"
ELSEWHERE = "CAB-01/9"
HERE = Home(SEAL, PLACE)
THERE = Home("i-cccccccccccccccc", ELSEWHERE)
MEANT, OTHERS = frozenset({SEAL}), frozenset({LEDGER_SEAL})

IN = [
    (HERE, MEANT, "returned"),
    (HERE, OTHERS, "wrong_item"),
    (HERE, None, "reappeared"),
    (THERE, MEANT, "wrong_compartment"),
    (THERE, OTHERS, "wrong_compartment"),
    (THERE, None, "wrong_compartment"),
    (None, MEANT, "unknown_tag"),
    (None, OTHERS, "unknown_tag"),
    (None, None, "unknown_tag"),
]
OUT = [
    (HERE, MEANT, "taken"),
    (HERE, OTHERS, "wrong_item"),
    (HERE, None, "vanished"),
    (THERE, MEANT, "put_right"),
    (THERE, OTHERS, "put_right"),
    (THERE, None, "vanished"),
    (None, MEANT, "unknown_tag"),
    (None, OTHERS, "unknown_tag"),
    (None, None, "unknown_tag"),
]


NAMES = {HERE: "home here", THERE: "home elsewhere", MEANT: "meant", OTHERS: "another opening", None: "none"}


def name_of(value: Any) -> str:
    return str(NAMES.get(value, value))


@pytest.mark.parametrize(("home", "meant", "verdict"), IN, ids=name_of)
def test_a_tag_that_came_in(home: Home | None, meant: frozenset[str] | None, verdict: Verdict) -> None:
    assert judge_in(home, PLACE, meant) == verdict


@pytest.mark.parametrize(("home", "meant", "verdict"), OUT, ids=name_of)
def test_a_tag_that_went_out(home: Home | None, meant: frozenset[str] | None, verdict: Verdict) -> None:
    assert judge_out(home, PLACE, meant) == verdict


@given(home=st.sampled_from([None, HERE, THERE]), meant=st.none() | st.frozensets(st.sampled_from([SEAL, LEDGER_SEAL])))
def test_only_what_belongs_here_is_taken_or_returned(home: Home | None, meant: frozenset[str] | None) -> None:
    verdicts = {judge_in(home, PLACE, meant), judge_out(home, PLACE, meant)}
    assert verdicts <= set(get_args(Verdict))
    assert not verdicts & {"taken", "returned"} or (home == HERE and SEAL in (meant or ()))


def tags(*inside: str, at: str = PLACE) -> TagsSeen:
    return TagsSeen(at, frozenset(inside))


def told(step) -> list[tuple[str, str]]:
    return [(each.type, each.about["verdict"]) for each in step.decisions if each.type.startswith("tag_")]


def knowing(custody: Custody, **homes: Home) -> Custody:
    return replace(custody, homes=homes)


def test_the_first_look_is_remembered_and_is_no_news() -> None:
    step = after(hall(), tags(TAG))
    assert step.decisions == ()
    assert step.custody.tags[PLACE].now == {TAG}


def test_a_seal_that_is_taken_and_one_that_is_not_meant() -> None:
    custody = after(
        knowing(at_the_open_door(), **{TAG: HERE, OTHER_TAG: Home("i-other", PLACE)}), tags(TAG, OTHER_TAG)
    ).custody
    assert told(after(custody, tags(OTHER_TAG))) == [("tag_went", "taken")]
    put_aside = after(custody, tags(TAG))
    assert put_aside.decisions == ()
    closing = after(put_aside.custody, RestAnswered(is_all_there=True)).custody
    assert "有 1 件不是这次要办的" in screen_of(seen(closing)).facts["inside"]
    assert told(after(put_aside.custody, Ticked(), now=now_at(LASTING_MS / 1000))) == [("tag_went", "wrong_item")]
    put_back = after(put_aside.custody, tags(TAG, OTHER_TAG)).custody
    assert told(after(put_back, Ticked(), now=now_at(LASTING_MS / 1000))) == []


def test_a_thing_in_the_wrong_compartment_is_said_on_the_screen_and_holds_nobody_up() -> None:
    custody = after(knowing(at_the_open_door(), **{TAG: THERE}), tags(), RestAnswered(is_all_there=True)).custody
    step = after(custody, tags(TAG))
    assert told(after(step.custody, Ticked(), now=now_at(LASTING_MS / 1000))) == [("tag_came", "wrong_compartment")]
    assert misplaced(step.custody, PLACE) == {TAG: ELSEWHERE}
    assert "放错了柜门" in screen_of(seen(step.custody)).facts["inside"]
    assert isinstance(after(step.custody, SHUT, *BOTH_CONFIRM).custody.stage, Done)


def test_what_is_left_inside_is_named_on_the_screen() -> None:
    custody = after(knowing(at_the_open_door(), **{TAG: HERE}), tags(TAG), RestAnswered(is_all_there=True)).custody
    assert screen_of(seen(custody)).facts["inside"] == "柜里还有公章。"
    assert items_inside(custody, PLACE) == (SEAL,)


def deposited(*came: str, ticked: tuple[str, ...] = (SEAL,)) -> Custody:
    """Two people put things in, and these tags came with them."""
    permit = deposit_permit()
    opened = (*identified(YOU, LIN), choose("deposit", permit), OpenAsked("o-dddddddddddddddd"))
    custody = after(hall(permit), tags(), *opened, LockAnswered("o-dddddddddddddddd", "opened"), OPEN).custody
    ticks = (ItemTicked(item) for item in ticked)
    return after(custody, tags(*came), *ticks, RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM).custody


@pytest.mark.parametrize(
    ("came", "ticked", "known"),
    [
        pytest.param((TAG,), (SEAL,), {TAG: HERE}, id="one thing, one tag"),
        pytest.param((TAG, OTHER_TAG), (SEAL,), {}, id="two tags"),
        pytest.param((TAG,), (SEAL, LEDGER_SEAL), {}, id="two things"),
        pytest.param((), (SEAL,), {}, id="no tag"),
    ],
)
def test_a_tag_is_learned_where_nobody_can_be_in_doubt(came, ticked, known) -> None:
    assert deposited(*came, ticked=ticked).homes == known


def test_what_was_learned_is_an_event_and_outlives_the_run() -> None:
    assert known_homes({f"{TAG_NOTE}:{TAG}": HERE.written}) == {TAG: HERE}


def test_a_reader_that_falls_silent_says_nothing() -> None:
    custody = after(knowing(hall(), **{TAG: HERE}), tags(TAG), TagsSeen(PLACE, None)).custody
    assert types(after(custody, tags(TAG)).decisions) == []
    going = after(custody, tags(), TagsSeen(PLACE, None)).custody
    assert after(going, Ticked(), now=now_at(LASTING_MS / 1000)).decisions == ()


def test_behind_a_shut_door_only_what_lasts_a_minute_is_told_and_told_once() -> None:
    custody = after(knowing(hall(), **{TAG: HERE}), tags(TAG), tags()).custody
    assert after(custody, Ticked(), now=now_at(LASTING_MS / 1000 - 1)).decisions == ()
    step = after(custody, Ticked(), now=now_at(LASTING_MS / 1000))
    assert told(step) == [("tag_went", "vanished")]
    assert after(step.custody, Ticked(), now=now_at(200)).decisions == ()
    back = after(step.custody, tags(TAG), now=now_at(200)).custody
    assert told(after(back, Ticked(), now=now_at(300))) == [("tag_came", "reappeared")]


def test_a_tag_that_is_missed_now_and_then_is_no_news() -> None:
    custody = after(knowing(hall(), **{TAG: HERE}), tags(TAG), tags()).custody
    custody = after(custody, tags(TAG), now=now_at(30)).custody
    custody = after(custody, tags(), now=now_at(50)).custody
    assert after(custody, Ticked(), now=now_at(100)).decisions == ()


def test_what_goes_out_at_a_forced_door_is_told_at_once() -> None:
    custody = after(knowing(hall(), **{TAG: HERE}), tags(TAG), OPEN).custody
    assert told(after(custody, tags())) == [("tag_went", "vanished")]


def test_a_tag_on_the_township_s_list_needs_no_learning_and_counts_before_it() -> None:
    listed = replace(ROSTER, tags=(Tag(TAG, SEAL, ELSEWHERE),))
    assert home_of(hall(), TAG) is None
    assert home_of(replace(hall(), roster=listed, homes={TAG: HERE}), TAG) == Home(SEAL, ELSEWHERE)
