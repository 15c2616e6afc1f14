"""A document is handed in, becomes part of a request, or is taken back; on both engines."""

import pytest

from server.custody.attachments import Attachment, Inspected, MediaType
from server.custody.corrections import Correction
from server.custody.facts import Checkout
from server.custody.refusals import Refused
from server.custody.states import CheckoutState
from server.operate.verify import verify_database
from server.store import find
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.store.uploads import kept_files
from server.usecases.attach_document import AttachDocument, attach_document
from server.usecases.decide_checkout import DecideCheckout
from server.usecases.file_documents import FileDocuments, file_documents
from server.usecases.withdraw_document import WithdrawDocument, withdraw_document, withdraw_stale_documents
from tests.server.marks import decide_as_it_stands
from tests.server.town import KEYS, Town, granted, refusal

PHOTO = Inspected(sha256="ab" * 32, size_bytes=3_000_000, media_type=MediaType.JPEG, pixels=12_000_000)


def hands_in(town: Town, name: str = "游少玉", called: str = "合同.jpg", file: Inspected = PHOTO) -> Attachment:
    asked = AttachDocument(
        by=town.person(name).id, cooperative=town.item("东坑一社").cooperative, name=called, file=file
    )
    return granted(town.do(attach_document, asked))


def files(town: Town, checkout: str, *attachments: str, by: str = "游少玉") -> object:
    return town.do(file_documents, FileDocuments(by=town.person(by).id, checkout=checkout, attachments=attachments))


def test_a_document_becomes_part_of_a_request_and_stays_it(any_town: Town) -> None:
    checkout = granted(any_town.asks("游少玉", any_town.item("东坑一社"))).checkout
    first = hands_in(any_town)
    any_town.passes(minutes=1)
    second = hands_in(any_town, called="附件.jpg")
    granted(files(any_town, checkout, first.id, second.id))
    with any_town.database.reading() as reader:
        found = find.attachments_of(FactRows(reader), checkout)
        assert [each.name for each in found] == ["合同.jpg", "附件.jpg"]
        assert entries.story(reader, checkout)[-1].type == "documents_filed"
        assert verify_database(reader, KEYS).wrong is None
    taken_back = WithdrawDocument(by=first.by, attachment=first.id)
    assert refusal(any_town.do(withdraw_document, taken_back)) == "document_filed"
    assert refusal(files(any_town, checkout, first.id)) == "document_filed"


@pytest.mark.parametrize(
    ("named", "rule"),
    [((), "no_document_chosen"), (("u-nobody",), "unknown_document")],
    ids=["nothing", "one that nobody knows"],
)
def test_nothing_is_filed_that_was_not_handed_in(town: Town, named: tuple[str, ...], rule: str) -> None:
    checkout = granted(town.asks("游少玉", town.item("东坑一社"))).checkout
    assert refusal(files(town, checkout, *named)) == rule


def adds_one(town: Town, checkout: str) -> tuple[CheckoutState, str | None]:
    """Where the request stands when a document is added to it, and the rule that refuses it."""
    added = files(town, checkout, hands_in(town).id)
    return town.get(Checkout, checkout).state, added.rule if isinstance(added, Refused) else None


def test_no_document_is_added_between_the_first_yes_and_the_taking(any_town: Town) -> None:
    assert any_town.hall is not None
    seal = any_town.item("东坑一社")
    checkout = granted(any_town.asks("游少玉", seal)).checkout
    said = [adds_one(any_town, checkout)]
    granted(any_town.decides("廖坤东", checkout))
    said.append(adds_one(any_town, checkout))
    decided = granted(any_town.decides("何慧敏", checkout))
    said.append(adds_one(any_town, checkout))
    for action in ("take", "return"):
        any_town.hall.opens(action, decided, seal)
        any_town.hall.sends()
        said.append(adds_one(any_town, checkout))
    assert said == [
        (CheckoutState.FILED, None),
        (CheckoutState.ENDORSED, "documents_fixed"),
        (CheckoutState.PERMITTED, "documents_fixed"),
        (CheckoutState.OUT, None),
        (CheckoutState.RETURNED, None),
    ]


def test_what_was_sent_back_takes_documents_again(town: Town) -> None:
    checkout = granted(town.asks("游少玉", town.item("东坑一社"))).checkout
    granted(town.decides("廖坤东", checkout))
    by, correction = town.person("何慧敏").id, Correction.OTHER
    sent_back = DecideCheckout(by=by, checkout=checkout, agrees=False, correction=correction, reason="缺合同")
    granted(town.do(decide_as_it_stands, sent_back))
    assert adds_one(town, checkout) == (CheckoutState.RETURNED_FOR_CORRECTION, None)


def test_nobody_files_what_somebody_else_handed_in(town: Town) -> None:
    checkout = granted(town.asks("游少玉", town.item("东坑一社"))).checkout
    assert refusal(files(town, checkout, hands_in(town, "廖坤东").id)) == "unknown_document"


def test_a_document_taken_back_keeps_no_file(town: Town) -> None:
    document = hands_in(town)
    same_bytes = hands_in(town, called="又一份.jpg")
    for each, kept in ((document, 1), (same_bytes, 0)):
        for _ in range(2):
            granted(town.do(withdraw_document, WithdrawDocument(by=each.by, attachment=each.id)))
        with town.database.reading() as reader:
            assert len(kept_files(reader)) == kept
    assert town.get(Attachment, document.id).withdrawn_at is not None


def test_what_nobody_came_back_for_is_withdrawn_after_a_week(town: Town) -> None:
    checkout = granted(town.asks("游少玉", town.item("东坑一社"))).checkout
    forgotten, filed = hands_in(town), hands_in(town)
    granted(files(town, checkout, filed.id))
    town.passes(days=7)
    assert town.do(withdraw_stale_documents, None) == 0
    town.passes(minutes=1)
    assert town.do(withdraw_stale_documents, None) == 1
    assert town.get(Attachment, forgotten.id).withdrawn_at == town.now
    assert town.get(Attachment, filed.id).withdrawn_at is None


def test_a_refused_file_is_an_entry(town: Town) -> None:
    page = Inspected(sha256="cd" * 32, size_bytes=10, media_type=None)
    asked = AttachDocument(
        by=town.person("游少玉").id, cooperative=town.item("东坑一社").cooperative, name="x", file=page
    )
    assert refusal(town.do(attach_document, asked)) == "file_type"
    with town.database.reading() as reader:
        last = entries.log(reader, entries.LogFilter(), limit=1).rows[0]
    assert (last.type, last.about["rule"]) == ("request_refused", "file_type")
