"""The slip: what people read at the kiosk about a permit. It travels beside the permit, signed, never in the log.

Document `gongguan-slip/v1`. A permit holds only ids since it is logged; the slip holds the names those ids have.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from firmware_protocol.notes import MalformedNote, Signer, Verifier, read_document, write_document

KIND = "gongguan-slip/v1"


@dataclass(frozen=True, slots=True)
class Slip:
    """Names for one permit. `items` pairs item ids with what is written on them; `purpose` is one short line.

    `copies` are those approved to be stamped; `keep_minutes` is how long after the taking things are expected back.
    """

    agent: str
    permit: str
    cooperative_name: str
    cooperative_short_name: str
    holder_name: str | None
    purpose: str
    off_site: bool
    items: tuple[tuple[str, str], ...]
    copies: int | None = None
    keep_minutes: int | None = None

    def item_name(self, item_id: str) -> str:
        """The item's name, or its id when the slip does not know it."""
        return dict(self.items).get(item_id, item_id)


def encode(slip: Slip, signer: Signer) -> bytes:
    """Sign a slip with the permit key."""
    fields = {
        "agent": slip.agent,
        "permit": slip.permit,
        "cooperative_name": slip.cooperative_name,
        "cooperative_short_name": slip.cooperative_short_name,
        "holder_name": slip.holder_name,
        "purpose": slip.purpose,
        "off_site": slip.off_site,
        "items": [list(pair) for pair in slip.items],
        "copies": slip.copies,
        "keep_minutes": slip.keep_minutes,
    }
    return write_document(KIND, fields, signer)


def parse(note: bytes, verifiers: Iterable[Verifier]) -> Slip:
    """Verify and read a slip; raises `MalformedNote` or `UnverifiedNote`."""
    fields = read_document(note, KIND, verifiers)
    try:
        items = tuple((str(item), str(name)) for item, name in fields["items"])
        counts = {name: _count_or_none(fields[name]) for name in ("copies", "keep_minutes")}
        return Slip(**{**fields, **counts, "items": items})
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedNote("not a slip") from error


def _count_or_none(value: object) -> int | None:
    if value is not None and (type(value) is not int or value < 0):
        raise ValueError("expected a whole number or nothing")
    return value
