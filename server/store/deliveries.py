"""What the agents' link reads: whom to believe, and what each agent should hold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from firmware_protocol.entries import KIND
from firmware_protocol.notes import document_fields, parse_note
from firmware_protocol.times import time_ms
from server.custody.effects.permits import REVOCATIONS
from server.custody.facts import Agent, IssuedPermit, RevocationList
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.log_rows import ENTRIES, load_chain
from server.store.log_tables import RosterDocuments
from server.store.photos import photos_lacking
from server.store.tables import table_of

_ROSTERS = table_of(RosterDocuments)


@dataclass(frozen=True, slots=True)
class PermitNote:
    """A permit to deliver: the signed permit and the signed slip that travels beside it, and when it was issued."""

    id: str
    agent: str
    document: bytes
    slip: bytes
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Issuance:
    """The entry by which a permit was issued: its exact bytes, and its index in the log."""

    entry: bytes
    position: int


def agent(reader: Reader, agent_id: str) -> Agent | None:
    """One agent: its verifier key, epoch, whether it is active, and the SHA-256 (hex) of its broker password."""
    return FactRows(reader).get(Agent, agent_id)


def agents(reader: Reader) -> tuple[Agent, ...]:
    """Every active agent."""
    return tuple(find.agents(FactRows(reader)))


def places_served(reader: Reader, agent_id: str) -> frozenset[str]:
    """Every compartment (`CAB-01/7`) of the cabinets this agent drives."""
    cabinets = find.cabinets_of(FactRows(reader), agent_id)
    return frozenset(f"{each.id}/{number}" for each in cabinets for number in range(1, each.compartments + 1))


def acked_seq(reader: Reader, agent_id: str, epoch: int) -> int:
    """Up to which sequence number this agent's entries are committed; 0 before the first."""
    return load_chain(reader, agent_id, epoch).seq


def live_permits(reader: Reader, agent_id: str, now: datetime) -> tuple[PermitNote, ...]:
    """Every permit this agent should hold now."""
    return tuple(_note(permit) for permit in find.live_permits(FactRows(reader), agent_id, now))


def outstanding(reader: Reader, agent_id: str) -> tuple[tuple[PermitNote, tuple[str, ...]], ...]:
    """The permits under which something is out of this agent's compartments, each with the items."""
    return tuple((_note(permit), items) for permit, items in find.outstanding(FactRows(reader), agent_id))


def photos_wanted(reader: Reader, agent_id: str) -> tuple[str, ...]:
    """The SHA-256 of the photos this agent's entries name and whose bytes have not come, some of them at a time."""
    return photos_lacking(reader, agent_id)


def permit_note(reader: Reader, permit_id: str) -> PermitNote | None:
    """One permit, whatever became of it."""
    permit = FactRows(reader).get(IssuedPermit, permit_id)
    return None if permit is None else _note(permit)


def revocations(reader: Reader, now: datetime) -> tuple[int, tuple[str, ...]]:
    """The version of the list of revoked permits, and the permits on it whose window is not over."""
    facts = FactRows(reader)
    issued = facts.get(RevocationList, REVOCATIONS)
    revoked = tuple(permit.id for permit in find.revoked_permits(facts, now))
    return (0 if issued is None else issued.version), revoked


def issuance(reader: Reader, permit: PermitNote) -> Issuance | None:
    """The entry that issued this permit; None where the log has none. Found by its moment, however long the log is."""
    at_that_moment = select(ENTRIES.c.position, ENTRIES.c.note).where(
        ENTRIES.c.at_ms == time_ms(permit.issued_at), ENTRIES.c.type == "permit_issued"
    )
    for row in reader.execute(at_that_moment.order_by(ENTRIES.c.position)):
        if document_fields(parse_note(row.note).text, KIND)["about"].get("permit") == permit.id:
            return Issuance(row.note, row.position)
    return None


def roster_document(reader: Reader, agent_id: str, version: int) -> bytes | None:
    """The agent's newest roster as signed, or None where that is not this version."""
    wanted = select(_ROSTERS.c.document).where(_ROSTERS.c.agent == agent_id, _ROSTERS.c.version == version)
    document: bytes | None = reader.execute(wanted).scalar_one_or_none()
    return document


def _note(permit: IssuedPermit) -> PermitNote:
    return PermitNote(permit.id, permit.agent, permit.document.encode(), permit.slip.encode(), permit.issued_at)
