"""What can be found is found by its words as they are now, and SQLite's index keeps nothing of older ones."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from server.custody.searching import FoundKind
from server.store.database import Database
from server.store.lists.search import SearchFilter, search
from server.store.search_index import DOCUMENT_ID, INDEX, in_index, write_documents
from server.store.search_tables import SearchDocuments
from server.store.tables import table_of
from tests.fixtures.databases import sqlite_url

SEARCH_DOCUMENTS = table_of(SearchDocuments)
ANYTHING = SearchFilter(kinds=list(FoundKind))


def document(
    position: int, words: str, ref: str = "i-1", cooperative: str = "c-1", kind: FoundKind = FoundKind.ITEM
) -> dict[str, Any]:
    return {"id": position, "kind": str(kind), "ref": ref, "cooperative": cooperative, "words": words}


def written(database_url: str, *documents: dict[str, Any]) -> Database:
    database = Database.open(database_url)
    with database.writing.begin() as connection:
        for each in documents:
            write_documents(connection, [each])
    return database


def found(database: Database, query: str, wanted: SearchFilter = ANYTHING) -> list[str]:
    with database.reading() as reader:
        return [hit.ref for hit in search(reader, query, wanted)]


def offered(connection: Connection, tokens: str) -> int:
    statement = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"
    return int(connection.exec_driver_sql(statement, (tokens,)).scalar_one())


def test_what_is_written_anew_is_found_by_its_new_words_alone(database_url: str) -> None:
    database = written(database_url, document(1, "鱼塘出租合同"), document(2, "果园承包合同"))
    assert (found(database, "果园"), found(database, "鱼塘")) == (["i-1"], [])
    database.close()


def test_the_index_forgets_what_is_written_anew(tmp_path: Path) -> None:
    database = written(sqlite_url(tmp_path), document(1, "鱼塘"), document(2, "果园"))
    with database.reading() as reader:
        assert (offered(reader, "x9c7cx5858"), offered(reader, "x679cx56ed"), offered(reader, "kitem")) == (0, 1, 1)
    database.close()


@pytest.mark.parametrize("term", ["塘", "出租", "ht-0012", "ht-", "100%", "𠮷塘", "o'neill", '"a"'])
def test_any_part_of_a_word_finds_it(database_url: str, term: str) -> None:
    words = '𠮷塘出租合同\nqx-003-ht-0012\n100% o\'neill\n"a"'
    database = written(database_url, document(1, words), document(2, "果园承包", ref="i-2"))
    assert found(database, term) == ["i-1"]
    assert found(database, term, SearchFilter(kinds=[FoundKind.ITEM], cooperatives=["c-2"])) == []
    database.close()


@pytest.mark.parametrize("cooperatives", [None, ["c-1", "c-2"]], ids=["of anybody", "of these two"])
@pytest.mark.parametrize(("kind", "refs"), [(FoundKind.ITEM, ["i-3", "i-1"]), (FoundKind.CHECKOUT, ["r-4", "r-2"])])
def test_the_index_offers_one_kind_and_no_other(
    tmp_path: Path, kind: FoundKind, refs: list[str], cooperatives: list[str] | None
) -> None:
    request = partial(document, kind=FoundKind.CHECKOUT)
    database = written(
        sqlite_url(tmp_path),
        document(1, "鱼塘合同"),
        request(2, "用鱼塘合同", ref="r-2"),
        document(3, "鱼塘公章", ref="i-3", cooperative="c-2"),
        request(4, "看鱼塘凭证", ref="r-4", cooperative="c-2"),
        request(5, "果园", ref="r-5"),
    )
    offers = select(SEARCH_DOCUMENTS.c.ref).join(INDEX, SEARCH_DOCUMENTS.c.id == DOCUMENT_ID)
    with database.reading() as reader:
        asked = offers.where(in_index(kind, ["鱼塘"], cooperatives)).order_by(INDEX.c.rowid.desc())
        assert list(reader.execute(asked).scalars()) == refs
    assert found(database, "鱼塘", SearchFilter(kinds=[kind], cooperatives=cooperatives)) == refs
    database.close()


def test_the_newest_come_first_however_many_there_are(database_url: str) -> None:
    database = written(database_url, *(document(n, "合同", ref=f"i-{n}") for n in range(1, 30)))
    assert found(database, "合同") == [f"i-{n}" for n in range(29, 9, -1)]
    database.close()
