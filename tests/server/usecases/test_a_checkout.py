"""A checkout from the request to the return, and every way it goes otherwise; on both engines."""

from datetime import timedelta

import pytest

from firmware_protocol import permits, slips
from server.custody.facts import Checkout, IssuedPermit, Item
from server.custody.news import LogGrew, PermitReady, RevocationsChanged
from server.custody.policy.document import Period
from server.custody.states import CheckoutState, ItemState, PermitState, SealType
from server.operate.verify import verify_database
from server.store import deliveries
from server.store.lists import entries
from server.usecases.expire_permits import ExpirePermits, expire_permits
from server.usecases.file_checkout import FileCheckout, outlook
from server.usecases.reissue_permit import ReissuePermit, reissue_permit
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from server.usecases.withdraw_checkout import WithdrawCheckout, withdraw_checkout
from tests.server.town import AGENT, KEYS, Town, granted, refusal


def test_one_seal_leaves_its_compartment_and_comes_back(any_town: Town) -> None:
    assert any_town.hall is not None
    seal = any_town.item("东坑一社")
    decided = any_town.permitted(seal)
    any_town.passes(minutes=5)
    any_town.hall.opens("take", decided, seal)
    any_town.hall.sends()
    assert any_town.get(Item, seal.id).state is ItemState.OUT
    assert any_town.get(Checkout, decided.checkout).due_at == any_town.now + timedelta(minutes=30)
    any_town.passes(minutes=20)
    any_town.hall.opens("return", decided, seal)
    any_town.hall.sends()
    assert any_town.get(Item, seal.id).state is ItemState.IN_CABINET
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.RETURNED
    with any_town.database.reading() as reader:
        told = [line.type for line in entries.story(reader, decided.checkout)]
        assert verify_database(reader, KEYS).wrong is None
    assert told == [
        *("checkout_filed", "checkout_endorsed", "checkout_approved", "permit_issued"),
        *("opening_intended", "door_opened", "items_taken", "door_closed", "opening_finished"),
        *("opening_intended", "door_opened", "items_returned", "door_closed", "opening_finished"),
    ]


def test_the_last_approval_sends_the_permit_on_its_way(any_town: Town) -> None:
    decided = any_town.permitted()
    assert decided.state is CheckoutState.PERMITTED
    assert PermitReady(AGENT, decided.permit or "") in any_town.news
    with any_town.database.reading() as reader:
        (note,) = deliveries.live_permits(reader, AGENT, any_town.now)
    permit = permits.parse(note.document, KEYS.permit_verifiers)
    slip = slips.parse(note.slip, KEYS.permit_verifiers)
    assert (permit.id, permit.place, permit.checkout) == (decided.permit, "CAB-01/1", decided.checkout)
    assert set(permit.approvers) == {any_town.person(name).id for name in ("廖坤东", "何慧敏")}
    assert (slip.holder_name, slip.cooperative_short_name) == ("游少玉", "东坑一社")
    assert slip.items[0][1] == "清溪镇东坑村第一经济合作社公章"


def test_a_refusal_is_answered_logged_and_changes_nothing(any_town: Town) -> None:
    seal = any_town.item("东坑一社")
    assert refusal(any_town.asks("柯火梅", seal)) == "applicant_role"
    assert any_town.get(Item, seal.id) == seal
    assert any_town.news[-1] == LogGrew(any_town.news[-1].size, frozenset({"request_refused"}))  # type: ignore[union-attr]


def test_two_requests_for_one_seal_cannot_both_be(any_town: Town) -> None:
    seal = any_town.item("东坑一社")
    granted(any_town.asks("游少玉", seal))
    assert refusal(any_town.asks("廖坤东", seal)) == "item_claimed"


def test_the_bank_pair_is_kept_apart_over_two_requests(any_town: Town) -> None:
    finance = any_town.item("东坑一社", SealType.FINANCE)
    legal = any_town.item("东坑一社", SealType.LEGAL_REPRESENTATIVE)
    granted(any_town.asks("游少玉", finance))
    assert refusal(any_town.asks("游少玉", legal)) == "bank_pair"
    assert refusal(any_town.asks("廖坤东", legal, holder=any_town.person("游少玉").id)) == "bank_pair"
    granted(any_town.asks("廖坤东", legal))


