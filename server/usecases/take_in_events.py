"""Entries from a cabinet are checked, kept byte for byte, and believed.

Whatever an agent signed in its own gap-free chain is kept; whether it fits what was known is a separate question, and
where it does not, the server says so in an entry of its own. A repeated entry is harmless. Another entry under a number
already used is an equivocation: the first stays, the second is kept as evidence, and the chain goes no further.
"""

from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.entries import KIND, SALT_BYTES, Chain, Entry, body_digest, entry_digest, parse
from firmware_protocol.messages import CarriedEntry, EventBatch
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, document_fields, parse_note
from server.custody.contradictions import Contradiction, contradictions
from server.custody.facts import Agent, IssuedPermit
from server.custody.happenings import Happening
from server.custody.journals import BROKEN, TWO_UNDER_ONE_NUMBER
from server.custody.jurisdiction import checkout_of, deposit_of
from server.custody.shapes import is_id, is_well_formed
from server.custody.states import PermitState
from server.store.log_reads import stored_digest
from server.store.work import Work, happening_of
from server.usecases.issuing import revoke
from server.usecases.journal_breaks import is_known, record_break

ROTATED = b"agent_key_rotated"
SETTLED = "settled"
"""The `reason` of revoking a permit whose request or deposit an older permit has served."""
OUT_OF_TURN = "out_of_turn"
"""After a restoration: another entry comes back to this place first, from another cabinet."""


@dataclass(frozen=True, slots=True)
class TakeInEvents:
    """A batch of one agent's entries, oldest first; the envelope's signature has been checked by the link."""

    batch: EventBatch


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`seq` is the committed high-water mark to acknowledge; `at` when it was reached.

    `stored` counts new entries. `stopped_by` says why an entry was not taken, None when all were.
    """

    agent: str
    epoch: int
    seq: int
    stored: int
    at: datetime
    stopped_by: str | None = None


def take_in_events(work: Work, asked: TakeInEvents) -> TakenIn:
    """Take in what is new, in order, up to the first entry that cannot be."""
    batch = asked.batch
    chain = work.chain_of(batch.agent, batch.epoch)
    verifier = _verifier(work, batch)
    if verifier is None:
        return TakenIn(batch.agent, batch.epoch, chain.seq, 0, work.now, "unknown_agent")
    stored, stopped_by = 0, None
    for carried in batch.entries:
        taken = _take_one(work, chain, carried, verifier)
        if isinstance(taken, str):
            stopped_by = taken
            break
        if taken is not chain and ROTATED in carried.note:
            verifier = _verifier(work, batch) or verifier
        stored += taken is not chain
        chain = taken
    if stored:
        work.keep_chain(chain)
    return TakenIn(batch.agent, batch.epoch, chain.seq, stored, work.now, stopped_by)


def _verifier(work: Work, batch: EventBatch) -> Verifier | None:
    agent = work.get(Agent, batch.agent)
    if agent is None or not agent.is_active or agent.epoch != batch.epoch:
        return None
    return Verifier.parse(agent.key)


def _take_one(work: Work, chain: Chain, carried: CarriedEntry, verifier: Verifier) -> Chain | str:
    """The chain after this entry, the same chain for a repetition, or why it cannot be taken."""
    try:
        entry = parse(carried.note, (verifier,))
    except UnverifiedNote:
        return chain if _is_stored(work, chain, carried.note) else "not_genuine"
    except MalformedNote:
        return "not_genuine"
    if (entry.by, entry.epoch) != (chain.by, chain.epoch):
        return "other_source"
    if entry.seq <= chain.seq:
        return _repeated(work, chain, entry, carried)
    if not chain.continues_with(entry):
        return _not_continued(work, chain, entry)
    if not work.is_due(carried.note):
        return OUT_OF_TURN
    _store(work, entry, carried)
    return chain.extend(carried.note)


def _is_stored(work: Work, chain: Chain, note: bytes) -> bool:
    """Whether the log has this very entry: what an agent signed before it changed its key may come once more."""
    work.flush()
    seq = document_fields(parse_note(note).text, KIND).get("seq")
    return type(seq) is int and stored_digest(work.connection, chain.by, chain.epoch, seq) == entry_digest(note)


def _not_continued(work: Work, chain: Chain, entry: Entry) -> str:
    """A gap closes when the missing entries come; a chain that is broken never goes on."""
    if entry.seq > chain.seq + 1:
        return "gap"
    record_break(work, entry.by, entry.epoch, entry.seq, BROKEN)
    return BROKEN


def _repeated(work: Work, chain: Chain, entry: Entry, carried: CarriedEntry) -> Chain | str:
    digest = entry_digest(carried.note)
    if stored_digest(work.connection, entry.by, entry.epoch, entry.seq) == digest:
        return chain
    about = {"agent": entry.by, "epoch": entry.epoch, "seq": entry.seq, "document": digest}
    if not is_known(work, entry.by, entry.epoch, entry.seq, digest):
        work.record("device_equivocated", about, {"note": carried.note.decode()})
    return TWO_UNDER_ONE_NUMBER


def _store(work: Work, entry: Entry, carried: CarriedEntry) -> None:
    unfit = _unfit_body(entry, carried)
    salt, body = (carried.salt, carried.body) if unfit is None else (None, None)
    found = contradictions(work, happening_of(entry, body))
    work.take_in(entry, carried.note, salt, body)
    _revoke_what_is_settled(work, happening_of(entry, body))
    for contradiction in (*found, *(() if unfit is None else (unfit,))):
        work.record("device_contradiction", _about(entry, contradiction))


def _revoke_what_is_settled(work: Work, happening: Happening) -> None:
    """News of an older permit may come after its replacement: the same approvals then open nothing a second time."""
    if happening.type not in ("items_taken", "items_deposited") or not is_well_formed(happening):
        return
    for ground in (checkout_of(work, happening), deposit_of(work, happening)):
        spare = None if ground is None or ground.permit is None else work.get(IssuedPermit, ground.permit)
        if spare is not None and spare.id != happening.about["permit"] and spare.state is PermitState.LIVE:
            revoke(work, spare, None, SETTLED)


def _unfit_body(entry: Entry, carried: CarriedEntry) -> Contradiction | None:
    """What is wrong with the body that came along; the entry itself is kept in any case."""
    if carried.body is None or carried.salt is None:
        return None if entry.body is None else Contradiction("body_missing")
    if len(carried.salt) != SALT_BYTES or body_digest(carried.salt, carried.body) != entry.body:
        return Contradiction("body_differs")
    return None


def _about(entry: Entry, contradiction: Contradiction) -> dict[str, object]:
    return {
        "agent": entry.by,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "rule": contradiction.rule,
        "item": contradiction.item,
        **{key: entry.about[key] for key in ("checkout", "permit", "opening") if is_id(entry.about.get(key))},
    }
