"""Every paper carries a receipt: a code to scan, and in words which entry of how many it vouches for."""

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from anyio import fail_after, move_on_after

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.log_policy import parse_policy
from firmware_protocol.receipts import Receipt, read_receipt
from server.documents.papers.printing import FORMS, Subject
from server.store.lists import entries
from server.web import paper_receipts
from server.web.house import WebSettings
from server.web.paper_receipts import wait_for_witnesses
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.poppler import PdfText
from tests.server.web.test_papers import asked
from tests.server.web.township import INSPECTOR, KEYS, Township

CODE = re.compile(r"凭证码：([A-Za-z0-9_-]+)")
FULL_CODE = re.compile(r"完整凭证码：([A-Za-z0-9_-]+?)c2sp\.org")


def receipt_on(text: str) -> Receipt:
    """The receipt whose code can be read out of a PDF's text."""
    found = CODE.search(re.sub(r"\s+", "", text))
    assert found is not None, text
    return read_receipt(found[1])


def proof_on(text: str) -> Receipt:
    """The receipt with its whole proof, out of the text of the page that has it."""
    found = FULL_CODE.search(re.sub(r"\s+", "", text))
    assert found is not None, text
    return read_receipt(found[1])


def what_is_asked_for(township: Township) -> dict[str, str]:
    return {"cooperative": township.cooperative().id, "checkout": township.filed(), "month": "2026-11"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_carries_a_receipt_of_what_it_tells(township: Township, pdf_text: PdfText, form: str) -> None:
    fields = what_is_asked_for(township)
    township.publish()
    text = pdf_text(asked(township.client(INSPECTOR), f"{form}.pdf", **fields).content)
    receipt = receipt_on(text)
    assert receipt.is_signed_by(KEYS.log.verifier)
    assert receipt.is_proven(township.log.inclusion(receipt.index, receipt.size))
    assert f"凭证：第{receipt.index:,}条，台账共{receipt.size:,}条，扫码核验" in re.sub(r"\s+", "", text)
    with township.database.reading() as reader:
        line = entries.entry(reader, receipt.index)
    assert line is not None
    if FORMS[form].subject is Subject.CHECKOUT:
        assert line.checkout == fields["checkout"]
    else:
        assert receipt.index == receipt.size - 1


def test_a_whole_proof_stands_on_a_page_of_its_own_with_whoever_saw_the_head(
    township: Township, pdf_text: PdfText
) -> None:
    fields = what_is_asked_for(township)
    township.publish()
    township.cosign()
    answer = asked(township.client(INSPECTOR), "approval_form.pdf", proof="full", **fields)
    text = pdf_text(answer.content)
    proof = proof_on(text)
    assert proof.plain == receipt_on(text)
    assert proof.is_proven()
    cosigner = Cosigner.of(township.agent_key.verifier)
    assert proof.witnessed(KEYS.log.verifier, [cosigner]) == {cosigner.name: township.clock.now.replace(microsecond=0)}
    assert f"index {proof.index}" in text
    assert "第1张，共2张" in re.sub(r"\s+", "", text)


def test_a_proof_that_nobody_has_seen_yet_says_so(township: Township, pdf_text: PdfText) -> None:
    fields = what_is_asked_for(township)
    township.publish()
    answer = asked(township.client(INSPECTOR), "approval_form.pdf", proof="full", **fields)
    text = pdf_text(answer.content)
    assert proof_on(text).cosignatures == ()
    assert "还没有见证签名" in text


@pytest.mark.anyio
async def test_a_proof_waits_for_the_witness_that_the_rule_asks_for_but_not_for_ever(
    township: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = f"witness hall {Cosigner.of(township.agent_key.verifier).vkey}\nquorum hall\n"
    house = replace(township.app.state.house, settings=WebSettings(witnesses=parse_policy(rule)))
    township.publish()
    with monkeypatch.context() as patience:
        patience.setattr(paper_receipts, "SEEN_WITHIN_S", 0.2)
        with fail_after(PATIENCE_S):
            await wait_for_witnesses(house)
    monkeypatch.setattr(paper_receipts, "SEEN_WITHIN_S", 600)
    with move_on_after(0.3) as waited:
        await wait_for_witnesses(house)
    assert waited.cancelled_caught
    township.cosign()
    with fail_after(PATIENCE_S):
        await wait_for_witnesses(house)


@pytest.mark.parametrize("site", ["", "https://gongguan.example"], ids=["no address", "an address"])
def test_an_excel_file_has_the_receipt_as_text(built_township: Path, tmp_path: Path, site: str) -> None:
    township = Township(built_township, tmp_path, address=site)
    township.publish()
    path = tmp_path / "paper.xlsx"
    path.write_bytes(asked(township.client(INSPECTOR), "opening_register.xlsx").content)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    said, link = [str(row[0].value) for row in sheet.iter_rows(min_row=sheet.max_row - 1)]
    receipt = read_receipt(link)
    assert said.startswith(f"凭证：第 {receipt.index:,} 条，台账共 {receipt.size:,} 条，")
    assert "扫码" not in said
    assert link == (f"{site}/verify#{receipt.code}" if site else receipt.code)
    township.close()


def test_before_anything_is_published_a_paper_carries_none(township: Township, pdf_text: PdfText) -> None:
    answer = asked(township.client(INSPECTOR), "approval_form.pdf", **what_is_asked_for(township))
    assert "凭证码" not in pdf_text(answer.content)
