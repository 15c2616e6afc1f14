"""A handover's list on paper: what was counted, what was missing, who signed, and the hash they signed."""

import io

import openpyxl

from server.custody.handovers.content import content_of
from server.custody.handovers.states import HandoverKind
from server.documents.papers.from_handovers import counted_things
from server.store.lists import handovers
from server.usecases.open_handover import HandoverStands, OpenHandover, open_handover
from tests.fixtures.poppler import PdfText
from tests.server.web.handovers import being_counted, content, counted, drafted, handover_of, lines_of, signs
from tests.server.web.test_papers import asked, rows_of
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICER, OUTSIDE, REVIEWER, Township


def id_of(page: str) -> str:
    return page.rpartition("/")[2]


def test_the_list_says_what_was_counted_and_what_was_not_there(township: Township) -> None:
    page = being_counted(township)
    answer = asked(township.client(REVIEWER), "handover_list.xlsx", handover=id_of(page))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[each.value for each in row] for sheet in book.worksheets for row in sheet.iter_rows(min_row=4)]
    numbered = [row for row in rows if isinstance(row[0], int)]
    assert len(numbered) == len(lines_of(township, page))
    assert [row[-1] for row in numbered[:2]] == [None, "未见；在农商银行"]
    fingerprint = content_of(handover_of(township, page), lines_of(township, page))
    assert any(row[0] == f"清单指纹：{fingerprint}" for row in rows)


def test_whoever_has_signed_stands_at_the_foot(township: Township, pdf_text: PdfText) -> None:
    page = drafted(township)
    counted(township, page)
    head = township.officer(OUTSIDE, "head")
    client = township.client(head)
    assert signs(client, page, "hands_over", content(client, page)) == 303
    text = pdf_text(asked(client, "handover_list.pdf", handover=id_of(page)).content)
    joined = "".join(text.split())
    assert f"移交人{head}（2026-11-23" in joined
    assert "接收人（姓名、职务" in joined
    assert "监交人（姓名、职务" in joined


def test_a_yearly_count_prints_as_an_inventory(township: Township) -> None:
    cooperative = township.cooperative().id
    opening = OpenHandover(by=township.person(REVIEWER).id, cooperative=cooperative, kind=HandoverKind.INVENTORY)
    stands = township.writer.run_now(open_handover, opening)
    assert isinstance(stands, HandoverStands), stands
    page = f"/handovers/{stands.handover}"
    counted(township, page)
    client = township.client(INSPECTOR)
    assert 'value="inventory.pdf"' in client.get(page).text
    rows = rows_of(asked(client, "inventory.xlsx", handover=stands.handover))
    assert len(rows) == len(township.all_items(cooperative))
    assert {tuple(row[6:9]) for row in rows} == {(1, 1, 0)}
    assert {row[10] for row in rows} == {OFFICER}


def test_what_was_on_no_list_is_found_beyond_the_book(township: Township) -> None:
    page = being_counted(township)
    surprise = {"kind": "seal", "seal_type": "official", "name": "水口八社公章（旧）", "reason": "社长家中找到"}
    assert township.client(OFFICER).post(f"{page}/surprises", data=surprise).status_code == 303
    with township.database.reading() as reader:
        sheet = handovers.sheet(reader, id_of(page))
    assert sheet is not None
    things = {each.name: (each.booked, each.found) for each in counted_things(sheet, str)}
    assert things["水口八社公章（旧）"] == (0, 1)
    assert sorted(set(things.values()), key=str) == [(0, 1), (1, 0), (1, 1), (1, None)]


def test_nobody_else_prints_the_list(township: Township) -> None:
    page = drafted(township)
    for name in (ACCOUNTANT, HEAD):
        answer = asked(township.client(name), "handover_list.pdf", handover=id_of(page))
        assert answer.status_code == 404, name
