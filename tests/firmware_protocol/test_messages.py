"""What server and agents say to each other arrives whole, from whom it claims, or not at all."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import messages, rosters, slips
from firmware_protocol.credentials import card_hash, is_card_number, is_pin, pin_fits, pin_hash
from firmware_protocol.messages import (
    Ack,
    CarriedEntry,
    Doors,
    EventBatch,
    Hello,
    PermitDelivery,
    Revocations,
    RosterDoorbell,
    Ticket,
    agent_of_topic,
    decode,
    decode_delivery,
    encode,
    encode_delivery,
)
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, write_document
from firmware_protocol.rosters import Cooperative, Person, RoleGrant, Roster
from firmware_protocol.slips import Slip
from firmware_protocol.times import CHINA

KEY = Signer("qingxi.example/permit", bytes(range(32)))
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)

MESSAGES: list[messages.Message] = [
    Hello("hall-1", 1, 3, 18, 12, 4, 2, ("m-1", "m-2"), NINE, "nonce-1"),
    EventBatch(
        "hall-1", 1, (CarriedEntry(b"note\n", b"s" * 32, '{"名":1}'.encode()), CarriedEntry(b"note 2\n")), "nonce-2"
    ),
    Doors(
        "hall-1", NINE, {"CAB-01/7": "open", "CAB-02/24": "unknown"}, {"left:1": "online"}, {"left:1": {"timeouts": 12}}
    ),
    Ack("hall-1", 1, 18, NINE, "nonce-1"),
    Revocations("hall-1", 5, ("m-1",), NINE),
    RosterDoorbell("hall-1", 4, "ab" * 32, "ticket"),
    Ticket("hall-1", "ticket"),
]
ROSTER = Roster(
    "hall-1",
    4,
    NINE,
    bytes(16),
    (
        Person("p-1", "游少玉", (RoleGrant("accountant", "c-1"),), card="ab", pin="$argon2id$"),
        Person("p-2", "林少军", (RoleGrant("cabinet_officer"),), active=False),
    ),
    (Cooperative("c-1", "清溪镇东坑村第一经济合作社", "东坑一社"),),
)
SLIP = Slip("hall-1", "m-1", "清溪镇东坑村第一经济合作社", "东坑一社", "游少玉", "租赁合同", True, (("i-1", "公章"),))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_arrives_as_it_was_sent(message):
    assert decode(encode(message, KEY), type(message), [KEY.verifier]) == message


def test_a_line_on_which_nothing_happened_is_not_written():
    quiet = Doors("hall-1", NINE, {"CAB-01/7": "open"}, {"left:1": "online"})
    assert b"lines" not in encode(quiet, KEY)
    assert decode(encode(quiet, KEY), Doors, [KEY.verifier]) == quiet


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_by_another_key_is_unverified(message):
    with pytest.raises(UnverifiedNote):
        decode(encode(message, Signer(KEY.name, bytes(32))), type(message), [KEY.verifier])


def test_one_message_never_reads_as_another():
    with pytest.raises(MalformedNote):
        decode(encode(MESSAGES[3], KEY), Revocations, [KEY.verifier])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"agent": "hall-1", "epoch": 1, "seq": -1, "at": "2026-11-23T09:00:00+08:00"},
        {"agent": "hall-1", "epoch": 1, "seq": True, "at": "2026-11-23T09:00:00+08:00"},
        {"agent": "", "epoch": 1, "seq": 1, "at": "2026-11-23T09:00:00+08:00"},
        {"agent": "hall-1", "epoch": 1, "seq": 1, "at": "2026-11-23"},
        {"agent": "hall-1", "epoch": 1, "seq": 1, "at": 5},
        {"agent": "hall-1", "epoch": 1, "seq": 1, "at": "2026-11-23T09:00:00+08:00", "more": 1},
    ],
    ids=["empty", "negative", "boolean", "no agent", "time without offset", "time as a number", "one field more"],
)
def test_a_message_of_another_form_is_malformed(fields):
    with pytest.raises(MalformedNote):
        decode(write_document("gongguan-ack/v1", fields, KEY), Ack, [KEY.verifier])


def test_a_permit_delivery_carries_two_notes():
    delivery = PermitDelivery(b"permit \xe2\x80\x94\n", b"slip\n")

    assert decode_delivery(encode_delivery(delivery)) == delivery


def test_a_permit_delivery_may_say_what_is_out():
    delivery = PermitDelivery(b"permit\n", b"slip\n", b"outstanding\n")

    assert decode_delivery(encode_delivery(delivery)) == delivery


@given(st.binary(max_size=200))
def test_noise_is_no_permit_delivery(noise):
    with pytest.raises(MalformedNote):
        decode_delivery(noise)


def test_topics_say_which_agent_they_are_about():
    assert messages.up_topic("hall-1", "events") == "gongguan/v1/hall-1/up/events"
    assert agent_of_topic(messages.down_topic("hall-1", "permit")) == "hall-1"
    assert agent_of_topic(messages.state_topic("hall-1")) == "hall-1"
    assert agent_of_topic(messages.SERVER_STATE_TOPIC) is None
    assert agent_of_topic("homeassistant/status") is None


def test_a_roster_arrives_whole():
    assert rosters.parse(rosters.encode(ROSTER, KEY), [KEY.verifier]) == ROSTER
    tagged = replace(ROSTER, tags=(rosters.Tag("30751FEB705C5904E3D50D70", "i-1", "CAB-01/7"),))
    assert rosters.parse(rosters.encode(tagged, KEY), [KEY.verifier]) == tagged


def test_a_roster_answers_who_holds_what_where():
    accountant, officer = ROSTER.people

    assert accountant.holds("accountant", "c-1")
    assert not accountant.holds("accountant", "c-2")
    assert not accountant.holds("accountant")
    assert officer.holds("cabinet_officer", "c-1")
    assert ROSTER.person_by_card("ab") == accountant
    assert ROSTER.person_by_card("cd") is None


def test_a_slip_arrives_whole_and_names_its_items():
    slip = slips.parse(slips.encode(SLIP, KEY), [KEY.verifier])

    assert slip == SLIP
    assert (slip.item_name("i-1"), slip.item_name("i-9")) == ("公章", "i-9")


def test_a_card_is_found_again_by_its_hash_and_a_pin_fits_only_itself():
    assert card_hash("0249103477", bytes(16)) == card_hash("0249103477", bytes(16))
    assert card_hash("0249103477", bytes(16)) != card_hash("0249103477", b"1" * 16)
    hashed = pin_hash("246810", bytes(16))
    assert pin_fits("246810", hashed)
    assert not pin_fits("246811", hashed)
    assert not pin_fits("246810", "damaged")


@pytest.mark.parametrize("text", ["024910347", "02491034770", "024910347a", "０２４９１０３４７７", "0249103477\n"])
def test_a_card_number_is_ten_plain_digits(text):
    assert not is_card_number(text)
    assert is_card_number("0249103477")
    assert is_pin("000000")
    assert not is_pin("٣٤٥٦٧٨")
