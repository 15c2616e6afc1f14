"""Emergencies, findings, signatures, permits and contracts: told to the right people, and never by two voices."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from device_agent.enrolling import keys_for
from firmware_protocol.times import CHINA
from server.custody.facts import Item
from server.custody.findings.emergencies import EmergencyCause, EmergencyStep
from server.custody.handovers.states import Part
from server.custody.notices.notice import Notice, Stage, Topic
from server.custody.notices.words import Speech, say_notice
from server.operate.verify import verify_database
from server.store.fact_rows import FactRows
from server.usecases.answer_emergency import AnswerEmergency, answer_emergency
from server.usecases.notices_now import notices_now
from server.usecases.order_count import ClearCabinet, clear_cabinet
from server.usecases.raise_findings import raise_findings
from server.usecases.tell_people import TellPeople, tell_people
from server.usecases.watching import look
from tests.server.enrolling import SECURITY, SYSTEM, Machine, answers, compares, presented
from tests.server.town import KEYS, Town, granted
from tests.server.usecases.handing_over import (
    HEAD,
    INSPECTOR,
    OFFICER,
    begins,
    counts_all,
    opens,
    people_of_the_third,
    signs,
)
from tests.server.village import roster


def tell(town: Town) -> tuple[Notice, ...]:
    """One round of telling."""
    with town.database.reading() as reader:
        due = notices_now(reader, town.now)
    return town.do(tell_people, TellPeople(due)).notices


def told(town: Town, found: tuple[Notice, ...], *names: str) -> dict[str, list[Topic]]:
    """What each of these people was told."""
    return {name: sorted(e.topic for e in found if e.recipient == town.person(name).id) for name in names}


def watch(town: Town) -> None:
    """The server looks over the log once."""
    with town.database.reading() as reader:
        watched = look(reader, town.now)
    town.do(raise_findings, watched)


def test_a_forced_door_is_told_at_night_and_once_though_it_is_a_finding_too(town: Town) -> None:
    town.now = datetime(2026, 11, 23, 23, 0, tzinfo=CHINA)
    assert town.hall is not None
    town.hall.writes("door_forced", {"compartment": "CAB-01/1"})
    town.hall.sends()
    watch(town)
    found = tell(town)
    assert told(town, found, "林少军", "赵文斌", "周建国", "廖坤东") == {
        **{name: [Topic.EMERGENCY] for name in ("林少军", "赵文斌", "周建国")},
        "廖坤东": [],
    }
    with town.database.reading() as reader:
        assert say_notice(found[0], FactRows(reader), Speech()).startswith("CAB-01 1格没有许可就开了门")
    explained = AnswerEmergency(
        by=town.person("林少军").id,
        finding=found[0].subject,
        step=EmergencyStep.EXPLAIN,
        cause=EmergencyCause.POWER_CUT,
        attester=town.person("廖坤东").id,
        words="停电，用机械钥匙开的",
    )
    granted(town.do(answer_emergency, explained))
    assert tell(town) == ()
    town.passes(hours=9)
    assert told(town, tell(town), "廖坤东", "林少军") == {"廖坤东": [Topic.EMERGENCY_ATTEST], "林少军": []}


def test_what_is_overdue_is_not_told_as_a_finding_as_well(town: Town) -> None:
    decided = town.permitted()
    assert town.hall is not None
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.sends()
    town.passes(hours=4)
    watch(town)
    topics = {each.topic for each in tell(town)}
    assert Topic.RETURN_ON_SITE in topics
    assert not topics & {Topic.FINDING_YELLOW, Topic.FINDING_ORANGE, Topic.FINDING_RED}


def test_a_finding_is_told_to_whom_it_concerns_and_to_the_office(town: Town) -> None:
    assert town.hall is not None
    opening = {"opening": "o-9", "compartment": "CAB-01/1", "persons": [town.person("游少玉").id]}
    town.hall.writes("items_missing", {**opening, "items": [town.item("东坑一社").id]})
    town.hall.sends()
    watch(town)
    found = [each for each in tell(town) if each.topic is Topic.FINDING_RED]
    names = {town.person(name).id: name for name in ("游少玉", "何慧敏", "谢文彬", "赵文斌", "周建国")}
    stages = {names[each.recipient]: each.stage for each in found}
    assert stages == {"游少玉": Stage.DUE, **dict.fromkeys(("何慧敏", "谢文彬", "赵文斌", "周建国"), Stage.OFFICE)}


def test_a_finished_list_is_told_to_those_who_have_not_signed(town: Town) -> None:
    people_of_the_third(town)
    handover = granted(opens(town)).handover
    granted(begins(town, handover))
    counts_all(town, handover)
    first = [each.recipient for each in tell(town) if each.topic is Topic.SIGNATURE]
    assert {town.person(name).id for name in (HEAD, OFFICER, INSPECTOR)} <= set(first)
    granted(signs(town, handover, Part.HANDS_OVER, HEAD))
    town.passes(days=2)
    later = {each.recipient: each.stage for each in tell(town) if each.topic is Topic.SIGNATURE}
    assert later[town.person(OFFICER).id] is Stage.LATE
    assert town.person(HEAD).id not in later


def test_a_change_that_waits_is_told_to_those_who_may_confirm_it_until_somebody_did(town: Town, tmp_path: Path) -> None:
    terms = presented(town, Machine(town, keys_for(tmp_path / "machine")))
    granted(compares(town, terms))
    found = tell(town)
    assert told(town, found, SYSTEM, SECURITY) == {SYSTEM: [], SECURITY: [Topic.CHANGE]}
    with town.database.reading() as reader:
        words = say_notice(found[0], FactRows(reader), Speech())
    assert words == f"{SYSTEM}提出了变更“柜机入网”，等您确认。请打开看过，再确认或者不确认。"
    town.passes(days=1)
    assert [each.stage for each in tell(town) if each.topic is Topic.CHANGE] == [Stage.LATE]
    granted(answers(town, terms))
    town.passes(days=1)
    assert [each for each in tell(town) if each.topic is Topic.CHANGE] == []


def test_a_permit_that_nobody_collects_is_told_on_its_last_day(town: Town) -> None:
    decided = town.permitted()
    tell(town)
    town.passes(days=1, hours=6)
    found = tell(town)
    assert told(town, found, "游少玉")["游少玉"] == [Topic.PERMIT_ENDING]
    assert {each.subject for each in found if each.topic is Topic.PERMIT_ENDING} == {decided.checkout}


def test_a_contract_that_ends_is_told_once_as_early_as_the_setting_says(town: Town) -> None:
    contract = town.item("东坑一社", None)
    rows = roster()
    details = {"签订日期": "2024-01-15", "期限": "3年"}
    named = {row.key: replace(row, details=details) for row in rows.items if row.key == contract.key}
    town.import_rows(replace(rows, items=tuple(named.get(row.key, row) for row in rows.items)))
    assert town.get(Item, contract.id).details == details
    found = [each for each in tell(town) if each.topic is Topic.CONTRACT]
    names = ("廖坤东", "游少玉", "何慧敏", "谢文彬")
    assert {each.recipient for each in found} == {town.person(name).id for name in names}
    assert {each.stage for each in found} == {Stage.SOON}
    town.passes(days=1)
    assert [each for each in tell(town) if each.topic is Topic.CONTRACT] == []


def test_telling_leaves_a_log_that_replays(town: Town) -> None:
    decided = town.permitted()
    assert town.hall is not None
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.sends()
    for _ in range(3):
        town.now += timedelta(hours=1)
        tell(town)
    with town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_a_cabinet_that_is_cleared_at_night_is_told_at_once_and_once(town: Town) -> None:
    town.now = datetime(2026, 11, 23, 23, 0, tzinfo=CHINA)
    granted(town.do(clear_cabinet, ClearCabinet(by=town.person("赵文斌").id, cabinet="CAB-01", reason="大厅进水")))
    found = tell(town)
    assert told(town, found, "林少军", "赵文斌", "周建国", "廖坤东") == {
        **{name: [Topic.CLEARING] for name in ("林少军", "赵文斌", "周建国")},
        "廖坤东": [],
    }
    with town.database.reading() as reader:
        assert say_notice(found[0], FactRows(reader), Speech()).startswith("CAB-01从 ")
    town.passes(minutes=5)
    assert tell(town) == ()
