"""A document is taken back before it belongs to anything: by whoever handed it in, or because nobody came back."""

from dataclasses import dataclass

from server.custody.attachments import UNKNOWN_DOCUMENT, Attachment, is_stale, refuse_taking_back
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.refusing import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDocument:
    """Who takes which document back."""

    by: str
    attachment: str


def withdraw_document(work: Work, asked: WithdrawDocument) -> Attachment | Refused:
    """Withdraw it, or say why not. Withdrawing twice is the same as once."""
    attachment = work.get(Attachment, asked.attachment)
    if attachment is None:
        return refuse(work, UNKNOWN_DOCUMENT, asked.by)
    if (refused := refuse_taking_back(asked.by, attachment)) is not None:
        return refuse(work, refused, asked.by, cooperative=attachment.cooperative)
    if attachment.is_waiting:
        _record(work, attachment, asked.by)
    return attachment


def withdraw_stale_documents(work: Work, _asked: None) -> int:
    """Withdraw what has waited for days and belongs to nothing; how many documents that were."""
    stale = [each for each in find.waiting_attachments(work.facts) if is_stale(each, work.now)]
    for attachment in stale:
        _record(work, attachment, None)
    return len(stale)


def _record(work: Work, attachment: Attachment, by: str | None) -> None:
    about = {"attachment": attachment.id, "cooperative": attachment.cooperative, "by_person": by}
    work.record("document_withdrawn", about)
