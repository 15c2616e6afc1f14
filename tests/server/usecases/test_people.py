"""First entry, passwords, sessions and blocks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from firmware_protocol import rosters
from firmware_protocol.credentials import pin_fits
from server.custody.facts import Checkout, IssuedPermit
from server.custody.news import RosterChanged
from server.custody.people import Credential, Person
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.states import CheckoutState, CredentialKind, PermitState
from server.operate.verify import verify_database
from server.store import deliveries
from server.store.lists import entries
from server.store.lists.entries import LogFilter
from server.store.side_tables import secret
from server.usecases.block_people import (
    BlockPerson,
    UnblockPerson,
    block_person,
    unblock_person,
)
from server.usecases.invite import Invite, invite
from server.usecases.issue_code import CodeIssued, IssueCode, code_digest, issue_code
from server.usecases.off_loop import off_loop
from server.usecases.redeem_code import PreparedRedemption, RedeemCode, Redeemed, prepare_redemption, redeem_code
from server.usecases.sessions import TouchSession, touch_session, visitor_of_token
from server.usecases.sign_in import SignedIn, SignInClaim, SignOut, check_password, sign_in, sign_out
from server.usecases.withdraw_role import WithdrawRole, withdraw_role
from tests.server.town import AGENT, KEYS, Town, granted, refusal
from tests.server.village import roster

PASSWORD, PIN = "东坑村的老榕树下", "280417"


def prints_code(town: Town, name: str, by: str = "赵文斌") -> CodeIssued:
    asked = IssueCode(by=town.person(by).id, person=town.person(name).id)
    return granted(town.do(issue_code, asked))


def redeems(town: Town, code: str, password: str = PASSWORD, pin: str = PIN) -> Redeemed | Refused:
    prepared = prepare_redemption(RedeemCode(code=code, password=password, pin=pin, source="kiosk"), town.chance)
    return prepared if isinstance(prepared, Refused) else town.do(redeem_code, prepared)


def enters(town: Town, name: str, password: str = PASSWORD, source: str = "10.0.0.7") -> SignedIn | Refused:
    claim = SignInClaim(phone=town.person(name).person.phone, password=password, source=source)
    checked = check_password(town.database, claim, town.now)
    return checked if isinstance(checked, Refused) else town.do(sign_in, checked)


def welcomed(town: Town, name: str) -> SignedIn:
    """Somebody with a password and a PIN, signed in."""
    granted(redeems(town, prints_code(town, name).code))
    return granted(enters(town, name))


def signed_in_as(town: Town, token: str) -> str | None:
    with town.database.reading() as reader:
        visitor = visitor_of_token(reader, token, town.now)
    return None if visitor is None else visitor.standing.name


def roster_of_hall(town: Town) -> rosters.Roster:
    with town.database.reading() as reader:
        agent = deliveries.agent(reader, AGENT)
        assert agent is not None
        document = deliveries.roster_document(reader, AGENT, agent.roster_version)
        assert document is not None
        assert deliveries.roster_document(reader, AGENT, agent.roster_version - 1) is None
    return rosters.parse(document, KEYS.permit_verifiers)


def test_the_first_administrator_enters_and_prints_codes_for_others(any_town: Town) -> None:
    invited = granted(any_town.do(invite, Invite()))
    assert invited.name == "叶海燕"
    granted(redeems(any_town, invited.code))
    granted(enters(any_town, "叶海燕"))
    granted(redeems(any_town, prints_code(any_town, "游少玉", by="叶海燕").code))
    granted(enters(any_town, "游少玉"))
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_an_administrator_whom_the_roster_does_not_list_is_registered(town: Town) -> None:
    invited = granted(town.do(invite, Invite(phone="13900000000", name="新来的")))
    assert town.person("新来的").roles == {Role.SYSTEM_ADMIN}
    assert invited.person == town.person("新来的").id
    assert refusal(town.do(invite, Invite(phone="13911111111"))) == "unknown_person"
    assert refusal(town.do(invite, Invite(phone=town.person("廖坤东").person.phone))) == "not_administrator"


def test_a_code_works_once_and_only_the_newest(town: Town) -> None:
    older = prints_code(town, "游少玉")
    town.passes(minutes=1)
    newer = prints_code(town, "游少玉")
    assert refusal(redeems(town, older.code)) == "wrong_code"
    granted(redeems(town, newer.code))
    assert refusal(redeems(town, newer.code, password="另一个很长的密码")) == "wrong_code"


def test_a_code_ends_after_three_days(town: Town) -> None:
    code = prints_code(town, "游少玉")
    town.passes(hours=72, seconds=1)
    assert refusal(redeems(town, code.code)) == "wrong_code"


def test_a_code_may_be_typed_as_people_type() -> None:
    assert code_digest("ABOI-LLQ7-2345") == code_digest(" ab01 11q7 2345 ") == code_digest("A80i-l1q7-2345")


@pytest.mark.parametrize(
    ("password", "pin", "rule"),
    [("短", PIN, "password_length"), (PASSWORD, "123456", "pin_common"), ("我是13800000009", PIN, "password_personal")],
)
def test_a_weak_choice_leaves_the_code_good(town: Town, password: str, pin: str, rule: str) -> None:
    code = prints_code(town, "游少玉")
    assert refusal(redeems(town, code.code, password, pin)) == rule
    granted(redeems(town, code.code))


def test_guessing_codes_gets_slow(town: Town) -> None:
    rules = [refusal(redeems(town, "AAAA-AAAA-AAAA")) for _ in range(32)]
    assert set(rules[:29]) == {"wrong_code"}
    assert rules[-1] == "throttled"


def test_neither_log_nor_tables_know_the_secrets(town: Town) -> None:
    code = prints_code(town, "游少玉")
    granted(redeems(town, code.code))
    signed_in = granted(enters(town, "游少玉"))
    path = town.database.writing.url.database
    town.close()
    with open(path or "", "rb") as file:  # noqa: PTH123 - the bytes on disk, whatever the table
        everything = file.read()
    for known in (PASSWORD, PIN, code.code, code.code.replace("-", ""), signed_in.token):
        assert known.encode() not in everything


def test_a_wrong_password_makes_the_next_try_wait_for_that_source_alone(town: Town) -> None:
    welcomed(town, "游少玉")
    rules = [refusal(enters(town, "游少玉", "不是这个密码")) for _ in range(4)]
    assert rules == ["wrong_password", "wrong_password", "wrong_password", "throttled"]
    assert refusal(enters(town, "游少玉")) == "throttled", "even the right one has to wait"
    granted(enters(town, "游少玉", source="10.0.0.8"))
    town.passes(seconds=6)
    granted(enters(town, "游少玉"))


def test_guessing_one_account_from_everywhere_gets_slow_for_strangers_alone(town: Town) -> None:
    welcomed(town, "游少玉")
    rules = [refusal(enters(town, "游少玉", "不是这个密码", source=f"10.1.0.{n}")) for n in range(51)]
    assert set(rules[:50]) == {"wrong_password"}
    assert rules[50] == "throttled"
    granted(enters(town, "游少玉"))
    town.passes(seconds=6)
    granted(enters(town, "游少玉", source="10.2.0.1"))


def test_an_unknown_phone_is_answered_like_a_wrong_password(town: Town) -> None:
    claim = SignInClaim(phone="13999999999", password=PASSWORD, source="x")
    checked = check_password(town.database, claim, town.now)
    assert not isinstance(checked, Refused)
    assert refusal(town.do(sign_in, checked)) == "wrong_password"


def test_a_password_that_was_changed_while_it_was_checked_does_not_enter(town: Town) -> None:
    welcomed(town, "游少玉")
    claim = SignInClaim(phone=town.person("游少玉").person.phone, password=PASSWORD, source="x")
    checked = check_password(town.database, claim, town.now)
    granted(redeems(town, prints_code(town, "游少玉").code, password="另一个很长的密码"))
    assert not isinstance(checked, Refused)
    assert refusal(town.do(sign_in, checked)) == "wrong_password"


def test_a_session_ends_by_signing_out_idling_or_age(town: Town) -> None:
    first = welcomed(town, "游少玉")
    town.do(sign_out, SignOut(first.token))
    assert signed_in_as(town, first.token) is None
    idle = granted(enters(town, "游少玉"))
    town.passes(minutes=59)
    assert signed_in_as(town, idle.token) == "游少玉"
    town.passes(minutes=1)
    assert signed_in_as(town, idle.token) is None
    old = granted(enters(town, "游少玉"))
    for _ in range(14):
        with town.database.reading() as reader:
            visitor = visitor_of_token(reader, old.token, town.now)
        if visitor is not None:
            town.do(touch_session, TouchSession(visitor.session))
        town.passes(minutes=55)
    assert signed_in_as(town, old.token) is None, "twelve hours are the end, however busy"
    assert signed_in_as(town, "no-such-token") is None


def test_a_visit_is_noted_once_a_minute(town: Town) -> None:
    session = welcomed(town, "游少玉")
    with town.database.reading() as reader:
        visitor = visitor_of_token(reader, session.token, town.now)
        later = visitor_of_token(reader, session.token, town.now + timedelta(minutes=1))
        assert visitor_of_token(reader, session.token, town.now + timedelta(minutes=60)) is None
    assert visitor is not None
    assert later is not None
    assert (visitor.is_due, later.is_due) == (False, True)


def test_new_credentials_end_every_session(town: Town) -> None:
    session = welcomed(town, "游少玉")
    town.passes(minutes=1)
    granted(redeems(town, prints_code(town, "游少玉").code))
    assert signed_in_as(town, session.token) is None


def test_a_blocked_person_is_out_at_once_and_everywhere(any_town: Town) -> None:
    session = welcomed(any_town, "游少玉")
    who, officer = any_town.person("游少玉").id, any_town.person("潘振东").id
    granted(any_town.do(block_person, BlockPerson(by=officer, person=who)))
    assert signed_in_as(any_town, session.token) is None
    assert refusal(enters(any_town, "游少玉")) == "person_blocked"
    assert refusal(any_town.asks("游少玉", any_town.item("东坑一社"))) == "applicant_role"
    roster = roster_of_hall(any_town)
    on_roster = roster.person(who)
    assert on_roster is not None
    assert not on_roster.active
    assert any_town.news[-1].types  # type: ignore[union-attr]
    assert RosterChanged(AGENT, roster.version) in any_town.news
    granted(any_town.do(unblock_person, UnblockPerson(by=officer, person=who)))
    granted(enters(any_town, "游少玉"))


def test_a_pin_reaches_the_agent_as_a_hash_it_can_check(any_town: Town) -> None:
    welcomed(any_town, "游少玉")
    on_roster = roster_of_hall(any_town).person(any_town.person("游少玉").id)
    assert on_roster is not None
    assert on_roster.pin is not None
    assert pin_fits(PIN, on_roster.pin)


def test_the_roster_has_the_tags_that_the_workbook_names(town: Town) -> None:
    first, *others = roster().items
    town.import_rows(replace(roster(), items=(replace(first, details={"标签号": "E2001A2B"}), *others)))
    assert any(isinstance(each, RosterChanged) for each in town.news)
    assert roster_of_hall(town).tags == (rosters.Tag("E2001A2B", town.item("东坑一社").id, "CAB-01/1"),)


WHO_MAY_SEIZE = ("何慧敏", "谢文彬", "赵文斌", "周建国")


def test_the_roster_has_those_who_can_stand_at_these_doors_and_nobody_else(town: Town) -> None:
    names = {person.name for person in roster_of_hall(town).people}
    assert names == {"林少军", "廖坤东", "游少玉", "孙辉", "柯火梅", "蓝观润", "温振", *WHO_MAY_SEIZE}
    assert {each.short_name for each in roster_of_hall(town).cooperatives} == {"东坑一社", "东坑二社", "东坑三社"}


def test_a_new_head_replaces_the_old_one_by_withdrawing_the_role(town: Town) -> None:
    head, cooperative = town.person("廖坤东").id, town.cooperative("东坑一社")
    asked = WithdrawRole(by=town.person("赵文斌").id, person=head, role=Role.HEAD, cooperative=cooperative)
    granted(town.do(withdraw_role, asked))
    assert town.person("廖坤东").roles == frozenset()
    assert refusal(town.asks("游少玉", town.item("东坑一社"))) == "nobody_decides"
    assert refusal(town.do(withdraw_role, asked)) == "unknown_person"


def test_whoever_loses_the_role_loses_what_waits_at_the_cabinet(any_town: Town) -> None:
    decided = any_town.permitted()
    holder, cooperative = any_town.person("游少玉").id, any_town.cooperative("东坑一社")
    asked = WithdrawRole(by=any_town.person("赵文斌").id, person=holder, role=Role.ACCOUNTANT, cooperative=cooperative)
    granted(any_town.do(withdraw_role, asked))
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.REVOKED
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_an_old_hash_is_forgotten_when_a_new_one_comes(town: Town) -> None:
    welcomed(town, "游少玉")
    before = town.get(Credential, f"{town.person('游少玉').id}/{CredentialKind.PASSWORD}")
    granted(redeems(town, prints_code(town, "游少玉").code))
    with town.database.reading() as reader:
        assert secret(reader, before.digest) is None
        kinds = [line.about["kind"] for line in entries.log(reader, LogFilter()).rows if line.type == "credential_set"]
    assert sorted(kinds) == ["password", "password", "pin", "pin"]
    assert town.get(Person, town.person("游少玉").id).is_active


async def test_hashing_stays_off_the_loop(town: Town) -> None:
    asked = RedeemCode(code="AAAA-AAAA-AAAA", password=PASSWORD, pin=PIN)
    prepared = await off_loop(prepare_redemption, asked, town.chance)
    assert isinstance(prepared, PreparedRedemption)
    assert PASSWORD not in repr(prepared)
