"""Photos and scans become part of a handover or of a thing: an impression, the signed paper, a seal destroyed."""

from dataclasses import dataclass

from server.custody.attachments import NO_DOCUMENT, Attachment
from server.custody.facts import Item
from server.custody.handovers.facts import Handover
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.file_documents import documents_to_file, record_filing
from server.usecases.refusing import UNKNOWN_ITEM, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvidence:
    """Who adds which documents to which handover or thing (`subject` is its id)."""

    by: str
    subject: str
    attachments: tuple[str, ...]


def file_evidence(work: Work, asked: FileEvidence) -> tuple[Attachment, ...] | Refused:
    """Add the documents, or say why not. They change nothing of what a list says or anybody signed."""
    subject = work.get(Handover, asked.subject) or work.get(Item, asked.subject)
    if subject is None:
        return refuse(work, UNKNOWN_ITEM, asked.by)
    found = documents_to_file(work.facts, asked.attachments, asked.by, subject.cooperative) or NO_DOCUMENT
    if isinstance(found, Refused):
        return refuse(work, found, asked.by, cooperative=subject.cooperative)
    record_filing(work, found, asked.by, subject.id)
    return found
