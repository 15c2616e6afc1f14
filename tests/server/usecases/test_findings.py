"""What is noticed is raised once, answered by the right people, and made again by a replay of the log."""

from datetime import timedelta

import pytest

from server.custody.findings.breaks_in_the_record import Away
from server.custody.findings.emergencies import Emergency, EmergencyState, EmergencyStep
from server.custody.findings.finding import Finding, FindingState, Level
from server.custody.findings.life import FindingMove
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.states import SealType
from server.operate.verify import verify_database
from server.store.fact_rows import all_facts
from server.usecases.answer_emergency import AnswerEmergency, SpokenUp, answer_emergency
from server.usecases.answer_finding import Answered, AnswerFinding, answer_finding
from server.usecases.raise_findings import Raised, has_work, raise_findings
from server.usecases.watching import look
from tests.server.town import AGENT, KEYS, Hall, Town, granted, refusal

DOOR = "CAB-01/1"


@pytest.fixture
def hall(town: Town) -> Hall:
    """The cabinet's half."""
    assert town.hall is not None
    return town.hall


def watches(town: Town, *away: Away) -> Raised:
    """The server looks over everything once, as its round does."""
    with town.database.reading() as reader:
        watched = look(reader, town.now, away)
    return town.do(raise_findings, watched)


def is_quiet(town: Town) -> bool:
    """Whether another look would write nothing."""
    with town.database.reading() as reader:
        return not has_work(reader, look(reader, town.now), town.now)


def of(town: Town, finding: str) -> Finding:
    return town.get(Finding, finding)


def taken(town: Town, hall: Hall, **changes: object) -> str:
    """游少玉 has taken 东坑一社's seal; returns the checkout."""
    decided = town.permitted(**changes)
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    return decided.checkout


def answers(town: Town, name: str, finding: str, move: FindingMove, words: str = "已核实") -> Answered | Refused:
    return town.do(answer_finding, AnswerFinding(by=town.person(name).id, finding=finding, move=move, words=words))


def speaks(town: Town, name: str, finding: str, step: EmergencyStep, **said: str) -> SpokenUp | Refused:
    asked = AnswerEmergency(by=town.person(name).id, finding=finding, step=step, **{"words": "停电，用钥匙开", **said})  # type: ignore[arg-type]
    return town.do(answer_emergency, asked)


def verifies(town: Town) -> bool:
    with town.database.reading() as reader:
        return verify_database(reader, KEYS).wrong is None


def test_a_thing_that_its_reader_lost_sight_of_is_a_finding_on_it(town: Town, hall: Hall) -> None:
    seal = town.item("东坑一社").id
    heard = {"compartment": DOOR, "tag": "E2001A2B", "item": seal}
    hall.writes("tag_came", {**heard, "verdict": "wrong_item"})
    hall.writes("tag_went", {**heard, "verdict": "vanished"})
    hall.writes("tag_went", {"compartment": DOOR, "tag": "E2001A2C", "verdict": "unknown_tag"})
    hall.sends()
    (finding,) = watches(town).findings
    assert (of(town, finding).rule, of(town, finding).level, of(town, finding).items) == ("A22", Level.ORANGE, (seal,))


def forced(town: Town, hall: Hall) -> str:
    """A door opens without a permit and is noticed; returns the finding."""
    hall.writes("door_forced", {"compartment": DOOR})
    hall.sends()
    (finding,) = watches(town).findings
    return finding


def test_an_ordinary_day_raises_nothing(town: Town, hall: Hall) -> None:
    decided = town.permitted()
    hall.opens("take", decided, town.item("东坑一社"))
    town.passes(minutes=20)
    hall.opens("return", decided, town.item("东坑一社"))
    hall.sends()
    assert watches(town).findings == ()
    assert is_quiet(town)
    assert verifies(town)


def test_a_forced_door_is_raised_once_and_waits_for_a_reason(town: Town, hall: Hall) -> None:
    finding = forced(town, hall)
    assert of(town, finding).level is Level.RED
    assert of(town, finding).cooperative == town.cooperative("东坑一社")
    assert town.get(Emergency, finding).opened_at == town.now
    assert watches(town).findings == ()
    assert is_quiet(town)
    assert verifies(town)


