"""Bugs planted in custody, the journal, the log and the lines."""
# ruff: noqa: SLF001 - a planted bug reaches inside

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from device_agent import journal, restoration
from device_agent.agent import Agent
from device_agent.clock import Timekeeper
from device_agent.custodian.beginning import remember
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Pulse
from device_agent.journal import Journal
from device_agent.line.master import LineMaster
from firmware_protocol import log_heads, permit_checks
from firmware_protocol.boards import Request, Unlock
from firmware_protocol.entries import KIND
from firmware_protocol.notes import document_fields, parse_note
from firmware_protocol.permit_checks import Clock
from server.cabinets.reception import Reception
from server.custody.facts import IssuedPermit
from server.custody.states import PermitState
from server.store.log_files import LogFiles
from server.store.log_rows import read_head
from server.store.work import Work
from tests.server.town import KEYS, MONDAY
from tests.simulation.planting import Mutant, without_rule


def _pulse_before_the_burn(until_then: ExitStack) -> None:
    carry_out = Agent._carry_out

    def pulses_first(agent: Agent, decisions: tuple[Any, ...], now: Any) -> None:
        carry_out(agent, tuple(sorted(decisions, key=lambda each: not isinstance(each, Pulse))), now)

    until_then.enter_context(patch.object(Agent, "_carry_out", pulses_first))


def _unsynced_journal(until_then: ExitStack) -> None:
    prepare = journal._prepare

    def hurriedly(connection: sqlite3.Connection) -> None:
        prepare(connection)
        connection.execute("PRAGMA synchronous=NORMAL")

    until_then.enter_context(patch.object(journal, "_prepare", hurriedly))


def _burns_forgotten_at_a_start(until_then: ExitStack) -> None:
    """The memory does not look at the past, and the table does not mind a second time."""

    def write_burn(self: Journal, burn: Any, opening: str) -> None:
        values = (burn.permit, burn.kind, burn.number, opening)
        self._connection.execute("INSERT OR IGNORE INTO burns VALUES (?,?,?,?)", values)

    until_then.enter_context(patch.object(restoration, "remember", lambda papers, _past: remember(papers, ())))
    until_then.enter_context(patch.object(Journal, "_write_burn", write_burn))


def _unsent_forgotten_at_a_start(until_then: ExitStack) -> None:
    """What the server has not acknowledged is dropped, and its numbers are used again."""
    claim = journal._claim
    drop = """
        DROP TRIGGER entries_stay;
        DELETE FROM entries WHERE seq > (SELECT coalesce(max(value), 0) FROM marks WHERE name = 'acked_seq');
    """

    def claim_and_drop(connection: sqlite3.Connection, agent: str, epoch: int) -> None:
        claim(connection, agent, epoch)
        connection.executescript(drop)

    until_then.enter_context(patch.object(journal, "_claim", claim_and_drop))


def _acknowledged_before_the_commit(until_then: ExitStack) -> None:
    take = Reception._take_events

    async def answers_first(self: Reception, agent: Any, batch: Any) -> None:
        with self._database.reading() as reader:
            chain = self._pen.acknowledgement(reader, agent, _end_of(batch), self._clock(), batch.nonce)
        self._publish([chain])
        await take(self, agent, batch)

    until_then.enter_context(patch.object(Reception, "_take_events", answers_first))


def _end_of(batch: Any) -> int:
    return int(document_fields(parse_note(batch.entries[-1].note).text, KIND)["seq"])


def _acknowledgement_of_everything(until_then: ExitStack) -> None:
    acknowledge = Journal.acknowledge

    def too_much(self: Journal, seq: int, at: Any, contact: Any = None) -> None:
        acknowledge(self, max(seq, self.last_seq), at, contact)

    until_then.enter_context(patch.object(Journal, "acknowledge", too_much))


def _checkpoint_before_its_tiles(until_then: ExitStack) -> None:
    write = LogFiles._write_tiles

    def head_first(self: LogFiles, reader: Any, published: int, size: int) -> None:
        self._let_out(read_head(reader).checkpoint, self.published(), KEYS.log, MONDAY)
        write(self, reader, published, size)

    until_then.enter_context(patch.object(LogFiles, "_write_tiles", head_first))


def _consistency_unchecked(until_then: ExitStack) -> None:
    until_then.enter_context(patch.object(log_heads, "check_consistency", lambda *_proof: True))


