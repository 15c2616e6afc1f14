"""What the log says of the server's own keys: which have successors, which have ended, and the entries that said so."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from firmware_protocol.key_changes import RETIRED, ROTATED, KeyChange
from firmware_protocol.notes import Verifier
from firmware_protocol.successions import read_succession
from firmware_protocol.times import time_ms
from server.custody.rotations import Rotation, rotation_id
from server.store.fact_rows import FactRows, all_facts
from server.store.log_rows import ENTRIES


def rotations(connection: Connection) -> tuple[Rotation, ...]:
    """Every one there was, by their moments."""
    return tuple(sorted(all_facts(connection, Rotation).values(), key=lambda each: each.rotated_at))


def overlap_of(facts: FactRows, role: str) -> Rotation | None:
    """The rotation of this role whose old key is still believed."""
    return next((each for each in facts.where(Rotation) if each.role == role and each.ended_at is None), None)


def ended_keys(facts: FactRows, role: str) -> tuple[Verifier, ...]:
    """The keys of this role that are not believed any more."""
    ended = (each for each in facts.where(Rotation) if each.role == role and each.ended_at is not None)
    return tuple(read_succession(each.succession.encode()).old for each in ended)


def is_overlapping(connection: Connection, role: str, key: Verifier) -> bool:
    """Whether this key has a successor and is still believed."""
    rotation = FactRows(connection).get(Rotation, rotation_id(role, key.key_id))
    return rotation is not None and rotation.ended_at is None


def newest_keys(connection: Connection) -> Mapping[str, Verifier]:
    """The key that each role has now, as far as the log tells of any but the first: the one that names no other.

    Their moments do not say it: the clock may have been set back in between.
    """
    told = [(each.role, read_succession(each.succession.encode())) for each in rotations(connection)]
    followed = {succession.old for _, succession in told}
    return {role: succession.new for role, succession in told if succession.new not in followed}


def keys_version(connection: Connection) -> int:
    """How many entries `key_changes` finds; asked with every acknowledgement."""
    return sum(1 if each.ended_at is None else 2 for each in rotations(connection))


def key_changes(connection: Connection) -> tuple[KeyChange, ...]:
    """The entries by which keys got successors and ended, in the log's order; found by their moments."""
    return tuple(sorted(_changes(connection), key=lambda each: each.index))


def _changes(connection: Connection) -> Iterator[KeyChange]:
    moments: set[tuple[str, datetime]] = set()
    for each in rotations(connection):
        moments.add((ROTATED, each.rotated_at))
        moments |= set() if each.ended_at is None else {(RETIRED, each.ended_at)}
    for event_type, at in moments:
        wanted = select(ENTRIES.c.position, ENTRIES.c.note)
        for row in connection.execute(wanted.where(ENTRIES.c.at_ms == time_ms(at), ENTRIES.c.type == event_type)):
            yield KeyChange(row.position, row.note)
