"""A photo that a cabinet's entry names has come: it becomes a document of the checkout it was taken for."""

from dataclasses import dataclass

from server.custody.attachments import DocumentKind, Inspected
from server.custody.facts import Checkout
from server.store.photos import opening_lacking
from server.store.work import Work

PHOTO_NAME = "归还时的照片.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeInPhoto:
    """Which agent sent which file; its bytes are kept already, under their SHA-256."""

    agent: str
    file: Inspected


def take_in_photo(work: Work, asked: TakeInPhoto) -> bool:
    """Whether the photo was lacking; one that came before changes nothing."""
    opening = opening_lacking(work.facts, asked.agent, asked.file.sha256)
    checkout = None if opening is None else work.get(Checkout, opening.checkout or "")
    if opening is None or checkout is None:
        return False
    attachment, whose = work.new_id("u"), {"cooperative": checkout.cooperative, "person": opening.persons[0]}
    about = {
        "attachment": attachment,
        **whose,
        "sha256": asked.file.sha256,
        "media_type": asked.file.media_type,
        "size_bytes": asked.file.size_bytes,
        "kind": DocumentKind.OTHER,
    }
    work.record("document_attached", about, {"name": PHOTO_NAME})
    filed = {"attachments": [attachment], **whose, "checkout": checkout.id, "subject": checkout.id}
    work.record("documents_filed", filed, {"names": [PHOTO_NAME]})
    return True
