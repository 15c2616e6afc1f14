"""管理: people and roles as administrators keep them, on pages."""

import re
from html import unescape

import pytest

from server.custody.administration.changes import Change, ChangeState
from server.custody.people import Grant, Person
from server.store.lists.people import people
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICE_HEAD, OFFICER, Township

SYSTEM, SECURITY, AUDIT = "叶海燕", "潘振东", "江玉兰"
PERSON = {"name": "曾小兰", "phone": "139 1234 5678", "unit": "三资办"}
ROLE = {
    "role": "cabinet_officer",
    "cooperative": "",
    "since": "2026-11-23",
    "until": "2029-11-22",
    "note": "镇党委任命",
}


def text_of(page: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub("<[^>]+>", "", page)))


def registered(township: Township) -> str:
    """曾小兰, written into the register by hand."""
    answer = township.client(SYSTEM).post("/people/new", data=PERSON)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/people/").removesuffix("?told=registered")


def test_a_new_officer_is_registered_proposed_confirmed_and_ended(township: Township) -> None:
    person = registered(township)
    system, security = township.client(SYSTEM), township.client(SECURITY)
    assert "没有职务" in text_of(system.get(f"/people/{person}").text)
    answer = system.post(f"/people/{person}/roles/new", data=ROLE)
    assert answer.headers["location"] == f"/people/{person}?told=change_proposed"
    assert "等另一位管理员确认" in text_of(system.get(f"/people/{person}").text)
    (change,) = township.all(Change)
    waiting = text_of(security.get("/admin/changes").text)
    assert "曾小兰担任三资办柜管员（2026年11月23日到2029年11月22日）" in waiting
    assert "镇党委任命" in waiting
    assert "确认，马上生效" not in text_of(system.get("/admin/changes").text)
    done = security.post(f"/admin/changes/{change.id}", data={"answer": "confirm"})
    assert done.headers["location"] == "/admin/changes?told=change_confirmed"
    page = text_of(security.get(f"/people/{person}").text)
    assert "三资办柜管员2026年11月23日到2029年11月22日结束职务" in page
    ended = security.post(f"/people/{person}/roles/end", data={"role": "cabinet_officer"})
    assert ended.headers["location"] == f"/people/{person}?told=role_ended"
    assert [each.is_active for each in township.all(Grant) if each.person == person] == [False]


def test_a_change_is_answered_once_and_with_a_reason_where_it_is_declined(township: Township) -> None:
    person = registered(township)
    township.client(SYSTEM).post(f"/people/{person}/roles/new", data=ROLE)
    (change,) = township.all(Change)
    security = township.client(SECURITY)
    assert security.post(f"/admin/changes/{change.id}", data={"answer": "decline"}).status_code == 422
    declined = security.post(f"/admin/changes/{change.id}", data={"answer": "decline", "reason": "没有任命文件"})
    assert declined.headers["location"] == "/admin/changes?told=change_declined"
    assert security.post(f"/admin/changes/{change.id}", data={"answer": "confirm"}).status_code == 409
    assert [each.state for each in township.all(Change)] == [ChangeState.DECLINED]
    assert "没有任命文件" in text_of(township.client(INSPECTOR).get("/admin/changes").text)


def test_a_form_is_answered_at_the_field_that_is_wrong(township: Township) -> None:
    system, head = township.client(SYSTEM), township.person(HEAD)
    for changes, words in (
        ({"phone": "12345"}, "请写11位手机号"),
        ({"phone": head.phone}, "这个手机号已经是廖坤东的"),
        ({"name": " "}, "请写姓名"),
        ({"unit": ""}, "请写单位"),
    ):
        answer = system.post("/people/new", data={**PERSON, **changes})
        assert (answer.status_code in (409, 422), words in text_of(answer.text)) == (True, True), words
    for changes, words in (
        ({"role": "king"}, "请选职务"),
        ({"since": "下周"}, "日期写成"),
        ({"until": "2020-01-01"}, "任期已经过了"),
        ({"role": "head"}, "请选是哪个合作社的"),
    ):
        answer = system.post(f"/people/{head.id}/roles/new", data={**ROLE, **changes})
        assert (answer.status_code, words in text_of(answer.text)) == (422, True), words
    assert system.get("/people/p-x/edit").status_code == 404
    assert township.all(Change) == []


