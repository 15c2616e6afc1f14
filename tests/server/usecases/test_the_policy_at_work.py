"""The policy in a real township: changed by two people, followed by every request, on both engines."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from firmware_protocol import permits
from server.custody.corrections import Correction
from server.custody.facts import Checkout, Item
from server.custody.holidays import CALENDAR, Holidays
from server.custody.policy.default import DEFAULT
from server.custody.policy.document import Policy
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.policy.words import Matter, Mode
from server.custody.roles import Role
from server.custody.states import CheckoutState, SealType, Step
from server.operate.verify import verify_database
from server.store import deliveries, find
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.store.lists.entries import LogFilter
from server.usecases.change_policy import AnswerPolicy, ProposePolicy, answer_policy, propose_policy
from server.usecases.chase_requests import Chased, ChaseRequests, chase_requests
from server.usecases.decide_checkout import DecideCheckout
from server.usecases.delegate import EndDelegation, GiveDelegation, end_delegation, give_delegation
from server.usecases.extend_checkout import ExtendCheckout, extend_checkout
from server.usecases.file_checkout import FileCheckout, file_checkout
from server.usecases.set_holidays import SetHolidays, set_holidays
from tests.server.marks import decide_as_it_stands
from tests.server.town import AGENT, KEYS, Town, granted, refusal

LOWER = replace(DEFAULT, tiers=tuple(replace(row, from_cents=-(-row.from_cents // 2)) for row in DEFAULT.tiers))


def proposed(town: Town, policy: Policy = LOWER, by: str = "赵文斌") -> Any:
    return town.do(propose_policy, ProposePolicy(by=town.person(by).id, policy=policy, note="镇里定的"))


def answered(town: Town, version: str, agrees: bool = True, by: str = "周建国", reason: str = "") -> Any:
    digest = town.get(PolicyVersion, version).digest
    asked = AnswerPolicy(by=town.person(by).id, version=version, digest=digest, agrees=agrees, reason=reason)
    return town.do(answer_policy, asked)


def sent_back(town: Town, checkout: str) -> None:
    asked = DecideCheckout(
        by=town.person("廖坤东").id, checkout=checkout, agrees=False, correction=Correction.AMOUNT, reason="少一个零"
    )
    granted(town.do(decide_as_it_stands, asked))


def corrected(town: Town, checkout: str, *items: Item, by: str = "游少玉", **stated: Any) -> Any:
    asked = FileCheckout(
        by=town.person(by).id,
        items=tuple(item.id for item in items),
        corrects=checkout,
        **{"purpose": "签合同", "document": "合同", "copies": 1, **stated},
    )
    return town.do(file_checkout, asked)


def is_whole(town: Town) -> bool:
    with town.database.reading() as reader:
        return verify_database(reader, KEYS).wrong is None


def test_a_policy_changes_once_two_people_said_so(any_town: Town) -> None:
    version = granted(proposed(any_town)).version
    assert any_town.get(PolicyVersion, "1").state is PolicyState.IN_FORCE
    assert refusal(proposed(any_town)) == "policy_waiting"
    assert refusal(answered(any_town, version, by="赵文斌")) == "policy_confirm_role"
    assert refusal(answered(any_town, version, agrees=False)) == "no_reason"
    granted(answered(any_town, version))
    with any_town.database.reading() as reader:
        assert find.policy_in_force(FactRows(reader)).policy == LOWER
    assert any_town.get(PolicyVersion, "1").state is PolicyState.REPLACED
    assert refusal(answered(any_town, version)) == "policy_not_waiting"
    assert is_whole(any_town)


def test_what_was_confirmed_is_the_text_that_was_read(town: Town) -> None:
    version = granted(proposed(town)).version
    asked = AnswerPolicy(by=town.person("周建国").id, version=version, digest="00", agrees=True)
    assert refusal(town.do(answer_policy, asked)) == "policy_not_waiting"


def test_a_declined_policy_changes_nothing_and_its_number_is_used(town: Town) -> None:
    first = granted(proposed(town)).version
    granted(answered(town, first, agrees=False, reason="先征求各社意见"))
    assert town.get(PolicyVersion, first).state is PolicyState.DECLINED
    assert granted(proposed(town)).version == "3"


def test_a_request_keeps_the_policy_it_was_filed_under(any_town: Town) -> None:
    seal, finance = any_town.item("东坑一社"), any_town.item("东坑一社", SealType.FINANCE)
    before = granted(any_town.asks("游少玉", seal, amount_cents=1_500_000))
    granted(answered(any_town, granted(proposed(any_town)).version))
    after = granted(any_town.asks("游少玉", finance, amount_cents=1_500_000))
    old, new = (any_town.get(Checkout, each.checkout) for each in (before, after))
    assert (old.policy, old.demands.is_major) == (1, False)
    assert (new.policy, new.demands.is_major) == (2, True)


def test_a_major_matter_takes_three_approvals_and_a_witness_at_the_door(any_town: Town) -> None:
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社"), amount_cents=10_000_000))
    granted(any_town.decides("廖坤东", filed.checkout))
    decided = granted(any_town.decides("何慧敏", filed.checkout))
    assert (decided.state, decided.permit) == (CheckoutState.ENDORSED, None)
    assert any_town.get(Checkout, filed.checkout).step is Step.LEADER
    decided = granted(any_town.decides("苏志伟", filed.checkout))
    assert decided.state is CheckoutState.PERMITTED
    with any_town.database.reading() as reader:
        (note,) = deliveries.live_permits(reader, AGENT, any_town.now)
    permit = permits.parse(note.document, KEYS.permit_verifiers)
    assert permit.extra == ("supervisor",)
    assert set(permit.approvers) == {any_town.person(name).id for name in ("廖坤东", "何慧敏", "苏志伟")}
    assert is_whole(any_town)


def test_what_is_corrected_is_decided_anew(any_town: Town) -> None:
    seal, finance = any_town.item("东坑一社"), any_town.item("东坑一社", SealType.FINANCE)
    filed = granted(any_town.asks("游少玉", seal)).checkout
    sent_back(any_town, filed)
    assert any_town.get(Item, seal.id).checkout == filed, "nobody takes it away meanwhile"
    assert refusal(corrected(any_town, filed, seal, by="廖坤东")) == "correction_not_yours"
    assert refusal(corrected(any_town, filed, any_town.item("东坑二社"))) == "one_cooperative", "its head was not asked"
    granted(corrected(any_town, filed, finance, purpose="付工程款"))
    checkout = any_town.get(Checkout, filed)
    assert (checkout.revision, checkout.state, checkout.purpose) == (2, CheckoutState.FILED, "付工程款")
    assert any_town.get(Item, seal.id).checkout is None
    assert any_town.get(Item, finance.id).checkout == filed
    granted(any_town.decides("廖坤东", filed))
    assert granted(any_town.decides("何慧敏", filed)).state is CheckoutState.PERMITTED
    assert refusal(corrected(any_town, filed, finance)) == "not_correctable"
    assert is_whole(any_town)


def test_what_nobody_corrects_is_over_and_free(any_town: Town) -> None:
    seal = any_town.item("东坑一社")
    filed = granted(any_town.asks("游少玉", seal)).checkout
    sent_back(any_town, filed)
    any_town.passes(days=7)
    assert any_town.do(chase_requests, ChaseRequests()) == Chased((), ())
    any_town.passes(days=1)
    assert any_town.do(chase_requests, ChaseRequests()) == Chased((), (filed,))
    assert any_town.get(Checkout, filed).state is CheckoutState.EXPIRED
    assert any_town.get(Item, seal.id).checkout is None
    assert is_whole(any_town)


def test_an_approval_is_late_once_and_nothing_is_approved_by_waiting(any_town: Town) -> None:
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社"))).checkout
    any_town.passes(hours=6)
    assert any_town.do(chase_requests, ChaseRequests()).late == (), "two and a half hours at noon do not count"
    any_town.passes(hours=1)
    assert any_town.do(chase_requests, ChaseRequests()).late == (filed,)
    assert any_town.do(chase_requests, ChaseRequests()).late == ()
    checkout = any_town.get(Checkout, filed)
    assert (checkout.state, checkout.late_at) == (CheckoutState.FILED, any_town.now)
    granted(any_town.decides("廖坤东", filed))
    assert any_town.get(Checkout, filed).late_at is None
    assert is_whole(any_town)


def test_a_substitute_decides_in_the_absents_place_and_the_log_says_so(any_town: Town) -> None:
    head, supervisor = any_town.person("廖坤东"), any_town.person("孙辉")
    asked = GiveDelegation(
        by=head.id,
        substitute=supervisor.id,
        role=Role.HEAD,
        cooperative=any_town.cooperative("东坑一社"),
        first_day=any_town.now.date(),
        last_day=any_town.now.date(),
    )
    given = granted(any_town.do(give_delegation, asked)).delegation
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社"))).checkout
    granted(any_town.decides("孙辉", filed))
    decision = any_town.get(Checkout, filed).decisions[-1]
    assert (decision.person, decision.stands_for) == (supervisor.id, head.id)
    granted(any_town.do(end_delegation, EndDelegation(by=head.id, delegation=given)))
    assert refusal(any_town.do(end_delegation, EndDelegation(by=head.id, delegation=given))) == "unknown_delegation"
    other = granted(any_town.asks("游少玉", any_town.item("东坑一社", SealType.FINANCE))).checkout
    assert refusal(any_town.decides("孙辉", other)) == "approver_role"
    assert is_whole(any_town)


def test_time_is_extended_once_and_the_log_says_by_whom(any_town: Town) -> None:
    assert any_town.hall is not None
    decided, seal = any_town.permitted(), any_town.item("东坑一社")
    any_town.hall.opens("take", decided, seal)
    any_town.hall.sends()
    due_at = any_town.get(Checkout, decided.checkout).due_at
    assert due_at is not None
    asked = ExtendCheckout(by=any_town.person("何慧敏").id, checkout=decided.checkout, reason="银行排队")
    assert granted(any_town.do(extend_checkout, asked)).due_at == due_at + timedelta(minutes=30)
    assert refusal(any_town.do(extend_checkout, asked)) == "extended_before"
    assert any_town.get(Checkout, decided.checkout).due_at == due_at + timedelta(minutes=30)
    assert is_whole(any_town)


def test_a_holiday_moves_what_is_due_in_working_days(any_town: Town) -> None:
    assert any_town.hall is not None
    holiday = date(2026, 11, 25)
    days = SetHolidays(by=any_town.person("赵文斌").id, holidays=(holiday,), exchanged=())
    granted(any_town.do(set_holidays, days))
    assert any_town.get(Holidays, CALENDAR).holidays == ("2026-11-25",)
    assert refusal(any_town.do(set_holidays, replace(days, exchanged=(holiday,)))) == "holidays_days"
    assert refusal(any_town.do(set_holidays, replace(days, by=any_town.person("何慧敏").id))) == "holidays_role"
    contract = any_town.item("东坑一社", None)
    decided = any_town.permitted(contract, mode=Mode.AWAY, place="律师事务所")
    any_town.hall.opens("take", decided, contract)
    any_town.hall.sends()
    due_at = any_town.get(Checkout, decided.checkout).due_at
    assert due_at is not None
    assert due_at.date() == date(2026, 12, 1), "five working days after Monday, a holiday and a weekend between"
    assert is_whole(any_town)


def test_what_is_forbidden_is_refused_and_the_refusal_is_logged(town: Town) -> None:
    assert refusal(town.asks("游少玉", town.item("东坑一社"), matter=Matter.GUARANTEE)) == "matter_forbidden"
    with town.database.reading() as reader:
        newest = entries.log(reader, LogFilter(), None, 1).rows[0]
    assert (newest.type, newest.about["rule"]) == ("request_refused", "matter_forbidden")
    assert "第三十五条" in (newest.body or {})["sentence"]
