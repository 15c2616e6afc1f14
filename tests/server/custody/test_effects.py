"""What events make true, told as short stories."""

from datetime import timedelta
from typing import TypeVar

import pytest

from server.custody.facts import Checkout, Deposit, IssuedPermit, Item, Opening
from server.custody.happenings import Happening
from server.custody.replay import World
from server.custody.states import CheckoutState, DepositState, ItemState, PermitState
from tests.server.cast import ACCOUNTANT, AGENT, DONGKENG_2, HEAD, NOW
from tests.server.happen import (
    FINANCE,
    NEIGHBOURS_SEAL,
    SEAL,
    at_cabinet,
    at_server,
    filed,
    furnished_world,
    intended,
    moved,
    permitted,
)

F = TypeVar("F")


@pytest.fixture
def world() -> World:
    return furnished_world()


def tell(world: World, *happenings: Happening) -> None:
    for happening in happenings:
        world.happen(happening)


def item(world: World, item_id: str = SEAL) -> Item:
    return known(world.get(Item, item_id))


def checkout(world: World) -> Checkout:
    return known(world.get(Checkout, "k-1"))


def permit(world: World) -> IssuedPermit:
    return known(world.get(IssuedPermit, "m-1"))


def known(fact: F | None) -> F:
    assert fact is not None
    return fact


def test_asking_claims_the_items_and_a_no_frees_them(world: World) -> None:
    tell(world, filed())
    assert item(world).checkout == "k-1"
    tell(world, at_server("checkout_refused", {"checkout": "k-1", "person": "p-liao", "step": "head"}, {"reason": "x"}))
    assert (checkout(world).state, item(world).checkout) == (CheckoutState.REFUSED, None)


def test_out_and_back(world: World) -> None:
    tell(world, filed(), *permitted(), intended(), moved("items_taken", at=NOW + timedelta(minutes=3)))
    assert (item(world).state, item(world).holder) == (ItemState.OUT, ACCOUNTANT.id)
    assert (checkout(world).state, permit(world).state) == (CheckoutState.OUT, PermitState.USED)
    assert checkout(world).due_at == NOW + timedelta(minutes=33)
    tell(world, moved("items_returned", at=NOW + timedelta(minutes=20)))
    assert (item(world).state, item(world).holder, item(world).checkout) == (ItemState.IN_CABINET, None, None)
    assert (checkout(world).state, checkout(world).ended_at) == (CheckoutState.RETURNED, NOW + timedelta(minutes=20))


@pytest.mark.parametrize(("by", "tag"), [(AGENT, "E2001A2B"), ("hall-9", None)], ids=["its own", "another's"])
def test_a_tag_is_learned_from_the_agent_that_keeps_the_thing(world: World, by: str, tag: str | None) -> None:
    about = {"opening": "o-1", "compartment": "CAB-01/1", "item": SEAL, "tag": "E2001A2B"}
    tell(world, at_cabinet("tag_learned", about, by=by))
    assert item(world).tag == tag


def test_what_is_left_in_the_cabinet_is_free_again(world: World) -> None:
    tell(world, filed([SEAL, FINANCE]), *permitted(), moved("items_taken", [SEAL]))
    assert checkout(world).taken == (SEAL,)
    assert (item(world, FINANCE).state, item(world, FINANCE).checkout) == (ItemState.IN_CABINET, None)


def test_a_return_that_nobody_saw_taken_leaves_no_claim_behind(world: World) -> None:
    tell(world, filed([SEAL, FINANCE]), *permitted(), moved("items_returned", [SEAL]))
    assert checkout(world).state is CheckoutState.RETURNED
    assert item(world, FINANCE).checkout is None


def test_a_checkout_is_over_when_the_last_item_is_back(world: World) -> None:
    tell(world, filed([SEAL, FINANCE]), *permitted(), moved("items_taken", [SEAL, FINANCE]))
    tell(world, moved("items_returned", [FINANCE]))
    assert checkout(world).state is CheckoutState.OUT
    tell(world, moved("items_returned", [SEAL]))
    assert checkout(world).state is CheckoutState.RETURNED


