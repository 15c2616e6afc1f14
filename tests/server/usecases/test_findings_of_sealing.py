"""A05 through the real use cases: each of its three differences raises it with the facts it used, and equals do not."""

from pathlib import Path

import pytest

from server.custody.attachments import Attachment, Inspected, MediaType
from server.custody.findings.finding import Finding, Level
from server.operate.verify import verify_database
from server.store.fact_rows import FactRows
from server.store.uploads import Uploads
from server.usecases.attach_document import AttachDocument, attach_document
from server.usecases.decide_checkout import Decided
from server.usecases.file_documents import FileDocuments, file_documents
from server.usecases.raise_findings import raise_findings
from server.usecases.watching import look
from tests.server.town import KEYS, Hall, Town, granted


@pytest.fixture
def hall(town: Town) -> Hall:
    """The cabinet's half."""
    assert town.hall is not None
    return town.hall


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    """The folder documents are in."""
    return Uploads(tmp_path)


def hands_in(town: Town, uploads: Uploads, content: bytes, media_type: MediaType = MediaType.JPEG) -> Attachment:
    """游少玉's file, kept as it came and known to the log."""
    with uploads.arriving() as arrival:
        arrival.write(content)
        arrival.keep()
    file = Inspected(sha256=arrival.sha256, size_bytes=arrival.size_bytes, media_type=media_type)
    whose = town.cooperative("东坑一社")
    asked = AttachDocument(by=town.person("游少玉").id, cooperative=whose, name="合同", file=file)
    return granted(town.do(attach_document, asked))


def files(town: Town, checkout: str, *documents: Attachment, is_every_page: bool = False) -> None:
    """She adds them to her request."""
    ids = tuple(each.id for each in documents)
    asked = FileDocuments(by=town.person("游少玉").id, checkout=checkout, attachments=ids, is_every_page=is_every_page)
    granted(town.do(file_documents, asked))


def approved_with(town: Town, *documents: Attachment, pages: int | None = 2) -> Decided:
    """A request for two copies, approved with these documents before everybody's eyes."""
    checkout = granted(town.asks("游少玉", town.item("东坑一社"), pages=pages)).checkout
    if documents:
        files(town, checkout, *documents)
    granted(town.decides("廖坤东", checkout))
    return granted(town.decides("何慧敏", checkout))


def noticed(town: Town, uploads: Uploads) -> list[tuple[str, dict[str, int]]]:
    """What a look raises: what each is about, and the figures it was judged by."""
    with town.database.reading() as reader:
        watched = look(reader, town.now, uploads=uploads)
    raised = town.do(raise_findings, watched).findings
    with town.database.reading() as reader:
        found = [FactRows(reader).get(Finding, each) for each in raised]
        assert verify_database(reader, KEYS).wrong is None
    assert all(each is not None and each.level is Level.RED and each.entries for each in found)
    return [(each.id, dict(each.numbers)) for each in found if each is not None]


def returns(town: Town, hall: Hall, decided: Decided, copies: int) -> None:
    """The seal comes back, and both say at the cabinet how many copies it stamped."""
    hall.opens("return", decided, town.item("东坑一社"))
    hall.writes("copies_stated", {**hall.opening("return", decided, ("游少玉", "林少军")), "copies": copies})
    hall.sends()


def test_what_is_as_it_was_approved_raises_nothing(town: Town, hall: Hall, uploads: Uploads) -> None:
    decided = approved_with(town, hands_in(town, uploads, b"the contract"))
    hall.opens("take", decided, town.item("东坑一社"))
    returns(town, hall, decided, copies=2)
    pages = [hands_in(town, uploads, b"page %d" % number) for number in (1, 2)]
    files(town, decided.checkout, *pages, is_every_page=True)
    assert noticed(town, uploads) == []


