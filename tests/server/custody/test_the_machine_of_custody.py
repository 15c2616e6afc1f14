"""Custody in any order: whatever people ask, decide and do at doors, the promises hold."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from server.custody.approvals import Answer, refuse_answer
from server.custody.facts import Checkout, IssuedPermit, Item
from server.custody.lifecycle import OPEN_CHECKOUTS
from server.custody.people import Standing
from server.custody.requests import Application, refuse_request, refuse_withdrawal
from server.custody.states import CheckoutState, ItemState, PermitState, Step
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICERS,
    OTHER_REVIEWER,
    REVIEWER,
    SUPERVISOR,
)
from tests.server.happen import FINANCE, SEAL, at_server, filed, furnished_world, intended, moved, permitted

EVERYBODY = (ACCOUNTANT, HEAD, SUPERVISOR, REVIEWER, OTHER_REVIEWER, CABINET_OFFICER, NEIGHBOUR)
people = st.sampled_from(EVERYBODY)
item_sets = st.sets(st.sampled_from([SEAL, FINANCE]), min_size=1).map(sorted)


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

    @rule(who=people, items=item_sets, off_site=st.booleans())
    def ask(self, who: Standing, items: list[str], off_site: bool) -> None:
        application = Application(
            applicant=who,
            holder=who,
            cooperative=DONGKENG_1,
            officers=OFFICERS,
            items=self.items(items),
            holder_seals=(),
            off_site=off_site,
            purpose="签合同",
            document="合同",
            copies=1,
            place="银行",
            now=self.now,
        )
        if refuse_request(application) is None:
            self.serial += 1
            asked = filed(items, f"k-{self.serial}", off_site)
            body = {**asked.body, "holder": who.id}
            self.world.happen(replace(asked, about={**asked.about, "person": who.id}, body=body, at=self.now))

    @precondition(lambda self: self.checkouts(CheckoutState.FILED, CheckoutState.ENDORSED))
    @rule(data=st.data(), who=people, agrees=st.booleans())
    def decide(self, data: st.DataObject, who: Standing, agrees: bool) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts(CheckoutState.FILED, CheckoutState.ENDORSED)))
        answer = Answer(
            approver=who,
            agrees=agrees,
            reason="原因",
            checkout=checkout,
            cooperative=DONGKENG_1,
            officers=OFFICERS,
            items=self.items(list(checkout.items)),
            holder_seals=(),
            codes=(),
            now=self.now,
        )
        if refuse_answer(answer) is not None:
            return
        about = {"checkout": checkout.id, "person": who.id}
        if not agrees:
            self.world.happen(at_server("checkout_refused", {**about, "step": Step.HEAD}, {"reason": "原因"}, self.now))
        elif checkout.state is CheckoutState.FILED:
            self.world.happen(at_server("checkout_endorsed", about, at=self.now))
        else:
            self.world.happen(at_server("checkout_approved", about, at=self.now))
            self.world.happen(replace(permitted(checkout.id, f"m-{checkout.id}")[-1], at=self.now))

    @precondition(lambda self: self.checkouts())
    @rule(data=st.data(), who=people)
    def take_back_the_request(self, data: st.DataObject, who: Standing) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts()))
        if refuse_withdrawal(who, checkout) is None:
            about = {"checkout": checkout.id, "person": who.id}
            self.world.happen(at_server("checkout_withdrawn", about, at=self.now))

    @precondition(lambda self: self.checkouts(CheckoutState.PERMITTED))
    @rule(data=st.data())
    def let_it_lapse(self, data: st.DataObject) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts(CheckoutState.PERMITTED)))
        about = {"checkout": checkout.id, "permit": checkout.permit}
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
    def approvers_are_two_different_people_and_no_party(self) -> None:
        for checkout in self.checkouts():
            approvers = checkout.approvers
            assert len(set(approvers)) == len(approvers)
            assert not {checkout.applicant, checkout.holder} & set(approvers)
            if checkout.permit is not None:
                assert len(approvers) == 2

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
