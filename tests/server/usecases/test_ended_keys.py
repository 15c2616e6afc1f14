"""What a permit key signed and nobody used waits no longer than the key is believed."""

from datetime import timedelta

from firmware_protocol.notes import Signer
from firmware_protocol.successions import write_succession
from firmware_protocol.times import write_time
from server.custody.facts import Checkout, IssuedPermit
from server.custody.states import CheckoutState, PermitState
from server.store.work import Work
from server.usecases.rotate_key import end_overlaps
from server.usecases.taking_back import take_back_what_ended_keys_signed
from tests.server.town import KEYS, Town

OVERLAP = timedelta(hours=1)


def hand_over(work: Work, _asked: None) -> None:
    """The permit key names the next one; both are believed for an hour."""
    succession = write_succession(KEYS.permit, Signer(KEYS.permit.name, b"n" * 32)).decode()
    replaced, until = KEYS.permit.verifier.key_id.hex(), write_time(work.now + OVERLAP)
    about = {"role": "permit", "replaces": replaced, "succession": succession, "until": until, "persons": []}
    work.record("key_rotated", about)


def look_over(town: Town) -> None:
    """What the server does by itself each minute."""
    town.do(end_overlaps, None)
    town.do(take_back_what_ended_keys_signed, None)


def test_what_waits_under_a_key_ends_with_it(town: Town) -> None:
    decided = town.permitted()
    permit = town.get(Checkout, decided.checkout).permit or ""
    town.do(hand_over, None)
    look_over(town)
    assert town.get(IssuedPermit, permit).state is PermitState.LIVE
    town.passes(hours=1)
    look_over(town)
    assert town.get(IssuedPermit, permit).state is PermitState.REVOKED
    assert town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN


def test_what_is_out_under_a_key_outlives_it(town: Town) -> None:
    assert town.hall is not None
    decided = town.permitted()
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.sends()
    town.do(hand_over, None)
    town.passes(hours=1)
    look_over(town)
    checkout = town.get(Checkout, decided.checkout)
    assert checkout.state is CheckoutState.OUT
    assert town.get(IssuedPermit, checkout.permit or "").state is PermitState.USED
