"""From the journal back to a custodian's state: what a start, or a start in the middle after a failure, goes by."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from device_agent.bundle import ServerKeys
from device_agent.configuration import Configuration
from device_agent.custodian.beginning import Paper, remember
from device_agent.custodian.documents import permit_note, proof_note, slip_note
from device_agent.custodian.following import DISPUTE_NOTE, HEAD_NOTE, WITNESSED_NOTE
from device_agent.custodian.log_view import KeysView, LogView
from device_agent.custodian.memory import PIN_MEMORY
from device_agent.custodian.state import Custody, Site
from device_agent.custodian.tag_homes import TAG_NOTE, known_homes
from device_agent.custodian.tellings import TOLD_NOTE, last_told
from device_agent.journal import Journal, JournalError
from device_agent.translation import KEYS_NOTE, REVOCATIONS_NOTE, ROSTER_NOTE
from firmware_protocol import permits, rosters, slips
from firmware_protocol.key_changes import KeyHistory, parse_changes
from firmware_protocol.log_heads import is_issued, read_head
from firmware_protocol.log_steps import parse_step
from firmware_protocol.messages import Revocations, decode
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from firmware_protocol.permit_checks import TrustLevel

LOG_NOTES = "log"


def site_of(configuration: Configuration, level: TrustLevel = "log") -> Site:
    """The agent's name, the board behind each of its compartments, and what a permit needs to open one."""
    boards: dict[str, str] = {}
    for cabinet in configuration.cabinets:
        places = [f"{cabinet.bus}:{board.address}" for board in cabinet.boards for _ in range(board.channels)]
        boards.update(zip(cabinet.compartments, places, strict=True))
    return Site(configuration.agent, boards, configuration.camera, level, configuration.staleness)


def restore(journal: Journal, site: Site, keys: ServerKeys, at: datetime) -> Custody:
    """The state the journal stands for. Raises `JournalError` when a note in it was tampered with."""
    try:
        return _custody(journal, site, keys, at)
    except (MalformedNote, UnverifiedNote, KeyError) as error:
        raise JournalError("日志里保存的许可或名册不是三资办签发的，柜机不能启动。请联系三资办。") from error


def _custody(journal: Journal, site: Site, keys: ServerKeys, at: datetime) -> Custody:
    known = _keys_view(journal.notes(KEYS_NOTE), keys)
    history = known.history or keys.history
    permit_keys = history.permit.every
    roster = journal.notes(ROSTER_NOTE).get(ROSTER_NOTE)
    revocations = _revocations(journal.notes(REVOCATIONS_NOTE), permit_keys)
    return Custody(
        site=site,
        memory=remember(_papers(journal, history), journal.past(at - PIN_MEMORY)),
        roster=None if roster is None else rosters.parse(roster, permit_keys),
        revocations_version=0 if revocations is None else revocations.version,
        revoked=frozenset() if revocations is None else frozenset(revocations.revoked),
        contact=journal.contact,
        log=_log_view(journal.notes(LOG_NOTES), keys.first, history.log.every),
        keys=known,
        told=last_told(journal.notes(TOLD_NOTE)),
        homes=known_homes(journal.notes(TAG_NOTE)),
    )


def _keys_view(notes: Mapping[str, bytes], keys: ServerKeys) -> KeysView:
    """Which keys followed those of the bundle, as the list says that was kept when it was found in the log."""
    if KEYS_NOTE not in notes:
        return KeysView()
    changes = parse_changes(notes[KEYS_NOTE]).changes
    return KeysView(keys.history.learn(changes), len(changes))


def _papers(journal: Journal, keys: KeyHistory) -> Iterator[Paper]:
    slip_notes, proofs = (journal.notes(name("").rstrip(":")) for name in (slip_note, proof_note))
    for note in journal.notes(permit_note("").rstrip(":")).values():
        permit = permits.parse(note, keys.permit.every)
        proof = proofs.get(proof_note(permit.id))
        size = None if proof is None else _proven_size(proof, note, keys)
        yield Paper(permit, slips.parse(slip_notes[slip_note(permit.id)], keys.permit.every), size)


def _proven_size(proof: bytes, document: bytes, keys: KeyHistory) -> int:
    """The size of the head that was shown to have this permit's issuance; checked again, all but its own history."""
    step = parse_step(proof, keys.permit.every)
    head = read_head(step.checkpoint, *keys.log.every)
    if step.issued is None or not is_issued(step.issued, document, head.checkpoint, *keys.permit.every):
        raise MalformedNote("this proof is about something else")
    return head.size


def _log_view(notes: Mapping[str, bytes], first: bytes | None, log_keys: tuple[Verifier, ...]) -> LogView:
    kept = notes if first is None else {HEAD_NOTE: first, **notes}
    heads = {name: read_head(kept[name], *log_keys) for name in (HEAD_NOTE, WITNESSED_NOTE) if name in kept}
    witnessed = heads.get(WITNESSED_NOTE)
    dispute = notes.get(DISPUTE_NOTE)
    return LogView(
        head=heads.get(HEAD_NOTE),
        witnessed_size=0 if witnessed is None else witnessed.size,
        dispute=None if dispute is None else dispute.decode(),
    )


def _revocations(notes: Mapping[str, bytes], permit_keys: tuple[Verifier, ...]) -> Revocations | None:
    note = notes.get(REVOCATIONS_NOTE)
    return None if note is None else decode(note, Revocations, permit_keys)
