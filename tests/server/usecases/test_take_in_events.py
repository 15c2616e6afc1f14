"""Entries from a cabinet: kept byte for byte, repeated without harm, never invented, never dropped."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from firmware_protocol.entries import Chain, compose
from firmware_protocol.messages import CarriedEntry, EventBatch, Hello
from firmware_protocol.notes import Signer
from server.custody.facts import Item
from server.custody.states import ItemState
from server.operate.verify import verify_database
from server.store import deliveries, find
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.store.lists.entries import LogFilter, LogLine
from server.usecases.journal_breaks import CompareHello, compare_hello
from server.usecases.take_in_events import TakeInEvents, take_in_events
from tests.server.town import AGENT, KEYS, Hall, Town


def hall(town: Town) -> Hall:
    assert town.hall is not None
    return town.hall


def newest(town: Town, event_type: str) -> LogLine | None:
    with town.database.reading() as reader:
        lines = entries.log(reader, LogFilter()).rows
    return next((line for line in lines if line.type == event_type), None)


def test_what_is_acknowledged_is_committed(any_town: Town) -> None:
    for n in range(3):
        hall(any_town).writes("agent_started", {"boot": n})
    taken = hall(any_town).sends()
    assert (taken.seq, taken.stored, taken.stopped_by) == (3, 3, None)
    with any_town.database.reading() as reader:
        assert deliveries.acked_seq(reader, AGENT, 1) == 3
        assert verify_database(reader, KEYS).wrong is None


def test_the_same_entries_again_change_nothing(any_town: Town) -> None:
    sent = [hall(any_town).writes("agent_started", {"boot": n}) for n in range(3)]
    hall(any_town).sends()
    again = hall(any_town).sends(*sent, *sent[1:])
    assert (again.seq, again.stored, again.stopped_by) == (3, 0, None)


def test_repeated_and_new_entries_may_come_together(any_town: Town) -> None:
    first = hall(any_town).writes("agent_started", {"boot": 1})
    hall(any_town).sends()
    second = hall(any_town).writes("agent_started", {"boot": 2})
    assert hall(any_town).sends(first, second, second).stored == 1


def test_entries_after_a_gap_wait_for_the_missing_one(any_town: Town) -> None:
    first, second, third = (hall(any_town).writes("agent_started", {"boot": n}) for n in range(3))
    early = hall(any_town).sends(first, third)
    assert (early.seq, early.stopped_by) == (1, "gap")
    assert hall(any_town).sends(second, third).seq == 3


def test_another_entry_under_a_used_number_is_an_alarm_and_both_are_kept(any_town: Town) -> None:
    before = hall(any_town).chain
    honest = hall(any_town).writes("agent_started", {"boot": 1})
    hall(any_town).sends()
    hall(any_town).chain = before
    other = hall(any_town).writes("agent_started", {"boot": 99})
    answer = hall(any_town).sends(other)
    assert (answer.seq, answer.stopped_by) == (1, "equivocation")
    alarm = newest(any_town, "device_equivocated")
    assert alarm is not None
    assert alarm.body == {"note": other.note.decode()}
    with any_town.database.reading() as reader:
        stored = entries.log(reader, LogFilter()).rows
        assert [line.about for line in stored if line.type == "agent_started"] == [{"boot": 1}]
        assert verify_database(reader, KEYS).wrong is None
    assert honest.note != other.note


def test_a_journal_that_does_not_go_on_is_an_alarm_once_however_often_it_shows(any_town: Town) -> None:
    first = hall(any_town).writes("agent_started", {"boot": 1})
    hall(any_town).sends()
    for rule, forks in (
        ("equivocation", Chain(AGENT, 1)),
        ("broken_chain", Chain(AGENT, 1).extend(other_note(any_town))),
    ):
        hall(any_town).chain = forks
        other = hall(any_town).writes("agent_started", {"boot": 99})
        assert [hall(any_town).sends(other).stopped_by for _ in range(3)] == [rule] * 3
    assert any_town.do(take_in_events, TakeInEvents(EventBatch(AGENT, 1, (first,), "nonce"))).stopped_by is None
    with any_town.database.reading() as reader:
        types = [line.type for line in entries.log(reader, LogFilter()).rows]
        assert (types.count("device_equivocated"), types.count("device_contradiction")) == (1, 1)
        (broken,) = find.journal_breaks(FactRows(reader))
        assert (broken.rule, broken.seq) == ("broken_chain", 2)
        assert verify_database(reader, KEYS).wrong is None


def test_a_journal_that_was_put_back_is_an_alarm_until_the_agent_is_added_again(any_town: Town) -> None:
    for n in range(3):
        hall(any_town).writes("agent_started", {"boot": n})
    hall(any_town).sends()
    behind = hello(any_town, last_seq=2)
    any_town.do(compare_hello, CompareHello(hello(any_town, last_seq=3)))
    any_town.do(compare_hello, CompareHello(replace(behind, at=any_town.now - timedelta(seconds=1))))
    assert broken_rules(any_town) == []
    for _ in range(3):
        any_town.do(compare_hello, CompareHello(behind))
    assert broken_rules(any_town) == ["journal_behind"]
    flagged = newest(any_town, "device_contradiction")
    assert flagged is not None
    assert flagged.about == {"agent": AGENT, "epoch": 1, "seq": 3, "rule": "journal_behind"}
    any_town.add_agent()
    any_town.do(compare_hello, CompareHello(behind))
    assert broken_rules(any_town) == []
    with any_town.database.reading() as reader:
        assert [line.type for line in entries.log(reader, LogFilter()).rows].count("device_contradiction") == 1
        assert verify_database(reader, KEYS).wrong is None


def test_a_stolen_name_without_the_key_gets_nowhere(any_town: Town) -> None:
    forger = Signer(f"{KEYS.origin}/agent/{AGENT}", bytes(32))
    forged = compose(
        hall(any_town).chain, forger, at=any_town.now, clock="sync", event_type="agent_started", about={"boot": 1}
    )
    answer = hall(any_town).sends(CarriedEntry(forged))
    assert (answer.seq, answer.stored, answer.stopped_by) == (0, 0, "not_genuine")


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"gongguan-event/v1\n{}\n\n", b"x" * 70_000])
def test_noise_gets_nowhere(town: Town, note: bytes) -> None:
    assert hall(town).sends(CarriedEntry(note)).stopped_by == "not_genuine"


def test_a_replaced_sd_card_starts_a_new_chain_and_the_old_key_is_worthless(any_town: Town) -> None:
    old = hall(any_town)
    old.writes("agent_started", {"boot": 1})
    old.sends()
    new = Hall(any_town, any_town.add_agent())
    assert (new.added.epoch, new.chain.seq) == (2, 0)
    new.writes("agent_started", {"boot": 1})
    assert new.sends().seq == 1
    old.writes("agent_started", {"boot": 2})
    assert old.sends().stopped_by == "unknown_agent"
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_a_fact_that_contradicts_what_was_known_is_kept_believed_and_flagged(any_town: Town) -> None:
    decided, seal = any_town.permitted(), any_town.item("东坑一社")
    about = hall(any_town).opening("take", decided, ["游少玉", "林少军"])
    hall(any_town).writes("items_returned", {**about, "items": [seal.id]})
    assert hall(any_town).sends().stored == 1
    with any_town.database.reading() as reader:
        flags = [line for line in entries.log(reader, LogFilter()).rows if line.type == "device_contradiction"]
    assert {line.about["rule"] for line in flags} == {"item_state", "checkout_state", "unknown_opening"}
    assert {line.checkout for line in flags} == {decided.checkout}


def test_what_a_compromised_agent_says_of_the_servers_business_changes_nothing(any_town: Town) -> None:
    signer = hall(any_town).signer
    entry = compose(  # an agent's own program would refuse to write this
        hall(any_town).chain, signer, at=any_town.now, clock="sync", event_type="agent_started", about={"boot": 1}
    )
    forged = _resigned(entry.decode().replace('"agent_started"', '"role_granted"'), signer)
    assert hall(any_town).sends(CarriedEntry(forged)).stored == 1
    flagged = newest(any_town, "device_contradiction")
    assert flagged is not None
    assert flagged.about["rule"] == "foreign_type"


def test_a_wrong_body_is_left_behind_and_said_to_be_wrong(any_town: Town) -> None:
    carried = hall(any_town).writes("items_missing", _missing(any_town), {"note": "少了公章"})
    answer = hall(any_town).sends(CarriedEntry(carried.note, carried.salt, b'{"note":"ok"}'))
    assert (answer.stored, answer.stopped_by) == (1, None)
    flagged = newest(any_town, "device_contradiction")
    assert flagged is not None
    assert flagged.about["rule"] == "body_differs"
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_what_is_missing_is_missing_until_it_is_counted_in_again(any_town: Town) -> None:
    hall(any_town).writes("items_missing", _missing(any_town), {"note": "少了公章"})
    hall(any_town).sends()
    seal = any_town.item("东坑一社")
    assert any_town.get(Item, seal.id).state is ItemState.MISSING
    lost = newest(any_town, "items_missing")
    assert lost is not None
    assert lost.body == {"note": "少了公章"}


def test_an_alarm_that_names_nothing_is_an_alarm_and_no_contradiction(any_town: Town) -> None:
    decided = any_town.permitted()
    hall(any_town).opens("take", decided)
    about = hall(any_town).opening("take", decided, ["游少玉", "林少军"])
    hall(any_town).writes("items_missing", {**about, "items": []})
    hall(any_town).sends()
    assert newest(any_town, "items_missing") is not None
    assert newest(any_town, "device_contradiction") is None


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-01-01T00:00:00+08:00"])
def test_no_clock_is_so_wrong_that_it_stops_the_server(any_town: Town, at: str) -> None:
    entry = compose(
        hall(any_town).chain,
        hall(any_town).signer,
        at=any_town.now,
        clock="unknown",
        event_type="door_forced",
        about={"compartment": "CAB-01/1"},
    )
    text = entry.decode().replace("2026-11-23T09:00:00.000+08:00", at)
    hall(any_town).sends(CarriedEntry(_resigned(text, hall(any_town).signer)))
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def hello(town: Town, last_seq: int) -> Hello:
    return Hello(AGENT, 1, 1, last_seq, last_seq, 0, 0, (), town.now, "nonce")


def broken_rules(town: Town) -> list[str]:
    with town.database.reading() as reader:
        return [each.rule for each in find.journal_breaks(FactRows(reader))]


def other_note(town: Town) -> bytes:
    """A first entry that nobody ever sent."""
    return compose(
        Chain(AGENT, 1), hall(town).signer, at=town.now, clock="sync", event_type="agent_started", about={"boot": 7}
    )


def _missing(town: Town) -> dict[str, object]:
    people = [town.person(name).id for name in ("游少玉", "林少军")]
    usual = {"opening": "o-1", "compartment": "CAB-01/1", "permit": "m-1", "persons": people}
    return {**usual, "items": [town.item("东坑一社").id]}


def _resigned(note: str, signer: Signer) -> bytes:
    text = note.rpartition("\n\n")[0] + "\n"
    signature = signer.sign(text)
    encoded = base64.b64encode(signature.key_id + signature.value).decode()
    return f"{text}\n— {signature.name} {encoded}\n".encode()
