"""Files people hand in with a matter (材料): what each is, and the rules of handing in, withdrawing and filing one.

A file is handed in first, and then named by the matter it belongs to (its subject): a request, a handover, a count. Its
bytes are known by their SHA-256, which stands in the log; nothing can be put in its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.custody.facts import Checkout
from server.custody.people import Standing
from server.custody.policy.words import EVIDENCE_TITLES
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_ATTACH, MAY_ATTACH_FOR_THE_TOWNSHIP
from server.custody.states import CheckoutState

FILE_BYTES_MAX = 20 * 1024 * 1024
PICTURE_PIXELS_MAX = 120_000_000
UNFILED_MAX = 60
"""How many files one person may have handed in that belong to nothing yet."""
UNFILED_KEPT = timedelta(days=7)
NAME_CHARACTERS_MAX = 120
NAMELESS = "材料"
UNKNOWN_DOCUMENT = Refused("unknown_document", "有一份材料没有找到。请从页面上删掉它，再传一次。")
NO_DOCUMENT = Refused("no_document_chosen", "还没有选材料。请先拍照或选文件，传完再归入。")
DOCUMENTS_FIXED = {
    CheckoutState.ENDORSED: Refused(
        "documents_fixed", "这份申请已经有人同意，材料不能再加。请先撤回申请，或者请下一位审批人退回补正后再补。"
    ),
    CheckoutState.PERMITTED: Refused(
        "documents_fixed", "这份申请已经批准，取用以前材料不能再加。审批要看的请撤回后重新申请；盖好章的等取用后再传。"
    ),
}
"""Why a request takes no more documents from the first yes until its things are taken: nobody would be asked again."""


class MediaType(StrEnum):
    """What a file can be, by its content: what every browser can show."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


class DocumentKind(StrEnum):
    """What a document is, as whoever hands it in says; it stands in the log, so a member is never renamed.

    The first five are the papers a policy can ask for (`policy.words.Evidence`), by the same codes.
    """

    DOCUMENT = "document"
    MINUTES = "minutes"
    PARTY_DISCUSSION = "party_discussion"
    LETTER = "letter"
    IDENTITY = "identity"
    STAMPED = "stamped"
    OTHER = "other"


DOCUMENT_KIND_TITLES: dict[DocumentKind, str] = {
    **{DocumentKind(each): title for each, title in EVIDENCE_TITLES.items()},
    DocumentKind.STAMPED: "盖好章的文件",
    DocumentKind.OTHER: "其他材料",
}

