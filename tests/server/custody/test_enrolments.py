"""Who opens an enrolment, which machine is taken for the one that was invited, and who may compare."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from firmware_protocol.times import CHINA
from server.custody.enrolments import (
    CLOSED_SENTENCES,
    COMPARED_WITHIN,
    TOKEN_LASTS,
    ClosedFor,
    Comparing,
    Enrolment,
    EnrolmentState,
    Presenting,
    refuse_comparison,
    refuse_presentation,
    refuse_to_cancel,
    refuse_to_enrol,
)
from server.custody.people import Grant, Person, Standing
from server.custody.roles import Role

NOW = datetime(2026, 11, 23, 9, tzinfo=CHINA)
MINUTE = timedelta(minutes=1)
KEY, ANOTHER = "the machine's", "somebody else's"
OPEN = Enrolment(
    id="e-1",
    agent="hall-1",
    cabinets=("CAB-01",),
    trust="log",
    policy=None,
    server_url="https://gongguan.lan",
    broker_host="gongguan.lan",
    broker_port=8883,
    authority="",
    token="digest",
    opened_by="p-1",
    opened_at=NOW,
    expires_at=NOW + TOKEN_LASTS,
)
PRESENTED = replace(OPEN, state=EnrolmentState.PRESENTED, key=KEY, presented_at=NOW + MINUTE)
CONFIRMED = replace(PRESENTED, state=EnrolmentState.CONFIRMED)
CLOSED = replace(OPEN, state=EnrolmentState.CLOSED, closed_for=ClosedFor.CANCELLED)
LATE = NOW + TOKEN_LASTS + MINUTE
NEXT_WEEK = NOW + COMPARED_WITHIN + timedelta(days=7)

PRESENTATIONS: dict[str, tuple[Enrolment | None, str, datetime, str | None]] = {
    "within fifteen minutes": (OPEN, KEY, NOW + TOKEN_LASTS, None),
    "a guessed token": (None, KEY, NOW, "enrolment_token"),
    "a minute too late": (OPEN, KEY, LATE, "enrolment_over"),
    "the same machine again": (PRESENTED, KEY, LATE, None),
    "the same machine after it was admitted": (CONFIRMED, KEY, NEXT_WEEK, None),
    "a second machine with the same token": (PRESENTED, ANOTHER, NOW + MINUTE, "enrolment_used"),
    "a second machine after the first was admitted": (CONFIRMED, ANOTHER, NOW + MINUTE, "enrolment_used"),
    "one that was cancelled": (CLOSED, KEY, NOW, "enrolment_over"),
    "one that nobody compared for a day": (PRESENTED, KEY, NEXT_WEEK, "enrolment_over"),
}
COMPARISONS: dict[str, tuple[Enrolment, bool, datetime, str | None, str | None]] = {
    "presented": (PRESENTED, False, LATE, None, None),
    "before any machine came": (OPEN, False, NOW, "enrolment_waiting", None),
    "compared already": (PRESENTED, True, NOW, "change_waiting", "change_waiting"),
    "admitted already": (CONFIRMED, False, NOW, "enrolment_over", "enrolment_over"),
    "cancelled already": (CLOSED, False, NOW, "enrolment_over", "enrolment_over"),
    "the token ran out": (OPEN, False, LATE, "enrolment_over", "enrolment_over"),
}


def holding(role: Role, *, is_active: bool = True) -> Standing:
    person = Person(id="p-1", name="叶海燕", phone="13800000000", unit="镇政府", is_active=is_active)
    return Standing(person, frozenset({Grant(person="p-1", role=role, cooperative=None)}))


@pytest.mark.parametrize(("enrolment", "key", "now", "rule"), PRESENTATIONS.values(), ids=PRESENTATIONS)
def test_one_machine_is_taken_for_the_invited_one(
    enrolment: Enrolment | None, key: str, now: datetime, rule: str | None
) -> None:
    refused = refuse_presentation(Presenting(enrolment, key, now))
    assert (refused and refused.rule) == rule


@pytest.mark.parametrize(
    ("enrolment", "proposed", "now", "compared", "cancelled"), COMPARISONS.values(), ids=COMPARISONS
)
def test_screens_are_compared_while_there_is_something_to_compare(
    enrolment: Enrolment, proposed: bool, now: datetime, compared: str | None, cancelled: str | None
) -> None:
    comparing = Comparing(holding(Role.SYSTEM_ADMIN), enrolment, proposed, now)
    rules = [refused and refused.rule for refused in (refuse_comparison(comparing), refuse_to_cancel(comparing))]
    assert rules == [compared, cancelled]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_the_system_administrator_or_the_operator_opens_one(role: Role) -> None:
    refused = refuse_to_enrol(holding(role))
    assert refused is not None
    assert refused.rule == "enrolment_role"
    comparing = Comparing(holding(role), PRESENTED, is_proposed=False, now=NOW)
    assert (refuse_comparison(comparing), refuse_to_cancel(comparing)) == (refused, refused)


def test_the_operator_opens_one_and_a_blocked_administrator_does_not() -> None:
    assert refuse_to_enrol(None) is None
    assert refuse_to_enrol(holding(Role.SYSTEM_ADMIN)) is None
    assert refuse_to_enrol(holding(Role.SYSTEM_ADMIN, is_active=False)) is not None


def test_every_end_is_told_to_the_machine() -> None:
    assert set(CLOSED_SENTENCES) == set(ClosedFor)
