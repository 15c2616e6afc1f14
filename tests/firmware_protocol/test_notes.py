"""A signed note says who said what; nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.notes import (
    MalformedNote,
    Signer,
    UnverifiedNote,
    Verifier,
    open_note,
    parse_note,
    read_document,
    sign_text,
    write_document,
)

PERMIT_KEY = Signer("qingxi.example/permit", bytes(range(32)))
LOG_KEY = Signer("qingxi.example/log", bytes(range(1, 33)))
OTHER_KEY_SAME_NAME = Signer("qingxi.example/permit", bytes(range(2, 34)))

# The worked example of the C2SP specification.
C2SP_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
C2SP_NOTE = (
    b"If you think cryptography is the answer to your problem,\n"
    b"then you don't know what your problem is.\n"
    b"\n"
    b"\xe2\x80\x94 PeterNeumann "
    b"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_example_of_the_specification_verifies():
    note = open_note(C2SP_NOTE, [Verifier.parse(C2SP_VKEY)])

    assert note.text.endswith("what your problem is.\n")
    assert [signature.name for signature in note.signatures] == ["PeterNeumann"]


def test_a_verifier_key_survives_being_written_down():
    assert Verifier.parse(PERMIT_KEY.verifier.vkey) == PERMIT_KEY.verifier
    assert Verifier.parse(C2SP_VKEY).vkey == C2SP_VKEY


def test_a_verifier_key_of_another_name_is_refused():
    with pytest.raises(MalformedNote):
        Verifier.parse(PERMIT_KEY.verifier.vkey.replace("permit", "log"))


def test_a_document_comes_back_as_it_was_signed():
    fields = {"agent": "hall-1", "seq": 42, "note": "外带用印，次日归还\n第二行"}

    assert (
        read_document(write_document("gongguan-ack/v1", fields, PERMIT_KEY), "gongguan-ack/v1", [PERMIT_KEY.verifier])
        == fields
    )


def test_a_document_of_one_kind_is_not_read_as_another():
    roster = write_document("gongguan-roster/v1", {"agent": "hall-1"}, PERMIT_KEY)

    with pytest.raises(MalformedNote):
        read_document(roster, "gongguan-permit/v1", [PERMIT_KEY.verifier])


@pytest.mark.parametrize(
    "verifiers",
    [[], [LOG_KEY.verifier], [OTHER_KEY_SAME_NAME.verifier]],
    ids=["nobody trusted", "another key", "another key of the same name"],
)
def test_a_note_without_a_trusted_signature_is_unverified(verifiers):
    with pytest.raises(UnverifiedNote):
        open_note(sign_text("开柜\n", PERMIT_KEY), verifiers)


def test_unknown_signatures_beside_a_trusted_one_are_left_out():
    note = open_note(sign_text("开柜\n", LOG_KEY, PERMIT_KEY), [PERMIT_KEY.verifier])

    assert [signature.name for signature in note.signatures] == [PERMIT_KEY.name]


def test_a_wrong_signature_of_a_trusted_key_spoils_the_note_although_another_is_right():
    right = sign_text("开柜\n", PERMIT_KEY).decode()
    wrong_line = sign_text("别的\n", LOG_KEY).decode().split("\n\n")[1]

    with pytest.raises(UnverifiedNote):
        open_note((right + wrong_line).encode(), [PERMIT_KEY.verifier, LOG_KEY.verifier])


@given(position=st.integers(min_value=0, max_value=len(C2SP_NOTE) - 1), bit=st.integers(min_value=0, max_value=7))
def test_no_single_flipped_bit_goes_unnoticed(position, bit):
    damaged = bytearray(C2SP_NOTE)
    damaged[position] ^= 1 << bit

    with pytest.raises((MalformedNote, UnverifiedNote)):
        open_note(bytes(damaged), [Verifier.parse(C2SP_VKEY)])


@given(st.binary(max_size=400))
def test_noise_is_malformed_and_nothing_worse(noise):
    with pytest.raises(MalformedNote):
        parse_note(noise)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "no newline", "tab\there\n", "carriage\r\n", "null\x00\n", "delete\x7f\n", "half a character \ud800\n"],
)
def test_unfit_text_is_never_signed(text):
    with pytest.raises(MalformedNote):
        sign_text(text, PERMIT_KEY)


@pytest.mark.parametrize(
    "line",
    ["[]", "3", '{"a":1,"a":2}', '{"a":NaN}', "{", "", '{"a":1}\n{"b":2}', '{"a":"\\ud800"}', '{"\\uDFFF":1}'],
    ids=[
        "list",
        "number",
        "a key twice",
        "not a number",
        "cut short",
        "empty",
        "two objects",
        "half a character",
        "half a character in a key",
    ],
)
def test_only_one_plain_json_object_makes_a_document(line):
    note = sign_text(f"gongguan-ack/v1\n{line}\n", PERMIT_KEY)

    with pytest.raises(MalformedNote):
        read_document(note, "gongguan-ack/v1", [PERMIT_KEY.verifier])


def test_a_character_spelled_as_a_pair_is_whole():
    note = sign_text('gongguan-ack/v1\n{"a":"\\ud83d\\udd11"}\n', PERMIT_KEY)

    assert read_document(note, "gongguan-ack/v1", [PERMIT_KEY.verifier]) == {"a": "\U0001f511"}


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_key_needs_a_name_that_fits_on_a_signature_line(name):
    with pytest.raises(MalformedNote):
        Signer(name, bytes(32))