def test_another_number_of_copies_is_told_beside_what_was_approved(town: Town, hall: Hall, uploads: Uploads) -> None:
    decided = approved_with(town)
    hall.opens("take", decided, town.item("东坑一社"))
    returns(town, hall, decided, copies=3)
    assert noticed(town, uploads) == [(f"A05:{decided.checkout}", {"copies_approved": 2, "copies_sealed": 3})]


@pytest.mark.parametrize(
    ("photographed", "numbers"),
    [(1, {"pages_declared": 2, "pages_seen": 1}), (2, None), (3, {"pages_declared": 2, "pages_seen": 3})],
    ids=["a page short", "every page", "a page too many"],
)
def test_the_pages_photographed_are_compared_with_those_asked_for(
    town: Town, hall: Hall, uploads: Uploads, photographed: int, numbers: dict[str, int] | None
) -> None:
    decided = approved_with(town)
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    pages = [hands_in(town, uploads, b"page %d" % number) for number in range(photographed)]
    files(town, decided.checkout, *pages, is_every_page=True)
    assert noticed(town, uploads) == ([] if numbers is None else [(f"A05:{decided.checkout}:pages", numbers)])


@pytest.mark.parametrize(
    ("pages", "is_every_page", "media_type"),
    [
        (2, False, MediaType.JPEG),
        (2, True, MediaType.PDF),
        (None, True, MediaType.JPEG),
    ],
    ids=["nobody said they were all", "a PDF", "nobody said how many there should be"],
)
def test_pages_are_not_guessed(
    town: Town, hall: Hall, uploads: Uploads, pages: int | None, is_every_page: bool, media_type: MediaType
) -> None:
    decided = approved_with(town, pages=pages)
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    files(town, decided.checkout, hands_in(town, uploads, b"page", media_type), is_every_page=is_every_page)
    assert noticed(town, uploads) == []


def test_what_is_filed_before_the_taking_shows_no_stamped_page(town: Town, uploads: Uploads) -> None:
    checkout = granted(town.asks("游少玉", town.item("东坑一社"), pages=2)).checkout
    files(town, checkout, hands_in(town, uploads, b"the draft"), is_every_page=True)
    assert noticed(town, uploads) == []


@pytest.mark.parametrize("is_gone", [False, True], ids=["exchanged", "gone"])
def test_a_document_that_changed_on_the_disk_is_seen_when_the_seal_is_taken(
    town: Town, hall: Hall, uploads: Uploads, is_gone: bool
) -> None:
    kept, exchanged = hands_in(town, uploads, b"the minutes"), hands_in(town, uploads, b"the contract")
    decided = approved_with(town, kept, exchanged)
    path = uploads.folder / exchanged.sha256
    path.unlink() if is_gone else path.write_bytes(b"another contract")
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    assert noticed(town, uploads) == [(f"A05:{decided.checkout}:documents", {"documents_changed": 1})]


def test_a_document_that_changed_while_the_seal_was_out_is_seen_at_its_return(
    town: Town, hall: Hall, uploads: Uploads
) -> None:
    contract = hands_in(town, uploads, b"the contract")
    decided = approved_with(town, contract)
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    assert noticed(town, uploads) == []
    (uploads.folder / contract.sha256).write_bytes(b"another contract")
    returns(town, hall, decided, copies=3)
    assert noticed(town, uploads) == [
        (f"A05:{decided.checkout}:documents", {"documents_changed": 1}),
        (f"A05:{decided.checkout}", {"copies_approved": 2, "copies_sealed": 3}),
    ]


def test_what_is_added_after_the_taking_was_never_approved_and_is_not_missed(
    town: Town, hall: Hall, uploads: Uploads
) -> None:
    decided = approved_with(town, hands_in(town, uploads, b"the contract"))
    hall.opens("take", decided, town.item("东坑一社"))
    hall.sends()
    stamped = hands_in(town, uploads, b"the stamped contract")
    files(town, decided.checkout, stamped)
    (uploads.folder / stamped.sha256).write_bytes(b"another one")
    returns(town, hall, decided, copies=2)
    assert noticed(town, uploads) == []
