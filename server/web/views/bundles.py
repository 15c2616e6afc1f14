"""A change of custodian for a whole cabinet: each list with what it still lacks, and what the visitor may sign."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.custody.facts import Cabinet, Cooperative
from server.custody.handovers.completion import lacks_of
from server.custody.handovers.content import content_of
from server.custody.handovers.facts import Handover
from server.custody.handovers.parts import SEATS, may_sit
from server.custody.handovers.signing import parts_left
from server.custody.handovers.states import HANDOVER_STATE_TITLES, PART_TITLES, HandoverKind, HandoverState, Part
from server.custody.people import Standing
from server.custody.roles import MAY_RUN_HANDOVERS
from server.store.lists.handovers import HandoverSheet
from server.web.telling import say_place
from server.web.views.completion import lacking_words
from server.web.views.handovers import SIGN_OF_STATE, Choice
from server.web.views.reading import Reading

READY = frozenset({HandoverState.RESOLVED, HandoverState.SIGNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledList:
    """One cooperative's list."""

    href: str
    name: str
    place: str
    sign: str
    word: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartToSign:
    """A part the visitor may sign in now; `contents` names each list with the hash of what it shows."""

    part: Part
    word: str
    contents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleView:
    """The page. `drafts` is how many lists wait to be looked through; `left_out` who of the cabinet has none here."""

    id: str
    cabinet: str
    outgoing: str
    incoming: str
    reason: str
    done: int
    lists: tuple[BundledList, ...]
    parts: tuple[PartToSign, ...]
    drafts: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleMark:
    """A bundle that is going on, as a line of a list."""

    href: str
    word: str
    open: int


def bundle_view(
    bundle: str, sheets: Sequence[HandoverSheet], of_cabinet: Iterable[Cooperative], who: Standing, reading: Reading
) -> BundleView:
    """The page for this visitor; there is a list at least."""
    first, listed = sheets[0].handover, {sheet.cooperative.id for sheet in sheets}
    drafts = [sheet for sheet in sheets if sheet.handover.state is HandoverState.DRAFT]
    return BundleView(
        id=bundle,
        cabinet=sheets[0].cooperative.cabinet,
        outgoing=reading.name(first.outgoing or ""),
        incoming=reading.name(first.incoming or ""),
        reason=first.reason,
        done=sum(sheet.handover.state is HandoverState.DONE for sheet in sheets),
        lists=tuple(_list(sheet, reading) for sheet in sheets),
        parts=tuple(_parts(sheets, who, reading)),
        drafts=len(drafts) if who.holds_any(MAY_RUN_HANDOVERS) else 0,
        left_out=tuple(each.short_name for each in of_cabinet if each.id not in listed),
    )


def bundle_mark(bundle: str, handovers: Sequence[Handover], reading: Reading) -> BundleMark:
    """A bundle that is going on: whose cabinet, from whom to whom."""
    first = handovers[0]
    named = {
        "cabinet": first.place.rpartition("/")[0],
        "outgoing": reading.name(first.outgoing or ""),
        "incoming": reading.name(first.incoming or ""),
    }
    word = reading.say("%(cabinet)s：%(outgoing)s移交给%(incoming)s") % named
    return BundleMark(href=f"/handovers/bundles/{bundle}", word=word, open=len(handovers))


def cabinets_to_hand_over(cabinets: Iterable[Cabinet]) -> tuple[Choice, ...]:
    """The cabinets to choose from."""
    return tuple(Choice(each.id, f"{each.id} {each.place}".strip()) for each in cabinets)


def _list(sheet: HandoverSheet, reading: Reading) -> BundledList:
    handover = sheet.handover
    is_over = handover.state in (HandoverState.DONE, HandoverState.CANCELLED)
    lacks = lacks_of(handover, sheet.lines, sheet.signatures)
    return BundledList(
        href=f"/handovers/{handover.id}",
        name=sheet.cooperative.short_name,
        place=say_place(handover.place, reading.say),
        sign=SIGN_OF_STATE.get(handover.state, "late"),
        word=reading.say(HANDOVER_STATE_TITLES[handover.state]),
        missing="" if is_over else lacking_words(handover.state, lacks, reading),
    )


def _parts(sheets: Sequence[HandoverSheet], who: Standing, reading: Reading) -> Iterable[PartToSign]:
    ready = [sheet for sheet in sheets if sheet.handover.state in READY]
    for seat in SEATS[HandoverKind.CUSTODIAN]:
        able = [
            sheet
            for sheet in ready
            if may_sit(who, seat, sheet.handover) and seat.part in parts_left(sheet.handover, sheet.signatures)
        ]
        if able:
            contents = tuple(f"{each.handover.id}:{content_of(each.handover, each.lines)}" for each in able)
            yield PartToSign(part=seat.part, word=reading.say(PART_TITLES[seat.part]), contents=contents)
