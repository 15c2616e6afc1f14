"""The agent's thread of thought over a real journal that fails at every step in turn, in both moods.

"Not stored": the write fails and nothing is in the file. "Stored": it is in the file, but nobody was told so. Whatever
happens, two patient people end with the seals out and back, or with an attempt spent and nothing out.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device_agent.agent import ROLLED_BACK
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import CheckPin, Keep
from device_agent.custodian.inputs import (
    CardShown,
    DoorSeen,
    LockAnswered,
    OpenAsked,
    PinEntered,
)
from device_agent.custodian.state import Refusal, Waiting
from device_agent.journal import JournalError, open_journal
from device_agent.restoration import restore
from firmware_protocol import permits
from tests.device_agent.hall import (
    AGENT,
    AGENT_SIGNER,
    KEYS,
    NOON,
    PLACE,
    ROSTER,
    SEAL,
    SITE,
    YOU,
    ack,
)
from tests.device_agent.stormy_kiosk import (
    NOT_STORED,
    PERMIT,
    PERMIT_INPUT,
    ROSTER_INPUT,
    STORED,
    Kiosk,
    take_and_bring_back,
)

WRITES_OF_THE_STORY = 8


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """A kiosk that has started, with a roster and a permit, in contact with its server."""
    kiosk = Kiosk(tmp_path)
    kiosk.prepare()
    yield kiosk
    kiosk.agent.close()


def test_in_good_weather_the_seals_go_out_and_come_back(kiosk: Kiosk) -> None:
    kiosk.weather.writes = 0
    take_and_bring_back(kiosk)
    assert kiosk.types().count("items_taken") == kiosk.types().count("items_returned") == 1
    assert len(kiosk.pulses) == 2
    assert kiosk.weather.writes == WRITES_OF_THE_STORY


@pytest.mark.parametrize("mood", [NOT_STORED, STORED])
@pytest.mark.parametrize("failing_write", range(1, WRITES_OF_THE_STORY + 1))
def test_a_write_that_fails_loses_nothing_and_leaves_nobody_stuck(kiosk: Kiosk, failing_write: int, mood: str) -> None:
    kiosk.weather.failing_write, kiosk.weather.mood, kiosk.weather.writes = failing_write, mood, 0
    take_and_bring_back(kiosk)
    holding = kiosk.agent.custody.memory.holdings[PERMIT.id]
    assert holding.out == ()
    assert holding.undeclared is None
    burned = [entry.about["opening"] for entry in kiosk.log() if entry.type == "opening_intended"]
    assert len(set(burned)) == len(burned)
    assert [opening for _, opening in kiosk.pulses if opening not in burned] == []
    assert kiosk.types().count("items_taken") == kiosk.types().count("items_returned") <= 1
    assert "door_forced" not in kiosk.types()


@pytest.mark.parametrize("mood", [NOT_STORED, STORED])
@pytest.mark.parametrize("failing_write", range(1, WRITES_OF_THE_STORY + 1))
def test_after_a_failure_the_agent_knows_what_a_fresh_start_would(kiosk: Kiosk, failing_write: int, mood: str) -> None:
    kiosk.weather.failing_write, kiosk.weather.mood, kiosk.weather.writes = failing_write, mood, 0
    take_and_bring_back(kiosk)
    known = kiosk.agent.custody.memory
    kiosk.agent.close()
    with kiosk.open_journal() as journal:
        assert restore(journal, SITE, KEYS, NOON).memory == known


def test_a_failure_while_nobody_is_there_costs_the_next_people_nothing(kiosk: Kiosk) -> None:
    kiosk.weather.fails_at_rest = True
    kiosk.agent.tick()
    kiosk.identify()
    kiosk.choose(("take",))
    kiosk.do(OpenAsked("o-1"))
    assert kiosk.pulses == [(PLACE, "o-1")]


@pytest.mark.parametrize("mood", [NOT_STORED, STORED])
def test_no_pulse_follows_an_intent_that_could_not_be_written(kiosk: Kiosk, mood: str) -> None:
    kiosk.identify()
    kiosk.choose(("take",))
    kiosk.weather.failing_write, kiosk.weather.mood, kiosk.weather.writes = 1, mood, 0
    kiosk.do(OpenAsked("o-1"))
    assert kiosk.pulses == []
    assert kiosk.agent.custody.stage == Refusal("journal_failed", Waiting())
    assert kiosk.types().count("opening_interrupted") == (1 if mood == STORED else 0)


def test_while_the_disk_is_broken_the_agent_says_so_and_forgets_nothing(kiosk: Kiosk) -> None:
    kiosk.weather.is_broken = True
    kiosk.do(DoorSeen(PLACE, is_open=True))
    assert kiosk.is_faulty()
    kiosk.do(DoorSeen("CAB-01/8", is_open=True), PERMIT_INPUT, CardShown(YOU.card))
    kiosk.agent.tick()
    assert kiosk.is_faulty()
    kiosk.weather.is_broken = False
    kiosk.agent.tick()
    assert not kiosk.is_faulty()
    assert kiosk.types()[-3:] == ["agent_started", "door_forced", "door_forced"]


def test_a_door_whose_report_could_not_be_written_at_first_is_not_forced(kiosk: Kiosk) -> None:
    kiosk.identify()
    kiosk.choose(("take",))
    kiosk.do(OpenAsked("o-1"))
    kiosk.weather.failing_write, kiosk.weather.writes = 1, 0
    kiosk.do(LockAnswered("o-1", "opened"), DoorSeen(PLACE, is_open=True))
    assert kiosk.types()[-2:] == ["opening_interrupted", "door_opened"]


def test_a_pin_is_compared_with_the_hash_in_the_roster(kiosk: Kiosk) -> None:
    kiosk.do(CardShown(YOU.card), PinEntered())
    assert kiosk.pins == [CheckPin(YOU.id, "pin-y")]


def test_a_step_of_the_wall_clock_is_recorded_before_anything_else_happens(kiosk: Kiosk) -> None:
    kiosk.wall_ahead_s = 3600
    kiosk.do(DoorSeen(PLACE, is_open=True))
    assert kiosk.types()[-2:] == ["clock_stepped", "door_forced"]
    assert kiosk.log()[-2].about == {"step_ms": 3_600_000}


def test_a_step_is_recorded_also_when_a_screen_was_drawn_first(kiosk: Kiosk) -> None:
    kiosk.wall_ahead_s = 3600
    kiosk.agent.look_at_clock()
    kiosk.agent.tick()
    assert kiosk.types().count("clock_stepped") == 1


def test_entries_say_how_good_the_clock_was(kiosk: Kiosk) -> None:
    assert [entry.clock for entry in kiosk.log()] == ["unknown", "sync", "sync"]


def test_every_start_is_counted_and_recorded(tmp_path: Path) -> None:
    for boot in (1, 2):
        kiosk = Kiosk(tmp_path)
        kiosk.agent.start()
        assert kiosk.log()[-1].about == {"boot": boot, "unfinished": 0}
        kiosk.agent.close()


def test_a_line_that_keeps_back_revocations_or_rosters_is_no_contact(kiosk: Kiosk) -> None:
    kiosk.passed_s += 3 * 3600
    moment = kiosk.read_clock()
    for roster, revoked in ((ROSTER.version, 1), (ROSTER.version + 1, 0)):
        versions = {"roster_version": roster, "revocations_version": revoked}
        kiosk.agent.acknowledge(ack(0, moment.wall, **versions), moment.elapsed_ms)
        assert kiosk.agent.custody.contact == Contact(NOON, 0, NOON)
    kiosk.agent.acknowledge(ack(0, moment.wall, roster_version=ROSTER.version), moment.elapsed_ms)
    assert kiosk.agent.custody.contact == Contact(moment.wall, moment.elapsed_ms, moment.wall)


def test_acknowledged_entries_are_counted_down(kiosk: Kiosk) -> None:
    kiosk.agent.acknowledge(ack(2), 0)
    assert kiosk.agent.last_seq - kiosk.agent.acked_seq == 1


def test_a_journal_put_back_to_an_earlier_day_opens_nothing_any_more(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.agent.close()
    old_card = tmp_path.with_name("old-card")
    shutil.copytree(tmp_path, old_card)
    today = Kiosk(tmp_path)
    today.agent.start()
    today.visit(("take",), (SEAL,))
    assert len(today.pulses) == 1
    today.agent.close()

    put_back = Kiosk(old_card)
    put_back.agent.start()
    put_back.agent.acknowledge(ack(today.agent.last_seq), 0)
    before = put_back.agent.last_seq
    put_back.visit(("take",), (SEAL,))
    assert put_back.pulses == []
    assert put_back.agent.fault == ROLLED_BACK
    assert put_back.agent.last_seq == before, "it signs nothing more under numbers that are used"
    put_back.agent.close()
    offline = Kiosk(old_card)
    offline.agent.start()
    offline.visit(("take",), (SEAL,))
    assert offline.pulses == []
    offline.agent.close()


def test_a_new_journal_takes_back_what_the_old_one_let_go(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.visit(("take",), (SEAL,))
    fresh = Kiosk(tmp_path.with_name("new-card"))
    fresh.agent.start()
    fresh.agent.acknowledge(ack(), 0)
    fresh.agent.handle(ROSTER_INPUT)
    fresh.agent.handle(replace(PERMIT_INPUT, out=(SEAL,)))
    fresh.agent.close()
    restarted = Kiosk(tmp_path.with_name("new-card"))
    restarted.agent.start()
    restarted.visit(("take", "return"), (SEAL,))
    assert restarted.types()[-4:] == ["door_opened", "door_closed", "items_returned", "opening_finished"]
    restarted.agent.handle(replace(PERMIT_INPUT, out=(SEAL,)))
    assert restarted.agent.custody.memory.holdings[PERMIT.id].out == ()
    restarted.agent.close()


def test_a_journal_with_a_forged_permit_does_not_start(tmp_path: Path) -> None:
    with open_journal(tmp_path, AGENT, 1, AGENT_SIGNER) as journal:
        journal.write([Keep({"permit:m-a": permits.encode(PERMIT, AGENT_SIGNER)})], NOON, "sync")
    with pytest.raises(JournalError, match="三资办"):
        Kiosk(tmp_path)


def test_the_rosters_signed_time_is_past_also_after_a_night_without_power(tmp_path: Path) -> None:
    evening = Kiosk(tmp_path)
    evening.agent.start()
    evening.agent.handle(ROSTER_INPUT)
    evening.agent.close()
    morning = Kiosk(tmp_path, wall_ahead_s=-3600)
    now, _ = morning.agent.look_at_clock()
    assert (now.at, now.clock.quality) == (ROSTER.at, "floor")
    morning.agent.close()
