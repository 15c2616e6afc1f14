"""What every refusal says at the kiosk: what happened, why, and what to do next."""

from dataclasses import replace
from string import Formatter

import pytest

from device_agent.custodian.state import (
    Choosing,
    Refusal,
    Waiting,
    WaitingNext,
)
from device_agent.kiosk import words
from device_agent.kiosk.at_the_reader import refusal_facts
from device_agent.kiosk.screen import Screen, drawings
from device_agent.kiosk.screens import screen_of
from firmware_protocol.permit_checks import RULES
from tests.device_agent.hall import (
    LIN,
    YOU,
    hall,
)
from tests.device_agent.kiosk.walks import PERMIT, seen

LOCAL_RULES = (
    "no_roster",
    "unknown_card",
    "blocked",
    "same_person",
    "no_pin",
    "delayed",
    "enough_people",
    "disk_full",
    "already_served",
    "board_lost",
    "board_unfit",
    "not_offered",
    "journal_failed",
)


@pytest.mark.parametrize("rule", [*RULES, *LOCAL_RULES])
def test_every_refusal_says_what_happened_why_and_what_next(rule: str) -> None:
    screen = refused(rule)
    for sentence in (screen.title, screen.facts["why"], screen.facts["next"]):
        assert sentence
        assert "{" not in sentence
    assert len(screen.title) <= 15
    assert screen.facts["why"].endswith("。")
    assert screen.facts["next"].endswith("。")
    assert not screen.title.endswith("。")


def refused(rule: str) -> Screen:
    """The screen of this refusal, at the choice between 游少玉, 林少军 and an approver."""
    stage = Refusal(rule, Choosing((YOU.id, LIN.id)), permit=PERMIT.id, person=YOU.id)
    return screen_of(seen(hall(replace(PERMIT, approvers=(LIN.id,)), stage=stage)))


def test_sentences_use_only_facts_there_are() -> None:
    stage = Refusal("two_people", Waiting(), permit=PERMIT.id, person=YOU.id)
    facts = refusal_facts(seen(hall(PERMIT, stage=stage)), stage)
    for refusing in words.REFUSALS.values():
        for sentence in (refusing.title, refusing.why, refusing.next):
            assert {name for _, name, _, _ in Formatter().parse(sentence) if name} <= set(facts)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        pytest.param("holder_present", "这次的经办人是游少玉，别人不能代领。", id="names the holder"),
        pytest.param("no_approver_present", "林少军审批过这次申请，不能同时到场开柜。", id="names the approver"),
        pytest.param("second_present", "第二位要是三资办柜管员。", id="names the role"),
        pytest.param("not_expired", "这张许可到明天 01:00 为止。归还不受影响。", id="names the time"),
        pytest.param("board_lost", "CAB-01 柜 7 号格的锁控板没有应答", id="names the place"),
    ],
)
def test_a_refusal_names_people_places_and_times(rule: str, sentence: str) -> None:
    assert sentence in refused(rule).facts["why"]


def test_a_board_that_answers_but_is_unfit_is_not_called_silent() -> None:
    why = {"left:1": "第 3 路的控制方式不是 0。"}
    stage = Refusal("board_unfit", Choosing((YOU.id, LIN.id)), permit=PERMIT.id)
    now = seen(hall(PERMIT, stage=stage, lost_boards=frozenset(why), objections=why))
    screen = screen_of(now)
    assert screen.facts["why"] == "CAB-01 柜 7 号格的锁控板在答话，但不能用：第 3 路的控制方式不是 0。"
    assert [drawn.is_unfit for drawn in drawings(now, screen)] == [True]


def test_an_unforeseen_rule_still_gets_a_sentence() -> None:
    assert "some_new_rule" in refused("some_new_rule").facts["why"]


def test_a_refusal_at_the_reader_stays_at_its_step() -> None:
    assert screen_of(seen(hall(stage=Refusal("unknown_card", Waiting())))).step == 0
    assert screen_of(seen(hall(stage=Refusal("unknown_card", WaitingNext((YOU.id,)))))).step == 1
