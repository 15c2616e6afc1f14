"""What handing in, withdrawing and filing a document makes true."""

from collections.abc import Sequence
from dataclasses import replace

from server.custody.attachments import Attachment, DocumentKind, MediaType
from server.custody.happenings import Fact, Happening, Known


def _attached(_known: Known, h: Happening) -> Sequence[Fact]:
    about = h.about
    return [
        Attachment(
            id=about["attachment"],
            cooperative=about.get("cooperative"),
            sha256=about["sha256"],
            media_type=MediaType(about["media_type"]),
            size_bytes=about["size_bytes"],
            name=h.body.get("name", ""),
            by=about["person"],
            at=h.at,
            kind=DocumentKind(about["kind"]),
        )
    ]


def _withdrawn(known: Known, h: Happening) -> Sequence[Fact]:
    attachment = known.get(Attachment, h.about["attachment"])
    return [] if attachment is None else [replace(attachment, withdrawn_at=h.at)]


def _filed(known: Known, h: Happening) -> Sequence[Fact]:
    found = (known.get(Attachment, each) for each in h.about["attachments"])
    return [replace(each, subject=h.about["subject"]) for each in found if each is not None]


ATTACHMENT_EFFECTS = {
    "document_attached": _attached,
    "document_withdrawn": _withdrawn,
    "documents_filed": _filed,
}
