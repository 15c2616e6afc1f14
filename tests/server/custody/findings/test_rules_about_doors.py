"""A01, A02, A04, A22, A27: what a cabinet's reports make a supervisor look at."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from firmware_protocol.times import CHINA
from server.custody.findings.after_hours import AfterHours
from server.custody.findings.breaks_in_the_record import Away, BreaksInTheRecord
from server.custody.findings.count_differs import CountDiffers, Counted, StoppedSeal, TagHeard
from server.custody.findings.finding import Level, Sighting
from server.custody.findings.forced_doors import ForcedDoors
from server.custody.findings.opened_without_permit import OpenedWithoutPermit
from server.custody.findings.rulebook import NUMBER_WORDS
from server.custody.working_days import Calendar
from tests.server.cast import NOW

HOLIDAY = Calendar(holidays=frozenset({date(2026, 11, 23)}), exchanged=frozenset({date(2026, 11, 21)}))


def sighting(event_type: str, position: int = 7, at: datetime = NOW, **changes: Any) -> Sighting:
    """An entry as rules look at it."""
    usual = {"agent": "hall-1", "compartment": "CAB-01/1", "cooperative": "c-1", "entries": (position,)}
    return Sighting(position=position, at=at, type=event_type, **{**usual, **changes})


def on(day: int, clock: str) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}+08:00")


@pytest.mark.parametrize(
    "rule",
    [
        *("unknown_permit", "foreign_permit", "permit_revoked", "permit_late"),
        *("attempt_reused", "unknown_opening", "one_person"),
    ],
)
def test_an_opening_that_no_permit_allowed_is_red(rule: str) -> None:
    (noticed,) = OpenedWithoutPermit().judge([sighting("device_contradiction", word=rule, opening="o-1")])
    assert (noticed.finding, noticed.level, noticed.entries) == ("A01:o-1", Level.RED, (7,))


def test_several_contradictions_about_one_opening_are_one_finding() -> None:
    words = ("unknown_permit", "one_person")
    seen = [sighting("device_contradiction", n, word=word, opening="o-1") for n, word in enumerate(words)]
    assert [noticed.entries for noticed in OpenedWithoutPermit().judge(seen)] == [(0, 1)]


@pytest.mark.parametrize(
    "seen",
    [sighting("device_contradiction", word="item_state"), sighting("door_opened", word="unknown_permit")],
    ids=["another contradiction", "no contradiction"],
)
def test_what_is_not_about_a_permit_is_no_opening_without_one(seen: Sighting) -> None:
    assert OpenedWithoutPermit().judge([seen]) == ()


@pytest.mark.parametrize(
    ("event_type", "level"),
    [
        ("door_forced", Level.RED),
        ("pulse_unaccounted", Level.RED),
        ("opening_interrupted", Level.ORANGE),
        ("door_opened", None),
        ("door_jammed", None),
    ],
)
def test_force_and_a_pulse_of_nobody_are_red_and_a_cut_short_opening_orange(
    event_type: str, level: Level | None
) -> None:
    assert [noticed.level for noticed in ForcedDoors().judge([sighting(event_type)])] == ([level] if level else [])


def test_each_forced_door_is_a_finding_of_its_own() -> None:
    noticed = ForcedDoors().judge([sighting("door_forced", 3), sighting("door_forced", 4)])
    assert [each.finding for each in noticed] == ["A02:n3", "A02:n4"]


@pytest.mark.parametrize(
    ("at", "word", "level"),
    [
        (on(23, "07:59:59"), "take", Level.ORANGE),
        (on(23, "08:00:00"), "take", None),
        (on(23, "17:59:59"), "take", None),
        (on(23, "18:00:00"), "take", Level.ORANGE),
        (on(22, "10:00:00"), "take", Level.ORANGE),
        (on(23, "20:00:00"), "return", Level.YELLOW),
        (on(23, "20:00:00"), "count", Level.ORANGE),
        (on(23, "20:00:00"), "cleared", None),
        (datetime(2026, 11, 23, 2, 0, tzinfo=CHINA).astimezone(), "take", Level.ORANGE),
    ],
    ids=[
        *("a second early", "at opening", "a second before closing", "at closing", "a Sunday", "a return"),
        *("a count", "an emergency", "elsewhere"),
    ],
)
def test_a_door_opened_out_of_hours(at: datetime, word: str, level: Level | None) -> None:
    noticed = AfterHours().judge([sighting("door_opened", at=at, word=word)])
    assert [each.level for each in noticed] == ([level] if level else [])


@pytest.mark.parametrize(("day", "fires"), [(23, True), (21, False)], ids=["a holiday", "a Saturday worked instead"])
def test_hours_follow_the_calendar(day: int, fires: bool) -> None:
    noticed = AfterHours(calendar=HOLIDAY).judge([sighting("door_opened", at=on(day, "10:00:00"), word="take")])
    assert bool(noticed) is fires


def test_a_door_that_did_not_open_was_not_opened_out_of_hours() -> None:
    assert AfterHours().judge([sighting("door_jammed", at=on(22, "10:00:00"))]) == ()


@pytest.mark.parametrize(
    ("counted", "numbers"),
    [
        (Counted(key="n1", items=("i-1", "i-2")), {"items_missing": 2}),
        (Counted(key="n1", surplus=1), {"items_surplus": 1}),
        (Counted(key="n1", is_alarm=True), {}),
        (Counted(key="n1"), None),
    ],
    ids=["two missing", "one too many", "something is gone", "all there"],
)
def test_a_count_that_differs_is_red(counted: Counted, numbers: dict[str, int] | None) -> None:
    assert [each.numbers for each in CountDiffers().judge([counted])] == ([] if numbers is None else [numbers])


@pytest.mark.parametrize(
    ("verdict", "level"),
    [
        ("vanished", Level.ORANGE),
        ("wrong_item", Level.ORANGE),
        ("wrong_compartment", Level.YELLOW),
        ("put_right", None),
        ("returned", None),
        ("reappeared", None),
    ],
)
def test_a_tag_where_it_should_not_be_is_less_red_than_a_count(verdict: str, level: Level | None) -> None:
    noticed = CountDiffers().judge([TagHeard(key="n1", verdict=verdict, items=("i-1",))])
    assert [each.level for each in noticed] == ([level] if level else [])
    assert all(number in NUMBER_WORDS for each in noticed for number in each.numbers)


@pytest.mark.parametrize(("days", "fires"), [(10, False), (11, True)])
def test_a_stopped_seal_is_handed_in_within_ten_days(days: int, fires: bool) -> None:
    stopped = StoppedSeal(item="i-1", stopped_on=date(2026, 11, 1), seen_on=date(2026, 11, 1) + timedelta(days=days))
    assert bool(CountDiffers().judge([stopped])) is fires


@pytest.mark.parametrize(
    ("seen", "level"),
    [
        (sighting("device_equivocated"), Level.RED),
        (sighting("log_disputed"), Level.RED),
        (sighting("device_contradiction", word="journal_behind"), Level.RED),
        (sighting("device_contradiction", word="body_differs"), Level.RED),
        (sighting("device_contradiction", word="item_state"), None),
        (sighting("verification_run", word="failed"), Level.RED),
        (sighting("verification_run", word="passed"), None),
        (sighting("clock_stepped", milliseconds=30_000), None),
        (sighting("clock_stepped", milliseconds=30_001), Level.ORANGE),
        (sighting("clock_stepped", milliseconds=-30_001), Level.ORANGE),
        (sighting("server_clock_stepped", milliseconds=-3_600_000), Level.ORANGE),
    ],
    ids=[
        "equivocation",
        "two histories",
        "old journal",
        "another body",
        "other",
        "verified: wrong",
        "verified",
        "30 s",
        "over 30 s",
        "30 s back",
        "the server's",
    ],
)
def test_a_record_that_breaks(seen: Sighting, level: Level | None) -> None:
    assert [each.level for each in BreaksInTheRecord().judge([seen])] == ([level] if level else [])


@pytest.mark.parametrize(
    ("since", "seen_at", "minutes"),
    [
        (on(23, "09:00:00"), on(23, "09:10:00"), None),
        (on(23, "09:00:00"), on(23, "09:10:01"), 10),
        (on(23, "02:00:00"), on(23, "08:05:00"), None),
        (on(23, "02:00:00"), on(23, "08:10:00"), 370),
        (on(22, "09:00:00"), on(22, "12:00:00"), None),
        (on(23, "17:00:00"), on(23, "18:00:00"), None),
    ],
    ids=["ten minutes", "longer", "since the night", "and still", "a Sunday", "after closing"],
)
def test_silence_counts_in_hours(since: datetime, seen_at: datetime, minutes: int | None) -> None:
    noticed = BreaksInTheRecord().judge([Away(agent="hall-1", since=since, seen_at=seen_at)])
    assert [each.numbers["minutes_away"] for each in noticed] == ([] if minutes is None else [minutes])