def test_the_same_yes_counts_once(any_town: Town) -> None:
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社")))
    granted(any_town.decides("廖坤东", filed.checkout))
    assert refusal(any_town.decides("廖坤东", filed.checkout)) == "decided_before"
    granted(any_town.decides("何慧敏", filed.checkout))
    assert refusal(any_town.decides("谢文彬", filed.checkout)) == "not_waiting"


def test_a_no_ends_it_with_its_reason(any_town: Town) -> None:
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社")))
    assert refusal(any_town.decides("廖坤东", filed.checkout, agrees=False)) == "no_reason"
    granted(any_town.decides("廖坤东", filed.checkout, agrees=False, reason="价格偏低"))
    checkout = any_town.get(Checkout, filed.checkout)
    assert (checkout.state, checkout.decisions[0].reason) == (CheckoutState.REFUSED, "价格偏低")
    granted(any_town.asks("游少玉", any_town.item("东坑一社")))


def test_taking_a_request_back_revokes_its_permit_everywhere(any_town: Town) -> None:
    decided = any_town.permitted()
    asked = WithdrawCheckout(by=any_town.person("游少玉").id, checkout=decided.checkout)
    granted(any_town.do(withdraw_checkout, asked))
    assert RevocationsChanged(1) in any_town.news
    with any_town.database.reading() as reader:
        assert deliveries.live_permits(reader, AGENT, any_town.now) == ()
        assert deliveries.revocations(reader, any_town.now) == (1, (decided.permit,))
        a_week_on = any_town.now + timedelta(days=7)
        assert deliveries.revocations(reader, a_week_on) == (1, ())
    assert refusal(any_town.do(withdraw_checkout, asked)) == "not_withdrawable"


def test_the_office_revokes_and_the_seal_can_be_asked_for_again(any_town: Town) -> None:
    decided = any_town.permitted()
    asked = RevokePermit(by=any_town.person("谢文彬").id, permit=decided.permit or "", reason="手续有误")
    granted(any_town.do(revoke_permit, asked))
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    granted(any_town.asks("游少玉", any_town.item("东坑一社")))


def test_a_door_that_gave_nothing_is_permitted_again_in_one_tap(any_town: Town) -> None:
    assert any_town.hall is not None
    decided = any_town.permitted()
    again = ReissuePermit(by=any_town.person("谢文彬").id, permit=decided.permit or "")
    reissued = granted(any_town.do(reissue_permit, again))
    assert any_town.get(Checkout, decided.checkout).permit == reissued.permit
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.REVOKED
    with any_town.database.reading() as reader:
        (note,) = deliveries.live_permits(reader, AGENT, any_town.now)
    permit = permits.parse(note.document, KEYS.permit_verifiers)
    assert (permit.id, permit.revocations_min) == (reissued.permit, 1)
    assert refusal(any_town.do(reissue_permit, again)) == "permit_over"


def test_after_an_opening_without_a_taking_the_office_permits_again(any_town: Town) -> None:
    assert any_town.hall is not None
    decided = any_town.permitted()
    any_town.hall.opens("take", decided)
    any_town.hall.sends()
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.USED
    again = ReissuePermit(by=any_town.person("何慧敏").id, permit=decided.permit or "")
    reissued = granted(any_town.do(reissue_permit, again))
    with any_town.database.reading() as reader:
        assert [each.id for each in deliveries.live_permits(reader, AGENT, any_town.now)] == [reissued.permit]
        assert deliveries.revocations(reader, any_town.now) == (0, ()), "a spent permit needs no revoking"