ENDINGS: dict[MediaType, tuple[str, ...]] = {
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
    MediaType.WEBP: (".webp",),
    MediaType.PDF: (".pdf",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that was handed in. `subject` is the id of what it belongs to, None until it was named there.

    `cooperative` whose matter it is; None: the township's. Withdrawn only while it has no subject.
    """

    id: str
    cooperative: str | None
    sha256: str
    media_type: MediaType
    size_bytes: int
    name: str
    by: str
    at: datetime
    subject: str | None = None
    withdrawn_at: datetime | None = None
    kind: DocumentKind = DocumentKind.OTHER

    @property
    def is_waiting(self) -> bool:
        """Whether it is handed in and belongs to nothing yet."""
        return self.subject is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """A file as its bytes say. `media_type` None: none of ours; `pixels` 0 where it is no picture.

    `is_whole`: its structure reaches its end. `size_bytes` may be one more than the maximum, where reading stopped.
    """

    sha256: str
    size_bytes: int
    media_type: MediaType | None
    is_whole: bool = True
    pixels: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody hands in a file; `unfiled` counts what else of theirs belongs to nothing yet."""

    by: Standing
    cooperative: str | None
    file: Inspected
    unfiled: int


def refuse_attachment(offer: Offer) -> Refused | None:
    """The first reason why this file cannot be taken, or None."""
    return first_refusal(ATTACHING_RULES, offer)


def refuse_file(file: Inspected) -> Refused | None:
    """The first reason that lies in the file itself, or None."""
    return first_refusal(FILE_RULES, file)


def refuse_taking_back(by: str, attachment: Attachment) -> Refused | None:
    """Why this person may not withdraw this file, or None. What somebody else handed in is not there for them."""
    if by != attachment.by:
        return UNKNOWN_DOCUMENT
    if attachment.subject is not None:
        return Refused("document_filed", "这份材料已经归入申请，不能撤下。传错了就再传一份对的，说明以哪份为准。")
    return None


def refuse_filing(by: str, cooperative: str | None, wanted: int, found: Sequence[Attachment]) -> Refused | None:
    """Why these files cannot become part of this person's matter, or None. `wanted` were named, `found` are known."""
    if len(found) != wanted or any(each.by != by or each.cooperative != cooperative for each in found):
        return UNKNOWN_DOCUMENT
    if not all(each.is_waiting for each in found):
        return Refused("document_filed", "有一份材料已经归入别的申请，或者撤下了。请从页面上删掉它，再传一次。")
    return None


def pages_photographed(checkout: Checkout, filed: Sequence[Attachment]) -> int | None:
    """How many pages of a stamped copy these show, one a photograph; None before the taking, and for a PDF's pages."""
    is_taken = checkout.taken_at is not None
    return len(filed) if is_taken and all(each.media_type is not MediaType.PDF for each in filed) else None


def is_stale(attachment: Attachment, now: datetime) -> bool:
    """Whether a file has waited so long for its matter that nobody will come back for it."""
    return attachment.is_waiting and now - attachment.at > UNFILED_KEPT


def file_name(given: str, media_type: MediaType) -> str:
    """The name to keep for a file: no path, nothing invisible, not endless, with an ending its content deserves."""
    last = given.replace("\\", "/").rpartition("/")[2]
    visible = "".join(char if char.isprintable() else " " for char in last)
    name = " ".join(visible.split()).lstrip(".") or NAMELESS
    endings = ENDINGS[media_type]
    if not name.lower().endswith(endings):
        return name[: NAME_CHARACTERS_MAX - len(endings[0])] + endings[0]
    if len(name) <= NAME_CHARACTERS_MAX:
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem[: NAME_CHARACTERS_MAX - len(ending) - 1]}.{ending}"


def _may_attach(o: Offer) -> Refused | None:
    roles = MAY_ATTACH if o.cooperative else MAY_ATTACH_FOR_THE_TOWNSHIP
    if o.by.person.is_active and o.by.holds_any(roles, o.cooperative):
        return None
    return Refused("attachment_role", "这个合作社的材料不由您来传。需要时请联系它的报账员，或三资办。")


def _not_too_many(o: Offer) -> Refused | None:
    if o.unfiled < UNFILED_MAX:
        return None
    return Refused("too_many_unfiled", f"您已经传了{UNFILED_MAX}份还没用上的材料。请先把申请送出去，或者删掉几份。")


def _not_empty(file: Inspected) -> Refused | None:
    return None if file.size_bytes else Refused("file_empty", "这个文件是空的。请打开看看，再选一次。")


def _not_too_large(file: Inspected) -> Refused | None:
    if file.size_bytes <= FILE_BYTES_MAX:
        return None
    return Refused("file_too_large", f"一份材料最多{FILE_BYTES_MAX // 1024 // 1024} MB。请拍小一点，或者分成几份传。")


def _of_a_known_type(file: Inspected) -> Refused | None:
    if file.media_type is not None:
        return None
    return Refused(
        "file_type",
        "只收照片（JPEG、PNG、WebP）和 PDF。Word、Excel 请先存成 PDF；苹果手机的 HEIC 照片请截图再传。",
    )


def _whole(file: Inspected) -> Refused | None:
    return None if file.is_whole else Refused("file_broken", "这个文件不完整，可能没有下载完。请打开看看，再传一次。")


def _not_a_wall(file: Inspected) -> Refused | None:
    if file.pixels <= PICTURE_PIXELS_MAX:
        return None
    return Refused("picture_too_large", "这张照片的尺寸太大，别人的手机打不开。请调小分辨率再拍，或者截图。")


FILE_RULES: tuple[Callable[[Inspected], Refused | None], ...] = (
    _not_empty,
    _not_too_large,
    _of_a_known_type,
    _whole,
    _not_a_wall,
)
ATTACHING_RULES: tuple[Callable[[Offer], Refused | None], ...] = (
    _may_attach,
    lambda offer: refuse_file(offer.file),
    _not_too_many,
)
