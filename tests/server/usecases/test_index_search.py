"""Everything that is registered can be found, on each engine, and by whom it may be."""

import pytest

from server.custody.searching import FoundKind
from server.store.lists.search import SearchFilter, search
from server.usecases.index_search import index_search, unindexed
from tests.server.town import Town, granted

ALL = SearchFilter(kinds=frozenset(FoundKind))


def indexed(town: Town) -> Town:
    """The whole log, made findable."""
    while True:
        with town.database.reading() as reader:
            step = unindexed(reader)
        town.do(index_search, step)
        if not step.is_behind:
            return town


def found(town: Town, query: str, wanted: SearchFilter = ALL) -> dict[FoundKind, int]:
    """How many of each kind are found."""
    with town.database.reading() as reader:
        hits = search(reader, query, wanted)
    return {kind: n for kind in FoundKind if (n := sum(hit.kind is kind for hit in hits))}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("东坑一社", {FoundKind.COOPERATIVE: 1}),
        ("44200102", {FoundKind.COOPERATIVE: 1}),
        ("廖坤东", {FoundKind.PERSON: 1}),
        ("廖", {FoundKind.PERSON: 1}),
        ("东", {FoundKind.COOPERATIVE: 3, FoundKind.PERSON: 7, FoundKind.ITEM: 9}),
        ("路灯采购", {FoundKind.ITEM: 3}),
        ("第二 路灯", {FoundKind.ITEM: 1}),
        ("第二-ＨＴ", {FoundKind.ITEM: 1}),
        ("100%", {}),
        ("_", {}),
        ("孙悟空", {}),
        (" ", {}),
    ],
    ids=[
        *("short name", "number", "person", "one character", "inside names", "contract", "two words", "width"),
        *("percent", "underscore", "nobody", "nothing"),
    ],
)
def test_things_are_found_by_what_is_written_of_them(
    any_town: Town, query: str, expected: dict[FoundKind, int]
) -> None:
    assert found(indexed(any_town), query) == expected


def test_a_request_is_found_by_what_it_is_for(any_town: Town) -> None:
    granted(any_town.asks("游少玉", any_town.item("东坑一社"), counterparty="清溪镇恒达贸易有限公司"))
    assert found(indexed(any_town), "恒达贸易") == {FoundKind.CHECKOUT: 1}


def test_only_what_may_be_seen_is_found(town: Town) -> None:
    mine = SearchFilter(kinds={FoundKind.ITEM}, cooperatives={town.cooperative("东坑一社")})
    assert found(indexed(town), "路灯", mine) == {FoundKind.ITEM: 1}
    assert found(town, "路灯", SearchFilter(kinds={FoundKind.ITEM}, cooperatives=())) == {}
    assert found(town, "廖坤东", mine) == {}


def test_indexing_again_finds_everything_once(town: Town) -> None:
    indexed(town)
    with town.database.writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM bookmarks")
    assert found(indexed(town), "廖坤东") == {FoundKind.PERSON: 1}
