"""Papers over the web: one tap, the right rows and no others, and an entry of the log before the file is given."""

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from httpx2 import Response

from server.documents.papers.files import FORMATS
from server.documents.papers.printing import FORMS
from server.store.lists import entries
from server.store.lists.entries import LogFilter, LogLine
from tests.scenarios.waiting import until
from tests.server.web.browser import Browser
from tests.server.web.township import ACCOUNTANT, INSPECTOR, OFFICER, OUTSIDE, REVIEWER, Township


def asked(client: Browser, paper: str, **fields: str) -> Response:
    """The answer to one tap, after the redirect to the file."""
    answer = client.post("/papers", data={"paper": paper, **fields})
    return fetched(client, answer.headers["location"]) if answer.status_code == 303 else answer


def fetched(client: Browser, where: str) -> Response:
    """The file that is being made there, as one waits for it, or why there is none."""
    return until(lambda: _final(client.get(where)), f"the paper at {where} to be made")


def _final(answer: Response) -> Response | None:
    """The answer, unless it is the page that says how far it is."""
    return None if answer.status_code == 200 and "html" in answer.headers["content-type"] else answer


def rows_of(answer: Response) -> list[list[Any]]:
    """The rows below the headings of the first sheet, as far as they are numbered."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[each.value for each in row] for row in sheet.iter_rows(min_row=4)]
    return [row for row in rows if isinstance(row[0], int)]


def last_entry(township: Township) -> LogLine:
    with township.database.reading() as reader:
        return entries.log(reader, LogFilter(), limit=1).rows[0]


def used(township: Township, **changes: Any) -> str:
    """A seal goes out and comes back; the checkout."""
    checkout = township.permitted(**changes)
    people = [township.person(name).id for name in (ACCOUNTANT, OFFICER)]
    for action, moved in (("take", "items_taken"), ("return", "items_returned")):
        place = {"opening": f"o-{action}-{checkout}", "compartment": "CAB-01/1"}
        about = {**place, "permit": township.permit_of(checkout), "checkout": checkout, "persons": people}
        township.reported("opening_intended", {**about, "action": action, "attempt": 1})
        township.reported("door_opened", place)
        township.reported(moved, {**about, "items": [township.seal().id]})
        township.reported("door_closed", place)
        township.reported("opening_finished", {**about, "outcome": "taken" if action == "take" else "returned"})
        township.clock.pass_by(timedelta(minutes=10))
    return checkout


def test_the_register_tells_a_use_from_asking_to_bringing_back(township: Township) -> None:
    checkout = used(township)
    answer = asked(township.client(REVIEWER), "seal_register.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%B8%85")
    (row,) = rows_of(answer)
    assert row[3:9] == [
        "清溪镇东坑村第一经济合作社",
        "公章",
        "签东坑村路灯采购合同",
        "东坑村路灯采购合同",
        "清溪镇恒达贸易有限公司",
        2_470,
    ]
    assert (row[11], row[12], row[13], row[15]) == (ACCOUNTANT, "廖坤东、何慧敏", checkout, OFFICER)
    assert row[17] - row[16] == timedelta(minutes=10)
    with township.database.reading() as reader:
        taken = entries.entry(reader, int(str(row[1]).removeprefix("日志")))
    assert taken is not None
    assert (taken.type, taken.checkout) == ("items_taken", checkout)


def test_every_export_is_an_entry_that_knows_the_file(township: Township) -> None:
    answer = asked(township.client(REVIEWER), "opening_register.pdf", cooperative=township.cooperative().id)
    assert answer.content.startswith(b"%PDF")
    entry = last_entry(township)
    assert entry.type == "export_made"
    assert entry.about["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert (entry.about["form"], entry.about["format"]) == ("opening_register", "pdf")
    assert entry.about["person"] == township.person(REVIEWER).id
    assert entry.cooperative == township.cooperative().id
    assert "导出了共管柜开启记录" in township.client(INSPECTOR).get("/log").text


@pytest.mark.parametrize("format_", ["pdf", "pdfa", "xlsx"])
@pytest.mark.parametrize("form", FORMS)
def test_every_paper_can_be_made_in_every_format(township: Township, form: str, format_: str) -> None:
    fields = {"cooperative": township.cooperative().id, "checkout": township.filed(), "month": "2026-11"}
    answer = asked(township.client(INSPECTOR), f"{form}.{format_}", **fields)
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK" if format_ == "xlsx" else b"%PDF")


def test_a_paper_has_the_rows_of_its_time_and_cooperative_alone(township: Township) -> None:
    used(township)
    township.clock.pass_by(timedelta(days=1))
    used(township, purpose="第二天")
    client = township.client(INSPECTOR)
    assert len(rows_of(asked(client, "seal_register.xlsx"))) == 2
    (today,) = rows_of(asked(client, "seal_register.xlsx", period="today"))
    assert today[5] == "第二天"
    (first,) = rows_of(asked(client, "seal_register.xlsx", since="2026-11-23", until="2026-11-23"))
    assert first[5] == "签东坑村路灯采购合同"
    assert rows_of(asked(client, "seal_register.xlsx", cooperative=township.cooperative(OUTSIDE).id)) == []


def test_people_of_a_cooperative_get_their_own_rows_alone(township: Township) -> None:
    checkout = used(township)
    stranger = township.client(township.officer(OUTSIDE, "accountant"))
    assert rows_of(asked(stranger, "seal_register.xlsx")) == []
    assert rows_of(asked(stranger, "inventory.xlsx"))[0][1] == OUTSIDE
    assert asked(stranger, "seal_register.xlsx", cooperative=township.cooperative().id).status_code == 404
    assert asked(stranger, "approval_form.pdf", checkout=checkout).status_code == 404
    assert len(rows_of(asked(township.client(ACCOUNTANT), "seal_register.xlsx"))) == 1


def test_a_file_is_for_whoever_asked_for_it(township: Township) -> None:
    answer = township.client(REVIEWER).post("/papers", data={"paper": "inventory.xlsx"})
    here = answer.headers["location"]
    assert township.client(REVIEWER).get(here).status_code == 200
    assert township.client(INSPECTOR).get(here).status_code == 410


def test_a_second_tap_makes_nothing_twice(township: Township) -> None:
    client = township.client(REVIEWER)
    taps = [client.post("/papers", data={"paper": "inventory.pdf"}) for _ in range(2)]
    assert taps[0].headers["location"] == taps[1].headers["location"]
    fetched(client, taps[0].headers["location"])
    with township.database.reading() as reader:
        lately = entries.log(reader, LogFilter(), limit=20).rows
    assert [line.type for line in lately].count("export_made") == 1


def test_a_paper_that_is_too_long_is_refused_in_words_and_on_record(
    township: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], rows_max=3))
    answer = asked(township.client(REVIEWER), "inventory.pdf", cooperative=township.cooperative().id)
    assert answer.status_code == 409
    assert "请把日期缩短一些再导出" in answer.text
    entry = last_entry(township)
    assert (entry.type, entry.about["rule"]) == ("request_refused", "paper_too_long")


@pytest.mark.parametrize("paper", ["nothing.pdf", "seal_register.exe", "seal_register", "approval_form.pdf"])
def test_what_is_no_paper_is_not_there(township: Township, paper: str) -> None:
    assert asked(township.client(INSPECTOR), paper).status_code == 404


def test_the_pages_offer_the_papers_about_what_they_show(township: Township) -> None:
    client, checkout = township.client(INSPECTOR), township.filed()
    offers = {
        "/log": ("seal_register", "archive_register", "opening_register"),
        f"/cooperatives/{township.cooperative().id}": ("contract_catalogue", "handover_list", "inventory"),
        f"/checkouts/{checkout}": ("approval_form",),
    }
    for path, forms in offers.items():
        page = client.get(path).text
        assert all(f'value="{form}.{kind}"' in page for form in forms for kind in ("pdf", "pdfa", "xlsx")), path


def test_a_handover_list_names_everything_a_cooperative_has(township: Township) -> None:
    answer = asked(township.client(OFFICER), "handover_list.xlsx", cooperative=township.cooperative().id)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert str(book.worksheets[0]["A2"].value).startswith(f"交接单位：{township.cooperative().name}　　交接原因：")
    named = sum(isinstance(row[0].value, int) for sheet in book.worksheets for row in sheet.iter_rows(min_row=4))
    assert named == len(township.all_items(township.cooperative().id))
