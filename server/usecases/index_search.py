"""What the log newly says becomes findable: read behind the writer's back, written beside the log, safe to repeat."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.custody.facts import Checkout, Cooperative, Item
from server.custody.people import Person
from server.custody.searching import FoundKind, words_of
from server.store.bookmarks import bookmark, save_bookmark
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.store.search_index import write_documents
from server.store.work import Work

READER = "search"
POSITIONS_A_STEP = 5_000

Findable = type[Cooperative] | type[Person] | type[Item] | type[Checkout]
FOUND_BY: Mapping[str, tuple[FoundKind, Findable]] = {
    **dict.fromkeys(("cooperative_registered", "cooperative_changed"), (FoundKind.COOPERATIVE, Cooperative)),
    **dict.fromkeys(("person_registered", "person_changed"), (FoundKind.PERSON, Person)),
    **dict.fromkeys(("item_registered", "item_changed"), (FoundKind.ITEM, Item)),
    **dict.fromkeys(("checkout_filed", "checkout_corrected"), (FoundKind.CHECKOUT, Checkout)),
}
"""Which entries say what can be found; `about` has the thing's id under the kind's name."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing as it is now, and where in the log that was said last."""

    position: int
    kind: FoundKind
    ref: str
    cooperative: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Indexing:
    """What to write; entries before `position` need not be read again. `is_behind` where more are waiting already."""

    documents: tuple[Document, ...]
    position: int
    is_behind: bool


def unindexed(reader: Reader) -> Indexing:
    """The things that entries since the last step speak of."""
    since, size = bookmark(reader, READER), entries.log_size(reader)
    until, facts = min(size, since + POSITIONS_A_STEP), FactRows(reader)
    newest: dict[tuple[FoundKind, str], Document] = {}
    for line in entries.of_types(reader, FOUND_BY, since, until):
        kind, fact = FOUND_BY[line.type]
        thing = facts.get(fact, line.checkout or str(line.about.get(str(kind), "")))
        if isinstance(thing, Cooperative | Person | Item | Checkout):
            newest[kind, thing.id] = Document(line.position, kind, thing.id, _cooperative_of(thing), words_of(thing))
    return Indexing(tuple(newest.values()), until, until < size)


def index_search(work: Work, indexing: Indexing) -> None:
    """Put the documents in the place of their older versions."""
    documents = [
        {"id": d.position, "kind": str(d.kind), "ref": d.ref, "cooperative": d.cooperative, "words": d.words}
        for d in indexing.documents
    ]
    write_documents(work.connection, documents)
    save_bookmark(work.connection, READER, indexing.position)


def _cooperative_of(thing: Cooperative | Person | Item | Checkout) -> str | None:
    match thing:
        case Cooperative():
            return thing.id
        case Item() | Checkout():
            return thing.cooperative
        case Person():
            return None
