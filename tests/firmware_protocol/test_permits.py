"""A permit opens its own compartment, for its own people, in its own time, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import permit_checks, permits
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, read_document, write_document
from firmware_protocol.permit_checks import Allowed, Clock, Refused, Situation, Staleness, check_return, check_take
from firmware_protocol.permits import Party, Permit, PermitItem, ReturnGrant
from firmware_protocol.rosters import Person, RoleGrant
from firmware_protocol.times import CHINA

PERMIT_KEY = Signer("qingxi.example/permit", bytes(range(32)))
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
OFFICER = Party(roles=("cabinet_officer",))

ACCOUNTANT = Person("p-accountant", "游少玉", (RoleGrant("accountant", "c-dongkeng-1"),))
HEAD = Person("p-head", "廖坤东", (RoleGrant("head", "c-dongkeng-1"),))
CABINET_OFFICER = Person("p-officer", "林少军", (RoleGrant("cabinet_officer"),))
SECOND_OFFICER = Person(
    "p-officer-2", "罗秀英", (RoleGrant("cabinet_officer"), RoleGrant("supervisor", "c-dongkeng-1"))
)
NEIGHBOUR = Person("p-neighbour", "蓝观润", (RoleGrant("accountant", "c-dongkeng-2"),))

PERMIT = Permit(
    id="m-1",
    action="take",
    agent="hall-1",
    cabinet="CAB-01",
    compartment=7,
    cooperative="c-dongkeng-1",
    checkout="k-1",
    items=(PermitItem("i-1", "seal"),),
    holder=Party(person=ACCOUNTANT.id),
    second=OFFICER,
    approvers=(HEAD.id, "p-reviewer"),
    not_before=NINE - timedelta(hours=1),
    not_after=NINE + timedelta(hours=30),
    revocations_min=4,
    return_grant=ReturnGrant(("accountant", "head"), OFFICER),
)
AT_THE_DOOR = Situation(
    agent="hall-1",
    clock=Clock(NINE, NINE + timedelta(seconds=1), "sync"),
    persons=(ACCOUNTANT, CABINET_OFFICER),
    contact_age_max=timedelta(minutes=1),
    revocations_version=4,
    is_in_log=True,
)
UNKNOWN_TIME = Clock(NINE, None, "unknown")


def test_the_right_two_people_take_in_the_right_time():
    assert check_take(PERMIT, AT_THE_DOOR) == Allowed(attempt=1)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"agent": "hall-2"}, "addressed_here"),
        ({"persons": ()}, "two_people"),
        ({"persons": (ACCOUNTANT,)}, "two_people"),
        ({"persons": (ACCOUNTANT, ACCOUNTANT)}, "two_people"),
        ({"persons": (replace(ACCOUNTANT, active=False), CABINET_OFFICER)}, "all_active"),
        ({"persons": (ACCOUNTANT, replace(CABINET_OFFICER, active=False))}, "all_active"),
        ({"trust": 2}, "trust_known"),
        ({"persons": (NEIGHBOUR, CABINET_OFFICER)}, "holder_present"),
        ({"persons": (HEAD, CABINET_OFFICER)}, "holder_present"),
        ({"persons": (CABINET_OFFICER, ACCOUNTANT)}, "holder_present"),
        ({"persons": (ACCOUNTANT, HEAD)}, "second_present"),
        ({"clock": UNKNOWN_TIME}, "time_known"),
        ({"clock": Clock(NINE, NINE, "floor")}, "time_known"),
        ({"clock": Clock(NINE, NINE, "unknown")}, "time_known"),
        ({"clock": Clock(NINE - timedelta(hours=2), NINE, "rtc")}, "already_valid"),
        ({"clock": Clock(NINE, NINE + timedelta(hours=31), "rtc")}, "not_expired"),
        ({"keys_over": frozenset({"", "0a1b2c3d"})}, "key_counts"),
        ({"revoked": frozenset({"m-1"})}, "not_revoked"),
        ({"revocations_version": 3}, "revocations_fresh"),
        ({"contact_age_max": None}, "contact_fresh"),
        ({"contact_age_max": timedelta(hours=4, seconds=1)}, "contact_fresh"),
        ({"contact_age_max": timedelta(hours=1, seconds=1), "staleness": Staleness(seal_h=1)}, "contact_fresh"),
        ({"is_log_disputed": True}, "log_undisputed"),
        ({"is_log_disputed": True, "level": "signed"}, "log_undisputed"),
        ({"is_in_log": False}, "in_log"),
        ({"is_in_log": False, "level": "quorum"}, "in_log"),
        ({"level": "quorum"}, "witnessed"),
        ({"pulses": ("opened",)}, "never_opened"),
        ({"pulses": ("refused", "unknown")}, "every_failure_proven"),
        ({"pulses": ("refused", "refused", "refused")}, "attempts_left"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_take_is_refused_with_its_reason(change, rule):
    assert check_take(PERMIT, replace(AT_THE_DOOR, **change)) == Refused(rule)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"approvers": (CABINET_OFFICER.id,)}, "no_approver_present"),
        ({"approvers": (ACCOUNTANT.id,)}, "no_approver_present"),
        ({"extra": ("supervisor",)}, "two_people"),
        ({"not_after": PERMIT.not_before + timedelta(hours=73)}, "window_fits"),
        ({"not_after": PERMIT.not_before}, "window_fits"),
        ({"second": Party(person=SECOND_OFFICER.id)}, "second_present"),
    ],
    ids=["the second approved it", "the holder approved it", "a third is missing", "too long", "no time", "another"],
)
def test_a_permit_asks_for_its_own_people_and_time(change, rule):
    assert check_take(replace(PERMIT, **change), AT_THE_DOOR) == Refused(rule)


def test_a_third_role_needs_a_third_person():
    permit = replace(PERMIT, extra=("supervisor",))
    three = (ACCOUNTANT, CABINET_OFFICER, SECOND_OFFICER)

    assert check_take(permit, replace(AT_THE_DOOR, persons=three)) == Allowed(attempt=1)
    without_supervisor = (ACCOUNTANT, CABINET_OFFICER, NEIGHBOUR)
    assert check_take(permit, replace(AT_THE_DOOR, persons=without_supervisor)) == Refused("extra_present")


def test_without_a_seal_an_agent_may_be_offline_for_a_day():
    permit = replace(PERMIT, items=(PermitItem("i-2", "voucher"),))
    stale = replace(AT_THE_DOOR, contact_age_max=timedelta(hours=24))

    assert isinstance(check_take(permit, stale), Allowed)
    assert check_take(permit, replace(stale, contact_age_max=timedelta(hours=24, seconds=1))) == Refused(
        "contact_fresh"
    )


def test_a_proven_failure_allows_the_next_attempt():
    assert check_take(PERMIT, replace(AT_THE_DOOR, pulses=("refused", "refused"))) == Allowed(attempt=3)


def test_a_deposit_is_for_any_accountant_or_head_of_the_cooperative():
    permit = replace(PERMIT, action="deposit", holder=Party(roles=("accountant", "head")), checkout=None, approvers=())

    assert isinstance(check_take(permit, AT_THE_DOOR), Allowed)
    assert isinstance(check_take(permit, replace(AT_THE_DOOR, persons=(HEAD, CABINET_OFFICER))), Allowed)
    neighbour = replace(AT_THE_DOOR, persons=(NEIGHBOUR, CABINET_OFFICER))
    assert check_take(permit, neighbour) == Refused("holder_present")


BACK = replace(AT_THE_DOOR, checkout_open=True)
EVERYTHING_AGAINST_IT = replace(
    BACK,
    clock=UNKNOWN_TIME,
    contact_age_max=None,
    revoked=frozenset({"m-1"}),
    keys_over=frozenset({""}),
    revocations_version=0,
    pulses=("opened", "unknown", "refused", "refused"),
    trust=9,
)


def test_returning_is_stopped_by_neither_time_nor_staleness_nor_revocation():
    assert check_return(PERMIT, EVERYTHING_AGAINST_IT) == Allowed(attempt=5)


@pytest.mark.parametrize(
    ("persons", "flagged"),
    [((ACCOUNTANT, CABINET_OFFICER), False), ((HEAD, CABINET_OFFICER), True), ((HEAD, SECOND_OFFICER), True)],
    ids=["the holder", "the head instead", "the head, another officer"],
)
def test_the_holder_or_an_officer_of_the_cooperative_brings_it_back(persons, flagged):
    assert check_return(PERMIT, replace(BACK, persons=persons)) == Allowed(attempt=1, flagged=flagged)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"agent": "hall-2"}, "addressed_here"),
        ({"persons": (ACCOUNTANT, ACCOUNTANT)}, "two_people"),
        ({"persons": (replace(ACCOUNTANT, active=False), CABINET_OFFICER)}, "all_active"),
        ({"checkout_open": False}, "checkout_open"),
        ({"persons": (NEIGHBOUR, CABINET_OFFICER)}, "returner_entitled"),
        ({"persons": (ACCOUNTANT, HEAD)}, "return_second_present"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_return_is_refused_only_for_place_and_people(change, rule):
    assert check_return(PERMIT, replace(BACK, **change)) == Refused(rule)


def test_a_permit_without_return_grant_returns_nothing():
    assert check_return(replace(PERMIT, return_grant=None), BACK) == Refused("has_return_grant")


def test_a_permit_is_read_back_as_it_was_signed():
    assert permits.parse(permits.encode(PERMIT, PERMIT_KEY), [PERMIT_KEY.verifier]) == PERMIT


def test_a_permit_signed_by_another_key_is_unverified():
    with pytest.raises(UnverifiedNote):
        permits.parse(permits.encode(PERMIT, Signer("qingxi.example/permit", bytes(32))), [PERMIT_KEY.verifier])


def fields_of(permit: Permit) -> dict[str, object]:
    return read_document(permits.encode(permit, PERMIT_KEY), permits.KIND, [PERMIT_KEY.verifier])


@pytest.mark.parametrize(
    "change",
    [
        {"action": "burn"},
        {"compartment": 0},
        {"compartment": True},
        {"compartment": "7"},
        {"attempts": 0},
        {"items": [{"id": "i-1", "kind": "gold"}]},
        {"items": [{"kind": "seal"}]},
        {"holder": {}},
        {"holder": {"roles": []}},
        {"second": {"person": "p", "role": "r"}},
        {"not_after": "2026-11-24"},
        {"not_after": "2026-11-24T09:00:00"},
        {"id": ""},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_permit_of_another_form_is_malformed_although_it_is_signed(change):
    note = write_document(permits.KIND, fields_of(PERMIT) | change, PERMIT_KEY)

    with pytest.raises(MalformedNote):
        permits.parse(note, [PERMIT_KEY.verifier])


people = st.sampled_from([ACCOUNTANT, HEAD, CABINET_OFFICER, SECOND_OFFICER, NEIGHBOUR])
clocks = st.builds(
    lambda start, width, quality: Clock(
        NINE + timedelta(hours=start), None if width is None else NINE + timedelta(hours=start + width), quality
    ),
    st.integers(-100, 100),
    st.none() | st.integers(0, 50),
    st.sampled_from(["sync", "rtc", "floor", "unknown"]),
)
situations = st.builds(
    Situation,
    agent=st.sampled_from(["hall-1", "hall-2"]),
    clock=clocks,
    persons=st.lists(people, max_size=4).map(tuple),
    pulses=st.lists(st.sampled_from(["opened", "refused", "unknown"]), max_size=4).map(tuple),
    contact_age_max=st.none() | st.integers(0, 50).map(lambda hours: timedelta(hours=hours)),
    revocations_version=st.integers(0, 8),
    revoked=st.sampled_from([frozenset(), frozenset({"m-1"})]),
    trust=st.sampled_from([1, 2]),
    checkout_open=st.booleans(),
)


@given(situations)
def test_no_take_is_ever_allowed_outside_its_bounds(situation):
    if not isinstance(check_take(PERMIT, situation), Allowed):
        return
    clock = situation.clock
    assert clock.latest is not None
    assert PERMIT.not_before <= clock.earliest <= clock.latest <= PERMIT.not_after
    assert len({person.id for person in situation.persons}) >= 2
    assert PERMIT.id not in situation.revoked
    assert set(situation.pulses) <= {"refused"}
    assert len(situation.pulses) < PERMIT.attempts


@given(situations)
def test_whoever_may_return_under_good_conditions_may_return_under_any(situation):
    ideal = replace(BACK, agent=situation.agent, persons=situation.persons, checkout_open=situation.checkout_open)
    assert isinstance(check_return(PERMIT, ideal), Allowed) == isinstance(check_return(PERMIT, situation), Allowed)


def test_a_rule_set_without_rules_refuses(monkeypatch):
    monkeypatch.setattr(permit_checks, "_TAKE_RULES", ())

    assert check_take(PERMIT, AT_THE_DOOR) == Refused("no_rules")
