"""Documents as lists of a page show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.custody.attachments import DOCUMENT_KIND_TITLES, Attachment, DocumentKind, MediaType
from server.web.views.reading import Reading

KB, MB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in a list. `what` is its kind's title ('' for any), `form` a word, `size` a figure with its unit."""

    id: str
    href: str
    name: str
    what: str
    form: str
    size: str
    who: str
    at: datetime


def documents(attachments: Iterable[Attachment], reading: Reading) -> tuple[Document, ...]:
    """The documents in the order given."""
    return tuple(_document(each, reading) for each in attachments)


def handed_in(named: Iterable[str], by: str, reading: Reading) -> list[Attachment]:
    """This person's own documents that a form names (by id) and nothing else has yet."""
    found = (reading.known.get(Attachment, each) for each in named)
    return [each for each in found if each is not None and each.by == by and each.is_waiting]


def say_size(size_bytes: int) -> str:
    """3.4 MB, 120 KB: what people know from their phone."""
    return f"{size_bytes / MB:.1f} MB" if size_bytes >= MB else f"{max(1, round(size_bytes / KB))} KB"


def _document(attachment: Attachment, reading: Reading) -> Document:
    is_pdf = attachment.media_type is MediaType.PDF
    return Document(
        id=attachment.id,
        href=f"/attachments/{attachment.id}",
        name=attachment.name,
        what="" if attachment.kind is DocumentKind.OTHER else reading.say(DOCUMENT_KIND_TITLES[attachment.kind]),
        form="PDF" if is_pdf else reading.say("照片"),
        size=say_size(attachment.size_bytes),
        who=reading.name(attachment.by),
        at=attachment.at,
    )