def _unlock_said_again(until_then: ExitStack) -> None:
    """A board that does not answer an unlock is told once more."""
    give_up, following_request = LineMaster._give_up, LineMaster._next_request

    def keep(self: LineMaster, exchange: Any, now_ms: float) -> None:
        give_up(self, exchange, now_ms)
        if isinstance(exchange.request, Unlock):
            self.__dict__["said_again"] = exchange.request

    def again(self: LineMaster, now_ms: float) -> Request | None:
        request: Request | None = self.__dict__.pop("said_again", None)
        return request or following_request(self, now_ms)

    until_then.enter_context(patch.object(LineMaster, "_give_up", keep))
    until_then.enter_context(patch.object(LineMaster, "_next_request", again))


def _returning_needs_contact(until_then: ExitStack) -> None:
    rules = (*permit_checks._RETURN_RULES, ("contact_fresh", permit_checks._contact_fresh))
    until_then.enter_context(patch.object(permit_checks, "_RETURN_RULES", rules))


def _contact_by_the_servers_clock(until_then: ExitStack) -> None:
    """How long ago it was is told from what the server signed, whose clock may have been ahead."""

    def believed(self: Contact, clock: Clock, _elapsed_ms: int) -> timedelta | None:
        return None if clock.latest is None else clock.latest - self.at

    until_then.enter_context(patch.object(Contact, "age_max", believed))


def _any_clock_will_do(until_then: ExitStack) -> None:
    def believed(_self: Timekeeper, reading: Any) -> Clock:
        error = timedelta(seconds=5)
        return Clock(reading.wall - error, reading.wall + error, "rtc")

    until_then.enter_context(patch.object(Timekeeper, "clock", believed))


def _revocation_without_an_entry(until_then: ExitStack) -> None:
    record = Work.record

    def unsaid(self: Work, event_type: str, about: Any, body: Any = None) -> None:
        if event_type == "permit_revoked":
            permit = self.get(IssuedPermit, about["permit"])
            assert permit is not None
            self.facts.put(replace(permit, state=PermitState.REVOKED))
            return
        record(self, event_type, about, body)

    until_then.enter_context(patch.object(Work, "record", unsaid))


OF_CUSTODY: Sequence[Mutant] = (
    Mutant("a pulse before its burn", _pulse_before_the_burn, frozenset({"I1"})),
    Mutant("a journal that is not synced", _unsynced_journal, frozenset({"I1", "I4", "I5", "I8"}), 2),
    Mutant("burns forgotten at a start", _burns_forgotten_at_a_start, frozenset({"I2"}), 2),
    Mutant("unsent entries forgotten at a start", _unsent_forgotten_at_a_start, frozenset({"I4", "I9", "L1"}), 2),
    Mutant("acknowledged before the commit", _acknowledged_before_the_commit, frozenset({"I5"}), 8),
    Mutant("an acknowledgement taken for everything", _acknowledgement_of_everything, frozenset({"I5"})),
    Mutant("a checkpoint before its tiles", _checkpoint_before_its_tiles, frozenset({"L2"}), 185),
    Mutant("consistency unchecked", _consistency_unchecked, frozenset({"I6"}), 17),
    Mutant("an unlock said again", _unlock_said_again, frozenset({"I2"}), 197),
    Mutant("the end of the window ignored", without_rule("_TAKE_RULES", "not_expired"), frozenset({"I3"}), 72),
    Mutant("stale contact ignored", without_rule("_TAKE_RULES", "contact_fresh"), frozenset({"I3"}), 48),
    Mutant("contact by the server's clock", _contact_by_the_servers_clock, frozenset({"I3"}), 951),
    Mutant("revocation ignored", without_rule("_TAKE_RULES", "not_revoked"), frozenset({"I8"}), 67),
    Mutant("a permit without its proof", without_rule("_TAKE_RULES", "in_log"), frozenset({"I12"}), 1),
    Mutant(
        "a second take under one permit",
        without_rule("_TAKE_RULES", "never_opened", "every_failure_proven"),
        frozenset({"I2"}),
        47,
    ),
    Mutant("any clock believed", _any_clock_will_do, frozenset({"I3"}), 266),
    Mutant("returning refused while offline", _returning_needs_contact, frozenset({"I11"}), 12),
    Mutant("a revocation without an entry", _revocation_without_an_entry, frozenset({"I10"}), 116),
)
