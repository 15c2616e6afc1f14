"""The server's own entries that a restored log has lost: what is left of each, for the people who do them again.

Their bytes are in the copy of the log that was compared, and say when what kind of thing happened and whom and what it
was about, by ids. What they said in words stood in bodies outside the tree, and is on paper or in people's minds.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from firmware_protocol.entries import KIND
from firmware_protocol.event_types import EVENT_TYPES
from firmware_protocol.notes import document_fields, parse_note
from firmware_protocol.times import read_time
from server.custody.facts import Cooperative, Item
from server.custody.people import Person
from server.store.database import read_only
from server.store.fact_rows import FactRows
from server.store.folder import DataFolder
from server.store.gap import is_servers

NAMED: tuple[type[Cooperative | Item | Person], ...] = (Cooperative, Item, Person)
"""Whose ids an entry's `about` may hold, and who have names."""


@dataclass(frozen=True, slots=True)
class LostEntry:
    """One entry of the server: its position, time (`2026-11-23 09:12:07`) and title, and what it was about, by ids."""

    position: int
    at: str
    title: str
    about: Mapping[str, Any]


def lost_in(entries: Iterable[tuple[int, bytes]]) -> Iterator[LostEntry]:
    """Those of these entries, each with its position, that the server itself wrote."""
    for position, note in entries:
        if is_servers(note):
            fields = document_fields(parse_note(note).text, KIND)
            kind = EVENT_TYPES.get(fields["type"])
            at = f"{read_time(fields['at']):%Y-%m-%d %H:%M:%S}"
            yield LostEntry(position, at, fields["type"] if kind is None else kind.title, fields["about"])


def listed(lost: Iterable[LostEntry], folder: DataFolder | None) -> str:
    """A line for each, in the order of the log; ids that the database in `folder` knows are told by name."""
    if folder is None:
        return "".join(f"{_line(each, None)}\n" for each in lost)
    with closing(read_only(folder.database_url)) as database, database.reading() as reader:
        facts = FactRows(reader)
        return "".join(f"{_line(each, facts)}\n" for each in lost)


def _line(each: LostEntry, facts: FactRows | None) -> str:
    about = " ".join(f"{key}={_told(value, facts)}" for key, value in each.about.items())
    return f"第 {each.position} 条　{each.at}　{each.title}　{about}".rstrip()


def _told(value: object, facts: FactRows | None) -> str:
    if isinstance(value, list):
        return "、".join(_told(each, facts) for each in value)
    named = (facts.get(kind, value) for kind in NAMED) if facts and isinstance(value, str) else ()
    first_line = str(value).partition("\n")[0]
    return next((f"{each.name}（{value}）" for each in named if each is not None), first_line)
