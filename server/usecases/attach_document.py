"""Somebody hands in a file. Its bytes are kept already (`store.uploads`); here it becomes a document of the log."""

from dataclasses import dataclass

from server.custody.attachments import Attachment, DocumentKind, Inspected, Offer, file_name, refuse_attachment
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_COOPERATIVE, acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachDocument:
    """Who hands in what, for whose matter (None: the township's). `name` as the browser gave it, `kind` as they say."""

    by: str
    cooperative: str | None
    name: str
    file: Inspected
    kind: DocumentKind = DocumentKind.OTHER


def attach_document(work: Work, asked: AttachDocument) -> Attachment | Refused:
    """Take the document in, or say why not. It belongs to nothing until a matter names it."""
    if asked.cooperative is not None and work.get(Cooperative, asked.cooperative) is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    unfiled = len(find.waiting_attachments(work.facts, asked.by))
    offer = Offer(by=acting(work, asked.by), cooperative=asked.cooperative, file=asked.file, unfiled=unfiled)
    if (refused := refuse_attachment(offer)) is not None:
        return refuse(work, refused, asked.by, cooperative=asked.cooperative)
    return _record(work, asked)


def _record(work: Work, asked: AttachDocument) -> Attachment | Refused:
    attachment, media_type = work.new_id("u"), asked.file.media_type
    assert media_type is not None  # noqa: S101 - a rule has refused every other
    about = {
        "attachment": attachment,
        "cooperative": asked.cooperative,
        "person": asked.by,
        "sha256": asked.file.sha256,
        "media_type": media_type,
        "size_bytes": asked.file.size_bytes,
        "kind": asked.kind,
    }
    work.record("document_attached", about, {"name": file_name(asked.name, media_type)})
    found = work.get(Attachment, attachment)
    assert found is not None  # noqa: S101 - the event has just made it
    return found
