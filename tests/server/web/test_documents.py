"""Documents over the web: sent as they are, judged by their bytes, opened only by whoever may."""

import hashlib
from typing import Any

import pytest
from httpx2 import Response

from server.custody.attachments import FILE_BYTES_MAX, Attachment
from server.store.lists import entries
from tests.server.pictures import jpeg, pdf, png, webp
from tests.server.web.browser import Browser
from tests.server.web.township import (
    ACCOUNTANT,
    FROM_OUR_PAGES,
    HEAD,
    INSPECTOR,
    OFFICER,
    OUTSIDE,
    REVIEWER,
    Township,
)

HERE = "/api/v1/attachments"


def sent(
    township: Township,
    content: bytes,
    *,
    name: str = "合同.pdf",
    by: str = ACCOUNTANT,
    kind: str = "",
    is_a: str = "other",
) -> dict[str, Any]:
    """What the API answers to a file that is a document of this kind."""
    answer = post(township.client(by), township, content, name=name, kind=kind, is_a=is_a)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def post(
    client: Browser, township: Township, content: bytes, *, name: str = "合同.pdf", kind: str = "", is_a: str = "other"
) -> Response:
    query = {"cooperative": township.cooperative().id, "name": name, "kind": is_a}
    headers = {"content-type": kind} if kind else {}
    return client.post(HERE, params=query, content=content, headers=headers)


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (jpeg(), "image/jpeg", "合同.pdf.jpg"),
        (png(), "image/png", "合同.pdf.png"),
        (webp(), "image/webp", "合同.pdf.webp"),
        (pdf(), "application/pdf", "合同.pdf"),
    ],
    ids=["JPEG", "PNG", "WebP", "PDF"],
)
@pytest.mark.parametrize("claimed", ["", "text/html"], ids=["unnamed", "called a page"])
def test_a_file_is_what_its_bytes_say(
    township: Township, content: bytes, media_type: str, name: str, claimed: str
) -> None:
    document = sent(township, content, kind=claimed)
    assert (document["media_type"], document["name"]) == (media_type, name)
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert (township.uploads.folder / document["sha256"]).read_bytes() == content


