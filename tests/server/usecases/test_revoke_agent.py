"""An agent is put out of service, and into service again."""

import pytest

from firmware_protocol.messages import EventBatch
from server.cabinets.accounts import broker_accounts, without_account
from server.custody.facts import Agent, Checkout, IssuedPermit
from server.custody.states import CheckoutState, PermitState
from server.operate.verify import verify_database
from server.store import deliveries
from server.store.lists.entries import LogFilter, log
from server.usecases.answer_change import AnswerChange, answer_change
from server.usecases.hear_revoked import HearRevoked, hear_revoked
from server.usecases.revoke_agent import RevokeAgent, revoke_agent
from tests.server.town import AGENT, KEYS, Hall, Town, granted, refusal

REFUSED = {
    "a reviewer": ("何慧敏", AGENT, "agent_role"),
    "the office's head": ("赵文斌", AGENT, "agent_role"),
    "an agent nobody knows": ("叶海燕", "hall-9", "unknown_agent"),
}


@pytest.mark.parametrize("name", ["叶海燕", "潘振东", None], ids=["system", "security", "operator"])
def test_what_a_revoked_agent_had_ends_at_once(any_town: Town, name: str | None) -> None:
    assert any_town.hall is not None
    decided = any_town.permitted()
    by = None if name is None else any_town.person(name).id
    password = any_town.hall.added.bundle["broker"]["password"]
    may_come = broker_accounts(any_town.database, "server's")
    assert may_come(AGENT, password)
    assert granted(any_town.do(revoke_agent, RevokeAgent(agent=AGENT, by=by))).permits == 1
    assert not may_come(AGENT, password)
    assert without_account(any_town.database, {AGENT, "server"}) == {AGENT}
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.REVOKED
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    any_town.hall.writes("agent_started", {"boot": 1})
    assert any_town.hall.sends().stopped_by == "unknown_agent"
    with any_town.database.reading() as reader:
        assert deliveries.agents(reader) == ()
        assert verify_database(reader, KEYS).wrong is None


def test_nothing_is_permitted_at_cabinets_without_an_agent_until_it_is_added_again(any_town: Town) -> None:
    granted(any_town.do(revoke_agent, RevokeAgent(agent=AGENT)))
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社")))
    granted(any_town.decides("廖坤东", filed.checkout))
    assert refusal(any_town.decides("何慧敏", filed.checkout)) == "no_agent"
    hall = Hall(any_town, any_town.add_agent())
    assert any_town.get(Agent, AGENT).epoch == 2
    hall.writes("agent_started", {"boot": 1})
    assert hall.sends().stopped_by is None
    granted(any_town.decides("何慧敏", filed.checkout))


@pytest.mark.parametrize(("name", "agent", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_not_everybody_puts_any_agent_out_of_service(town: Town, name: str, agent: str, rule: str) -> None:
    assert refusal(town.do(revoke_agent, RevokeAgent(agent=agent, by=town.person(name).id))) == rule


def test_an_agent_is_put_out_of_service_once(town: Town) -> None:
    granted(town.do(revoke_agent, RevokeAgent(agent=AGENT)))
    assert refusal(town.do(revoke_agent, RevokeAgent(agent=AGENT))) == "agent_over"


def test_another_administrator_confirms_for_good_or_lets_the_agent_go_on(any_town: Town) -> None:
    system, security = (any_town.person(name).id for name in ("叶海燕", "潘振东"))
    change = granted(any_town.do(revoke_agent, RevokeAgent(agent=AGENT, by=security, note="存储卡丢了"))).change or ""
    assert refusal(any_town.do(answer_change, AnswerChange(by=security, change=change, agrees=True))) == "change_own"
    declined = AnswerChange(by=system, change=change, agrees=False, reason="卡找到了，没有人动过")
    granted(any_town.do(answer_change, declined))
    assert any_town.hall is not None
    any_town.hall.writes("agent_started", {"boot": 1})
    assert (any_town.get(Agent, AGENT).is_active, any_town.hall.sends().stopped_by) == (True, None)
    change = granted(any_town.do(revoke_agent, RevokeAgent(agent=AGENT, by=system))).change or ""
    granted(any_town.do(answer_change, AnswerChange(by=security, change=change, agrees=True)))
    assert not any_town.get(Agent, AGENT).is_active
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_declining_late_does_not_bring_back_an_earlier_life(town: Town) -> None:
    system, security = (town.person(name).id for name in ("叶海燕", "潘振东"))
    change = granted(town.do(revoke_agent, RevokeAgent(agent=AGENT, by=system))).change or ""
    town.add_agent()
    granted(town.do(revoke_agent, RevokeAgent(agent=AGENT)))
    granted(town.do(answer_change, AnswerChange(by=security, change=change, agrees=False, reason="不用了")))
    assert (town.get(Agent, AGENT).epoch, town.get(Agent, AGENT).is_active) == (2, False)


def test_what_waited_at_an_earlier_disk_opens_nothing_at_the_next(any_town: Town) -> None:
    decided = any_town.permitted()
    any_town.add_agent()
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.REVOKED
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    with any_town.database.reading() as reader:
        assert deliveries.live_permits(reader, AGENT, any_town.now) == ()
        assert verify_database(reader, KEYS).wrong is None


def test_the_operator_at_the_machine_needs_no_other(town: Town) -> None:
    assert granted(town.do(revoke_agent, RevokeAgent(agent=AGENT))).change is None


def test_a_revoked_agent_that_goes_on_sending_is_kept_as_evidence_once(any_town: Town) -> None:
    hall = any_town.hall
    assert hall is not None
    hall.writes("agent_started", {"boot": 1})
    granted(any_town.do(revoke_agent, RevokeAgent(agent=AGENT)))
    batch = EventBatch(AGENT, 1, (hall.unsent[0],), "nonce")
    for _ in range(2):
        any_town.do(hear_revoked, HearRevoked(AGENT, batch))
    with any_town.database.reading() as reader:
        newest, before = log(reader, LogFilter(), None, 2).rows
        assert verify_database(reader, KEYS).wrong is None
    assert (newest.type, before.type) == ("agent_unheard", "agent_revoked")
    assert newest.body == {"notes": [hall.unsent[0].note.decode()]}
    assert any_town.get(Agent, AGENT).unheard_at == any_town.now
