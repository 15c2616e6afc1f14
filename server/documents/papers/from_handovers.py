"""A handover's own list as its paper: each line as it was counted and settled, and who has signed."""

from collections.abc import Callable

from server.custody.facts import Item
from server.custody.handovers.content import content_of
from server.custody.handovers.facts import HandoverLine, HandoverSignature
from server.custody.handovers.states import (
    FOUND_TITLES,
    HANDOVER_KIND_TITLES,
    PART_TITLES,
    RESOLUTION_TITLES,
    Found,
    HandoverKind,
    Part,
)
from server.custody.states import KIND_TITLES, SEAL_TITLES, ItemKind
from server.documents.papers.from_items import (
    handed_over_contract,
    handed_over_seal,
    handed_over_volume,
    number_of,
)
from server.documents.papers.handover_list import handover_blocks
from server.documents.papers.inventory import CountedThing
from server.documents.papers.paper import Style, Table, write_cell
from server.store.lists.handovers import HandoverSheet

Name = Callable[[str], str]
"""A person's name by id."""
PARTS = (Part.HANDS_OVER, Part.RECEIVES, Part.WATCHES)
COUNTING_PARTS = (Part.COUNTS, Part.WATCHES_COUNT)


def sheet_blocks(sheet: HandoverSheet) -> tuple[Table, ...]:
    """The three blocks of the 交接清单."""
    of_kind = {kind: [line for line in sheet.lines if line.kind is kind] for kind in ItemKind}
    place = sheet.handover.place
    return handover_blocks(
        [handed_over_seal(_item(line, sheet), place, line.condition, note(line)) for line in of_kind[ItemKind.SEAL]],
        [handed_over_contract(_item(line, sheet), note(line)) for line in of_kind[ItemKind.CONTRACT]],
        [handed_over_volume(_item(line, sheet), line.condition, note(line)) for line in of_kind[ItemKind.VOUCHER]],
    )


def counted_things(sheet: HandoverSheet, name: Name) -> tuple[CountedThing, ...]:
    """The lines of a count (盘点)."""
    overseer = next((name(each.person) for each in sheet.signatures if each.part is Part.WATCHES_COUNT), "")
    return tuple(_counted(line, sheet, name, overseer) for line in sheet.lines)


def sheet_head(sheet: HandoverSheet) -> tuple[tuple[str, str], ...]:
    """Whose, why, when and where."""
    handover = sheet.handover
    reason = f"{HANDOVER_KIND_TITLES[handover.kind]} {handover.reason}".strip()
    at = write_cell(handover.ended_at or handover.begun_at or handover.opened_at, Style.TIME)
    return (("交接单位", sheet.cooperative.name), ("交接原因", reason), ("交接时间", at), ("地点", handover.place))


def sheet_fingerprint(sheet: HandoverSheet) -> str:
    """The hash of the list that everybody signs."""
    return f"清单指纹：{content_of(sheet.handover, sheet.lines)}"


def sheet_signers(sheet: HandoverSheet, name: Name) -> tuple[str, ...]:
    """Who signs, each with the name and time where they signed here already, and room to sign on paper."""
    parts = COUNTING_PARTS if sheet.handover.kind is HandoverKind.INVENTORY else PARTS
    signed = {each.part: each for each in sheet.signatures if each.is_valid}
    return tuple(_signer(part, signed.get(part), name) for part in parts)


def note(line: HandoverLine) -> str:
    """What was different, how it was settled, and why the thing stands on the list at all."""
    found = "" if line.found in (None, Found.AS_LISTED) else FOUND_TITLES[line.found]
    settled = "" if line.resolution is None else f"{RESOLUTION_TITLES[line.resolution]}{_behind(line.resolution_note)}"
    return "；".join(part for part in (found, line.note, settled, line.added_reason) if part)


def _signer(part: Part, signature: HandoverSignature | None, name: Name) -> str:
    if signature is None:
        return f"{PART_TITLES[part]}（姓名、职务、身份证号后四位）"
    at = write_cell(signature.signed_at, Style.TIME)
    return f"{PART_TITLES[part]}　{name(signature.person)}（{at} 已在系统签字）"


def _behind(text: str) -> str:
    return f"：{text}" if text else ""


def _counted(line: HandoverLine, sheet: HandoverSheet, name: Name, overseer: str) -> CountedThing:
    return CountedThing(
        cooperative=sheet.cooperative.name,
        kind=SEAL_TITLES[line.seal_type] if line.seal_type else KIND_TITLES[line.kind],
        name=line.name,
        number=number_of(_item(line, sheet)),
        place=sheet.handover.place,
        booked=int(line.is_expected and not line.added_reason),
        found=None if line.found is None else int(line.found is not Found.NOT_FOUND),
        reason=note(line),
        counter="" if line.counted_by is None else name(line.counted_by),
        overseer=overseer,
    )


def _item(line: HandoverLine, sheet: HandoverSheet) -> Item:
    """The thing as the list names it: what people signed does not move when the register does."""
    return Item(
        id=line.item,
        cooperative=sheet.handover.cooperative,
        kind=line.kind,
        name=line.name,
        key=line.key,
        seal_type=line.seal_type,
        details=line.details,
        state=line.book,
    )
