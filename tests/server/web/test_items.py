"""One thing's page: where it is, how long it runs, everything the log has of it, and what may be done with a seal."""

import pytest

from server.custody.facts import Item
from server.custody.states import ItemKind, SealLife
from tests.server.web.handovers import drafted
from tests.server.web.test_checkouts import plain
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICER, OUTSIDE, REVIEWER, Township


def step(township: Township, name: str, word: str, *watchers: str) -> int:
    form = {"step": word, "reason": "粤民函8号", "watchers": [township.person(each).id for each in watchers]}
    return township.client(name).post(f"/items/{township.seal().id}/steps", data=form).status_code


def test_a_seal_shows_its_whole_life(township: Township) -> None:
    checkout = township.permitted()
    persons = [township.person(ACCOUNTANT).id, township.person(OFFICER).id]
    about = {"opening": "o-n7wkx2q5zbthm4va", "compartment": township.cooperative().place, "checkout": checkout}
    moved = {**about, "persons": persons, "permit": township.permit_of(checkout), "items": [township.seal().id]}
    township.reported("items_taken", moved)
    page = plain(township.client(HEAD).get(f"/items/{township.seal().id}").text)
    for words in ("已取出", "在谁手上", "游少玉 取出", "游少玉 申请用", "登记 东坑一社 公章", "首次进柜"):
        assert words in page, words


def test_a_thing_of_others_is_nothing_to_see(township: Township) -> None:
    outside = next(item for item in township.all(Item) if item.cooperative == township.cooperative(OUTSIDE).id)
    assert township.client(ACCOUNTANT).get(f"/items/{outside.id}").status_code == 404
    assert township.client(INSPECTOR).get(f"/items/{outside.id}").status_code == 200


@pytest.mark.parametrize(("kind", "words"), [(ItemKind.CONTRACT, "到期日"), (ItemKind.VOUCHER, "至少保管到")])
def test_a_contract_and_a_volume_say_until_when(township: Township, kind: ItemKind, words: str) -> None:
    item = next(each for each in township.all_items(township.cooperative().id) if each.kind is kind)
    assert words in plain(township.client(REVIEWER).get(f"/items/{item.id}").text)


def test_a_contract_under_which_money_is_owed_says_so(township: Township) -> None:
    contract = next(each for each in township.all_items(township.cooperative().id) if each.kind is ItemKind.CONTRACT)
    owing = {**contract.details, "欠缴金额": "12,000.00元", "欠缴起始日": "2026-03-01"}
    body = {"name": contract.name, "key": contract.key, "seal_type": None, "details": owing}
    township.writer.run_now(lambda work, about: work.record("item_changed", about, body), {"item": contract.id})
    page = plain(township.client(REVIEWER).get(f"/items/{contract.id}").text)
    assert "还欠缴12,000.00元。请催收" in page
    assert "2026-03-01" in page


def test_a_draft_has_its_line_on_the_things_page(township: Township) -> None:
    drafted(township)
    item = township.all_items(township.cooperative(OUTSIDE).id)[0]
    assert "没点" in plain(township.client(REVIEWER).get(f"/items/{item.id}").text)


def test_a_seal_is_stopped_and_surrendered_from_its_page_and_destroyed_before_a_camera(township: Township) -> None:
    page = township.client(REVIEWER).get(f"/items/{township.seal().id}").text
    assert "停用" in page
    assert "缴回封存" not in page
    assert step(township, REVIEWER, "seal_stopped") == 303
    assert step(township, REVIEWER, "seal_surrendered") == 303
    assert "监销人 2" in plain(township.client(REVIEWER).get(f"/items/{township.seal().id}").text)
    assert step(township, REVIEWER, "seal_destroyed", INSPECTOR) == 409
    assert step(township, REVIEWER, "seal_destroyed", INSPECTOR, OFFICER) == 422
    assert township.seal().life is SealLife.SURRENDERED


def test_the_accountant_reports_a_loss_and_nothing_else(township: Township) -> None:
    page = township.client(ACCOUNTANT).get(f"/items/{township.seal().id}").text
    assert "报失" in page
    assert "停用" not in page
    assert step(township, ACCOUNTANT, "seal_stopped") == 409
    assert step(township, ACCOUNTANT, "seal_lost") == 303
    assert step(township, ACCOUNTANT, "seal_melted") == 404


def test_a_seal_that_is_stopped_says_so_on_its_shelf_and_cannot_be_chosen(township: Township) -> None:
    step(township, REVIEWER, "seal_stopped")
    cooperative = township.cooperative().id
    assert "已停用" in plain(township.client(HEAD).get(f"/cooperatives/{cooperative}").text)
    form = township.client(ACCOUNTANT).get("/requests/new").text
    choice = next(part for part in form.split("<label") if f'value="{township.seal().id}"' in part)
    assert "disabled" in choice
    assert "已停用，11月23日 周一 09:30" in plain(township.client(HEAD).get(f"/items/{township.seal().id}").text)


def test_a_lost_seal_gets_a_successor_of_its_kind(township: Township) -> None:
    step(township, ACCOUNTANT, "seal_lost")
    client, seal = township.client(REVIEWER), township.seal().id
    assert "还没有在任何清单上" not in client.get(f"/items/{seal}").text
    assert client.post(f"/items/{seal}/successor", data={"successor": seal}).status_code == 409
    assert client.post(f"/items/{seal}/successor", data={"successor": "i-none"}).status_code == 404
