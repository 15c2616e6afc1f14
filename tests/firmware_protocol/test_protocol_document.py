"""PROTOCOL.md's second part is executed: every example in it verifies and means what the text says."""

import re
from pathlib import Path

import pytest

from firmware_protocol import entries, messages, permit_checks, permits
from firmware_protocol.notes import Verifier

TEXT = (Path(__file__).parents[2] / "firmware_protocol" / "PROTOCOL.md").read_text(encoding="utf-8")


def examples(language: str) -> list[bytes]:
    """The fenced blocks of one language, without the fences."""
    return [block.encode() for block in re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)]


VERIFIERS = [Verifier.parse(line) for line in examples("vkey")[0].decode().split()]


def test_the_entries_of_the_document_verify_and_follow_one_another():
    chain = entries.Chain("hall-1", 1)
    for example in examples("entry"):
        assert chain.continues_with(entries.parse(example, VERIFIERS))
        chain = chain.extend(example)
    assert chain.seq == 2


def test_the_permit_of_the_document_verifies():
    permit = permits.parse(examples("permit")[0], VERIFIERS)

    assert (permit.place, permit.action, permit.attempts) == ("CAB-01/7", "take", 3)


@pytest.mark.parametrize(("language", "message_type"), [("hello", messages.Hello), ("ack", messages.Ack)])
def test_the_messages_of_the_document_verify(language, message_type):
    assert messages.decode(examples(language)[0], message_type, VERIFIERS).agent == "hall-1"


def test_the_document_names_every_rule_and_every_topic():
    assert [rule for rule in permit_checks.RULES if f"`{rule}`" not in TEXT] == []
    topics = [messages.up_topic("<agent>", name) for name in messages.UP]
    topics += [messages.down_topic("<agent>", name) for name in messages.DOWN]
    topics += [messages.state_topic("<agent>"), messages.SERVER_STATE_TOPIC]
    assert [topic for topic in topics if f"`{topic}`" not in TEXT] == []
