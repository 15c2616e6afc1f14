"""Documents that were handed in become part of a matter: its papers from then on, never to be withdrawn.

A use case that takes documents along asks `documents_to_file` before it records anything, and calls `record_filing`
after it has recorded its own event, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from server.custody.attachments import DOCUMENTS_FIXED, NO_DOCUMENT, Attachment, pages_photographed, refuse_filing
from server.custody.facts import Checkout
from server.custody.refusals import Refused
from server.store.fact_rows import FactRows
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_CHECKOUT, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDocuments:
    """Who adds which documents to which request: before anybody agreed, or (the stamped contract) once it is taken.

    `is_every_page`: they are one photograph for each page of one stamped copy, and nothing else.
    """

    by: str
    checkout: str
    attachments: tuple[str, ...]
    is_every_page: bool = False


def file_documents(work: Work, asked: FileDocuments) -> tuple[Attachment, ...] | Refused:
    """Add the documents to the request, or say why not."""
    checkout = work.get(Checkout, asked.checkout)
    if checkout is None:
        return refuse(work, UNKNOWN_CHECKOUT, asked.by)
    found = (
        DOCUMENTS_FIXED.get(checkout.state)
        or documents_to_file(work.facts, asked.attachments, asked.by, checkout.cooperative)
        or NO_DOCUMENT
    )
    if isinstance(found, Refused):
        return refuse(work, found, asked.by, cooperative=checkout.cooperative, checkout=checkout.id)
    pages = pages_photographed(checkout, found) if asked.is_every_page else None
    record_filing(work, found, asked.by, checkout.id, checkout=checkout.id, pages=pages)
    return found


def documents_to_file(
    facts: FactRows, ids: Sequence[str], by: str, cooperative: str | None
) -> tuple[Attachment, ...] | Refused:
    """The documents that this person handed in for this cooperative's matter, or why they cannot be taken along."""
    wanted = tuple(dict.fromkeys(ids))
    found = tuple(each for each in (facts.get(Attachment, one) for one in wanted) if each is not None)
    return refuse_filing(by, cooperative, len(wanted), found) or found


def record_filing(
    work: Work,
    attachments: Sequence[Attachment],
    by: str,
    subject: str,
    *,
    checkout: str | None = None,
    pages: int | None = None,
) -> None:
    """Record that these documents belong to `subject`; `checkout` is named again where that is one. None: nothing.

    `pages` is how many pages of a stamped copy they show, where somebody said that they show every one.
    """
    if not attachments:
        return
    about = {
        "attachments": [each.id for each in attachments],
        "cooperative": attachments[0].cooperative,
        "person": by,
        "checkout": checkout,
        "subject": subject,
        "pages": pages,
    }
    work.record("documents_filed", about, {"names": [each.name for each in attachments]})
