"""Finding things by what is written of them: every word asked for, anywhere in it (docs/decisions/0045)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from server.custody.searching import FoundKind, terms_of
from server.store.database import Reader
from server.store.search_index import DOCUMENT_ID, INDEX, has_index, in_index
from server.store.search_tables import SearchDocuments
from server.store.tables import table_of

_T = table_of(SearchDocuments)
FOUND_MAX = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    kind: FoundKind
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """What may be found: these kinds of thing, of these cooperatives (None: of any), so many of each kind."""

    kinds: Collection[FoundKind]
    cooperatives: Collection[str] | None = None
    limit: int = FOUND_MAX


def search(reader: Reader, query: str, wanted: SearchFilter) -> tuple[Hit, ...]:
    """What has every word of the query, kind by kind, the newest first."""
    terms = terms_of(query)
    kinds = [kind for kind in FoundKind if kind in wanted.kinds] if terms else []
    return tuple(hit for kind in kinds for hit in _of_kind(reader, kind, terms, wanted))


def is_found(kind: FoundKind, ref: ColumnElement[str], terms: Collection[str]) -> ColumnElement[bool]:
    """Whether what `ref` names has every term, as part of a query that walks along things until it has enough."""
    return select(_T.c.id).where(_T.c.kind == str(kind), _T.c.ref == ref, *_having(terms)).exists()


def _of_kind(reader: Reader, kind: FoundKind, terms: Collection[str], wanted: SearchFilter) -> list[Hit]:
    whose = None if kind is FoundKind.PERSON else wanted.cooperatives
    conditions = [_T.c.kind == str(kind), *_having(terms)]
    if whose is not None:
        conditions.append(_T.c.cooperative.in_(sorted(whose)))
    found = _newest(reader, kind, terms, whose).where(*conditions).limit(wanted.limit)
    return [Hit(kind, ref) for ref in reader.execute(found).scalars()]


def _newest(reader: Reader, kind: FoundKind, terms: Collection[str], whose: Collection[str] | None) -> Select[Any]:
    """The newest first: what the index offers, or everything where there is none."""
    if not has_index(reader, kind):
        return select(_T.c.ref).order_by(_T.c.id.desc())
    offered = INDEX.join(_T, _T.c.id == DOCUMENT_ID)
    return select(_T.c.ref).select_from(offered).where(in_index(kind, terms, whose)).order_by(INDEX.c.rowid.desc())


def _having(terms: Collection[str]) -> list[ColumnElement[bool]]:
    return [_T.c.words.contains(term, autoescape=True) for term in terms]
