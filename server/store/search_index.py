"""What can be found is written down here, and, on SQLite, put into a full-text index that narrows a search.

The index is of the kinds that grow. It holds no text and no order: for each document the tokens of its kind, of its
cooperative, and of each character and each two neighbours of its words. Tokens are ASCII letters and digits alone, so
that no tokenizer takes them apart: `kitem`, `cnp6qhta2r2u2xkoc`, `x4e1cx5751` for 东坑. What it answers may be too much
and is never too little; the documents decide. PostgreSQL has no such index and reads the documents themselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, column, literal_column, select, table

from server.custody.searching import FoundKind, pieces_looked_for, pieces_of
from server.store.search_tables import SearchDocuments
from server.store.tables import table_of

INDEXED = frozenset({FoundKind.ITEM, FoundKind.CHECKOUT})
"""Cooperatives and people are few, and what is found of people can be deleted to the last trace."""
_OF_KIND = {FoundKind.ITEM: "{} AND kitem", FoundKind.CHECKOUT: "({}) NOT kitem"}
"""How the index is asked for a kind alone. What is no thing is a request: there are so many of those that walking along
their own token, backwards from the newest, takes longer than all the rest of a search."""
INDEX = table("search_index", column("rowid"))
DOCUMENT_ID: ColumnElement[int] = literal_column("+search_index.rowid")
"""The id of an entry's document; the sign makes SQLite ask the index first."""
_DOCUMENTS = table_of(SearchDocuments)
_ADD = "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)"
_DROP = "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', ?, ?)"
_INDEXED_KINDS = frozenset(map(str, INDEXED))


def has_index(connection: Connection, kind: FoundKind) -> bool:
    """Whether this engine has things of this kind in an index."""
    return kind in INDEXED and connection.dialect.name == "sqlite"


def in_index(kind: FoundKind, terms: Iterable[str], cooperatives: Collection[str] | None) -> ColumnElement[bool]:
    """What may be of this kind, of one of these cooperatives (None: of any), and have every term."""
    whose = () if cooperatives is None else (f"({' OR '.join(map(_token_of_cooperative, cooperatives)) or 'c'})",)
    pieces = {piece for term in terms for piece in pieces_looked_for(term)}
    tokens = " AND ".join((*whose, *sorted(map(_token_of_piece, pieces))))
    return literal_column("search_index").op("MATCH", is_comparison=True)(_OF_KIND[kind].format(tokens))


def write_documents(connection: Connection, documents: Sequence[Mapping[str, Any]]) -> None:
    """Put these rows of `search_documents` in the place of older ones about the same things."""
    for each in documents:
        about = _DOCUMENTS.c.kind == each["kind"], _DOCUMENTS.c.ref == each["ref"]
        older = [row._asdict() for row in connection.execute(select(_DOCUMENTS).where(*about))]
        if older:
            _tell_index(connection, _DROP, older)
            connection.execute(_DOCUMENTS.delete().where(*about))
    if documents:
        connection.execute(_DOCUMENTS.insert(), documents)
        _tell_index(connection, _ADD, documents)


def _tell_index(connection: Connection, statement: str, documents: Iterable[Mapping[str, Any]]) -> None:
    indexed = [(each["id"], _tokens(each)) for each in documents if each["kind"] in _INDEXED_KINDS]
    if indexed and connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement, indexed)


def _tokens(document: Mapping[str, Any]) -> str:
    whose = () if document["cooperative"] is None else (_token_of_cooperative(document["cooperative"]),)
    pieces = sorted(pieces_of(document["words"]))
    return " ".join((_token_of_kind(document["kind"]), *whose, *map(_token_of_piece, pieces)))


def _token_of_kind(kind: str) -> str:
    return f"k{kind}"


def _token_of_cooperative(cooperative: str) -> str:
    return "c" + cooperative.replace("-", "")


def _token_of_piece(piece: str) -> str:
    return "".join(f"x{ord(character):x}" for character in piece)
