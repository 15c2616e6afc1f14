"""Administrators at work: roles by two, terms that end, people by hand, cards, sessions; and the log proves it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.custody.administration.changes import Change, ChangeState
from server.custody.administration.settings import Setting, SettingName
from server.custody.facts import Checkout, Cooperative, IssuedPermit
from server.custody.people import Grant, Person
from server.custody.roles import Role
from server.custody.states import CheckoutState, PermitState
from server.operate.verify import verify_database
from server.usecases.answer_change import AnswerChange, ChangeAnswered, answer_change
from server.usecases.change_setting import ChangeSetting, SettingChanged, change_setting
from server.usecases.end_sessions import EndSessions, end_sessions
from server.usecases.end_terms import EndTerms, end_terms
from server.usecases.issue_card import HashedCard, IssueCard, hash_card, issue_card
from server.usecases.issue_code import IssueCode, issue_code
from server.usecases.propose_mandate import ProposeMandate, propose_mandate
from server.usecases.propose_role import ChangeProposed, ProposeRole, propose_role
from server.usecases.register_person import RegisterPerson, register_person
from server.usecases.withdraw_role import WithdrawRole, withdraw_role
from tests.server.town import KEYS, MONDAY, Town, granted, refusal
from tests.server.usecases.test_people import roster_of_hall, signed_in_as, welcomed

TODAY = MONDAY.date()
SYSTEM, SECURITY = "叶海燕", "潘振东"


def person(town: Town, name: str) -> str:
    return town.person(name).id


def proposed(town: Town, name: str, role: Role, cooperative: str | None = None, **changes: Any) -> Any:
    asked = ProposeRole(
        by=person(town, changes.pop("by", SYSTEM)),
        person=person(town, name),
        role=role,
        cooperative=None if cooperative is None else town.cooperative(cooperative),
        since=TODAY,
        until=changes.pop("until", None),
    )
    return town.do(propose_role, asked)


def answered(town: Town, change: str, by: str = SECURITY, **how: Any) -> Any:
    return town.do(answer_change, AnswerChange(by=person(town, by), change=change, **{"agrees": True, **how}))


def newcomer(town: Town, name: str = "曾小兰", phone: str = "13912345678") -> str:
    asked = RegisterPerson(by=person(town, SYSTEM), name=name, phone=phone, unit="三资办")
    return granted(town.do(register_person, asked)).person


def log_fits(town: Town) -> bool:
    with town.database.reading() as reader:
        return verify_database(reader, KEYS).wrong is None


def test_a_role_holds_once_two_administrators_have_said_so(any_town: Town) -> None:
    newcomer(any_town)
    change = granted(proposed(any_town, "曾小兰", Role.CABINET_OFFICER)).change
    assert any_town.person("曾小兰").roles == frozenset()
    assert refusal(proposed(any_town, "曾小兰", Role.CABINET_OFFICER)) == "change_waiting"
    assert refusal(answered(any_town, change, by=SYSTEM)) == "change_confirm_role"
    assert granted(answered(any_town, change)) == ChangeAnswered(change, ChangeState.CONFIRMED)
    assert any_town.person("曾小兰").roles == {Role.CABINET_OFFICER}
    assert roster_of_hall(any_town).person(person(any_town, "曾小兰")) is not None
    assert refusal(answered(any_town, change)) == "change_over"
    assert log_fits(any_town)


def test_a_change_that_is_declined_says_why_and_changes_nothing(town: Town) -> None:
    newcomer(town)
    change = granted(proposed(town, "曾小兰", Role.REVIEWER)).change
    assert refusal(answered(town, change, agrees=False)) == "no_reason"
    granted(answered(town, change, agrees=False, reason="没有任命文件"))
    assert town.person("曾小兰").roles == frozenset()
    known = town.get(Change, change)
    assert (known.state, known.reason, known.decided_by) == (
        ChangeState.DECLINED,
        "没有任命文件",
        person(town, SECURITY),
    )
    assert log_fits(town)


def test_what_was_right_when_proposed_is_judged_again_when_confirmed(town: Town) -> None:
    newcomer(town)
    first = granted(proposed(town, "曾小兰", Role.HEAD, "东坑三社")).change
    second = granted(proposed(town, "曾小兰", Role.SUPERVISOR, "东坑三社")).change
    granted(answered(town, first))
    assert refusal(answered(town, second)) == "supervisor_apart"
    assert town.get(Change, second).state is ChangeState.PROPOSED


def test_nobody_proposes_for_people_or_places_that_are_not_there(town: Town) -> None:
    asked = ProposeRole(
        by=person(town, SYSTEM), person="p-x", role=Role.HEAD, cooperative="c-x", since=TODAY, until=None
    )
    assert refusal(town.do(propose_role, asked)) == "unknown_person"
    known = ProposeRole(
        by=asked.by, person=person(town, "廖坤东"), role=Role.HEAD, cooperative="c-x", since=TODAY, until=None
    )
    assert refusal(town.do(propose_role, known)) == "unknown_cooperative"
    assert refusal(answered(town, "g-x")) == "unknown_change"


def test_a_term_ends_by_itself_and_takes_back_what_waits(any_town: Town) -> None:
    change = granted(proposed(any_town, "游少玉", Role.ACCOUNTANT, "东坑一社", until=TODAY)).change
    granted(answered(any_town, change))
    decided = any_town.permitted()
    assert any_town.do(end_terms, EndTerms()).grants == (), "the last day is a day of the term"
    any_town.passes(days=1)
    ended = any_town.do(end_terms, EndTerms()).grants
    assert len(ended) == 1
    assert any_town.person("游少玉").roles == frozenset()
    assert any_town.get(Grant, ended[0]).until == TODAY
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.REVOKED
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    assert any_town.do(end_terms, EndTerms()).grants == ()
    assert log_fits(any_town)


def test_the_last_administrator_stays(town: Town) -> None:
    asked = WithdrawRole(by=person(town, "赵文斌"), person=person(town, SECURITY), role=Role.SECURITY_ADMIN)
    assert refusal(town.do(withdraw_role, asked)) == "last_administrator"
    newcomer(town)
    granted(answered(town, granted(proposed(town, "曾小兰", Role.SECURITY_ADMIN)).change))
    granted(town.do(withdraw_role, asked))


def test_a_person_is_registered_and_put_right_by_hand(any_town: Town) -> None:
    known = newcomer(any_town)
    again = RegisterPerson(by=person(any_town, SYSTEM), name="又一个", phone="13912345678", unit="三资办")
    assert refusal(any_town.do(register_person, again)) == "phone_taken"
    nobody = RegisterPerson(by=again.by, name="谁", phone="13912345679", unit="三资办", person="p-x")
    assert refusal(any_town.do(register_person, nobody)) == "unknown_person"
    right = RegisterPerson(by=again.by, name="曾小岚", phone="13987654321", unit="三资办", person=known)
    granted(any_town.do(register_person, right))
    found = any_town.get(Person, known)
    assert (found.name, found.phone) == ("曾小岚", "13987654321")
    assert log_fits(any_town)


def test_a_new_card_opens_and_the_old_one_does_not(any_town: Town) -> None:
    holder = any_town.person("游少玉")
    asked = HashedCard(by=person(any_town, SYSTEM), person=holder.id, card="hash-of-new")
    granted(any_town.do(issue_card, asked))
    roster = roster_of_hall(any_town)
    assert roster.person_by_card("hash-of-new") is not None
    assert roster.person_by_card(holder.person.card or "") is None
    assert refusal(any_town.do(issue_card, asked)) == "card_same"
    unknown = HashedCard(by=asked.by, person="p-x", card="hash")
    assert refusal(any_town.do(issue_card, unknown)) == "unknown_person"
    code = IssueCode(by=asked.by, person=holder.id)
    assert refusal(any_town.do(issue_code, code)) == "card_and_code"
    granted(any_town.do(issue_code, IssueCode(by=person(any_town, SECURITY), person=holder.id)))
    other = HashedCard(by=person(any_town, SECURITY), person=holder.id, card="hash-of-another")
    assert refusal(any_town.do(issue_card, other)) == "card_and_code"
    assert log_fits(any_town)


@pytest.mark.parametrize("number", ["", "12345", "012345678x", "01234567890"])
def test_a_card_has_ten_digits(town: Town, number: str) -> None:
    asked = IssueCard(by="p", person="p", number=number)
    assert refusal(hash_card(asked, town.database)) == "card_number"
    assert isinstance(hash_card(IssueCard(by="p", person="p", number=" 0123456789\r"), town.database), HashedCard)


def test_sessions_end_at_once_and_the_password_stays(any_town: Town) -> None:
    session = welcomed(any_town, "游少玉")
    asked = EndSessions(by=person(any_town, SECURITY), person=person(any_town, "游少玉"))
    assert granted(any_town.do(end_sessions, asked)).sessions == 1
    assert signed_in_as(any_town, session.token) is None
    assert refusal(any_town.do(end_sessions, asked)) == "no_sessions"
    by_another = EndSessions(by=person(any_town, "廖坤东"), person=asked.person)
    assert refusal(any_town.do(end_sessions, by_another)) == "block_role"
    assert refusal(any_town.do(end_sessions, EndSessions(by=asked.by, person="p-x"))) == "unknown_person"
    assert log_fits(any_town)


def test_a_setting_is_tightened_by_one_and_loosened_by_two(any_town: Town) -> None:
    system = person(any_town, SYSTEM)
    shorter = ChangeSetting(by=system, setting=SettingName.SESSION_IDLE_MINUTES, value=10)
    assert granted(any_town.do(change_setting, shorter)) == SettingChanged(SettingName.SESSION_IDLE_MINUTES, 10)
    session = welcomed(any_town, "游少玉")
    any_town.passes(minutes=10)
    assert signed_in_as(any_town, session.token) is None
    longer = ChangeSetting(by=system, setting=SettingName.SESSION_IDLE_MINUTES, value=120)
    waiting = granted(any_town.do(change_setting, longer))
    assert isinstance(waiting, ChangeProposed)
    assert refusal(any_town.do(change_setting, longer)) == "change_waiting"
    assert any_town.get(Setting, SettingName.SESSION_IDLE_MINUTES).value == 10
    granted(answered(any_town, waiting.change))
    assert any_town.get(Setting, SettingName.SESSION_IDLE_MINUTES).confirmed_by == person(any_town, SECURITY)
    assert refusal(any_town.do(change_setting, longer)) == "setting_same"
    assert log_fits(any_town)


def test_how_long_codes_and_sessions_hold_is_a_setting(town: Town) -> None:
    for name, value in ((SettingName.CODE_HOURS, 1), (SettingName.SESSION_HOURS, 1)):
        granted(town.do(change_setting, ChangeSetting(by=person(town, SYSTEM), setting=name, value=value)))
    code = granted(town.do(issue_code, IssueCode(by=person(town, SECURITY), person=person(town, "廖坤东"))))
    assert code.expires_at == town.now + timedelta(hours=1)
    assert welcomed(town, "游少玉").expires_at == town.now + timedelta(hours=1)


def test_a_role_without_a_term_stays(town: Town) -> None:
    town.passes(days=4000)
    assert town.do(end_terms, EndTerms()).grants == ()
    assert town.get(Grant, f"{person(town, '何慧敏')}/reviewer/-").since is None


def test_a_mandate_is_renewed_once_another_administrator_has_confirmed_it(any_town: Town) -> None:
    where = any_town.cooperative("东坑一社")
    renewed = ProposeMandate(
        by=person(any_town, SYSTEM), cooperative=where, resolved_on=TODAY, expires_on=TODAY + timedelta(days=2000)
    )
    before = any_town.get(Cooperative, where).expires_on
    waiting = granted(any_town.do(propose_mandate, renewed))
    assert refusal(any_town.do(propose_mandate, renewed)) == "change_waiting"
    assert any_town.get(Cooperative, where).expires_on == before
    assert refusal(answered(any_town, waiting.change, by=SYSTEM)) == "change_confirm_role"
    assert granted(answered(any_town, waiting.change)).state is ChangeState.CONFIRMED
    assert any_town.get(Cooperative, where).expires_on == renewed.expires_on
    assert refusal(any_town.do(propose_mandate, renewed)) == "mandate_same"
    assert refusal(any_town.do(propose_mandate, replace(renewed, cooperative="c-x"))) == "unknown_cooperative"
    assert log_fits(any_town)


def test_a_mandate_that_ended_while_it_waited_is_not_put_on_record(town: Town) -> None:
    where, last = town.cooperative("东坑一社"), TODAY + timedelta(days=3)
    asked = ProposeMandate(by=person(town, SYSTEM), cooperative=where, resolved_on=TODAY, expires_on=last)
    waiting = granted(town.do(propose_mandate, asked))
    town.passes(days=4)
    assert refusal(answered(town, waiting.change)) == "mandate_term"
    assert town.get(Cooperative, where).expires_on != last
