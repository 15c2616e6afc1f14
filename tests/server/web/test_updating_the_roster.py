"""更新名册: a workbook handed in by one administrator, confirmed by another; and what the history says of it all."""

import io
import re
from functools import cache
from html import unescape
from importlib.resources import files

import openpyxl
import pytest

from server.custody.administration.changes import Change, ChangeState
from server.custody.people import Person
from server.store.uploads import kept_files
from tests.server.web.township import HEAD, OFFICE_HEAD, REVIEWER, Township

SYSTEM, SECURITY, AUDIT = "叶海燕", "潘振东", "江玉兰"
NEW_NAME = "廖坤冬"


def text_of(page: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub("<[^>]+>", "", page)))


@cache
def workbook(*, of: str = HEAD, name: str = NEW_NAME, without: str = REVIEWER) -> bytes:
    """The township's own workbook with one name changed, and one person left out."""
    book = openpyxl.load_workbook(io.BytesIO(files("server.demo").joinpath("township_roster.xlsx").read_bytes()))
    sheet = book["人员"]
    gone = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == of:
                cell.value = name
            if cell.value == without:
                gone.append(cell.row)
    for number in reversed(gone):
        sheet.delete_rows(number)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def handed_in(township: Township, content: bytes, name: str = "名册.xlsx") -> str:
    """Where the table is that says what the workbook would do."""
    answer = township.client(SYSTEM).post("/admin/roster", files={"workbook": (name, content)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_a_roster_is_handed_in_seen_by_two_and_written(township: Township) -> None:
    where = handed_in(township, workbook())
    system, security = township.client(SYSTEM), township.client(SECURITY)
    page = system.get(where).text
    said = text_of(page)
    assert f"{NEW_NAME}{township.person(HEAD).phone}人员更改更正登记" in said
    assert f"{REVIEWER}{township.person(REVIEWER).phone}人员" in said
    proposed = system.post(where, data={"answer": "propose", "seen": seen_on(page), "note": "换届"})
    assert proposed.headers["location"] == "/admin/changes?told=change_proposed"
    (change,) = township.all(Change)
    with township.database.reading() as reader:
        assert change.wanted["document"] in kept_files(reader)
    refused = security.post(f"/admin/changes/{change.id}", data={"answer": "confirm"})
    assert (refused.status_code, "先打开这份名册" in refused.text) == (409, True)
    assert "确认，马上生效" not in security.get("/admin/changes").text
    assert "看过，确认写入" not in system.get(where).text
    page = security.get(where).text
    done = security.post(where, data={"answer": "confirm", "seen": seen_on(page)})
    assert done.headers["location"] == "/admin/changes?told=roster_updated"
    assert NEW_NAME in {each.name for each in township.all(Person)}
    assert REVIEWER in {each.name for each in township.all(Person)}, "what vanished stays"
    assert [each.state for each in township.all(Change)] == [ChangeState.CONFIRMED]
    audit, renamed, by = township.client(AUDIT), township.person(NEW_NAME).id, township.person(SYSTEM).id
    assert f"名称：{HEAD}→{NEW_NAME}" in text_of(audit.get(f"/admin/history?person={renamed}").text)
    assert f"{SYSTEM}{SECURITY}确认" in text_of(audit.get(f"/admin/history?person={by}").text)


def test_what_moved_on_since_it_was_seen_is_seen_again(township: Township) -> None:
    where = handed_in(township, workbook())
    system, security, head = township.client(SYSTEM), township.client(SECURITY), township.person(HEAD)
    seen = seen_on(system.get(where).text)
    system.post(where, data={"answer": "propose", "seen": seen})
    system.post(f"/people/{head.id}/edit", data={"name": NEW_NAME, "phone": head.phone, "unit": head.unit})
    refused = security.post(where, data={"answer": "confirm", "seen": seen})
    assert (refused.status_code, "请再看一遍" in refused.text) == (409, True)
    assert [each.state for each in township.all(Change)] == [ChangeState.PROPOSED]
    assert security.post(where, data={"answer": "decline", "seen": seen}).status_code == 422
    declined = security.post(where, data={"answer": "decline", "seen": seen, "reason": "已经手工更正"})
    assert declined.headers["location"] == "/admin/changes?told=change_declined"


def test_nobody_brings_in_something_new_of_themselves(township: Township) -> None:
    where = handed_in(township, workbook(of=SYSTEM, name="叶海雁"))
    system = township.client(SYSTEM)
    seen = seen_on(system.get(where).text)
    refused = system.post(where, data={"answer": "propose", "seen": seen})
    assert (refused.status_code, "改动了叶海燕自己" in refused.text) == (409, True)
    assert township.all(Change) == []


def test_a_roster_that_says_nothing_new_is_not_proposed(township: Township) -> None:
    system, security, content = township.client(SYSTEM), township.client(SECURITY), workbook()
    where = handed_in(township, content)
    seen = seen_on(system.get(where).text)
    system.post(where, data={"answer": "propose", "seen": seen})
    assert security.post(where, data={"answer": "confirm", "seen": seen}).status_code == 303
    assert handed_in(township, content) == where
    page = system.get(where).text
    assert "送安全管理员确认" not in page
    assert "没有要更新的" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "不是"), (b"%PDF-1.7 nothing", "不是"), (b"PK\x03\x04 broken", "损坏")],
    ids=["empty", "a PDF", "a broken archive"],
)
def test_a_file_that_is_no_workbook_is_answered_at_its_field(township: Township, content: bytes, words: str) -> None:
    answer = township.client(SYSTEM).post("/admin/roster", files={"workbook": ("x.xlsx", content)})
    assert answer.status_code == 422
    assert re.search(r'id="workbook-error".*?</span>', answer.text, re.DOTALL)
    assert words in text_of(answer.text)
    assert list(township.uploads.folder.iterdir()) == []