def test_late_news_of_the_replaced_permit_takes_its_replacement_back(any_town: Town) -> None:
    assert any_town.hall is not None
    decided, seal = any_town.permitted(), any_town.item("东坑一社")
    any_town.hall.opens("take", decided, seal)  # the agent is offline: nobody hears of it yet
    again = ReissuePermit(by=any_town.person("谢文彬").id, permit=decided.permit or "")
    reissued = granted(any_town.do(reissue_permit, again))
    any_town.hall.sends()
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.OUT
    assert any_town.get(IssuedPermit, reissued.permit).state is PermitState.REVOKED
    with any_town.database.reading() as reader:
        assert deliveries.live_permits(reader, AGENT, any_town.now) == ()
        assert deliveries.revocations(reader, any_town.now) == (2, (reissued.permit,))
        assert verify_database(reader, KEYS).wrong is None


def test_what_nobody_collects_is_over_and_free(any_town: Town) -> None:
    decided, seal = any_town.permitted(), any_town.item("东坑一社")
    any_town.passes(days=1, hours=14)
    assert granted(any_town.do(expire_permits, ExpirePermits())).checkouts == ()
    any_town.passes(hours=1)
    assert granted(any_town.do(expire_permits, ExpirePermits())).checkouts == (decided.checkout,)
    assert granted(any_town.do(expire_permits, ExpirePermits())).checkouts == ()
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.EXPIRED
    assert any_town.get(Item, seal.id).checkout is None


def test_what_was_opened_for_nothing_lapses_too(any_town: Town) -> None:
    assert any_town.hall is not None
    decided = any_town.permitted()
    any_town.hall.opens("take", decided)
    any_town.hall.sends()
    any_town.passes(days=3)
    assert granted(any_town.do(expire_permits, ExpirePermits())).checkouts == (decided.checkout,)
    assert any_town.get(IssuedPermit, decided.permit or "").state is PermitState.USED


def test_news_of_a_take_that_was_offline_comes_after_the_end_and_counts(any_town: Town) -> None:
    assert any_town.hall is not None
    decided, seal = any_town.permitted(), any_town.item("东坑一社")
    any_town.passes(hours=1)
    any_town.hall.opens("take", decided, seal)
    any_town.passes(days=3)
    any_town.do(expire_permits, ExpirePermits())
    any_town.hall.sends()
    assert any_town.get(Checkout, decided.checkout).state is CheckoutState.OUT
    with any_town.database.reading() as reader:
        assert "device_contradiction" not in {line.type for line in entries.story(reader, decided.checkout)}


def test_the_outlook_says_what_will_be_needed(town: Town) -> None:
    asked = FileCheckout(by=town.person("廖坤东").id, items=(town.item("东坑一社").id,), purpose="")
    with town.database.reading() as reader:
        seen = outlook(reader, asked, town.now)
        size = entries.log_size(reader)
    assert [each.rule for each in seen.missing] == ["no_purpose", "no_document"]
    assert [(step.title, step.names) for step in seen.approvers] == [
        ("监事", ("孙辉",)),
        ("三资办审核员", ("何慧敏", "谢文彬")),
    ]
    assert (seen.holder, seen.comes_along) == ("廖坤东", ())
    assert seen.demands.due == Period(minutes=30)
    with town.database.reading() as reader:
        assert entries.log_size(reader) == size, "looking ahead leaves no trace"


@pytest.mark.parametrize("usecase", ["decide", "withdraw", "revoke", "reissue"])
def test_an_unknown_id_is_said_to_be_unknown(town: Town, usecase: str) -> None:
    by = town.person("何慧敏").id
    answers = {
        "decide": lambda: town.decides("何慧敏", "k-nobody"),
        "withdraw": lambda: town.do(withdraw_checkout, WithdrawCheckout(by=by, checkout="k-nobody")),
        "revoke": lambda: town.do(revoke_permit, RevokePermit(by=by, permit="m-nobody", reason="x")),
        "reissue": lambda: town.do(reissue_permit, ReissuePermit(by=by, permit="m-nobody")),
    }
    assert refusal(answers[usecase]()).startswith("unknown_")


def test_what_people_type_is_kept_readable(town: Town) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社"), purpose="  签\x00合同\n\t两份 ", document="合" * 900))
    checkout = town.get(Checkout, filed.checkout)
    assert (checkout.purpose, len(checkout.document)) == ("签 合同 两份", 500)