def test_a_door_that_opened_spends_the_permit_even_if_nothing_is_taken(world: World) -> None:
    opened = at_cabinet("door_opened", {"opening": "o-1", "compartment": "CAB-01/1"})
    finished = at_cabinet("opening_finished", {"opening": "o-1", "compartment": "CAB-01/1", "outcome": "nothing"})
    tell(world, filed(), *permitted(), intended(), opened, finished)
    assert (checkout(world).state, permit(world).state) == (CheckoutState.PERMITTED, PermitState.USED)
    assert known(world.get(Opening, "o-1")).outcome == "nothing"


def test_a_jammed_door_burns_an_attempt_and_nothing_else(world: World) -> None:
    tell(world, filed(), *permitted(), intended(attempt=1), intended(attempt=2, opening="o-2"))
    assert (permit(world).burned, permit(world).state) == (2, PermitState.LIVE)


def test_opening_to_bring_back_burns_nothing_of_the_take(world: World) -> None:
    tell(world, filed(), *permitted(), intended("return"))
    assert permit(world).burned == 0


def test_news_of_a_take_after_the_request_had_lapsed_still_counts(world: World) -> None:
    lapsed = at_server("checkout_expired", {"checkout": "k-1", "permit": "m-1"})
    tell(world, filed(), *permitted(), lapsed)
    assert (checkout(world).state, item(world).checkout) == (CheckoutState.EXPIRED, None)
    tell(world, moved("items_taken"))
    assert (checkout(world).state, checkout(world).ended_at) == (CheckoutState.OUT, None)
    assert (item(world).state, item(world).checkout) == (ItemState.OUT, "k-1")


def test_counting_in_ends_a_deposit(world: World) -> None:
    about = {"deposit": "d-1", "cooperative": "c-dongkeng1", "items": [SEAL], "person": "p-he"}
    tell(world, moved("items_missing"), at_server("deposit_arranged", about))
    assert item(world).state is ItemState.MISSING
    tell(world, moved("items_deposited", deposit="d-1", checkout=None))
    assert item(world).state is ItemState.IN_CABINET
    assert known(world.get(Deposit, "d-1")).state is DepositState.DEPOSITED


def test_a_replaced_permit_leaves_the_deposit_waiting_and_a_withdrawn_one_ends_it(world: World) -> None:
    issued = permitted()[-1]
    about = {key: value for key, value in issued.about.items() if key != "checkout"} | {"deposit": "d-1"}
    arranged = {"deposit": "d-1", "cooperative": "c-dongkeng1", "items": [SEAL], "person": "p-he"}
    tell(world, at_server("deposit_arranged", arranged), at_server("permit_issued", about, dict(issued.body)))
    tell(world, at_server("permit_revoked", {"permit": "m-1", "person": "p-he", "reason": "replaced"}))
    assert known(world.get(Deposit, "d-1")).state is DepositState.ARRANGED
    tell(world, at_server("permit_revoked", {"permit": "m-1", "person": "p-he", "reason": "office"}))
    assert known(world.get(Deposit, "d-1")).state is DepositState.WITHDRAWN


def test_a_spare_permit_that_is_taken_back_leaves_what_was_deposited_alone(world: World) -> None:
    issued = permitted()[-1]
    about = {key: value for key, value in issued.about.items() if key != "checkout"} | {"deposit": "d-1"}
    arranged = {"deposit": "d-1", "cooperative": "c-dongkeng1", "items": [SEAL], "person": "p-he"}
    tell(world, at_server("deposit_arranged", arranged), at_server("permit_issued", about, dict(issued.body)))
    tell(world, moved("items_deposited", permit="m-0", deposit="d-1", checkout=None))
    tell(world, at_server("permit_revoked", {"permit": "m-1", "reason": "settled"}))
    assert known(world.get(Deposit, "d-1")).state is DepositState.DEPOSITED


