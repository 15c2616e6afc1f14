"""A03, A05, A06, A07, A09, A11, A16, A20, A26, A30: what requests and their handling make a supervisor look at."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from server.custody.findings.copies_differ import CopiesDiffer, Sealed
from server.custody.findings.finding import Level
from server.custody.findings.forbidden_matters import AskedFor, ForbiddenMatters
from server.custody.findings.late_handovers import LateHandovers, OpenHandover
from server.custody.findings.often_off_site import MonthOfUse, OftenOffSite
from server.custody.findings.often_used import OftenUsed, WeeksOfUse
from server.custody.findings.overdue import Held, Overdue
from server.custody.findings.rulebook import DEFAULT, NUMBER_WORDS, RULES, Rulebook
from server.custody.findings.two_parts import InOneHand, Parts, TwoParts
from server.custody.findings.unpublished import MonthToPublish, Unpublished
from server.custody.findings.used_before_approval import Used, UsedBeforeApproval
from server.custody.findings.votes import Resolved, Votes
from server.custody.states import SealType
from tests.server.cast import NOW

MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)


def held(after: timedelta, *, off_site: bool) -> Held:
    """Something taken at `NOW`, looked at a while later."""
    due = timedelta(hours=24) if off_site else timedelta(minutes=30)
    return Held(
        checkout="k-1", persons=("p-1",), off_site=off_site, taken_at=NOW, due_at=NOW + due, seen_at=NOW + after
    )


@pytest.mark.parametrize(
    ("what", "level"),
    [
        (held(120 * MINUTE, off_site=False), None),
        (held(120 * MINUTE + SECOND, off_site=False), Level.YELLOW),
        (held(26 * HOUR, off_site=False), Level.YELLOW),
        (held(26 * HOUR + SECOND, off_site=False), Level.RED),
        (held(24 * HOUR, off_site=True), None),
        (held(24 * HOUR + SECOND, off_site=True), Level.YELLOW),
        (held(48 * HOUR + SECOND, off_site=True), Level.RED),
    ],
    ids=["two hours", "longer", "a day later", "and longer", "off site a day", "longer off site", "a day later still"],
)
def test_what_is_out_too_long(what: Held, level: Level | None) -> None:
    assert [each.level for each in Overdue().judge([what])] == ([level] if level else [])


def test_lateness_is_counted_from_the_due_time() -> None:
    (noticed,) = Overdue().judge([held(180 * MINUTE, off_site=False)])
    assert noticed.numbers == {"minutes_late": 150}
    assert noticed.persons == ("p-1",)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ({"copies_approved": 4, "copies_sealed": 4, "pages_declared": 2, "pages_seen": 2}, None),
        ({"copies_approved": 4, "copies_sealed": 5}, {"copies_approved": 4, "copies_sealed": 5}),
        ({"copies_approved": 4, "copies_sealed": 0}, {"copies_approved": 4, "copies_sealed": 0}),
        ({"pages_declared": 2, "pages_seen": 3}, {"pages_declared": 2, "pages_seen": 3}),
        ({"documents_approved": ("a", "b"), "documents_found": ("a", "c")}, {"documents_changed": 1}),
        ({"documents_approved": ("a", "b"), "documents_found": ("", "c")}, {"documents_changed": 2}),
        ({"documents_approved": ("a", "b"), "documents_found": ("a", "b")}, None),
        ({"copies_approved": 4, "pages_declared": 2}, None),
    ],
    ids=[
        *("as approved", "one more", "none", "another page"),
        *("another document", "another and one gone", "the same documents", "nobody said"),
    ],
)
def test_what_was_sealed_is_what_was_approved(said: dict[str, Any], numbers: dict[str, int] | None) -> None:
    noticed = CopiesDiffer().judge([Sealed(checkout="k-1", **said)])
    assert [each.numbers for each in noticed] == ([] if numbers is None else [numbers])


def used(approved: timedelta | None, seen: timedelta, *, is_emergency: bool) -> Used:
    """Used at `NOW`; approved and looked at a while later."""
    approved_at = None if approved is None else NOW + approved
    return Used(key="k-1", used_at=NOW, approved_at=approved_at, seen_at=NOW + seen, is_emergency=is_emergency)


@pytest.mark.parametrize(
    ("use", "fires"),
    [
        (used(-HOUR, HOUR, is_emergency=False), False),
        (used(2 * MINUTE, HOUR, is_emergency=False), False),
        (used(2 * MINUTE + SECOND, HOUR, is_emergency=False), True),
        (used(None, HOUR, is_emergency=False), True),
        (used(23 * HOUR, 30 * HOUR, is_emergency=True), False),
        (used(25 * HOUR, 30 * HOUR, is_emergency=True), True),
        (used(None, 24 * HOUR, is_emergency=True), False),
        (used(None, 24 * HOUR + SECOND, is_emergency=True), True),
    ],
    ids=[
        *("approved before", "a slow clock", "approved after", "never approved"),
        *(
            "emergency approved in time",
            "emergency approved late",
            "emergency still waiting",
            "emergency never approved",
        ),
    ],
)
def test_approval_comes_first(use: Used, fires: bool) -> None:
    assert bool(UsedBeforeApproval().judge([use])) is fires


@pytest.mark.parametrize(
    ("before", "uses", "fires"),
    [
        ((1,) * 12, 4, False),
        ((1,) * 12, 5, True),
        ((0, 4) * 6, 8, False),
        ((0, 4) * 6, 9, True),
        ((0,) * 9 + (1, 1, 1), 9, False),
        ((0,) * 8 + (1, 1, 1, 1), 9, True),
        ((20,) * 12, 20, False),
    ],
    ids=["fewer than five", "five", "at three sigma", "above it", "three weeks known", "four known", "as always"],
)
def test_a_seal_used_far_more_than_usual(before: tuple[int, ...], uses: int, fires: bool) -> None:
    assert bool(OftenUsed().judge([WeeksOfUse(item="i-1", week="2026-W48", uses=(*before, uses))])) is fires


ENOUGH = {"has_minutes": True, "notice_days": 10, "members": 99, "attended": 66, "agreed": 66}


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({}, None),
        ({"has_minutes": False}, {"minutes_missing": 1}),
        ({"notice_days": 9}, {"notice_days": 9}),
        ({"attended": 65}, {"attended": 65, "members": 99}),
        ({"agreed": 65}, {"agreed": 65, "members": 99}),
        ({"members": 100}, {"attended": 66, "agreed": 66, "members": 100}),
        ({"members": None}, {"attended": 66, "agreed": 66, "members": 0}),
        ({"agreed": None, "notice_days": None}, {"notice_days": 0, "agreed": 0, "members": 99}),
    ],
    ids=["enough", "no minutes", "nine days", "65 of 99 came", "65 agreed", "of 100", "of nobody knows", "not stated"],
)
def test_a_major_matter_needs_its_vote(changes: dict[str, Any], numbers: dict[str, int] | None) -> None:
    noticed = Votes().judge([Resolved(checkout="k-1", **{**ENOUGH, **changes})])
    assert [each.numbers for each in noticed] == ([] if numbers is None else [numbers])


@pytest.mark.parametrize(
    ("words", "matter", "fires"),
    [
        ("签土地发包合同", "", False),
        ("为村民贷款提供担保", "", True),
        ("解除担保协议", "", False),
        ("解除担保后另行担保", "", True),
        ("开空白介绍信", "", True),
        ("签合同", "guarantee", True),
        ("签合同", "lease", False),
    ],
    ids=[
        "a lease",
        "a guarantee",
        "ending one",
        "ending one for another",
        "a blank letter",
        "by its code",
        "other code",
    ],
)
def test_what_a_cooperative_may_not_do(words: str, matter: str, fires: bool) -> None:
    rule = ForbiddenMatters(matters=frozenset({"guarantee"}))
    assert bool(rule.judge([AskedFor(checkout="k-1", words=words, matter=matter)])) is fires


def parts(**changes: Any) -> Parts:
    """A checkout in which everybody plays one part."""
    usual = {"applicant": "p-1", "holder": "p-1", "approvers": ("p-2", "p-3"), "present": ("p-1", "p-4")}
    return Parts(checkout="k-1", **{**usual, **changes})


@pytest.mark.parametrize(
    ("facts", "persons"),
    [
        (parts(), None),
        (parts(applicant="p-2"), ("p-2",)),
        (parts(holder="p-3"), ("p-3",)),
        (parts(present=("p-1", "p-2")), ("p-2",)),
        (InOneHand(cooperative="c-1", persons=("p-1",), seal_types=frozenset({SealType.FINANCE})), None),
        (
            InOneHand(
                cooperative="c-1",
                persons=("p-1",),
                seal_types=frozenset({SealType.FINANCE, SealType.LEGAL_REPRESENTATIVE, SealType.OFFICIAL}),
            ),
            ("p-1",),
        ),
    ],
    ids=["kept apart", "applicant approved", "holder approved", "approver at the door", "one bank seal", "both"],
)
def test_nobody_plays_two_parts(facts: Parts | InOneHand, persons: tuple[str, ...] | None) -> None:
    assert [each.persons for each in TwoParts().judge([facts])] == ([] if persons is None else [persons])


@pytest.mark.parametrize(
    ("uses", "off_site", "fires"),
    [(20, 2, False), (20, 3, True), (4, 2, False), (5, 2, True), (7, 2, False)],
    ids=["twice", "three times", "few uses", "40 percent of five", "under 30 percent"],
)
def test_things_that_often_leave_the_hall(uses: int, off_site: int, fires: bool) -> None:
    month = MonthOfUse(cooperative="c-1", month="2026-11", uses=uses, off_site=off_site)
    assert bool(OftenOffSite().judge([month])) is fires


@pytest.mark.parametrize(
    ("uses", "published", "seen", "fires"),
    [
        (3, None, date(2026, 11, 15), False),
        (3, None, date(2026, 11, 16), True),
        (0, None, date(2026, 11, 16), False),
        (3, date(2026, 11, 12), date(2026, 11, 16), False),
    ],
    ids=["on the day", "a day late", "nothing to publish", "published"],
)
def test_a_month_is_published_by_the_fifteenth(uses: int, published: date | None, seen: date, fires: bool) -> None:
    month = MonthToPublish(cooperative="c-1", month=date(2026, 10, 1), uses=uses, published_on=published, seen_on=seen)
    assert bool(Unpublished().judge([month])) is fires


def test_december_is_published_in_january() -> None:
    month = MonthToPublish(
        cooperative="c-1", month=date(2026, 12, 1), uses=1, published_on=None, seen_on=date(2027, 1, 17)
    )
    assert [each.numbers["days_late"] for each in Unpublished().judge([month])] == [2]


@pytest.mark.parametrize(("days", "fires"), [(10, False), (11, True)])
def test_a_handover_is_done_within_ten_days(days: int, fires: bool) -> None:
    handover = OpenHandover(handover="h-1", since=date(2026, 11, 1), seen_on=date(2026, 11, 1) + timedelta(days=days))
    assert bool(LateHandovers().judge([handover])) is fires


def test_the_rulebook_has_each_rule_once() -> None:
    numbers = ["01", "02", "03", "04", "05", "06", "07", "09", "11", "16", "20", "22", "26", "27", "30"]
    assert list(RULES) == [f"A{number}" for number in numbers]
    assert Rulebook() == DEFAULT


def test_every_figure_that_a_rule_names_has_words() -> None:
    judged = [
        *Overdue().judge([held(50 * HOUR, off_site=False)]),
        *CopiesDiffer().judge(
            [Sealed(checkout="k", copies_approved=1, copies_sealed=2, pages_declared=1, pages_seen=2)]
        ),
        *UsedBeforeApproval().judge([used(HOUR, HOUR, is_emergency=False)]),
        *OftenUsed().judge([WeeksOfUse(item="i", week="w", uses=(*(1,) * 12, 9))]),
        *Votes().judge([Resolved(checkout="k", has_minutes=True), Resolved(checkout="k", has_minutes=False)]),
        *OftenOffSite().judge([MonthOfUse(cooperative="c", month="m", uses=9, off_site=9)]),
        *LateHandovers().judge([OpenHandover(handover="h", since=date(2026, 1, 1), seen_on=date(2026, 2, 1))]),
    ]
    assert {name for noticed in judged for name in noticed.numbers} <= NUMBER_WORDS.keys()


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    elsewhere = datetime.fromisoformat("2026-11-23T03:00:01+00:00")
    use = Held(
        checkout="k-1", off_site=False, taken_at=NOW, due_at=NOW + 30 * MINUTE, seen_at=elsewhere, persons=("p-1",)
    )
    assert [each.level for each in Overdue().judge([use])] == [Level.YELLOW]
