"""Whether a meeting's decision stands, computed from its figures."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.custody.policy.default import DEFAULT
from server.custody.policy.demands import Asked, resolve
from server.custody.policy.document import Share
from server.custody.policy.votes import MeetingEvidence, shortfalls
from server.custody.policy.words import Matter, Meeting, Mode
from server.custody.states import ItemKind

TODAY = date(2026, 11, 23)
ASSEMBLY = MeetingEvidence(
    kind=Meeting.MEMBERS,
    noticed_on=date(2026, 11, 1),
    held_on=date(2026, 11, 11),
    expected=113,
    present=80,
    agreed=76,
)
REPRESENTATIVES = replace(ASSEMBLY, kind=Meeting.REPRESENTATIVES, expected=21, present=14, agreed=14, noticed_on=None)
BOARD = replace(ASSEMBLY, kind=Meeting.BOARD, expected=5, present=4, agreed=3, noticed_on=None)


def missing(evidence: MeetingEvidence | None, matter: Matter = Matter.INVESTMENT, cents: int = 3_000_000) -> list[str]:
    asked = Asked(mode=Mode.ON_SITE, kinds=frozenset({ItemKind.SEAL}), matter=matter, amount_cents=cents)
    demands = resolve(DEFAULT, asked)
    return [each.rule for each in shortfalls(DEFAULT, DEFAULT.matter(matter), demands, evidence, TODAY)]


STANDS: dict[str, tuple[MeetingEvidence | None, Matter, int]] = {
    "all members, exactly ten days, exactly two thirds of all": (ASSEMBLY, Matter.LAND, 0),
    "twenty-one representatives, two thirds of them": (REPRESENTATIVES, Matter.INVESTMENT, 0),
    "a board's majority for a small purchase": (BOARD, Matter.PURCHASE, 600_000),
    "all members may decide what a board might": (ASSEMBLY, Matter.PURCHASE, 600_000),
    "nothing to decide for a certificate": (None, Matter.ROUTINE, 0),
    "nothing to decide for a purchase of 4,999.99": (None, Matter.PURCHASE, 499_999),
}
FALLS: dict[str, tuple[MeetingEvidence | None, Matter, int, list[str]]] = {
    "no meeting at all": (None, Matter.INVESTMENT, 0, ["vote_missing"]),
    "nine days' notice": (
        replace(ASSEMBLY, noticed_on=date(2026, 11, 2)),
        Matter.LAND,
        0,
        ["notice_short"],
    ),
    "notice after the meeting": (replace(ASSEMBLY, noticed_on=date(2026, 11, 12)), Matter.LAND, 0, ["notice_short"]),
    "no notice stated": (replace(ASSEMBLY, noticed_on=None), Matter.LAND, 0, ["notice_missing"]),
    "75 of 113 came": (replace(ASSEMBLY, present=75, agreed=75), Matter.LAND, 0, ["attendance_low", "approval_low"]),
    "75 of 113 agreed": (replace(ASSEMBLY, agreed=75), Matter.LAND, 0, ["approval_low"]),
    "two thirds of those who came are not enough": (replace(ASSEMBLY, agreed=54), Matter.LAND, 0, ["approval_low"]),
    "twenty representatives": (replace(REPRESENTATIVES, expected=20), Matter.CREDIT, 0, ["assembly_small"]),
    "thirteen of twenty-one representatives": (
        replace(REPRESENTATIVES, agreed=13),
        Matter.CREDIT,
        0,
        ["approval_low"],
    ),
    "representatives decide on land": (REPRESENTATIVES, Matter.LAND, 0, ["reserved_matter"]),
    "representatives decide on membership": (REPRESENTATIVES, Matter.MEMBERSHIP, 0, ["reserved_matter"]),
    "representatives change the charter": (REPRESENTATIVES, Matter.CHARTER, 0, ["reserved_matter"]),
    "representatives divide a compensation": (REPRESENTATIVES, Matter.COMPENSATION, 0, ["reserved_matter"]),
    "representatives merge": (REPRESENTATIVES, Matter.MERGER, 0, ["reserved_matter"]),
    "a board invests": (BOARD, Matter.INVESTMENT, 0, ["wrong_meeting"]),
    "a board buys for 100,000": (BOARD, Matter.PURCHASE, 10_000_000, ["wrong_meeting"]),
    "half a board": (replace(BOARD, expected=4, present=4, agreed=2), Matter.PURCHASE, 600_000, ["approval_low"]),
    "three of five directors came": (replace(BOARD, present=3), Matter.PURCHASE, 600_000, ["attendance_low"]),
    "more agreed than came": (replace(ASSEMBLY, agreed=81), Matter.LAND, 0, ["meeting_figures"]),
    "more came than there are": (replace(ASSEMBLY, present=114), Matter.LAND, 0, ["meeting_figures"]),
    "nobody is entitled": (
        replace(ASSEMBLY, expected=0, present=0, agreed=0),
        Matter.LAND,
        0,
        ["meeting_figures"],
    ),
    "a meeting that is still to come": (
        replace(ASSEMBLY, held_on=TODAY + timedelta(days=1)),
        Matter.LAND,
        0,
        ["meeting_date"],
    ),
}


@pytest.mark.parametrize(("evidence", "matter", "cents"), STANDS.values(), ids=STANDS)
def test_a_decision_stands(evidence: MeetingEvidence | None, matter: Matter, cents: int) -> None:
    assert missing(evidence, matter, cents) == []


@pytest.mark.parametrize(("evidence", "matter", "cents", "rules"), FALLS.values(), ids=FALLS)
def test_a_decision_does_not_stand_and_says_everything_that_is_missing(
    evidence: MeetingEvidence | None, matter: Matter, cents: int, rules: list[str]
) -> None:
    assert missing(evidence, matter, cents) == rules


def test_a_shortfall_says_how_many_would_have_been_enough() -> None:
    demands = resolve(DEFAULT, Asked(mode=Mode.ON_SITE, kinds=frozenset({ItemKind.SEAL}), matter=Matter.LAND))
    (refused,) = shortfalls(DEFAULT, DEFAULT.matter(Matter.LAND), demands, replace(ASSEMBLY, agreed=70), TODAY)
    assert "按应到的 113 人算，至少要 76 人同意" in refused.sentence


@given(
    whole=st.integers(1, 5000),
    share=st.sampled_from([Share(2, 3), Share(1, 2, is_exceeded=True), Share(1, 1), Share(3, 4)]),
)
def test_the_least_count_is_the_first_that_suffices(whole: int, share: Share) -> None:
    least = share.least(whole)
    assert share.is_reached(least, whole)
    assert not share.is_reached(least - 1, whole)


def test_no_meeting_counts_for_reading() -> None:
    asked = Asked(mode=Mode.READ, kinds=frozenset({ItemKind.VOUCHER}), matter=Matter.LAND)
    demands: Any = resolve(DEFAULT, asked)
    assert demands.meetings == ()
