"""Custody in any order: whatever people ask, decide and do at doors, the promises hold."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from server.custody.applications import Application
from server.custody.approvals import Answer, able_to_decide, bench_of, is_last_step, refuse_answer
from server.custody.corrections import Correction
from server.custody.facts import Checkout, IssuedPermit, Item
from server.custody.lifecycle import OPEN_CHECKOUTS
from server.custody.people import Standing
from server.custody.policy.default import DEFAULT
from server.custody.policy.words import Mode
from server.custody.policy.writing import plain
from server.custody.refusals import Refused
from server.custody.requests import refuse_correction, refuse_request, refuse_withdrawal
from server.custody.stated import stated_of
from server.custody.states import CheckoutState, ItemState, PermitState
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    LEADER,
    NEIGHBOUR,
    NOW,
    OTHER_REVIEWER,
    PEOPLE,
    REVIEWER,
    SUPERVISOR,
)
from tests.server.happen import FINANCE, SEAL, at_server, furnished_world, intended, moved, permitted

EVERYBODY = (ACCOUNTANT, HEAD, SUPERVISOR, REVIEWER, OTHER_REVIEWER, LEADER, CABINET_OFFICER, NEIGHBOUR)
people = st.sampled_from(EVERYBODY)
item_sets = st.sets(st.sampled_from([SEAL, FINANCE]), min_size=1).map(sorted)


LAPSING = (CheckoutState.PERMITTED, CheckoutState.RETURNED_FOR_CORRECTION)
statements = st.sampled_from(
    [
        {"purpose": "签合同", "document": "合同", "copies": 1},
        {"purpose": "签合同", "document": "合同", "copies": 1, "mode": Mode.OFF_SITE, "place": "银行"},
        {"purpose": "付工程款", "document": "付款单", "copies": 1, "amount_cents": 10_000_000},
    ]
)


class Custody(RuleBasedStateMachine):
    """Rules refuse or events happen; events of doors also happen late and out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = furnished_world()
        self.now: datetime = NOW
        self.serial = 0

    def checkouts(self, *states: CheckoutState) -> list[Checkout]:
        return [each for each in self.world.of_kind(Checkout) if not states or each.state in states]

    def items(self, ids: list[str]) -> tuple[Item, ...]:
        found = [self.world.get(Item, each) for each in ids]
        return tuple(each for each in found if each is not None)

    def application(self, who: Standing, items: list[str], stated: dict[str, Any], corrects: str | None) -> Application:
        return Application(
            applicant=who,
            holder=who,
            cooperative=DONGKENG_1,
            people=PEOPLE,
            items=self.items(items),
            holder_seals=(),
            policy=DEFAULT,
            corrects=corrects,
            now=self.now,
            **stated,
        )

    def file(self, event: str, application: Application, checkout: str) -> None:
        about = {
            "checkout": checkout,
            "cooperative": DONGKENG_1.id,
            "items": [item.id for item in application.items],
            "person": application.applicant.id,
            "mode": application.mode,
            "matter": application.matter,
            "policy": 1,
        }
        body = {"holder": application.holder.id, **plain(stated_of(application)), "demands": plain(application.demands)}
        self.world.happen(at_server(event, about, body, self.now))

    @rule(who=people, items=item_sets, stated=statements)
    def ask(self, who: Standing, items: list[str], stated: dict[str, Any]) -> None:
        application = self.application(who, items, stated, None)
        if refuse_request(application) is None:
            self.serial += 1
            self.file("checkout_filed", application, f"k-{self.serial}")

    @precondition(lambda self: self.checkouts(CheckoutState.RETURNED_FOR_CORRECTION))
    @rule(data=st.data(), who=people, items=item_sets, stated=statements)
    def correct(self, data: st.DataObject, who: Standing, items: list[str], stated: dict[str, Any]) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts(CheckoutState.RETURNED_FOR_CORRECTION)))
        application = self.application(who, items, stated, checkout.id)
        if (refuse_correction(who, checkout, application.cooperative.id) or refuse_request(application)) is None:
            self.file("checkout_corrected", application, checkout.id)

    @precondition(lambda self: self.checkouts(CheckoutState.FILED, CheckoutState.ENDORSED))
    @rule(data=st.data(), says=st.sampled_from(["yes"] * 6 + ["no", "not yet"]))
    def decide(self, data: st.DataObject, says: str) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts(CheckoutState.FILED, CheckoutState.ENDORSED)))
        who = data.draw(st.one_of(people, st.sampled_from(self.able(checkout) or EVERYBODY)))
        answer = Answer(
            approver=who,
            agrees=says == "yes",
            correction=Correction.AMOUNT if says == "not yet" else None,
            reason="原因",
            checkout=checkout,
            cooperative=DONGKENG_1,
            people=PEOPLE,
            items=self.items(list(checkout.items)),
            holder_seals=(),
            codes=(),
            now=self.now,
        )
        if refuse_answer(answer) is None:
            self.record(answer)

    def able(self, checkout: Checkout) -> list[Standing]:
        """Who can take the step it waits for: tried more often than others, so that stories get further."""
        bench = bench_of(checkout, DONGKENG_1, PEOPLE, ())
        able = () if bench is None else able_to_decide(bench)
        return [] if isinstance(able, Refused) else [each.who for each in able]

    def record(self, answer: Answer) -> None:
        checkout = answer.checkout
        about = {"checkout": checkout.id, "person": answer.approver.id, "step": checkout.step}
        if answer.correction is not None:
            about["correction"] = answer.correction
            self.world.happen(at_server("checkout_returned_for_correction", about, at=self.now))
        elif not answer.agrees:
            self.world.happen(at_server("checkout_refused", about, {"reason": "原因"}, self.now))
        elif is_last_step(checkout):
            self.world.happen(at_server("checkout_approved", about, at=self.now))
            self.world.happen(replace(permitted(checkout.id, f"m-{checkout.id}")[-1], at=self.now))
        else:
            self.world.happen(at_server("checkout_endorsed", about, at=self.now))

    @precondition(lambda self: self.checkouts())
    @rule(data=st.data(), who=people)
    def take_back_the_request(self, data: st.DataObject, who: Standing) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts()))
        if refuse_withdrawal(who, checkout) is None:
            about = {"checkout": checkout.id, "person": who.id}
            self.world.happen(at_server("checkout_withdrawn", about, at=self.now))

    @precondition(lambda self: self.checkouts(*LAPSING))
    @rule(data=st.data())
    def let_it_lapse(self, data: st.DataObject) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts(*LAPSING)))
        about = {"checkout": checkout.id}
        if checkout.state is CheckoutState.PERMITTED:
            about["permit"] = checkout.permit or ""
        self.world.happen(at_server("checkout_expired", about, at=self.now))

    @precondition(lambda self: any(each.permit for each in self.checkouts()))
    @rule(data=st.data(), event=st.sampled_from(["items_taken", "items_returned", "items_missing"]))
    def report_from_the_door(self, data: st.DataObject, event: str) -> None:
        checkout = data.draw(st.sampled_from([each for each in self.checkouts() if each.permit]))
        items = data.draw(st.sets(st.sampled_from(checkout.items), min_size=1).map(sorted))
        about: dict[str, Any] = {"checkout": checkout.id, "permit": checkout.permit}
        self.world.happen(intended("take" if event == "items_taken" else "return", at=self.now, **about))
        self.world.happen(moved(event, items, at=self.now, **about))

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def every_claim_is_of_an_open_checkout_that_asked_for_the_item(self) -> None:
        for item in self.world.of_kind(Item):
            if item.checkout is not None and item.state is not ItemState.MISSING:
                checkout = self.world.get(Checkout, item.checkout)
                assert checkout is not None
                assert item.id in checkout.items
                assert checkout.state in OPEN_CHECKOUTS

    @invariant()
    def what_is_out_has_a_holder_and_a_time(self) -> None:
        for item in self.world.of_kind(Item):
            if item.state is ItemState.OUT:
                assert item.holder is not None
                assert item.since is not None
            if item.state is ItemState.IN_CABINET:
                assert item.holder is None

    @invariant()
    def approvers_are_different_people_one_for_each_step_and_no_party(self) -> None:
        for checkout in self.checkouts():
            approvers = checkout.approvers
            assert len(set(approvers)) == len(approvers)
            assert not {checkout.applicant, checkout.holder} & set(approvers)
            if checkout.permit is not None:
                assert len(approvers) == len(checkout.demands.steps) >= 2

    @invariant()
    def whoever_waits_waits_for_exactly_one_step_that_nobody_took_yet(self) -> None:
        for checkout in self.checkouts():
            waits = checkout.state in (CheckoutState.FILED, CheckoutState.ENDORSED)
            assert waits == (checkout.step is not None) == (checkout.waiting_since is not None)
            agreed = {each.step for each in checkout.decisions if each.agreed and each.revision == checkout.revision}
            assert checkout.step not in agreed

    @invariant()
    def a_new_revision_follows_only_what_was_sent_back(self) -> None:
        for checkout in self.checkouts():
            sent_back = [each for each in checkout.decisions if each.correction]
            is_away = checkout.state is CheckoutState.RETURNED_FOR_CORRECTION
            ended = checkout.state in (CheckoutState.WITHDRAWN, CheckoutState.EXPIRED)
            assert checkout.revision - 1 + is_away == len(sent_back) or (ended and len(sent_back) == checkout.revision)

    @invariant()
    def what_was_never_permitted_never_left(self) -> None:
        for checkout in self.checkouts():
            if checkout.taken:
                assert checkout.permit is not None
                assert checkout.due_at is not None
            if checkout.state is CheckoutState.RETURNED:
                assert checkout.ended_at is not None

    @invariant()
    def a_permit_that_gave_something_is_spent(self) -> None:
        for checkout in self.checkouts():
            permit = self.world.get(IssuedPermit, checkout.permit or "")
            if permit is not None and checkout.taken:
                assert permit.state is PermitState.USED


TestCustody = Custody.TestCase
TestCustody.settings = settings(max_examples=60, stateful_step_count=40)
