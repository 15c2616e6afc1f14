"""A document opened: its very bytes, checked against the log's hash, to whoever may read what it belongs to."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO
from urllib.parse import quote

from fastapi import Form
from starlette.responses import Response, StreamingResponse

from server.custody.attachments import Attachment, MediaType
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import MAY_ATTACH
from server.store.uploads import CHUNK_BYTES
from server.usecases.file_documents import FileDocuments, file_documents
from server.usecases.off_loop import off_loop
from server.web.access import SIGNED_IN, declared_router, may, may_read
from server.web.desk.checkouts import checkout_page
from server.web.desk.forms import WithDocuments
from server.web.desk.page import go, once_key
from server.web.sight import must_know
from server.web.troubles import NotFound
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)

NOTHING_RUNS = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""The policy of a file from outside: it may be looked at, and does nothing."""


class DocumentsForm(WithDocuments):
    """Documents handed in on this page; `every_page`: they are each page of one stamped copy."""

    every_page: bool = False


@router.get("/attachments/{attachment}", dependencies=SIGNED_IN)
async def open_document(visit: Arriving, attachment: str) -> Response:
    """The file: a picture in the browser, a PDF to be kept."""
    found = must_know(visit, Attachment, attachment)
    if not _may_open(visit.who, found):
        raise NotFound
    stream = await off_loop(visit.house.uploads.opened, found.sha256)
    return StreamingResponse(_chunks(stream), media_type=found.media_type, headers=_headers(found))


@router.post("/checkouts/{checkout}/documents", dependencies=may(MAY_ATTACH))
async def add_documents(visit: Arriving, checkout: str, form: Annotated[DocumentsForm, Form()]) -> Response:
    """Add to a request what was handed in on its page."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _add(visit, checkout, form))


async def _add(visit: Visit, checkout: str, form: DocumentsForm) -> Response:
    asked = FileDocuments(
        by=visit.who.id, checkout=checkout, attachments=tuple(form.attachments), is_every_page=form.every_page
    )
    filed = await visit.house.writer.run(file_documents, asked)
    if isinstance(filed, Refused):
        return checkout_page(visit, checkout, filed, form)
    return go(f"/checkouts/{checkout}", "documents")


def _may_open(who: Standing, attachment: Attachment) -> bool:
    """Whoever handed it in may; once it belongs to something, everybody who may read about that cooperative."""
    if attachment.withdrawn_at is not None:
        return False
    return who.id == attachment.by or (attachment.subject is not None and may_read(who, attachment.cooperative))


def _headers(attachment: Attachment) -> dict[str, str]:
    disposition = "attachment" if attachment.media_type is MediaType.PDF else "inline"
    return {
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(attachment.name)}",
        "content-length": str(attachment.size_bytes),
        "content-security-policy": NOTHING_RUNS,
    }


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
