"""The smaller rules: working days, names, passwords, waiting, blocking, deposits, and what the log is searched by."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from firmware_protocol.times import CHINA
from server.custody import blocking
from server.custody.bearings import GROUP_OF_TYPE, GROUP_TITLES, bearing_of
from server.custody.blocking import OneToAnother
from server.custody.deposits import Arrangement, refuse_arrangement
from server.custody.naming import seal_name, short_name, township_of
from server.custody.passwords import refuse_password, refuse_pin
from server.custody.people import Standing
from server.custody.refusals import first_refusal
from server.custody.roles import ROLE_BY_TITLE, Role
from server.custody.states import ItemState, SealType
from server.custody.throttling import Pace, after_failure
from server.custody.working_days import (
    WEEKDAYS,
    Calendar,
    after_working_minutes,
    end_of_working_day_after,
)
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NOW,
    OFFICE_HEAD,
    REVIEWER,
    SECURITY_ADMIN,
    blocked,
    seal,
    somebody,
)
from tests.server.happen import at_cabinet, at_server, filed, furnished_world, intended, permitted

NATIONAL_DAY = Calendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)), exchanged=frozenset({date(2026, 10, 10)})
)


def test_no_rules_mean_no() -> None:
    assert first_refusal((), object()) is not None


@pytest.mark.parametrize(
    ("calendar", "day", "following"),
    [
        (WEEKDAYS, date(2026, 11, 23), date(2026, 11, 24)),
        (WEEKDAYS, date(2026, 11, 27), date(2026, 11, 30)),
        (NATIONAL_DAY, date(2026, 9, 30), date(2026, 10, 8)),
        (NATIONAL_DAY, date(2026, 10, 9), date(2026, 10, 10)),
    ],
    ids=["Monday", "over the weekend", "over a holiday", "a Saturday worked in exchange"],
)
def test_the_next_working_day(calendar: Calendar, day: date, following: date) -> None:
    assert calendar.next_working_day(day) == following


def at(day: int, hour: int, minute: int) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


CLOCKS: dict[str, tuple[datetime, int, datetime]] = {
    "within a morning": (at(23, 9, 0), 120, at(23, 11, 0)),
    "to the end of a morning": (at(23, 9, 0), 180, at(23, 12, 0)),
    "over noon": (at(23, 11, 0), 120, at(23, 15, 30)),
    "begun at noon": (at(23, 13, 0), 30, at(23, 15, 0)),
    "begun before the hall opens": (at(23, 6, 0), 30, at(23, 9, 0)),
    "begun in the evening": (at(23, 20, 0), 30, at(24, 9, 0)),
    "a working day": (at(23, 9, 0), 390, at(24, 9, 0)),
    "over a weekend": (at(27, 17, 0), 60, at(30, 9, 0)),
    "begun on a Sunday": (at(29, 10, 0), 240, at(30, 15, 0)),
}


@pytest.mark.parametrize(("since", "minutes", "until"), CLOCKS.values(), ids=CLOCKS)
def test_an_approvals_clock_runs_in_working_hours_only(since: datetime, minutes: int, until: datetime) -> None:
    assert after_working_minutes(since, minutes, WEEKDAYS) == until


def test_a_clock_stands_still_on_holidays() -> None:
    calendar = Calendar(holidays=frozenset({date(2026, 11, 24), date(2026, 11, 25)}))
    assert after_working_minutes(at(23, 17, 0), 60, calendar) == at(26, 9, 0)


def test_what_is_due_in_days_is_due_at_the_end_of_a_working_day() -> None:
    assert end_of_working_day_after(at(26, 9, 0), 3, WEEKDAYS) == datetime(2026, 12, 1, 23, 59, 59, tzinfo=CHINA)
    assert end_of_working_day_after(at(26, 9, 0), 0, WEEKDAYS) == datetime(2026, 11, 26, 23, 59, 59, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("name", "village", "short"),
    [
        ("清溪镇水口村第八经济合作社", "水口村", "水口八社"),
        ("清溪镇东坑村第十一经济合作社", "东坑村", "东坑十一社"),
        ("清溪镇石龙村第3股份经济合作社", "石龙村", "石龙3社"),
        ("清溪镇水口村大塘经济合作社", "水口村", "水口大塘社"),
        ("一个没有规律的名字", "水口村", "一个没有规律的名字"),
    ],
)
def test_a_cooperative_has_a_short_name_for_its_door(name: str, village: str, short: str) -> None:
    assert short_name(name, village) == short


def test_a_seal_is_named_by_what_it_is() -> None:
    assert seal_name("清溪镇东坑村第一经济合作社", SealType.OFFICIAL) == "清溪镇东坑村第一经济合作社公章"
    assert seal_name("东坑一社财务专用章", SealType.FINANCE) == "东坑一社财务专用章"
    assert township_of("清溪镇东坑村第一经济合作社") == "清溪镇"
    assert township_of("东坑村第一经济合作社") is None


def test_the_roster_has_thirteen_roles() -> None:
    assert len(ROLE_BY_TITLE) == len(Role) == 13


@pytest.mark.parametrize("password", ["短", "12345678", "aaaaaaaaaa", "Password", "x" * 65])
def test_a_password_everybody_tries_first_is_not_taken(password: str) -> None:
    assert refuse_password(password) is not None


def test_a_password_is_not_ones_own_phone_or_name() -> None:
    assert refuse_password("我13402685995呀", phone="13402685995") is not None
    assert refuse_password("东坑村的老榕树下") is None


@pytest.mark.parametrize("pin", ["123456", "654321", "890123", "111111", "121212", "12345", "１２３４５６", "abcdef"])
def test_a_pin_that_is_easily_guessed_is_not_taken(pin: str) -> None:
    assert refuse_pin(pin) is not None


def test_a_pin_is_not_the_end_of_ones_phone() -> None:
    assert refuse_pin("685995", phone="13402685995") is not None
    assert refuse_pin("280417", phone="13402685995") is None


def test_guessing_gets_slower_and_peace_is_rewarded() -> None:
    failures, waits = None, []
    for _ in range(14):
        failures = after_failure(failures, NOW, Pace(free_failures=3))
        waits.append(failures.wait_s(NOW))
    assert waits[:6] == [0, 0, 5, 10, 20, 40]
    assert waits[-1] == 900
    assert failures is not None
    assert after_failure(failures, NOW + timedelta(hours=2), Pace(free_failures=3)).count == 1


def arrangement(**changes: object) -> Arrangement:
    registered = seal(state=ItemState.REGISTERED)
    usual = Arrangement(arranged_by=REVIEWER, cooperative=DONGKENG_1, items=(registered,), is_waiting=False, now=NOW)
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_the_office_arranges_what_is_not_in_yet() -> None:
    assert refuse_arrangement(arrangement()) is None
    assert refuse_arrangement(arrangement(items=(seal(state=ItemState.MISSING),))) is None


DEPOSITS_REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "by the cooperative itself": ({"arranged_by": HEAD}, "deposit_role"),
    "by a blocked reviewer": ({"arranged_by": blocked(REVIEWER)}, "deposit_role"),
    "by a reviewer of that cooperative": (
        {"arranged_by": Standing(REVIEWER.person, REVIEWER.grants | HEAD.grants)},
        "own_cooperative",
    ),
    "of nothing": ({"items": ()}, "nothing_to_deposit"),
    "of what is in already": ({"items": (seal(),)}, "not_depositable"),
    "of a neighbour's things": ({"items": (seal(cooperative="c-2"),)}, "one_cooperative"),
    "while another waits": ({"is_waiting": True}, "deposit_waiting"),
    "without a mandate": ({"cooperative": replace(DONGKENG_1, expires_on=date(2026, 1, 1))}, "mandate_expired"),
}


@pytest.mark.parametrize(("changes", "rule"), DEPOSITS_REFUSED.values(), ids=DEPOSITS_REFUSED.keys())
def test_no_other_deposit_is_arranged(changes: dict[str, object], rule: str) -> None:
    refused = refuse_arrangement(arrangement(**changes))
    assert refused is not None
    assert refused.rule == rule


def test_who_may_keep_whom_out() -> None:
    assert blocking.refuse_to_block(OneToAnother(SECURITY_ADMIN, ACCOUNTANT)) is None
    assert blocking.refuse_to_block(OneToAnother(HEAD, ACCOUNTANT)) is not None
    assert blocking.refuse_to_block(OneToAnother(SECURITY_ADMIN, SECURITY_ADMIN)) is not None
    assert blocking.refuse_to_unblock(OneToAnother(OFFICE_HEAD, blocked(ACCOUNTANT))) is None
    assert blocking.refuse_to_unblock(OneToAnother(CABINET_OFFICER, blocked(ACCOUNTANT))) is not None
    assert blocking.refuse_to_unblock(OneToAnother(OFFICE_HEAD, ACCOUNTANT)) is not None


def test_anybody_blocks_their_own_lost_card_and_the_office_anyones() -> None:
    with_card = somebody("p-1", "有卡", Role.ACCOUNTANT, card="00")
    assert blocking.refuse_to_block_card(OneToAnother(with_card, with_card)) is None
    assert blocking.refuse_to_block_card(OneToAnother(CABINET_OFFICER, with_card)) is None
    assert blocking.refuse_to_block_card(OneToAnother(HEAD, with_card)) is not None
    assert blocking.refuse_to_block_card(OneToAnother(CABINET_OFFICER, ACCOUNTANT)) is not None


def test_anybody_blocks_their_own_pin_and_the_office_anyones() -> None:
    own, office = OneToAnother(ACCOUNTANT, ACCOUNTANT), OneToAnother(CABINET_OFFICER, ACCOUNTANT)
    assert blocking.refuse_to_block_pin(own, has_pin=True) is None
    assert blocking.refuse_to_block_pin(office, has_pin=True) is None
    assert blocking.refuse_to_block_pin(office, has_pin=False) is not None
    assert blocking.refuse_to_block_pin(OneToAnother(HEAD, ACCOUNTANT), has_pin=True) is not None


def test_nobody_prints_a_code_for_themselves_or_for_somebody_blocked() -> None:
    assert blocking.refuse_to_issue_code(OneToAnother(REVIEWER, ACCOUNTANT)) is None
    assert blocking.refuse_to_issue_code(OneToAnother(REVIEWER, REVIEWER)) is not None
    assert blocking.refuse_to_issue_code(OneToAnother(REVIEWER, blocked(ACCOUNTANT))) is not None
    assert blocking.refuse_to_issue_code(OneToAnother(ACCOUNTANT, HEAD)) is not None


def test_a_refusal_is_a_sentence_that_ends() -> None:
    refusals = [refuse_arrangement(arrangement(**changes)) for changes, _ in DEPOSITS_REFUSED.values()]
    refusals += [refuse_password("短"), refuse_pin("1"), blocking.refuse_to_block(OneToAnother(HEAD, ACCOUNTANT))]
    for refused in refusals:
        assert refused is not None
        assert refused.sentence.endswith("。")
        assert "请" in refused.sentence or "不用" in refused.sentence or "不能" in refused.sentence


def test_everything_about_one_opening_is_found_under_its_checkout_and_cooperative() -> None:
    world = furnished_world()
    for happening in (filed(), *permitted(), intended()):
        world.happen(happening)
    opened = bearing_of(world, at_cabinet("door_opened", {"opening": "o-1", "compartment": "CAB-01/1"}))
    assert (opened.checkout, opened.cooperative) == ("k-1", DONGKENG_1.id)
    assert opened.persons == (ACCOUNTANT.id, CABINET_OFFICER.id)
    revoked = bearing_of(world, at_server("permit_revoked", {"permit": "m-1", "person": "p-he", "reason": "office"}))
    assert (revoked.checkout, revoked.cooperative) == ("k-1", DONGKENG_1.id)


def test_a_forced_door_is_found_under_the_cooperative_whose_door_it_is() -> None:
    forced = bearing_of(furnished_world(), at_cabinet("door_forced", {"compartment": DONGKENG_1.place}))
    assert (forced.cooperative, forced.group) == (DONGKENG_1.id, "alarm")


def test_every_group_of_events_has_a_title() -> None:
    assert set(GROUP_OF_TYPE.values()) <= set(GROUP_TITLES)
