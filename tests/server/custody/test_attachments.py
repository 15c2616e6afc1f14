"""The rules of handing in a document, taking it back, and making it part of a matter."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.custody.attachments import (
    FILE_BYTES_MAX,
    NAME_CHARACTERS_MAX,
    UNFILED_MAX,
    Attachment,
    Inspected,
    MediaType,
    Offer,
    file_name,
    is_stale,
    refuse_attachment,
    refuse_filing,
    refuse_taking_back,
)
from server.custody.people import Standing
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    DONGKENG_2,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    SECURITY_ADMIN,
    attachment,
    blocked,
)

PHOTO = Inspected(sha256="00", size_bytes=3_000_000, media_type=MediaType.JPEG, pixels=12_000_000)
OFFER = Offer(by=ACCOUNTANT, cooperative=DONGKENG_1.id, file=PHOTO, unfiled=0)


def test_a_photo_of_a_contract_is_taken() -> None:
    assert refuse_attachment(OFFER) is None


REFUSALS = {
    "by a neighbour": (replace(OFFER, by=NEIGHBOUR), "attachment_role"),
    "by somebody blocked": (replace(OFFER, by=blocked(ACCOUNTANT)), "attachment_role"),
    "by an administrator": (replace(OFFER, by=SECURITY_ADMIN), "attachment_role"),
    "for the township by an accountant": (replace(OFFER, cooperative=None), "attachment_role"),
    "an empty file": (replace(OFFER, file=replace(PHOTO, size_bytes=0)), "file_empty"),
    "one byte too many": (replace(OFFER, file=replace(PHOTO, size_bytes=FILE_BYTES_MAX + 1)), "file_too_large"),
    "a page": (replace(OFFER, file=replace(PHOTO, media_type=None)), "file_type"),
    "half a photo": (replace(OFFER, file=replace(PHOTO, is_whole=False)), "file_broken"),
    "a wall of pixels": (replace(OFFER, file=replace(PHOTO, pixels=3_600_000_000)), "picture_too_large"),
    "one more than one can use": (replace(OFFER, unfiled=UNFILED_MAX), "too_many_unfiled"),
}


@pytest.mark.parametrize(("offer", "rule"), REFUSALS.values(), ids=REFUSALS)
def test_a_file_is_not_taken(offer: Offer, rule: str) -> None:
    refused = refuse_attachment(offer)
    assert refused is not None
    assert refused.rule == rule


@pytest.mark.parametrize("who", [CABINET_OFFICER, OFFICE_HEAD], ids=["officer", "office head"])
@pytest.mark.parametrize("cooperative", [DONGKENG_1.id, None], ids=["for a cooperative", "for the township"])
def test_the_office_hands_in_for_anybody(who: Standing, cooperative: str | None) -> None:
    assert refuse_attachment(replace(OFFER, by=who, cooperative=cooperative)) is None


@pytest.mark.parametrize(
    ("by", "document", "rule"),
    [
        (ACCOUNTANT.id, attachment(), None),
        (HEAD.id, attachment(), "unknown_document"),
        (ACCOUNTANT.id, attachment(subject="k-1"), "document_filed"),
    ],
    ids=["one's own", "somebody else's", "one that belongs to a request"],
)
def test_taking_a_document_back(by: str, document: Attachment, rule: str | None) -> None:
    refused = refuse_taking_back(by, document)
    assert (refused.rule if refused else None) == rule


FILINGS = {
    "one's own": ([attachment()], 1, None),
    "nothing": ([], 0, None),
    "one that nobody knows": ([], 1, "unknown_document"),
    "somebody else's": ([attachment(by=HEAD.id)], 1, "unknown_document"),
    "another cooperative's": ([attachment(cooperative=DONGKENG_2.id)], 1, "unknown_document"),
    "one of another request": ([attachment(), attachment(id="u-2", subject="k-0")], 2, "document_filed"),
    "one that was taken back": ([attachment(withdrawn_at=NOW)], 1, "document_filed"),
}


@pytest.mark.parametrize(("found", "wanted", "rule"), FILINGS.values(), ids=FILINGS)
def test_making_documents_part_of_a_matter(found: list[Attachment], wanted: int, rule: str | None) -> None:
    refused = refuse_filing(ACCOUNTANT.id, DONGKENG_1.id, wanted, found)
    assert (refused.rule if refused else None) == rule


def test_a_document_nobody_comes_back_for_is_stale_after_a_week() -> None:
    week = NOW + timedelta(days=7)
    assert not is_stale(attachment(), week)
    assert is_stale(attachment(), week + timedelta(seconds=1))
    assert not is_stale(attachment(subject="k-1"), week + timedelta(days=30))


NAMES = {
    "as it is": ("路灯采购合同.pdf", MediaType.PDF, "路灯采购合同.pdf"),
    "with a path": ("C:\\桌面\\..\\合同.pdf", MediaType.PDF, "合同.pdf"),
    "with another path": ("../../etc/passwd", MediaType.PDF, "passwd.pdf"),
    "that reads backwards": ("合同\u202egpj.exe", MediaType.JPEG, "合同 gpj.exe.jpg"),
    "of another type": ("合同.docx", MediaType.PDF, "合同.docx.pdf"),
    "in capitals": ("IMG_0001.JPEG", MediaType.JPEG, "IMG_0001.JPEG"),
    "hidden": (".pdf", MediaType.PDF, "pdf.pdf"),
    "none at all": ("", MediaType.PNG, "材料.png"),
    "only a line break": ("\r\n", MediaType.WEBP, "材料.webp"),
}


@pytest.mark.parametrize(("given", "media_type", "kept"), NAMES.values(), ids=NAMES)
def test_a_name_is_kept_without_what_could_mislead(given: str, media_type: MediaType, kept: str) -> None:
    assert file_name(given, media_type) == kept


@pytest.mark.parametrize("given", ["长" * 500, "长" * 500 + ".pdf"], ids=["without an ending", "with one"])
def test_a_name_is_not_endless_and_keeps_its_ending(given: str) -> None:
    kept = file_name(given, MediaType.PDF)
    assert len(kept) == NAME_CHARACTERS_MAX
    assert kept.endswith("长.pdf")