def test_an_administrator_gives_nothing_to_oneself(township: Township) -> None:
    system, oneself = township.client(SYSTEM), township.person(SYSTEM).id
    assert "授予职务" not in system.get(f"/people/{oneself}").text
    refused = system.post(f"/people/{oneself}/roles/new", data=ROLE)
    assert (refused.status_code, "不能给自己授予职务" in refused.text) == (409, True)


def test_a_phone_is_put_right(township: Township) -> None:
    system, head = township.client(SYSTEM), township.person(HEAD)
    form = {"name": head.name, "phone": "13900000001", "unit": head.unit}
    assert f'value="{head.phone}"' in system.get(f"/people/{head.id}/edit").text
    answer = system.post(f"/people/{head.id}/edit", data=form)
    assert answer.headers["location"] == f"/people/{head.id}?told=corrected_person"
    assert township.person(HEAD).phone == "13900000001"


def test_a_card_is_read_into_the_form(township: Township) -> None:
    head, office = township.person(HEAD).id, township.client(OFFICE_HEAD)
    assert "换门卡" in office.get(f"/people/{head}").text
    assert office.post(f"/people/{head}/card", data={"number": "123"}).status_code == 422
    answer = office.post(f"/people/{head}/card", data={"number": "0999999999"})
    assert answer.headers["location"] == f"/people/{head}?told=card_issued"
    by = next(each.card_by for each in township.all(Person) if each.id == head)
    assert by == township.person(OFFICE_HEAD).id
    refused = office.post(f"/people/{head}/code", data={})
    assert (refused.status_code, "卡和码不经一个人的手" in refused.text) == (409, True)


def test_somebody_is_signed_out_everywhere(township: Township) -> None:
    head, theirs = township.person(HEAD).id, township.client(HEAD)
    assert theirs.get("/").status_code == 200
    answer = township.client(SECURITY).post(f"/people/{head}/sessions/end", data={})
    assert answer.headers["location"] == f"/people/{head}?told=sessions_ended"
    assert theirs.get("/").status_code == 303


def test_people_are_listed_page_after_page_and_found_by_their_cooperative(township: Township) -> None:
    seen, after = [], None
    with township.database.reading() as reader:
        while True:
            found = people(reader, after=after, limit=40)
            seen += [who.id for who in found.rows]
            after = found.next
            if after is None:
                break
        assert sorted(seen) == sorted(each.id for each in township.all(Person))
        assert len(seen) == len(set(seen))
        assert {who.name for who in people(reader, "东坑一社").rows} >= {ACCOUNTANT, HEAD}
        assert people(reader, "%").rows == ()
    page = township.client(OFFICER).get("/people").text
    onwards = re.search(r'href="(/people\?q=&amp;after=[^"]+)"', page)
    assert onwards is not None
    assert township.client(OFFICER).get(unescape(onwards[1])).status_code == 200


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        (SYSTEM, ("人员", "待确认的变更"), ("节假日",)),
        (OFFICE_HEAD, ("人员", "节假日"), ()),
        (AUDIT, ("待确认的变更",), ('href="/people"',)),
    ],
)
def test_the_index_shows_what_one_may_administer(
    township: Township, name: str, has: tuple[str, ...], lacks: tuple[str, ...]
) -> None:
    page = township.client(name).get("/admin").text
    assert all(words in page for words in has)
    assert not any(words in page for words in lacks)


def test_settings_are_read_by_all_administrators_and_changed_by_one_or_two(township: Township) -> None:
    system, security = township.client(SYSTEM), township.client(SECURITY)
    address = "/admin/settings/session_idle_minutes"
    assert system.post(address, data={"value": "30"}).headers["location"] == "/admin/settings?told=setting_changed"
    answer = system.post(address, data={"value": "90", "note": "大厅的人常被退出"})
    assert answer.headers["location"] == "/admin/settings?told=change_proposed"
    for value, words in (("许久", "请写一个整数"), ("1000", "可以是 5 到 240 分钟"), ("30", "和现在的一样")):
        wrong = system.post(address, data={"value": value})
        assert (wrong.status_code in (409, 422), words in wrong.text) == (True, True), words
    assert system.post("/admin/settings/gravity", data={"value": "9"}).status_code == 404
    page = text_of(township.client(AUDIT).get("/admin/settings").text)
    assert "不操作自动退出：30分钟" in page
    assert "叶海燕改的" in page
    assert "不操作自动退出改成90分钟" in page
    (change,) = township.all(Change)
    assert security.post(f"/admin/changes/{change.id}", data={"answer": "confirm"}).status_code == 303
    assert "不操作自动退出：90分钟" in text_of(security.get("/admin/settings").text)
