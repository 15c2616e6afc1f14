"""A cooperative with many contracts: its page shows some of them, and each is a few typed words away."""

import re

from server.custody.facts import Cooperative
from server.store.work import Work
from server.usecases.index_search import index_search, unindexed
from tests.server.web.township import ACCOUNTANT, OUTSIDE, REVIEWER, Township

CONTRACTS = 55
NEWEST, OLDEST = "HT-9999-054", "HT-9999-000"


def many_contracts(township: Township) -> Cooperative:
    """东坑一社 has 55 contracts more, some beyond the first page, and the search knows them."""
    owner = township.cooperative()

    def register(work: Work, _asked: None) -> None:
        for number in range(CONTRACTS):
            about = {"item": work.new_id("i"), "cooperative": owner.id, "kind": "contract"}
            name, key = f"第{number}号鱼塘承包合同", f"HT-9999-{number:03}"
            details = {"对方": "恒达公司" if number == 7 else "村民"}
            work.record("item_registered", about, {"name": name, "key": key, "seal_type": None, "details": details})

    township.writer.run_now(register, None)
    with township.database.reading() as reader:
        known = unindexed(reader)
    township.writer.run_now(index_search, known)
    return owner


def contracts_on(page: str) -> list[str]:
    """The numbers of our contracts on a page, in their order."""
    return re.findall(r'HT-9999-\d{3}(?!")', re.sub("<wbr>", "", page))


def next_on(page: str) -> str | None:
    found = re.search(r'href="(/cooperatives/[^"]+/things\?[^"]*after=[^"]+)"', page)
    return None if found is None else found[1].replace("&amp;", "&")


def test_the_page_of_a_cooperative_shows_the_newest_contracts_and_leads_to_all(township: Township) -> None:
    owner, client = many_contracts(township), township.client(REVIEWER)
    page = client.get(f"/cooperatives/{owner.id}").text
    numbers = contracts_on(page)
    assert (numbers[0], len(numbers)) == (NEWEST, 12)
    assert f'href="/cooperatives/{owner.id}/things?kind=contract"' in page
    assert f"{CONTRACTS + 3} 件" in page


def test_page_after_page_has_every_contract_once(township: Township) -> None:
    owner, client = many_contracts(township), township.client(REVIEWER)
    seen: list[str] = []
    address: str | None = f"/cooperatives/{owner.id}/things?kind=contract"
    while address is not None:
        page = client.get(address).text
        seen += contracts_on(page)
        address = next_on(page)
    assert seen == sorted(set(seen), reverse=True)
    assert (len(seen), seen[-1]) == (CONTRACTS, OLDEST)


def test_a_thing_is_found_by_what_is_written_of_it(township: Township) -> None:
    owner, client = many_contracts(township), township.client(ACCOUNTANT)
    address = f"/cooperatives/{owner.id}/things"
    assert contracts_on(client.get(address, params={"q": "恒达 鱼塘"}).text) == ["HT-9999-007"]
    assert "没有找到这样的东西。" in client.get(address, params={"q": "不存在的合同"}).text


def test_nobody_looks_through_the_things_of_another_cooperative(township: Township) -> None:
    other = township.cooperative(OUTSIDE).id
    assert township.client(ACCOUNTANT).get(f"/cooperatives/{other}/things").status_code == 404


def test_the_form_offers_some_contracts_and_finds_the_rest(township: Township) -> None:
    many_contracts(township)
    client = township.client(ACCOUNTANT)
    assert len(contracts_on(client.get("/requests/new").text)) == 20
    found = client.get("/requests/things", params={"find": "HT-9999-003"}).text
    assert contracts_on(found) == ["HT-9999-003"]


def test_what_was_chosen_stays_chosen_whatever_is_looked_for(township: Township) -> None:
    owner = many_contracts(township)
    client = township.client(ACCOUNTANT)
    oldest = next(item for item in township.all_items(owner.id) if item.key == OLDEST)
    page = client.get("/requests/new", params={"items": [oldest.id], "find": "恒达"}).text
    assert sorted(contracts_on(page)) == [OLDEST, "HT-9999-007"]
    assert re.search(rf'value="{oldest.id}" checked', page)