def test_a_file_is_given_back_byte_for_byte_and_can_do_nothing(township: Township) -> None:
    for content, disposition in ((jpeg(), "inline"), (pdf(), "attachment")):
        document = sent(township, content)
        answer = township.client(ACCOUNTANT).get(document["content"])
        assert answer.content == content
        assert answer.headers["content-type"] == document["media_type"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["content-disposition"].startswith(disposition + "; filename*=UTF-8''%E5%90%88")


REFUSED = {
    "a page": (b"<script>alert(1)</script>", 422, "file_type"),
    "a program": (b"MZ\x90\0" + bytes(60), 422, "file_type"),
    "a workbook": (b"PK\x03\x04" + bytes(60), 422, "file_type"),
    "half a photo": (jpeg()[:-4], 422, "file_broken"),
    "half a PDF": (pdf()[:30], 422, "file_broken"),
    "nothing": (b"", 422, "file_empty"),
    "a wall of pixels": (png(60_000, 60_000), 422, "picture_too_large"),
    "one byte too many": (pdf() + b" " * FILE_BYTES_MAX, 413, "file_too_large"),
}


@pytest.mark.parametrize(("content", "status", "rule"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_taken_leaves_no_file_and_says_why(
    township: Township, content: bytes, status: int, rule: str
) -> None:
    answer = post(township.client(ACCOUNTANT), township, content)
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)
    assert list(township.uploads.folder.iterdir()) == []
    assert township.all(Attachment) == []


def test_what_has_no_end_is_not_read_to_its_end(township: Township) -> None:
    answer = post(township.client(ACCOUNTANT), township, b"%PDF-" + b" " * 3 * FILE_BYTES_MAX)
    assert answer.status_code == 413
    assert list(township.uploads.folder.iterdir()) == []


def test_a_document_is_its_uploaders_until_it_belongs_to_a_request(township: Township) -> None:
    document = sent(township, pdf())
    assert township.client(HEAD).get(document["content"]).status_code == 404
    checkout = township.filed()
    client = township.client(ACCOUNTANT)
    added = client.post(f"/checkouts/{checkout}/documents", data={"attachments": [document["id"]]})
    assert added.headers["location"] == f"/checkouts/{checkout}?told=documents"
    for name in (HEAD, REVIEWER, INSPECTOR):
        assert township.client(name).get(document["content"]).status_code == 200, name
    stranger = township.officer(OUTSIDE, "accountant")
    assert township.client(stranger).get(document["content"]).status_code == 404
    assert township.client().get(document["content"]).headers["location"].startswith("/sign-in")
    page = township.client(REVIEWER).get(f"/checkouts/{checkout}").text
    assert document["content"] in page
    assert "合同.pdf" in page


def test_the_page_takes_no_documents_between_the_first_yes_and_the_taking(township: Township) -> None:
    checkout, client = township.filed(), township.client(ACCOUNTANT)
    here, document = f"/checkouts/{checkout}", sent(township, pdf())
    assert "data-attach" in client.get(here).text
    for approver in (HEAD, REVIEWER):
        township.decided(checkout, approver)
        assert "data-attach" not in client.get(here).text
        answer = client.post(f"{here}/documents", data={"attachments": [document["id"]]})
        assert answer.status_code == 409
        assert "材料不能再加" in answer.text


def test_a_document_can_be_taken_back_by_its_uploader_alone(township: Township) -> None:
    document = sent(township, pdf())
    here = f"{HERE}/{document['id']}"
    assert township.client(HEAD).delete(here).status_code == 404
    assert township.client(ACCOUNTANT).delete(here).status_code == 204
    assert township.client(ACCOUNTANT).get(document["content"]).status_code == 404


def test_a_document_says_what_it_is_in_a_fixed_word(township: Township) -> None:
    assert sent(township, pdf(), is_a="minutes")["kind"] == "minutes"
    assert sent(township, pdf())["kind"] == "other"
    assert post(township.client(ACCOUNTANT), township, pdf(), is_a="会议记录").status_code == 422
    with township.database.reading() as reader:
        told = entries.of_types(reader, ("document_attached",), 0, entries.log_size(reader))
    assert [each.about["kind"] for each in told] == ["minutes", "other"]


def test_documents_are_named_by_the_api_too(township: Township) -> None:
    checkout, client = township.filed(), township.client(ACCOUNTANT)
    document = sent(township, pdf())
    here = f"/api/v1/requests/{checkout}/attachments"
    assert client.post(here, json={"attachments": [document["id"]]}).json()[0]["subject"] == checkout
    assert [each["id"] for each in township.client(INSPECTOR).get(here).json()] == [document["id"]]
    assert client.post(here, json={"attachments": [document["id"]]}).status_code == 409


def test_nobody_sends_a_file_for_another_cooperative(township: Township) -> None:
    client = township.client(township.officer(OUTSIDE, "accountant"))
    assert post(client, township, pdf()).status_code == 404
    assert township.all(Attachment) == []


def test_a_damaged_file_is_not_given_out(township: Township) -> None:
    document = sent(township, pdf())
    (township.uploads.folder / document["sha256"]).write_bytes(pdf("another"))
    answer = township.client(ACCOUNTANT).get(document["content"])
    assert answer.status_code == 500
    assert "这份材料打不开" in answer.text
    assert pdf("another") not in answer.content


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FROM_OUR_PAGES, 201),
        ({"content-type": "application/pdf"}, 201),
        ({"sec-fetch-site": "cross-site", "content-type": "application/pdf"}, 403),
        ({"content-type": "text/plain"}, 403),
        ({"origin": "https://elsewhere.test", "content-type": "application/pdf"}, 403),
    ],
    ids=["from our page", "from a program", "from a foreign page", "as a foreign form could", "from a foreign origin"],
)
def test_no_foreign_page_sends_a_file(township: Township, headers: dict[str, str], status: int) -> None:
    client = township.client(ACCOUNTANT, headers={})
    query = {"cooperative": township.cooperative().id, "name": "合同.pdf"}
    assert client.post(HERE, params=query, content=pdf(), headers=headers).status_code == status


def taken(township: Township, **changes: Any) -> str:
    """A request of which the seal has been taken."""
    checkout = township.permitted(**changes)
    place = {"opening": f"o-{checkout}", "compartment": "CAB-01/1"}
    people = [township.person(name).id for name in (ACCOUNTANT, OFFICER)]
    about = {**place, "permit": township.permit_of(checkout), "checkout": checkout, "persons": people}
    township.reported("opening_intended", {**about, "action": "take", "attempt": 1})
    township.reported("items_taken", {**about, "items": [township.seal().id]})
    return checkout


EVERY_PAGE = "每页一张照片，都在这里"


def test_photographs_of_every_stamped_page_are_counted_where_somebody_says_so(township: Township) -> None:
    checkout, client = taken(township, pages=3), township.client(ACCOUNTANT)
    assert EVERY_PAGE in client.get(f"/checkouts/{checkout}").text
    documents = [sent(township, jpeg(), name=f"{number}.jpg")["id"] for number in (1, 2)]
    form = {"attachments": documents, "every_page": "true"}
    assert client.post(f"/checkouts/{checkout}/documents", data=form).status_code == 303
    with township.database.reading() as reader:
        assert entries.story(reader, checkout)[-1].about["pages"] == 2


def test_nobody_is_asked_for_pages_that_no_request_states(township: Township) -> None:
    shown = township.client(ACCOUNTANT).get(f"/checkouts/{taken(township)}").text
    assert "归入这份申请" in shown
    assert EVERY_PAGE not in shown