def test_what_is_out_too_long_becomes_red_and_is_raised_again(town: Town, hall: Hall) -> None:
    checkout = taken(town, hall)
    town.passes(minutes=121)
    assert watches(town).findings == (f"A03:{checkout}",)
    granted(answers(town, "游少玉", f"A03:{checkout}", FindingMove.EXPLAIN, "在银行排队"))
    town.passes(hours=24)
    assert watches(town).findings == (f"A03:{checkout}",)
    finding = of(town, f"A03:{checkout}")
    assert (finding.level, finding.state) == (Level.RED, FindingState.RAISED)
    assert finding.persons == (town.person("游少玉").id,)
    assert len(finding.entries) == 1
    assert verifies(town)


@pytest.mark.parametrize(
    ("explained", "state"), [(False, FindingState.CLEARED), (True, FindingState.EXPLAINED)], ids=["silent", "explained"]
)
def test_a_late_return_clears_what_nobody_has_answered(
    town: Town, hall: Hall, explained: bool, state: FindingState
) -> None:
    decided = town.permitted()
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    town.passes(minutes=150)
    (finding,) = watches(town).findings
    if explained:
        granted(answers(town, "游少玉", finding, FindingMove.EXPLAIN))
    hall.opens("return", decided, town.item("东坑一社"))
    hall.sends()
    watches(town)
    assert of(town, finding).state is state
    assert verifies(town)


def test_a_permit_that_the_log_does_not_know_is_noticed(town: Town, hall: Hall) -> None:
    decided = town.permitted()
    about = {
        **hall.opening("take", decided, ("游少玉", "林少军")),
        "permit": "m-forged",
        "action": "take",
        "attempt": 1,
    }
    hall.writes("opening_intended", about)
    hall.sends()
    assert watches(town).findings == ("A01:o-0",)
    assert of(town, "A01:o-0").persons == (town.person("游少玉").id, town.person("林少军").id)


def test_a_door_opened_at_night_is_noticed(town: Town, hall: Hall) -> None:
    decided = town.permitted()
    town.passes(hours=10)
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    (finding,) = watches(town).findings
    assert (finding[:3], of(town, finding).level) == ("A04", Level.ORANGE)


def test_something_missing_is_noticed(town: Town, hall: Hall) -> None:
    decided = town.permitted()
    about = hall.opening("take", decided, ("游少玉", "林少军"))
    hall.writes("items_missing", {**about, "items": [town.item("东坑一社").id]})
    hall.sends()
    noticed = watches(town).findings
    assert [of(town, each).items for each in noticed if each.startswith("A22")] == [(town.item("东坑一社").id,)]


def test_a_guarantee_is_noticed_when_it_is_asked_for(town: Town) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社"), purpose="为村民贷款提供担保"))
    assert watches(town).findings == (f"A11:{filed.checkout}",)


def test_an_approver_at_the_door_is_noticed(town: Town, hall: Hall) -> None:
    decided = town.permitted()
    hall.opens("take", decided, town.item("东坑一社"), people=("游少玉", "廖坤东"))
    hall.sends()
    assert f"A16:{decided.checkout}" in watches(town).findings
    assert of(town, f"A16:{decided.checkout}").persons == (town.person("廖坤东").id,)


def test_both_bank_seals_in_one_hand_are_noticed(town: Town, hall: Hall) -> None:
    decided = town.permitted(town.item("东坑一社", SealType.FINANCE))
    both = (town.item("东坑一社", SealType.FINANCE), town.item("东坑一社", SealType.LEGAL_REPRESENTATIVE))
    hall.opens("take", decided, *both)
    hall.sends()
    assert f"A16:{town.person('游少玉').id}:{town.cooperative('东坑一社')}" in watches(town).findings


def test_the_third_time_off_site_in_a_month_is_noticed(town: Town, hall: Hall) -> None:
    noticed = []
    for _ in range(3):
        decided = town.permitted(mode=Mode.OFF_SITE, place="清溪农商银行")
        hall.opens("take", decided, town.item("东坑一社"))
        hall.opens("return", decided, town.item("东坑一社"))
        hall.sends()
        noticed.append(watches(town).findings)
    assert noticed == [(), (), (f"A20:{town.cooperative('东坑一社')}:2026-11",)]


def test_other_copies_than_were_approved_are_noticed(town: Town, hall: Hall) -> None:
    decided = town.permitted()
    hall.opens("take", decided, town.item("东坑一社"))
    about = hall.opening("return", decided, ("游少玉", "林少军"))
    hall.writes("copies_stated", {**about, "copies": 3, "approved": 2})
    hall.sends()
    assert watches(town).findings == (f"A05:{decided.checkout}",)
    assert of(town, f"A05:{decided.checkout}").numbers == {"copies_approved": 2, "copies_sealed": 3}
    assert verifies(town)


