"""Bugs planted where keys, disks and the server's clock change, and where a backup comes back."""
# ruff: noqa: SLF001 - a planted bug reaches inside

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

from device_agent import restoration
from device_agent.bundle import Bundle
from device_agent.outbox import Outbox
from device_agent.technician import rotate_key as agents_command
from firmware_protocol import agent_keys, key_changes, successions
from firmware_protocol.key_changes import KeyChange
from firmware_protocol.notes import Signer, parse_note, write_document
from server.store import deliveries, rotations
from server.store.gap import Gap
from server.store.server_clock import ServerClock
from server.usecases import register_agent, rotate_key
from tests.simulation.planting import Mutant, without_rule


def _successor_not_asked_to_sign(until_then: ExitStack) -> None:
    """A succession is written, and read, with the old key's signature alone."""

    def hand_over(old: Signer, new: Signer) -> bytes:
        return write_document(successions.KIND, {"old": old.verifier.vkey, "new": new.verifier.vkey}, old)

    def believe(note: bytes) -> successions.Succession:
        return successions._read(parse_note(note).text)

    for module in (rotate_key, agents_command):
        until_then.enter_context(patch.object(module, "write_succession", hand_over))
    for reader in (successions, key_changes, agent_keys, rotations):
        until_then.enter_context(patch.object(reader, "read_succession", believe))


def _successor_that_no_log_has(until_then: ExitStack) -> None:
    until_then.enter_context(patch.object(KeyChange, "is_in", lambda *_proof: True))


def _only_the_new_key_signs(until_then: ExitStack) -> None:
    """An agent does not sign with the key that the server still knows it by."""
    until_then.enter_context(patch.object(Bundle, "signers", property(lambda bundle: (bundle.signer,))))


def _revocations_forgotten_at_a_start(until_then: ExitStack) -> None:
    until_then.enter_context(patch.object(restoration, "_revocations", lambda *_notes: None))


def _out_of_service_forgotten(until_then: ExitStack) -> None:
    find = deliveries.agent

    def as_ever(reader: Any, name: str) -> Any:
        agent = find(reader, name)
        return None if agent is None else replace(agent, is_active=True)

    until_then.enter_context(patch.object(deliveries, "agent", as_ever))


def _what_waits_is_left(until_then: ExitStack) -> None:
    """A machine's next disk gets what waited for the one before, which may have used it."""
    until_then.enter_context(patch.object(register_agent, "take_back_what_waits", lambda *_asked: 0))


def _step_unsaid(until_then: ExitStack) -> None:
    look = ServerClock.look

    def in_silence(self: ServerClock, newest: datetime | None) -> None:
        step = look(self, newest)
        if step is not None:
            step.said.set_result(None)

    until_then.enter_context(patch.object(ServerClock, "look", in_silence))


def _never_sent_again(until_then: ExitStack) -> None:
    """A server that has less than it acknowledged is not supplied again."""
    until_then.enter_context(patch.object(Outbox, "rewound", lambda outbox, _seq: outbox))


def _anything_fills_the_gap(until_then: ExitStack) -> None:
    until_then.enter_context(patch.object(Gap, "admits", lambda *_entry: True))


OF_CHANGES: Sequence[Mutant] = (
    Mutant("the end of a key ignored", without_rule("_TAKE_RULES", "key_counts"), frozenset({"I13"}), 53),
    Mutant("a successor that did not sign", _successor_not_asked_to_sign, frozenset({"I16"}), 1),
    Mutant("a successor that no log has", _successor_that_no_log_has, frozenset({"I16"}), 4),
    Mutant("only the new key signs", _only_the_new_key_signs, frozenset({"L1"}), 2),
    Mutant("revocations forgotten at a start", _revocations_forgotten_at_a_start, frozenset({"I8"}), 27),
    Mutant("a machine out of service answered", _out_of_service_forgotten, frozenset({"I14"}), 22),
    Mutant("permits that wait for the next disk", _what_waits_is_left, frozenset({"I2"}), 86),
    Mutant("a step of the server's clock unsaid", _step_unsaid, frozenset({"I15", "I10"}), 20),
    Mutant("a restored server not supplied again", _never_sent_again, frozenset({"L1", "I9"}), 1),
    Mutant("anything fills the gap", _anything_fills_the_gap, frozenset({"I5", "I6", "L2"}), 123),
)
