"""Documents handed in: the file itself as the body, then named by the matter it belongs to."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from server.custody.attachments import FILE_BYTES_MAX, Attachment, DocumentKind, Inspected, MediaType, refuse_file
from server.custody.refusals import Refused
from server.custody.roles import MAY_ATTACH
from server.documents.inspection import inspect_file
from server.store import find
from server.store.fact_rows import FactRows
from server.store.uploads import Arrival
from server.usecases.attach_document import AttachDocument, attach_document
from server.usecases.file_documents import FileDocuments, file_documents
from server.usecases.off_loop import off_loop
from server.usecases.withdraw_document import WithdrawDocument, withdraw_document
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.api.inputs import Input
from server.web.api.models import PROBLEMS, Output
from server.web.sight import granted_about, must_see_checkout
from server.web.troubles import NotFound, granted
from server.web.visit import Arriving, Visit

router = declared_router(prefix="/api/v1", tags=["attachments"], responses=PROBLEMS)

BODY_BYTES_MAX = 2 * FILE_BYTES_MAX
"""What is read to its end, so that whoever sends too much is told so; beyond it the connection is closed."""
_THE_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {str(each): {"schema": {"type": "string", "format": "binary"}} for each in MediaType},
    }
}


class Handover(Input):
    """Whose matter a file belongs to ("": the township's), what it is called, and what it is.

    A paper that the policy asks for is there only as a document of its `kind`.
    """

    cooperative: str = Field("", max_length=64)
    name: str = Field("", max_length=255)
    kind: DocumentKind = DocumentKind.OTHER


class NamedDocuments(Input):
    """Documents handed in before, by id; `every_page`: they are one photo for each page of one stamped copy."""

    attachments: list[str] = Field(min_length=1, max_length=60)
    every_page: bool = False


class AttachmentOut(Output):
    """A document. `content` is where its bytes are; `subject` what it belongs to, None until it is named there."""

    id: str
    cooperative: str | None
    name: str
    kind: DocumentKind
    media_type: MediaType
    size_bytes: int
    sha256: str
    by: str
    at: datetime
    subject: str | None
    content: str

    @classmethod
    def of(cls, attachment: Attachment) -> "AttachmentOut":
        """Out of the fact."""
        copied = {name: getattr(attachment, name) for name in cls.model_fields if name != "content"}
        return cls(**copied, content=f"/attachments/{attachment.id}")


@router.post(
    "/attachments",
    dependencies=may(MAY_ATTACH),
    status_code=HTTPStatus.CREATED,
    max_body_size=BODY_BYTES_MAX,
    openapi_extra=_THE_FILE,
)
async def attach(visit: Arriving, request: Request, query: Annotated[Handover, Query()]) -> AttachmentOut:
    """Hand in the file that is the body: a photo or a PDF of at most 20 MB, judged by its content."""
    file = await _received(visit, request)
    asked = AttachDocument(
        by=visit.who.id, cooperative=query.cooperative or None, name=query.name, file=file, kind=query.kind
    )
    taken = await visit.house.writer.run(attach_document, asked)
    if isinstance(taken, Refused) and query.cooperative and not may_see(visit.who, query.cooperative):
        raise NotFound
    return AttachmentOut.of(granted(taken))


@router.delete("/attachments/{attachment}", dependencies=may(MAY_ATTACH), status_code=HTTPStatus.NO_CONTENT)
async def withdraw(visit: Arriving, attachment: str) -> None:
    """Take back a document that belongs to nothing yet."""
    granted(await visit.house.writer.run(withdraw_document, WithdrawDocument(by=visit.who.id, attachment=attachment)))


@router.get("/requests/{checkout}/attachments", dependencies=may(MAY_READ_A_LOG))
async def attached(visit: Arriving, checkout: str) -> list[AttachmentOut]:
    """The documents of a request."""
    must_see_checkout(visit, checkout)
    with visit.house.database.reading() as reader:
        return [AttachmentOut.of(each) for each in find.attachments_of(FactRows(reader), checkout)]


@router.post("/requests/{checkout}/attachments", dependencies=may(MAY_ATTACH))
async def add(visit: Arriving, checkout: str, named: NamedDocuments) -> list[AttachmentOut]:
    """Add documents to a request, not between the first yes and the taking; then they cannot be taken back."""
    asked = FileDocuments(
        by=visit.who.id, checkout=checkout, attachments=tuple(named.attachments), is_every_page=named.every_page
    )
    granted_about(visit, checkout, await visit.house.writer.run(file_documents, asked))
    return await attached(visit, checkout)


async def _received(visit: Visit, request: Request) -> Inspected:
    """The body as a file, durable where nothing in it is amiss, and gone otherwise."""
    with visit.house.uploads.arriving() as arrival:
        async for chunk in request.stream():
            if arrival.size_bytes <= FILE_BYTES_MAX:
                await asyncio.to_thread(arrival.write, chunk)
        return await off_loop(_settled, arrival)


def _settled(arrival: Arrival) -> Inspected:
    arrival.stream.flush()
    file = inspect_file(arrival.stream, arrival.sha256, arrival.size_bytes)
    if not isinstance(refuse_file(file), Refused):
        arrival.keep()
    return file