def test_no_file_at_all_says_what_to_do(township: Township) -> None:
    answer = township.client(SYSTEM).post("/admin/roster", data={})
    assert (answer.status_code, "请选一个" in answer.text) == (422, True)
    assert township.client(SYSTEM).get(f"/admin/roster/{'0' * 64}").status_code == 404
    assert township.client(SYSTEM).get("/admin/roster/..%2Fgongguan.sqlite").status_code == 404


def test_what_vanished_leaves_as_a_file_and_an_entry(township: Township) -> None:
    where = handed_in(township, workbook())
    answer = township.client(AUDIT).post(f"{where}/vanished", data={})
    assert REVIEWER in answer.content.decode("utf-8-sig")
    assert "attachment" in answer.headers["content-disposition"]
    assert "导出了名册里不再有的，" in text_of(township.client(AUDIT).get("/log").text)


def test_the_history_says_who_did_what_before_and_after_and_who_confirmed(township: Township) -> None:
    system, security, head = township.client(SYSTEM), township.client(SECURITY), township.person(HEAD)
    system.post(f"/people/{head.id}/edit", data={"name": head.name, "phone": "13900000001", "unit": head.unit})
    system.post("/admin/settings/session_idle_minutes", data={"value": "90"})
    (change,) = township.all(Change)
    security.post(f"/admin/changes/{change.id}", data={"answer": "confirm"})
    page = text_of(township.client(AUDIT).get("/admin/history").text)
    assert f"手机号：{head.phone}→13900000001" in page
    assert "数值：60→90" in page
    assert f"{SYSTEM}{SECURITY}确认" in page
    theirs = text_of(township.client(OFFICE_HEAD).get(f"/admin/history?person={head.id}").text)
    assert "13900000001" in theirs
    assert "数值：60→90" not in theirs
    older = re.search(r'href="(/admin/history\?after=[^"]+)"', township.client(AUDIT).get("/admin/history").text)
    assert older is not None
    assert "<html" not in township.client(AUDIT).get(unescape(older[1])).text
