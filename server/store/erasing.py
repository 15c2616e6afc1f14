"""Where somebody's data are, and deleting them: the one place where anything of the log's tables is ever deleted.

Leaves are never touched. Only bodies go, whose hashes the leaves keep; and rows that no entry speaks of.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from server.custody.attachments import Attachment
from server.custody.facts import Checkout, Opening
from server.custody.searching import FoundKind
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.store.log_rows import BODIES, ENTRIES, ENTRY_PEOPLE
from server.store.notice_tables import Contacts, NoticeDeliveries, Notices
from server.store.rows import TABLE_OF
from server.store.search_tables import SearchDocuments
from server.store.tables import table_of

_CHECKOUTS, _ATTACHMENTS = TABLE_OF[Checkout], TABLE_OF[Attachment]
_DOCUMENTS, _CONTACTS = table_of(SearchDocuments), table_of(Contacts)
_TO_THEM = table_of(Notices), table_of(NoticeDeliveries)


@dataclass(frozen=True, slots=True)
class Traces:
    """Positions of entries whose bodies name a person, and the ids of permits and openings that do."""

    entries: tuple[int, ...]
    permits: tuple[str, ...]
    openings: tuple[str, ...]


def open_checkouts(facts: FactRows, person: str) -> int:
    """How many requests are not finished in which this person asks or holds."""
    theirs = (_CHECKOUTS.c.applicant == person) | (_CHECKOUTS.c.holder == person)
    return len(facts.where(Checkout, theirs, _CHECKOUTS.c.ended_at_ms.is_(None)))


def traces(reader: Reader, person: str, types: Iterable[str]) -> Traces:
    """Where this person's data are: entries of `types` about them, permits they hold, photos they are in."""
    with_them = ENTRIES.c.position.in_(select(ENTRY_PEOPLE.c.position).where(ENTRY_PEOPLE.c.person == person))
    lines = entries.lines_where(reader, with_them, ENTRIES.c.type.in_(types))
    photos = entries.lines_where(reader, with_them, ENTRIES.c.type == "photo_taken")
    held = select(_CHECKOUTS.c.id).where(_CHECKOUTS.c.holder == person)
    permits = entries.lines_where(reader, ENTRIES.c.type == "permit_issued", ENTRIES.c.checkout.in_(held))
    named = (line for line in (*lines, *permits) if line.body is not None)
    positions = sorted(line.position for line in named if line.about.get("person", person) == person)
    openings = tuple(str(line.about["opening"]) for line in photos)
    return Traces(tuple(positions), tuple(str(line.about["permit"]) for line in permits), openings)


def photos(facts: FactRows, openings: Iterable[str]) -> list[Attachment]:
    """The documents that photos of these openings became."""
    known = (facts.get(Opening, each) for each in openings)
    hashes = [each.photo for each in known if each is not None and each.photo is not None]
    return facts.where(Attachment, _ATTACHMENTS.c.sha256.in_(hashes), _ATTACHMENTS.c.withdrawn_at_ms.is_(None))


def delete_bodies(connection: Connection, positions: Iterable[int]) -> None:
    """Delete these bodies; the trigger that guards against mistakes is off for this statement alone."""
    wanted = BODIES.delete().where(BODIES.c.position.in_(tuple(positions)))
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE bodies DISABLE TRIGGER bodies_no_delete"))
        connection.execute(wanted)
        connection.execute(text("ALTER TABLE bodies ENABLE TRIGGER bodies_no_delete"))
        return
    guard = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'bodies_no_delete'")).scalar_one()
    connection.execute(text("DROP TRIGGER bodies_no_delete"))
    connection.execute(wanted)
    connection.exec_driver_sql(guard)


def forget(connection: Connection, person: str) -> None:
    """Delete what no entry speaks of: how they are found, their notices, and where these were sent."""
    found = _DOCUMENTS.c.kind == str(FoundKind.PERSON), _DOCUMENTS.c.ref == person
    connection.execute(_DOCUMENTS.delete().where(*found))
    for table in _TO_THEM:
        connection.execute(table.delete().where(table.c.recipient == person))
    connection.execute(_CONTACTS.delete().where(_CONTACTS.c.person == person))
