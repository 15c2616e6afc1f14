"""From the journal back to a custodian's state: what a start, or a start in the middle after a failure, goes by."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from device_agent.configuration import Configuration
from device_agent.custodian.beginning import remember
from device_agent.custodian.documents import permit_note, slip_note
from device_agent.custodian.memory import PIN_MEMORY
from device_agent.custodian.state import Custody, Site
from device_agent.custodian.tellings import TOLD_NOTE, last_told
from device_agent.journal import Journal, JournalError
from device_agent.translation import REVOCATIONS_NOTE, ROSTER_NOTE
from firmware_protocol import permits, rosters, slips
from firmware_protocol.messages import Revocations, decode
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from firmware_protocol.permits import Permit
from firmware_protocol.slips import Slip


def site_of(configuration: Configuration) -> Site:
    """The agent's name and the board behind each of its compartments."""
    boards: dict[str, str] = {}
    for cabinet in configuration.cabinets:
        places = [f"{cabinet.bus}:{board.address}" for board in cabinet.boards for _ in range(board.channels)]
        boards.update(zip(cabinet.compartments, places, strict=True))
    return Site(configuration.agent, boards, has_camera=configuration.camera)


def restore(journal: Journal, site: Site, permit_key: Verifier, at: datetime) -> Custody:
    """The state the journal stands for. Raises `JournalError` when a note in it was tampered with."""
    try:
        return _custody(journal, site, permit_key, at)
    except (MalformedNote, UnverifiedNote, KeyError) as error:
        raise JournalError("日志里保存的许可或名册不是三资办签发的，柜机不能启动。请联系三资办。") from error


def _custody(journal: Journal, site: Site, permit_key: Verifier, at: datetime) -> Custody:
    roster = journal.notes(ROSTER_NOTE).get(ROSTER_NOTE)
    revocations = _revocations(journal.notes(REVOCATIONS_NOTE), permit_key)
    return Custody(
        site=site,
        memory=remember(_papers(journal, permit_key), journal.past(at - PIN_MEMORY)),
        roster=None if roster is None else rosters.parse(roster, [permit_key]),
        revocations_version=0 if revocations is None else revocations.version,
        revoked=frozenset() if revocations is None else frozenset(revocations.revoked),
        contact_at=journal.contact_at,
        told=last_told(journal.notes(TOLD_NOTE)),
    )


def _papers(journal: Journal, permit_key: Verifier) -> Iterator[tuple[Permit, Slip]]:
    slip_notes = journal.notes(slip_note("").rstrip(":"))
    for note in journal.notes(permit_note("").rstrip(":")).values():
        permit = permits.parse(note, [permit_key])
        yield permit, slips.parse(slip_notes[slip_note(permit.id)], [permit_key])


def _revocations(notes: Mapping[str, bytes], permit_key: Verifier) -> Revocations | None:
    note = notes.get(REVOCATIONS_NOTE)
    return None if note is None else decode(note, Revocations, [permit_key])
