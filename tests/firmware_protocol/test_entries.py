"""An entry says one fact in the log's own words, in its source's unbroken sequence."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from firmware_protocol.entries import (
    GENESIS,
    Chain,
    body_digest,
    compose,
    entry_digest,
    parse,
    write_body,
)
from firmware_protocol.event_types import EVENT_TYPES
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, sign_text
from firmware_protocol.times import CHINA

AGENT_KEY = Signer("qingxi.example/agent/hall-1", bytes(range(32)))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)
DOOR_OPENED: dict[str, Any] = {"event_type": "door_opened", "about": {"opening": "o-1", "compartment": "CAB-01/7"}}


FIRST = Chain("hall-1", 1)


def written(chain: Chain = FIRST, **changes: Any) -> bytes:
    fields: dict[str, Any] = {"at": NOON, "clock": "sync"} | DOOR_OPENED | changes
    return compose(chain, AGENT_KEY, **fields)


def test_an_entry_is_read_back_as_it_was_written():
    entry = parse(written(), [AGENT_KEY.verifier])

    assert (entry.by, entry.epoch, entry.seq, entry.prev) == ("hall-1", 1, 1, GENESIS)
    assert (entry.at, entry.clock, entry.type) == (NOON, "sync", "door_opened")
    assert entry.about == DOOR_OPENED["about"]


def test_a_source_speaks_in_an_unbroken_sequence():
    first = written()
    chain = Chain("hall-1", 1).extend(first)
    second = parse(written(chain), [AGENT_KEY.verifier])

    assert second.prev == entry_digest(first)
    assert chain.continues_with(second)
    assert not Chain("hall-1", 1).continues_with(second)


@pytest.mark.parametrize(
    "other",
    [Chain("hall-2", 1), Chain("hall-1", 2), Chain("hall-1", 1, seq=1), Chain("hall-1", 1, prev="1" * 64)],
    ids=["another source", "another epoch", "a repeated number", "another history"],
)
def test_an_entry_continues_only_its_own_chain(other):
    assert not other.continues_with(parse(written(), [AGENT_KEY.verifier]))


@pytest.mark.parametrize(
    "changes",
    [
        {"event_type": "door_melted"},
        {"event_type": "checkout_filed", "about": {}},
        {"about": {"name": "游少玉"}},
    ],
    ids=["a type nobody knows", "a type only the server writes", "a name where only ids belong"],
)
def test_a_fact_in_the_wrong_words_is_never_signed(changes):
    with pytest.raises(ValueError, match=r"type|say"):
        written(**changes)


def test_an_entry_signed_by_someone_else_is_unverified():
    impostor = Signer("qingxi.example/agent/hall-1", bytes(32))

    with pytest.raises(UnverifiedNote):
        parse(written(), [impostor.verifier])


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('"seq":1', '"seq":0'),
        ('"seq":1', '"seq":true'),
        ('"seq":1', '"seq":1.0'),
        ('"clock":"sync"', '"clock":"good"'),
        ("+08:00", ""),
        ('"body":null', '"body":"abc"'),
        ('"body":null', '"body":null,"extra":1'),
        (f'"prev":"{GENESIS}"', '"prev":""'),
        ('"about":{', '"about":[{'),
    ],
)
def test_an_entry_of_another_form_is_malformed_although_it_is_signed(found, put):
    text = written().decode().split("\n\n")[0] + "\n"
    assert found in text

    with pytest.raises(MalformedNote):
        parse(sign_text(text.replace(found, put), AGENT_KEY), [AGENT_KEY.verifier])


def test_a_newer_sources_unknown_type_is_kept():
    text = written().decode().split("\n\n")[0].replace("door_opened", "door_teleported") + "\n"

    assert parse(sign_text(text, AGENT_KEY), [AGENT_KEY.verifier]).type == "door_teleported"


def test_a_body_is_bound_by_its_salted_hash():
    body = write_body({"note": "少了一枚财务专用章"})
    digest = body_digest(bytes(32), body)

    assert digest != body_digest(b"1" * 32, body)
    assert parse(written(body=digest), [AGENT_KEY.verifier]).body == digest
    with pytest.raises(ValueError, match="32"):
        body_digest(b"short", body)


def test_times_keep_their_instant_across_offsets():
    utc = NOON.astimezone(tz=None) + timedelta(milliseconds=120)

    assert parse(written(at=utc), [AGENT_KEY.verifier]).at == utc


def test_every_event_type_has_a_chinese_title():
    assert all(any("\u4e00" <= char <= "\u9fff" for char in each.title) for each in EVENT_TYPES.values())
