"""The ladders, as a table: how long after what, at which hour, who hears which stage, and nobody twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from firmware_protocol.times import CHINA
from server.custody.notices.ladder import LADDERS, ROLES_OF
from server.custody.notices.notice import Audience, Notice, Stage, Topic
from server.custody.notices.quiet import Manner, may_speak
from server.custody.notices.telling import Circle, Ear, Occasion, is_due, notices_due, untold
from server.custody.notices.words import PAGES, SENTENCES, TOPIC_TITLES
from server.custody.roles import Role
from server.custody.working_days import WEEKDAYS, Calendar
from tests.server.cast import blocked, somebody

OURS, OTHERS = "c-1", "c-2"
HOLDER = somebody("holder", "游少玉", Role.ACCOUNTANT, cooperative=OURS)
HEAD = somebody("head", "廖坤东", Role.HEAD, cooperative=OURS)
OTHER_HEAD = somebody("other-head", "柯火梅", Role.HEAD, cooperative=OTHERS)
OFFICER = somebody("officer", "林少军", Role.CABINET_OFFICER)
REVIEWER = somebody("reviewer", "何慧敏", Role.REVIEWER)
OFFICE_HEAD = somebody("office-head", "赵文斌", Role.OFFICE_HEAD)
INSPECTOR = somebody("inspector", "周建国", Role.INSPECTOR)
EVERYBODY = (HOLDER, HEAD, OTHER_HEAD, OFFICER, REVIEWER, OFFICE_HEAD, INSPECTOR)
CIRCLE = Circle(people=EVERYBODY, calendar=WEEKDAYS)
MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def out(topic: Topic = Topic.RETURN_ON_SITE, due: datetime = MONDAY_TEN) -> Occasion:
    """The seal of our cooperative is out, and due."""
    named = {Audience.HOLDER: ("holder",)}
    return Occasion(topic=topic, subject="checkout-1", at=due, cooperative=OURS, named=named)


def heard(occasion: Occasion, now: datetime, circle: Circle = CIRCLE) -> dict[str, Stage]:
    """Who hears which stage by then."""
    return {each.recipient: each.stage for each in notices_due((occasion,), circle, now)}


S = Stage


@pytest.mark.parametrize(
    ("topic", "after", "told"),
    [
        (Topic.RETURN_ON_SITE, -11 * MINUTE, {}),
        (Topic.RETURN_ON_SITE, -10 * MINUTE, {"holder": S.SOON}),
        (Topic.RETURN_ON_SITE, 0 * MINUTE, {"holder": S.DUE}),
        (Topic.RETURN_ON_SITE, 29 * MINUTE, {"holder": S.DUE}),
        (Topic.RETURN_ON_SITE, 30 * MINUTE, {"holder": S.LATE, "head": S.LATE, "officer": S.LATE}),
        (
            Topic.RETURN_ON_SITE,
            90 * MINUTE,
            {"holder": S.LATE, "head": S.LATE, "officer": S.LATE, "reviewer": S.OFFICE, "office-head": S.OFFICE},
        ),
        (
            Topic.RETURN_ON_SITE,
            24 * HOUR,
            {
                "holder": S.LATE,
                "head": S.LATE,
                "officer": S.LATE,
                "reviewer": S.OFFICE,
                "office-head": S.INSPECTION,
                "inspector": S.INSPECTION,
            },
        ),
        (Topic.RETURN_AWAY, -2 * HOUR, {"holder": S.SOON}),
        (Topic.RETURN_AWAY, 119 * MINUTE, {"holder": S.DUE}),
        (Topic.RETURN_AWAY, 2 * HOUR, {"holder": S.LATE, "head": S.LATE, "officer": S.LATE}),
    ],
    ids=[
        "well before: nobody",
        "shortly before: the holder",
        "at the due time: the holder",
        "within the grace: still the holder alone",
        "after the grace: the head and the officers too",
        "then the office",
        "after a day the inspectors, with the head of the office",
        "off site: two hours before",
        "off site: a longer grace",
        "off site: after two hours the head",
    ],
)
def test_what_is_out_climbs_its_ladder(topic: Topic, after: timedelta, told: dict[str, Stage]) -> None:
    assert heard(out(topic), MONDAY_TEN + after) == told


@pytest.mark.parametrize(
    ("topic", "named", "told"),
    [
        (Topic.APPROVAL, {Audience.DECIDERS: ("head",)}, {"head": S.DUE}),
        (Topic.APPROVAL_LATE, {Audience.DECIDERS: ("head",)}, {"head": S.LATE, "office-head": S.OFFICE}),
        (
            Topic.PERMITTED,
            {Audience.APPLICANT: ("head",), Audience.HOLDER: ("holder",)},
            {"head": S.DUE, "holder": S.DUE},
        ),
        (Topic.REFUSED, {Audience.APPLICANT: ("holder",)}, {"holder": S.DUE}),
        (Topic.SENT_BACK, {Audience.APPLICANT: ("holder",)}, {"holder": S.DUE}),
        (Topic.EMERGENCY, {}, {"officer": S.DUE, "office-head": S.DUE, "inspector": S.DUE}),
        (Topic.CLEARING, {}, {"officer": S.DUE, "office-head": S.DUE, "inspector": S.DUE}),
        (Topic.EMERGENCY_ATTEST, {Audience.ATTESTER: ("head",)}, {"head": S.DUE}),
        (Topic.FINDING_YELLOW, {Audience.CONCERNED: ("holder",)}, {"holder": S.DUE, "reviewer": S.OFFICE}),
        (
            Topic.FINDING_RED,
            {Audience.CONCERNED: ("holder",)},
            {"holder": S.DUE, "reviewer": S.OFFICE, "office-head": S.OFFICE, "inspector": S.OFFICE},
        ),
        (Topic.SIGNATURE, {Audience.SIGNERS: ("head", "officer")}, {"head": S.DUE, "officer": S.DUE}),
        (Topic.DELEGATION_GIVEN, {Audience.SUBSTITUTE: ("head",), Audience.GIVER: ("holder",)}, {"head": S.DUE}),
        (Topic.CHANGE, {Audience.CONFIRMERS: ("reviewer",)}, {"reviewer": S.DUE}),
        (Topic.MANDATE, {}, {"head": S.LATE, "holder": S.LATE, "reviewer": S.LATE, "office-head": S.LATE}),
    ],
    ids=lambda value: str(value) if isinstance(value, Topic) else "",
)
def test_each_matter_has_its_audience(
    topic: Topic, named: dict[Audience, tuple[str, ...]], told: dict[str, Stage]
) -> None:
    occasion = Occasion(topic=topic, subject="x", at=MONDAY_TEN, cooperative=OURS, named=named)
    assert heard(occasion, MONDAY_TEN) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (datetime(2026, 11, 23, 21, 0, tzinfo=CHINA), set()),
        (datetime(2026, 11, 24, 7, 29, tzinfo=CHINA), set()),
        (datetime(2026, 11, 24, 7, 30, tzinfo=CHINA), {"holder", "head", "officer"}),
        (datetime(2026, 11, 24, 8, 30, tzinfo=CHINA), {"holder", "head", "officer", "reviewer", "office-head"}),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), {"holder", "head", "officer"}),
    ],
    ids=[
        "at night: nobody",
        "early: nobody",
        "in the morning: people",
        "when the hall opens: the office",
        "in any offset",
    ],
)
def test_nobody_is_disturbed_at_night(now: datetime, told: set[str]) -> None:
    assert set(heard(out(due=datetime(2026, 11, 23, 17, 30, tzinfo=CHINA)), now)) == told


def test_on_a_holiday_the_office_is_left_alone_until_it_opens_again() -> None:
    tuesday = date(2026, 11, 24)
    holiday = replace(CIRCLE, calendar=Calendar(holidays=frozenset({tuesday})))
    late = out(due=datetime(2026, 11, 23, 17, 0, tzinfo=CHINA))
    on_tuesday = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA)
    assert "reviewer" in heard(late, on_tuesday)
    assert "reviewer" not in heard(late, on_tuesday, holiday)
    assert "reviewer" in heard(late, on_tuesday + timedelta(days=1), holiday)


def test_a_forced_door_is_told_at_any_hour() -> None:
    at_night = datetime(2026, 11, 22, 3, 0, tzinfo=CHINA)
    occasion = Occasion(topic=Topic.EMERGENCY, subject="A02:n7", at=at_night, cooperative=OURS)
    assert set(heard(occasion, at_night)) == {"officer", "office-head", "inspector"}


def test_the_same_stage_of_the_same_thing_is_told_once() -> None:
    first = notices_due((out(),), CIRCLE, MONDAY_TEN)
    told = {each.id for each in first}
    later = notices_due((out(),), CIRCLE, MONDAY_TEN + 5 * MINUTE)
    assert untold(later, told) == ()
    after_grace = untold(notices_due((out(),), CIRCLE, MONDAY_TEN + 30 * MINUTE), told)
    assert {each.stage for each in after_grace} == {S.LATE}


def test_an_extended_due_time_begins_a_ladder_of_its_own() -> None:
    told = {each.id for each in notices_due((out(),), CIRCLE, MONDAY_TEN)}
    extended = out(due=MONDAY_TEN + 2 * HOUR)
    assert heard(extended, MONDAY_TEN) == {}
    assert len(untold(notices_due((extended,), CIRCLE, MONDAY_TEN + 2 * HOUR), told)) == 1


def test_who_is_two_people_at_once_hears_it_once() -> None:
    both = somebody("both", "温振", Role.REVIEWER, Role.OFFICE_HEAD)
    found = notices_due((out(),), replace(CIRCLE, people=(both,)), MONDAY_TEN + 90 * MINUTE)
    assert [(each.recipient, each.stage) for each in found] == [("both", S.OFFICE)]


def test_blocked_people_and_other_cooperatives_hear_nothing() -> None:
    circle = replace(CIRCLE, people=(HOLDER, blocked(HEAD), OTHER_HEAD))
    assert set(heard(out(), MONDAY_TEN + 30 * MINUTE, circle)) == {"holder"}


def test_what_concerns_no_cooperative_reaches_no_head() -> None:
    nowhere = Occasion(topic=Topic.MANDATE, subject="x", at=MONDAY_TEN)
    assert set(heard(nowhere, MONDAY_TEN)) == {"reviewer", "office-head"}


def test_a_group_chat_hears_what_its_people_hear() -> None:
    office = Ear("robot:1", frozenset({Audience.REVIEWERS}))
    circle = replace(CIRCLE, ears=(office,))
    assert "robot:1" not in heard(out(), MONDAY_TEN + 89 * MINUTE, circle)
    assert heard(out(), MONDAY_TEN + 90 * MINUTE, circle)["robot:1"] is S.OFFICE


def test_nothing_is_due_before_the_first_rung() -> None:
    assert not is_due(out(), MONDAY_TEN - HOUR)
    assert is_due(out(), MONDAY_TEN)


@pytest.mark.parametrize("topic", Topic)
def test_every_stage_that_can_be_told_has_its_sentence(topic: Topic) -> None:
    assert {rung.stage for rung in LADDERS[topic]} <= SENTENCES[topic].keys()
    assert topic in TOPIC_TITLES
    assert PAGES[topic].startswith("/")
    assert all(sentence.endswith("。") for sentence in SENTENCES[topic].values())


def test_every_ladder_is_climbed_upwards() -> None:
    for topic, rungs in LADDERS.items():
        assert list(rungs) == sorted(rungs, key=lambda rung: rung.after), topic


def test_every_role_that_is_an_audience_is_one_role() -> None:
    assert len(set(ROLES_OF.values())) == len(ROLES_OF)


def test_a_notices_id_says_everything_that_makes_it_another() -> None:
    notice = Notice(recipient="a", topic=Topic.APPROVAL, stage=S.DUE, subject="x", cooperative=None, at=MONDAY_TEN)
    others = (
        replace(notice, recipient="b"),
        replace(notice, topic=Topic.APPROVAL_LATE),
        replace(notice, stage=S.LATE),
        replace(notice, subject="y"),
        replace(notice, at=MONDAY_TEN + MINUTE),
    )
    assert len({notice.id, *(each.id for each in others)}) == 6
    assert replace(notice, at=MONDAY_TEN.astimezone(UTC)).id == notice.id


def test_urgent_things_may_be_said_at_any_time() -> None:
    assert may_speak(Manner.AT_ONCE, datetime(2026, 11, 22, 3, 0, tzinfo=CHINA), WEEKDAYS)
