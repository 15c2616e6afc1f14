"""What an agent believes of what comes down the wire: signed, for it, new, and not kept by the broker."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.addressee import Addressee
from device_agent.arrivals import (
    Declined,
    HeadArrived,
    Holdings,
    KeysArrived,
    PermitArrived,
    PhotoWanted,
    Reason,
    RevocationsArrived,
    RosterAnnounced,
    RosterArrived,
    receive,
    receive_roster,
)
from firmware_protocol import permits, rosters, slips
from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.key_changes import KeyHistory
from firmware_protocol.log_steps import LogStep, encode_step
from firmware_protocol.messages import (
    DOWN,
    Ack,
    Outstanding,
    PermitDelivery,
    PhotoDoorbell,
    Revocations,
    RosterDoorbell,
    down_topic,
    encode,
    encode_delivery,
    up_topic,
)
from firmware_protocol.notes import Signer
from tests.device_agent.hall import (
    AGENT,
    AGENT_SIGNER,
    LOG_SIGNER,
    NOON,
    ROSTER,
    SEAL,
    SERVER_SIGNER,
    slip_for,
    take_permit,
)
from tests.device_agent.township_log import TownshipLog

ADDRESSEE = Addressee(AGENT, 2, KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier))
NOTHING_HELD = Holdings()
STRANGER = Signer("gongguan.test/permit", b"x" * 32)
NEXT = Signer(LOG_SIGNER.name, b"n" * 32)
PERMIT = take_permit()
ACK = Ack(AGENT, 2, 18, NOON, "nonce")
REVOCATIONS = Revocations(AGENT, 5, ("m-1",), NOON)
DOORBELL = RosterDoorbell(AGENT, 4, "ab" * 32, "ticket")


OUTSTANDING = Outstanding(AGENT, 2, PERMIT.id, (SEAL,), NOON)


def delivery(
    signer: Signer = SERVER_SIGNER,
    *,
    permit: permits.Permit = PERMIT,
    slip: slips.Slip | None = None,
    outstanding: bytes | None = None,
    step: bytes | None = None,
) -> bytes:
    notes = permits.encode(permit, signer), slips.encode(slip or slip_for(permit), signer)
    return encode_delivery(PermitDelivery(*notes, outstanding, step))


def with_news(signer: Signer = SERVER_SIGNER, **changes: object) -> bytes:
    """A permit that comes with the news of what is out under it."""
    return delivery(outstanding=encode(replace(OUTSTANDING, **changes), signer))  # type: ignore[arg-type]


STEP = LogStep(AGENT, TownshipLog().grow(3).head(), 0, ())
PHOTO = PhotoDoorbell(AGENT, "cd" * 32, "ticket")

WELCOME: dict[str, tuple[bytes, type]] = {
    "ack": (encode(ACK, SERVER_SIGNER), Ack),
    "permit": (delivery(), PermitArrived),
    "revocations": (encode(REVOCATIONS, SERVER_SIGNER), RevocationsArrived),
    "roster": (encode(DOORBELL, SERVER_SIGNER), RosterAnnounced),
    "photo": (encode(PHOTO, SERVER_SIGNER), PhotoWanted),
    "log": (TownshipLog().grow(3).step(), HeadArrived),
    "keys": (TownshipLog().grow(2).rotate(NEXT).keys(), KeysArrived),
}
UNWELCOME: dict[str, tuple[str, bytes, Holdings, Reason]] = {
    "ack by a stranger": ("ack", encode(ACK, STRANGER), NOTHING_HELD, "unverified"),
    "ack by the agent itself": ("ack", encode(ACK, AGENT_SIGNER), NOTHING_HELD, "unverified"),
    "ack for another agent": ("ack", encode(replace(ACK, agent="hall-2"), SERVER_SIGNER), NOTHING_HELD, "misaddressed"),
    "ack of another epoch": ("ack", encode(replace(ACK, epoch=1), SERVER_SIGNER), NOTHING_HELD, "other epoch"),
    "permit by a stranger": ("permit", delivery(STRANGER), NOTHING_HELD, "unverified"),
    "permit for another agent": ("permit", delivery(permit=take_permit(agent="hall-2")), NOTHING_HELD, "misaddressed"),
    "slip for another agent": (
        "permit",
        delivery(slip=replace(slip_for(PERMIT), agent="hall-2")),
        NOTHING_HELD,
        "misaddressed",
    ),
    "slip of another permit": ("permit", delivery(slip=slip_for(take_permit("b"))), NOTHING_HELD, "malformed"),
    "news of another permit": ("permit", with_news(permit="m-other"), NOTHING_HELD, "misaddressed"),
    "news for another agent": ("permit", with_news(agent="hall-2"), NOTHING_HELD, "misaddressed"),
    "news of an earlier journal": ("permit", with_news(epoch=1), NOTHING_HELD, "other epoch"),
    "news by a stranger": ("permit", with_news(STRANGER), NOTHING_HELD, "unverified"),
    "permit that is held": ("permit", delivery(), Holdings(permits=frozenset({PERMIT.id})), "held already"),
    "revocations by a stranger": ("revocations", encode(REVOCATIONS, STRANGER), NOTHING_HELD, "unverified"),
    "revocations for another agent": (
        "revocations",
        encode(replace(REVOCATIONS, agent="hall-2"), SERVER_SIGNER),
        NOTHING_HELD,
        "misaddressed",
    ),
    "the same revocations": (
        "revocations",
        encode(REVOCATIONS, SERVER_SIGNER),
        Holdings(revocations_version=5),
        "held already",
    ),
    "older revocations": (
        "revocations",
        encode(REVOCATIONS, SERVER_SIGNER),
        Holdings(revocations_version=6),
        "held already",
    ),
    "doorbell by a stranger": ("roster", encode(DOORBELL, STRANGER), NOTHING_HELD, "unverified"),
    "doorbell for another agent": (
        "roster",
        encode(replace(DOORBELL, agent="hall-2"), SERVER_SIGNER),
        NOTHING_HELD,
        "misaddressed",
    ),
    "photo wanted of another agent": (
        "photo",
        encode(replace(PHOTO, agent="hall-2"), SERVER_SIGNER),
        NOTHING_HELD,
        "misaddressed",
    ),
    "photo wanted by a stranger": ("photo", encode(PHOTO, STRANGER), NOTHING_HELD, "unverified"),
    "doorbell of an older roster": (
        "roster",
        encode(DOORBELL, SERVER_SIGNER),
        Holdings(roster_version=4),
        "held already",
    ),
    "ack on the topic of revocations": ("revocations", encode(ACK, SERVER_SIGNER), NOTHING_HELD, "malformed"),
    "a head by a stranger": ("log", encode_step(STEP, STRANGER), NOTHING_HELD, "unverified"),
    "a head that a stranger signed": (
        "log",
        encode_step(replace(STEP, checkpoint=sign_checkpoint(3, bytes(32), STRANGER)), SERVER_SIGNER),
        NOTHING_HELD,
        "unverified",
    ),
    "a head for another agent": ("log", TownshipLog().grow(3).step(agent="hall-2"), NOTHING_HELD, "misaddressed"),
    "a proof for another agent": (
        "permit",
        delivery(step=TownshipLog().grow(3).step(agent="hall-2")),
        NOTHING_HELD,
        "misaddressed",
    ),
    "a proof by a stranger": ("permit", delivery(step=encode_step(STEP, STRANGER)), NOTHING_HELD, "unverified"),
    "nothing at all": ("ack", b"", NOTHING_HELD, "malformed"),
}


@pytest.mark.parametrize("name", DOWN)
def test_what_the_server_signed_for_this_agent_is_believed(name: str) -> None:
    payload, arrival_type = WELCOME[name]
    assert isinstance(
        receive(ADDRESSEE, NOTHING_HELD, down_topic(AGENT, name), payload, is_retained=False), arrival_type
    )


def test_a_new_journal_hears_what_is_out() -> None:
    arrival = receive(ADDRESSEE, NOTHING_HELD, down_topic(AGENT, "permit"), with_news(), is_retained=False)
    assert isinstance(arrival, PermitArrived)
    assert (arrival.permit, arrival.out) == (PERMIT, (SEAL,))


@pytest.mark.parametrize(("name", "payload", "held", "reason"), UNWELCOME.values(), ids=UNWELCOME)
def test_everything_else_is_declined(name: str, payload: bytes, held: Holdings, reason: Reason) -> None:
    assert receive(ADDRESSEE, held, down_topic(AGENT, name), payload, is_retained=False) == Declined(reason)


@pytest.mark.parametrize("name", DOWN)
def test_what_the_broker_had_kept_is_declined(name: str) -> None:
    payload, _ = WELCOME[name]
    arrival = receive(ADDRESSEE, NOTHING_HELD, down_topic(AGENT, name), payload, is_retained=True)
    assert arrival == Declined("retained")


@pytest.mark.parametrize(
    "topic", [down_topic("hall-2", "ack"), up_topic(AGENT, "hello"), down_topic(AGENT, "open"), ""]
)
def test_other_topics_are_declined(topic: str) -> None:
    assert receive(ADDRESSEE, NOTHING_HELD, topic, WELCOME["ack"][0], is_retained=False) == Declined("unexpected")


@given(name=st.sampled_from(DOWN), payload=st.binary(max_size=300))
def test_garbage_is_declined_and_never_raised(name: str, payload: bytes) -> None:
    arrival = receive(ADDRESSEE, NOTHING_HELD, down_topic(AGENT, name), payload, is_retained=False)
    assert isinstance(arrival, Declined)


@given(name=st.sampled_from(DOWN), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_never_passes(name: str, place: float, bit: int) -> None:
    payload = bytearray(WELCOME[name][0])
    payload[int(place * len(payload))] ^= 1 << bit
    arrival = receive(ADDRESSEE, NOTHING_HELD, down_topic(AGENT, name), bytes(payload), is_retained=False)
    original = receive(ADDRESSEE, NOTHING_HELD, down_topic(AGENT, name), WELCOME[name][0], is_retained=False)
    assert isinstance(arrival, Declined) or _facts(arrival) == _facts(original)


def _facts(arrival: object) -> object:
    """What an arrival says; the JSON around a permit's two notes may be spelt differently and say the same."""
    return (arrival.permit, arrival.slip) if isinstance(arrival, PermitArrived) else arrival


ROSTERS: dict[str, tuple[bytes, Holdings, Reason]] = {
    "by a stranger": (rosters.encode(ROSTER, STRANGER), NOTHING_HELD, "unverified"),
    "for another agent": (rosters.encode(replace(ROSTER, agent="hall-2"), SERVER_SIGNER), NOTHING_HELD, "misaddressed"),
    "the same": (rosters.encode(ROSTER, SERVER_SIGNER), Holdings(roster_version=ROSTER.version), "held already"),
    "no roster": (encode(ACK, SERVER_SIGNER), NOTHING_HELD, "malformed"),
}


def test_a_newer_roster_is_believed() -> None:
    note = rosters.encode(ROSTER, SERVER_SIGNER)
    assert receive_roster(ADDRESSEE, NOTHING_HELD, note) == RosterArrived(ROSTER, note)


@pytest.mark.parametrize(("note", "held", "reason"), ROSTERS.values(), ids=ROSTERS)
def test_any_other_roster_is_declined(note: bytes, held: Holdings, reason: Reason) -> None:
    assert receive_roster(ADDRESSEE, held, note) == Declined(reason)
