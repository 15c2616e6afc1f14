"""A machine becomes an agent with keys it made: opened, presented, compared by two people; and what else happens."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from device_agent.enrolling import keys_for
from firmware_protocol.enrolments import Terms, comparison_code, read_admission
from firmware_protocol.notes import Signer
from server.cabinets.accounts import broker_accounts
from server.cabinets.admission import Admissions
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Agent
from server.custody.refusals import Refused
from server.operate.verify import verify_database
from server.store.lists.entries import LogFilter, log
from server.store.log_rows import ENTRIES
from server.usecases.compare_enrolment import (
    CancelEnrolment,
    ExpireEnrolments,
    cancel_enrolment,
    expire_enrolments,
)
from server.usecases.enrolling import terms_of
from server.usecases.open_enrolment import EnrolmentOpened
from server.usecases.present_enrolment import PresentEnrolment, present_enrolment
from tests.server.enrolling import (
    PLAN,
    SECURITY,
    SYSTEM,
    Machine,
    answers,
    compares,
    enrolments,
    opens,
    presented,
)
from tests.server.town import AGENT, KEYS, Town, granted, refusal


@pytest.fixture
def machine(town: Town, tmp_path: Path) -> Machine:
    return Machine(town, keys_for(tmp_path / "machine"))


@pytest.fixture
def stranger(town: Town, tmp_path: Path) -> Machine:
    return Machine(town, keys_for(tmp_path / "stranger"))


def types(town: Town) -> list[str]:
    with town.database.reading() as reader:
        return [line.type for line in log(reader, LogFilter(), None, 6).rows]


def test_a_machine_becomes_an_agent_once_two_people_have_compared(any_town: Town, tmp_path: Path) -> None:
    machine = Machine(any_town, keys_for(tmp_path / "machine"))
    terms = presented(any_town, machine)
    said = machine.keys.presentation("")
    may_come = broker_accounts(any_town.database, "server's")
    granted(compares(any_town, terms, comparison_code(said, terms)))
    assert any_town.get(Agent, AGENT).epoch == 1
    assert not may_come(AGENT, machine.keys.password)
    granted(answers(any_town, terms))
    agent = any_town.get(Agent, AGENT)
    assert (agent.epoch, agent.key, agent.is_active) == (2, terms.verifier(said.key).vkey, True)
    assert may_come(AGENT, machine.keys.password)
    assert any_town.get(Enrolment, terms.enrolment).state is EnrolmentState.CONFIRMED
    newest_first = ["roster_issued", "agent_added", "change_confirmed", "change_proposed"]
    assert types(any_town) == [*newest_first, "enrolment_presented", "enrolment_opened"]
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_a_token_is_good_for_one_machine(town: Town, machine: Machine, stranger: Machine) -> None:
    token = granted(opens(town)).token
    first = granted(machine.presents(token))
    assert refusal(stranger.presents(token)) == "enrolment_used"
    assert granted(machine.presents(token)) == first
    assert [each.key for each in enrolments(town)] == [first.verifier(machine.keys.presentation("").key).vkey]


def test_nobody_knows_what_a_machine_is_told_before_its_keys_are_taken_down(
    town: Town, machine: Machine, stranger: Machine
) -> None:
    """Whoever sits in between could otherwise choose keys towards both sides until their codes are one."""
    told = granted(machine.presents(granted(opens(town)).token))
    instead = terms_of(town.get(Enrolment, told.enrolment), stranger.keys.presentation("").key, KEYS)
    assert instead.nonce != told.nonce
    with town.database.reading() as reader:
        assert not [note for note in reader.execute(select(ENTRIES.c.note)).scalars() if told.nonce.encode() in note]


def test_a_token_lives_for_fifteen_minutes(town: Town, machine: Machine) -> None:
    token = granted(opens(town)).token
    town.passes(minutes=15, seconds=1)
    assert refusal(machine.presents(token)) == "enrolment_over"
    assert town.do(expire_enrolments, ExpireEnrolments()) == tuple(each.id for each in enrolments(town))
    assert town.do(expire_enrolments, ExpireEnrolments()) == ()
    assert types(town)[:2] == ["enrolment_closed", "request_refused"]


def test_a_newer_token_ends_an_older_one(town: Town, machine: Machine) -> None:
    older, newer = (granted(opens(town)).token for _ in range(2))
    assert refusal(machine.presents(older)) == "enrolment_over"
    granted(machine.presents(newer))


def test_guessing_is_made_slow_and_stands_in_the_log(town: Town, machine: Machine) -> None:
    token = granted(opens(town)).token
    wrong = "A" * 26
    assert [refusal(machine.presents(wrong)) for _ in range(5)] == ["enrolment_token"] * 5
    assert types(town)[:5] == ["request_refused"] * 5
    assert refusal(machine.presents(token)) == "throttled"
    assert isinstance(machine.presents(token, source="10.0.0.8"), Terms)


def test_guessing_from_everywhere_fills_no_log_and_keeps_no_machine_out(town: Town, machine: Machine) -> None:
    token = granted(opens(town)).token
    guesses = [refusal(machine.presents("A" * 26, source=f"10.0.{each}.1")) for each in range(103)]
    assert guesses == ["enrolment_token"] * 100 + ["throttled"] * 3
    with town.database.reading() as reader:
        written = log(reader, LogFilter(), None, 200).rows
    assert [line.type for line in written].count("request_refused") == 100
    assert isinstance(machine.presents(token), Terms)


def test_nothing_of_the_token_is_kept_but_its_hash(town: Town) -> None:
    token = granted(opens(town)).token
    (enrolment,) = enrolments(town)
    assert len(enrolment.token) == 64
    with town.database.reading() as reader:
        line = log(reader, LogFilter(), None, 1).rows[0]
    assert token not in f"{line}{enrolment}"


def test_nobody_admits_a_machine_alone_or_unseen(town: Town, machine: Machine) -> None:
    terms = presented(town, machine)
    assert refusal(compares(town, terms, by=SECURITY)) == "enrolment_role"
    assert refusal(compares(town, terms, seen="0000 0000")) == "enrolment_unseen"
    granted(compares(town, terms))
    assert refusal(compares(town, terms)) == "change_waiting"
    assert refusal(answers(town, terms, by=SYSTEM)) == "change_confirm_role"
    assert refusal(answers(town, terms, seen="")) == "enrolment_unseen"
    assert town.get(Agent, AGENT).epoch == 1


def test_a_machine_whose_code_differs_is_declined_and_gone(town: Town, machine: Machine) -> None:
    terms = presented(town, machine)
    granted(compares(town, terms))
    granted(answers(town, terms, agrees=False))
    enrolment = town.get(Enrolment, terms.enrolment)
    assert (enrolment.state, enrolment.closed_for) == (EnrolmentState.CLOSED, "enrolment_declined")
    assert town.get(Agent, AGENT).epoch == 1


def test_one_that_was_cancelled_admits_nobody(town: Town, machine: Machine) -> None:
    opened = granted(opens(town))
    by = town.person(SYSTEM).id
    granted(town.do(cancel_enrolment, CancelEnrolment(by=by, enrolment=opened.enrolment)))
    assert refusal(machine.presents(opened.token)) == "enrolment_over"
    assert refusal(town.do(cancel_enrolment, CancelEnrolment(by=by, enrolment="e-nobody"))) == "unknown_enrolment"


def test_what_was_compared_once_waits_for_its_second_person(town: Town, machine: Machine) -> None:
    terms = presented(town, machine)
    granted(compares(town, terms))
    town.now += timedelta(days=3)
    assert town.do(expire_enrolments, ExpireEnrolments()) == ()
    granted(answers(town, terms))


def test_a_machine_that_was_overtaken_by_another_is_not_admitted(town: Town, machine: Machine) -> None:
    terms = presented(town, machine)
    granted(compares(town, terms))
    town.add_agent()
    assert refusal(answers(town, terms)) == "enrolment_overtaken"


@pytest.mark.parametrize("role", ["permit", "log"])
def test_keys_that_nobody_compared_are_not_told_under_an_old_token(town: Town, machine: Machine, role: str) -> None:
    token = granted(opens(town)).token
    granted(machine.presents(token))
    keys = replace(KEYS, **{role: Signer(getattr(KEYS, role).name, b"n" * 32)})
    asked = PresentEnrolment(machine.keys.presentation(token), "10.0.0.7")
    answer = town.do(lambda work, _: present_enrolment(replace(work, keys=keys), asked), None)
    assert refusal(answer) == "enrolment_keys"


@pytest.mark.parametrize("role", ["permit", "log"])
def test_who_was_confirmed_before_a_key_changed_is_told_so(town: Town, machine: Machine, role: str) -> None:
    terms = presented(town, machine)
    granted(compares(town, terms))
    granted(answers(town, terms))
    enrolment, next_key = town.get(Enrolment, terms.enrolment), Signer(getattr(KEYS, role).name, b"n" * 32)
    for keys, is_believed in ((KEYS, True), (replace(KEYS, **{role: next_key}), False)):
        note = Admissions(keys, lambda: None, lambda _enrolment: "").admit(enrolment)
        assert isinstance(note, Refused) is not is_believed
        assert isinstance(note, Refused) or read_admission(note, terms).enrolment == terms.enrolment
    assert isinstance(opens(town), EnrolmentOpened), "the way on"


def test_an_enrolment_keeps_the_rules_of_a_bundle(town: Town) -> None:
    assert refusal(opens(town, by="何慧敏")) == "enrolment_role"
    assert refusal(opens(town, plan=replace(PLAN, agent="Hall 1"))) == "agent_name"
    assert refusal(opens(town, plan=replace(PLAN, cabinets=("CAB-09",)))) == "unknown_cabinet"
    assert refusal(opens(town, plan=replace(PLAN, agent="hall-2"))) == "cabinet_taken"
    assert granted(opens(town, by=None)).command.startswith(
        "python -m device_agent enrol --server https://gongguan.lan"
    )
