"""Papers as PDF: what poppler reads out of them is what was put in, on every page."""

import re
from dataclasses import replace

import pytest

from server.documents.papers import handover_list, seal_register
from server.documents.papers.approval_form import approval_grid
from server.documents.papers.as_pdf import CODE_MM_MIN, MODULE_MM, Unprintable, drawn_receipt, paper_as_pdf
from server.documents.papers.paper import Paper, PaperProof, PaperReceipt, table
from server.documents.papers.seal_register import SealUse
from tests.fixtures.poppler import PdfText
from tests.server.documents.papers import paper_rows as rows


def register(*uses: SealUse) -> Paper:
    return rows.paper(table(seal_register.COLUMNS, uses, nothing=seal_register.NOTHING))


def words(text: str) -> str:
    """The text without what separates cells and lines."""
    return re.sub(r"\s+", "", text)


def test_a_register_says_what_its_rows_say(pdf_text: PdfText) -> None:
    text = pdf_text(paper_as_pdf(register(rows.USE)))
    assert "清溪镇用印登记表" in words(text)
    for said in ("游少玉", "116,000.50", "签订商铺租赁", "2026-11-23", "廖坤东"):
        assert said in text, said


def test_every_page_has_the_heads_its_number_and_the_logs_fingerprint(pdf_text: PdfText) -> None:
    pages = [words(page) for page in pdf_text(paper_as_pdf(register(*[rows.USE] * 40))).split("\f") if page.strip()]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in page
        assert "审批单号" in page
        assert words(rows.FINGERPRINT) in page
        assert "填表人：林少军审核人：" in page
        assert "2026-11-2309:30何慧敏打印" in page


def test_a_row_is_not_cut_in_two_at_the_end_of_a_page(pdf_text: PdfText) -> None:
    reason = "起" + "租" * 198 + "止"
    pages = pdf_text(paper_as_pdf(register(*[replace(rows.USE, purpose=reason)] * 7))).split("\f")
    begun = [page.count("起") for page in pages]
    assert begun == [page.count("止") for page in pages]
    assert sum(begun) == 7
    assert len([each for each in begun if each]) > 1


def test_an_empty_register_says_so(pdf_text: PdfText) -> None:
    assert words(seal_register.NOTHING) in words(pdf_text(paper_as_pdf(register())))


TYPED = {
    "typst's own code": "#panic() $x$ *bold* `raw` <label> @ref",
    "the end of a string": '"]}; \\',
    "a formula": "=1+1",
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_what_somebody_typed_is_printed_as_typed(pdf_text: PdfText, typed: str) -> None:
    text = pdf_text(paper_as_pdf(register(replace(rows.USE, purpose=typed))))
    assert words(typed) in words(text)


def test_nothing_runs_off_the_page_however_long(pdf_text: PdfText) -> None:
    endless = replace(rows.USE, document="A" * 300, note="长" * 300, seals=rows.LONG_NAME * 3)
    text = words(pdf_text(paper_as_pdf(register(endless))))
    assert text.count("A") >= 300
    assert text.count("长") >= 300


def test_a_handover_list_has_three_blocks_and_three_to_sign(pdf_text: PdfText) -> None:
    blocks = handover_list.handover_blocks([rows.SEAL], [rows.HANDED_CONTRACT], [rows.VOLUME])
    paper = rows.paper(*blocks, notes=(handover_list.NOTE,), signers=handover_list.SIGNERS)
    text = words(pdf_text(paper_as_pdf(paper)))
    for said in ("一、印章", "二、合同", "三、财务凭证", "移交人（", "接收人（", "监交人（", "一式三份", "共1第1"):
        assert said in text, said


RECEIPT = PaperReceipt("Aq-_9xB" * 27 + "ab", 1_233, 12_345, "https://gongguan.qingxi.example")


@pytest.mark.parametrize("receipt", [None, RECEIPT], ids=["without a receipt", "with one"])
def test_an_approval_form_is_one_upright_page(pdf_text: PdfText, receipt: PaperReceipt | None) -> None:
    text = pdf_text(paper_as_pdf(rows.paper(approval_grid(rows.FORM), is_landscape=False, receipt=receipt)))
    assert "第1页共1页" in words(text)
    assert "镇分管领" in words(text)


@pytest.mark.parametrize("site", ["", RECEIPT.site], ids=["the bare code", "with an address"])
def test_a_receipt_stands_on_the_sheet_as_it_is_scanned_and_as_text(pdf_text: PdfText, site: str) -> None:
    receipt = replace(RECEIPT, site=site)
    text = words(pdf_text(paper_as_pdf(rows.paper(receipt=receipt))))
    assert "凭证：第1,233条，台账共12,345条，扫码核验" in text
    assert f"凭证码：{receipt.code}" in text
    assert receipt.link == (f"{site}/verify#{receipt.code}" if site else receipt.code)


@pytest.mark.parametrize("characters", [191, 960], ids=["plain", "full"])
def test_a_receipts_code_is_large_enough_to_be_scanned(characters: int) -> None:
    drawn = drawn_receipt(replace(RECEIPT, code="A" * characters))
    modules = int(re.findall(r'viewBox="0 0 (\d+) ', drawn["qr"])[0])
    assert drawn["mm"] >= CODE_MM_MIN
    assert drawn["mm"] / modules >= MODULE_MM


def test_a_whole_proof_takes_a_page_with_every_part_of_its_code_large_enough(pdf_text: PdfText) -> None:
    proof = PaperProof(
        "Ag" * 300, ("~a.1.2.b" * 50, "~a.2.2.c" * 20), "c2sp.org/tlog-proof@v1\nindex 7\n", ("镇纪委（昨天）",)
    )
    receipt = replace(RECEIPT, proof=proof)
    text = words(pdf_text(paper_as_pdf(rows.paper(receipt=receipt), is_archival=True)))
    for said in (
        "完整证明",
        "第1张，共2张",
        "第2张，共2张",
        f"完整凭证码：{proof.code}",
        "index7",
        "镇纪委（昨天）",
        "第2页共2页",
    ):
        assert said in text, said
    assert receipt.proof_links == tuple(f"{RECEIPT.site}/verify#{part}" for part in proof.parts)
    for code in drawn_receipt(receipt)["proof"]["codes"]:
        modules = int(re.findall(r'viewBox="0 0 (\d+) ', code["qr"])[0])
        assert code["mm"] / modules >= MODULE_MM


def test_the_same_paper_is_the_same_file() -> None:
    assert paper_as_pdf(rows.paper()) == paper_as_pdf(rows.paper())


def test_an_archival_paper_says_so_and_keeps_its_fonts_inside() -> None:
    content = paper_as_pdf(rows.paper(address="https://gongguan.test/public/c-1/2026-11"), is_archival=True)
    assert b"pdfaid:part" in content
    assert b"/FontFile3" in content or b"/FontFile2" in content or b"/ObjStm" in content


def test_an_archival_paper_refuses_what_the_fonts_lack() -> None:
    odd = register(replace(rows.USE, applicant="\U0001f600"))
    assert paper_as_pdf(odd).startswith(b"%PDF")
    with pytest.raises(Unprintable):
        paper_as_pdf(odd, is_archival=True)


@pytest.mark.parametrize("name", ["囍嬅喆", "㛃婞", "龘靐", "𠮷"], ids=["GBK", "extension A", "rare", "extension B"])
def test_names_with_rare_characters_can_be_printed(name: str) -> None:
    assert paper_as_pdf(register(replace(rows.USE, applicant=name))).startswith(b"%PDF")