FORGED = {
    "an approval": ("checkout_approved", {"checkout": "k-1", "person": "p-he", "step": "office"}),
    "a role": ("role_granted", {"person": "p-you", "role": "reviewer"}),
    "a deposit that was never": ("counted_in_for_demonstration", {"items": [SEAL]}),
}


@pytest.mark.parametrize(("event_type", "about"), FORGED.values(), ids=FORGED.keys())
def test_an_agent_cannot_speak_for_the_server(world: World, event_type: str, about: dict[str, object]) -> None:
    tell(
        world,
        filed(),
        at_server("checkout_endorsed", {"checkout": "k-1", "person": "p-liao", "step": "head"}),
        moved("items_missing"),
    )
    before = (checkout(world), item(world))
    tell(world, at_cabinet(event_type, about))
    assert (checkout(world), item(world)) == before


def test_the_server_cannot_speak_for_a_door(world: World) -> None:
    tell(world, filed(), *permitted(), moved("items_taken", by="server"))
    assert item(world).state is ItemState.IN_CABINET


def test_an_agent_cannot_speak_for_anothers_cabinet(world: World) -> None:
    tell(world, filed(), *permitted(), intended(by="hall-2"), moved("items_taken", by="hall-2"))
    assert (item(world).state, checkout(world).state) == (ItemState.IN_CABINET, CheckoutState.PERMITTED)
    assert (permit(world).state, permit(world).burned) == (PermitState.LIVE, 0)


def test_a_neighbours_item_moved_by_the_same_agent_is_believed(world: World) -> None:
    tell(world, moved("items_taken", [NEIGHBOURS_SEAL], compartment=DONGKENG_2.place, checkout="k-9"))
    assert item(world, NEIGHBOURS_SEAL).state is ItemState.OUT


MALFORMED = {
    "no items": {"items": None},
    "no list of items": {"items": "i-official"},
    "an empty list": {"items": []},
    "a number among the people": {"persons": [7, 8]},
    "a poisonous id": {"checkout": "k-1\x00"},
    "an endless id": {"checkout": "k" * 5000},
}


@pytest.mark.parametrize("changes", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_report_that_says_too_little_changes_nothing(world: World, changes: dict[str, object]) -> None:
    about = {**moved("items_taken").about, **changes}
    tell(world, filed(), *permitted(), at_cabinet("items_taken", about))
    assert item(world).state is ItemState.IN_CABINET


def test_a_clock_gone_mad_changes_nothing(world: World) -> None:
    tell(world, filed(), *permitted(), moved("items_taken", at=NOW.replace(year=9999)))
    assert item(world).state is ItemState.IN_CABINET


def test_what_is_passed_on_is_held_by_whoever_took_it_over(world: World) -> None:
    passed = moved("items_transferred", people=(ACCOUNTANT, HEAD))
    tell(world, filed(), *permitted(), intended(), moved("items_taken"), passed)
    assert (item(world).state, item(world).holder, checkout(world).holder) == (ItemState.OUT, HEAD.id, HEAD.id)
    tell(world, moved("items_returned", opening="o-2", people=(HEAD, ACCOUNTANT)))
    assert checkout(world).state is CheckoutState.RETURNED


def test_nothing_that_is_not_out_is_passed_on(world: World) -> None:
    tell(world, filed(), *permitted(), moved("items_transferred", people=(ACCOUNTANT, HEAD)))
    assert item(world).holder is None


def test_the_copies_stamped_stand_in_the_checkout(world: World) -> None:
    stated = {"opening": "o-1", "compartment": "CAB-01/1", "permit": "m-1", "checkout": "k-1", "copies": 3}
    tell(world, filed(), *permitted(), intended(), moved("items_taken"), at_cabinet("copies_stated", stated))
    assert checkout(world).stamped == 3