def test_a_holiday_is_out_of_hours(town: Town, hall: Hall) -> None:
    about = {"person": town.person("赵文斌").id, "holidays": ["2026-11-23"], "exchanged": []}
    town.do(lambda work, asked: work.record("holidays_set", asked), about)
    hall.opens("take", town.permitted(), town.item("东坑一社"))
    hall.sends()
    assert [each[:3] for each in watches(town).findings] == ["A04"]


def test_an_agent_that_is_silent_in_hours_is_noticed_once(town: Town) -> None:
    since = town.now
    town.passes(minutes=11)
    away = Away(agent=AGENT, since=since, seen_at=town.now)
    assert len(watches(town, away).findings) == 1
    assert watches(town, away).findings == ()


def test_a_finding_is_explained_checked_and_closed(town: Town, hall: Hall) -> None:
    finding = f"A03:{taken(town, hall)}"
    town.passes(minutes=150)
    watches(town)
    assert refusal(answers(town, "何慧敏", finding, FindingMove.ACCEPT)) == "finding_state"
    assert refusal(answers(town, "柯火梅", finding, FindingMove.EXPLAIN)) == "finding_not_concerned"
    assert refusal(answers(town, "周建国", finding, FindingMove.EXPLAIN)) == "finding_role"
    granted(answers(town, "游少玉", finding, FindingMove.EXPLAIN, "在银行排队"))
    granted(answers(town, "何慧敏", finding, FindingMove.RETURN, "请补银行回单"))
    granted(answers(town, "廖坤东", finding, FindingMove.EXPLAIN, "回单已补"))
    granted(answers(town, "何慧敏", finding, FindingMove.ACCEPT))
    granted(answers(town, "谢文彬", finding, FindingMove.CLOSE, "已提醒"))
    assert of(town, finding).state is FindingState.CLOSED
    assert of(town, finding).explained_by == town.person("廖坤东").id
    assert verifies(town)


def test_an_emergency_is_explained_attested_and_approved(town: Town, hall: Hall) -> None:
    finding = forced(town, hall)
    attester = town.person("游少玉").id
    assert refusal(speaks(town, "林少军", finding, EmergencyStep.EXPLAIN)) == "emergency_no_attester"
    granted(speaks(town, "林少军", finding, EmergencyStep.EXPLAIN, attester=attester))
    assert refusal(speaks(town, "廖坤东", finding, EmergencyStep.ATTEST)) == "emergency_attester"
    granted(speaks(town, "游少玉", finding, EmergencyStep.ATTEST))
    granted(speaks(town, "赵文斌", finding, EmergencyStep.APPROVE))
    assert town.get(Emergency, finding).state is EmergencyState.APPROVED
    town.passes(hours=25)
    assert watches(town).findings == ()
    assert verifies(town)


def test_an_emergency_that_nobody_approved_stands_as_a_violation(town: Town, hall: Hall) -> None:
    finding = forced(town, hall)
    town.passes(hours=24, seconds=1)
    assert not is_quiet(town)
    assert watches(town).findings == ("A06:A02-" + finding.removeprefix("A02:"),)
    assert town.get(Emergency, finding).state is EmergencyState.VIOLATION
    late = speaks(town, "林少军", finding, EmergencyStep.EXPLAIN, attester=town.person("游少玉").id)
    assert refusal(late) == "emergency_state"
    assert is_quiet(town)
    assert verifies(town)


@pytest.mark.parametrize("finding", ["A02:n1", "nonsense"])
def test_what_does_not_exist_is_not_answered(town: Town, finding: str) -> None:
    assert refusal(answers(town, "何慧敏", finding, FindingMove.ACCEPT)) == "unknown_finding"
    assert refusal(speaks(town, "林少军", finding, EmergencyStep.EXPLAIN)) == "unknown_finding"


def test_looking_again_from_the_beginning_raises_nothing_twice(town: Town, hall: Hall) -> None:
    forced(town, hall)
    town.passes(seconds=1)
    with town.database.writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM bookmarks")
    assert watches(town).findings == ()
    with town.database.reading() as reader:
        assert len(all_facts(reader, Finding)) == 1


def test_findings_are_due_the_sooner_the_redder(town: Town, hall: Hall) -> None:
    finding = of(town, forced(town, hall))
    assert finding.due_at - finding.raised_at == timedelta(days=3)
