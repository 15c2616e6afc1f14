"""The box in the head finds anything, for whoever may see it."""

from server.usecases.index_search import index_search, unindexed
from tests.server.web.test_checkouts import plain
from tests.server.web.township import ACCOUNTANT, HEAD, OFFICER, WITH_BANK_PAIR, Township


def make_findable(township: Township) -> None:
    """Index everything that the log says."""
    is_behind = True
    while is_behind:
        with township.database.reading() as reader:
            step = unindexed(reader)
        township.writer.run_now(index_search, step)
        is_behind = step.is_behind


def find(township: Township, name: str, query: str) -> str:
    """What this person finds."""
    make_findable(township)
    return plain(township.client(name).get("/search", params={"q": query}).text)


def test_an_officer_finds_people_and_things(township: Township) -> None:
    assert "廖坤东" in find(township, OFFICER, "坤东")
    assert "东坑一社" in find(township, OFFICER, "东坑一社")
    assert "没有找到。" in find(township, OFFICER, "孙悟空")


def test_an_accountant_finds_only_their_own(township: Township) -> None:
    township.filed()
    assert "签东坑村路灯采购合同" in find(township, ACCOUNTANT, "恒达贸易")
    assert "路灯采购" not in find(township, township.officer(WITH_BANK_PAIR, "accountant"), "恒达贸易")
    assert "没有找到。" in find(township, ACCOUNTANT, HEAD)


def test_the_box_is_on_every_page_for_whoever_may_use_it(township: Township) -> None:
    assert 'action="/search"' in township.client(ACCOUNTANT).get("/").text
    assert 'action="/search"' not in township.client().get("/sign-in").text
