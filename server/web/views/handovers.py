"""One handover as its page shows it: the list kind by kind, what is still missing, and who signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.custody.handovers.content import content_of, is_difference
from server.custody.handovers.counting import SETTLES
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.handovers.lifecycle import COUNTABLE, OPEN_HANDOVERS, STAGES
from server.custody.handovers.parts import SEATS, Seat, may_sit
from server.custody.handovers.states import (
    FOUND_TITLES,
    HANDOVER_KIND_TITLES,
    HANDOVER_STATE_TITLES,
    PART_TITLES,
    RESOLUTION_TITLES,
    Found,
    HandoverState,
    Part,
    Resolution,
    SignedBy,
)
from server.custody.people import Standing
from server.custody.roles import MAY_COUNT, MAY_RUN_HANDOVERS, TITLES, Role
from server.custody.states import KIND_TITLES, ItemKind
from server.store.lists.handovers import HandoverSheet
from server.web.language import N_
from server.web.telling import say_place
from server.web.views.checkouts import Labelled
from server.web.views.reading import Reading
from server.web.views.steps import Stage, StepMark
from server.web.views.words import ICON_OF_KIND, item_note, item_title, say_names

STAGE_WORDS = (N_("核清单"), N_("清点"), N_("处理差异"), N_("签字"), N_("办结"))
SIGN_OF_FOUND = {Found.AS_LISTED: "good", Found.DIFFERENT: "late", Found.NOT_FOUND: "bad"}
SIGN_OF_STATE = {
    HandoverState.DISCREPANCY: "late",
    HandoverState.DONE: "good",
    HandoverState.CANCELLED: "off",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose on a form."""

    value: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of the list. `sign` and `word` say what was found ('' while it was not counted)."""

    item: str
    number: int
    title: str
    note: str
    sign: str
    word: str
    remark: str
    counted: str
    settled: str
    choices: tuple[Choice, ...]
    name: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListPart:
    """The lines of one kind of thing."""

    kind: ItemKind
    word: str
    icon: str
    rows: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """A part to sign: by whom it may be, and who did. `is_void`: the list was changed after that signature."""

    part: Part
    title: str
    who: str
    name: str
    at: datetime | None
    how: str
    is_void: bool
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """A handover's page."""

    id: str
    title: str
    state: str
    state_word: str
    line: tuple[StepMark, ...]
    progress: str
    is_demonstration: bool
    is_open: bool
    may_begin: bool
    may_count: bool
    may_cancel: bool
    may_sign: bool
    content: str
    parts: tuple[ListPart, ...]
    seats: tuple[SeatRow, ...]
    facts: tuple[Labelled, ...]


def sheet_view(sheet: HandoverSheet, who: Standing, reading: Reading) -> SheetView:
    """The page for this visitor."""
    handover, _ = sheet.handover, reading.say
    is_signable = handover.state in (HandoverState.RESOLVED, HandoverState.SIGNING)
    return SheetView(
        id=handover.id,
        title=f"{sheet.cooperative.short_name} {_(HANDOVER_KIND_TITLES[handover.kind])}",
        state=SIGN_OF_STATE.get(handover.state, "registered"),
        state_word=_(HANDOVER_STATE_TITLES[handover.state]),
        line=stage_line(handover, reading),
        progress=_progress(sheet, reading),
        is_demonstration=handover.is_demonstration,
        is_open=handover.state in OPEN_HANDOVERS,
        may_begin=handover.state is HandoverState.DRAFT and who.holds_any(MAY_RUN_HANDOVERS),
        may_count=handover.state in COUNTABLE and who.holds_any(MAY_COUNT),
        may_cancel=handover.state in OPEN_HANDOVERS and who.holds_any(MAY_RUN_HANDOVERS),
        may_sign=is_signable,
        content=content_of(handover, sheet.lines),
        parts=_parts(sheet.lines, reading),
        seats=tuple(_seat(seat, sheet, who, reading) for seat in SEATS[handover.kind]),
        facts=_facts(handover, reading),
    )


def stage_line(handover: Handover, reading: Reading) -> tuple[StepMark, ...]:
    """Where the handover stands on its way."""
    here = next((i for i, states in enumerate(STAGES) if handover.state in states), -1)
    is_over = handover.state is HandoverState.DONE
    stages: list[Stage] = [
        "" if here < 0 or i > here else "done" if i < here or is_over else "now" for i in range(len(STAGE_WORDS))
    ]
    return tuple(StepMark(reading.say(word), stage) for word, stage in zip(STAGE_WORDS, stages, strict=True))


def _progress(sheet: HandoverSheet, reading: Reading) -> str:
    counted = sum(line.found is not None for line in sheet.lines)
    unsettled = sum(is_difference(line) and line.resolution is None for line in sheet.lines)
    said = reading.say("清单 %(total)s 件，已点 %(counted)s 件") % {"total": len(sheet.lines), "counted": counted}
    if not unsettled:
        return said
    return said + reading.say("，%(n)s 处差异没处理") % {"n": unsettled}


def _parts(lines: Sequence[HandoverLine], reading: Reading) -> tuple[ListPart, ...]:
    of_kind = {kind: [line for line in lines if line.kind is kind] for kind in ItemKind}
    return tuple(
        ListPart(
            kind,
            reading.say(KIND_TITLES[kind]),
            ICON_OF_KIND[kind],
            tuple(_row(line, reading) for line in found),
        )
        for kind, found in of_kind.items()
        if found
    )


def _row(line: HandoverLine, reading: Reading) -> LineRow:
    _ = reading.say
    is_open = is_difference(line) and line.resolution is None and line.found is not None
    allowed = SETTLES[line.found] if line.found is not None and is_open else frozenset[Resolution]()
    return LineRow(
        item=line.item,
        number=line.number,
        title=item_title(line, _),
        note=item_note(line, _),
        sign="" if line.found is None else _sign(line),
        word="" if line.found is None else _(FOUND_TITLES[line.found]),
        remark=_("，").join(text for text in (line.condition, line.note, _added(line, reading)) if text),
        counted=_counted(line, reading),
        settled=_settled(line, reading),
        choices=tuple(Choice(each, _(RESOLUTION_TITLES[each])) for each in Resolution if each in allowed),
        name=line.name,
        columns=tuple(line.details.items()) if Resolution.CORRECTED in allowed else (),
    )


def _sign(line: HandoverLine) -> str:
    is_rightly_away = line.found is Found.NOT_FOUND and not line.is_expected
    return "registered" if is_rightly_away or line.found is None else SIGN_OF_FOUND[line.found]


def _added(line: HandoverLine, reading: Reading) -> str:
    return reading.say("账外：%(reason)s") % {"reason": line.added_reason} if line.added_reason else ""


def _counted(line: HandoverLine, reading: Reading) -> str:
    if line.counted_by is None or line.counted_at is None:
        return ""
    words = N_("%(who)s 在柜前放入，%(at)s") if line.at_cabinet else N_("%(who)s 清点，%(at)s")
    return reading.say(words) % {"who": reading.name(line.counted_by), "at": reading.moment(line.counted_at)}


def _settled(line: HandoverLine, reading: Reading) -> str:
    if line.resolution is None:
        return ""
    word = reading.say(RESOLUTION_TITLES[line.resolution])
    return reading.say("%(word)s：%(note)s") % {"word": word, "note": line.resolution_note}


def _seat(seat: Seat, sheet: HandoverSheet, who: Standing, reading: Reading) -> SeatRow:
    signature = next((each for each in sheet.signatures if each.part is seat.part), None)
    signed = {each.person for each in sheet.signatures if each.is_valid}
    is_free = signature is None or not signature.is_valid
    return SeatRow(
        part=seat.part,
        title=reading.say(PART_TITLES[seat.part]),
        who=_who_may(seat, sheet.handover, reading),
        name="" if signature is None else reading.name(signature.person),
        at=None if signature is None else signature.signed_at,
        how=_how(signature, reading),
        is_void=signature is not None and not signature.is_valid,
        is_mine=is_free and who.id not in signed and may_sit(who, seat, sheet.handover),
    )


def _who_may(seat: Seat, handover: Handover, reading: Reading) -> str:
    named = {Part.HANDS_OVER: handover.outgoing, Part.RECEIVES: handover.incoming}.get(seat.part)
    if seat.named and named is not None:
        return reading.name(named)
    return say_names((reading.say(TITLES[role]) for role in Role if role in seat.roles), reading.say)


def _how(signature: HandoverSignature | None, reading: Reading) -> str:
    if signature is None:
        return ""
    is_own = signature.signed_by is SignedBy.SESSION
    return reading.say("用自己的登录签") if is_own else reading.say("在平板上用自己的密码签")


def _facts(handover: Handover, reading: Reading) -> tuple[Labelled, ...]:
    _ = reading.say
    people = [handover.outgoing, handover.incoming]
    stated = (
        (_("发起"), _("%(who)s，%(at)s") % _opened(handover, reading) if handover.opened_by else ""),
        (_("原因"), handover.reason),
        (_("移交人"), reading.name(people[0]) if people[0] else ""),
        (_("接收人"), reading.name(people[1]) if people[1] else ""),
        (_("柜格"), say_place(handover.place, _)),
        (_("结束"), reading.moment(handover.ended_at) if handover.ended_at else ""),
    )
    return tuple(Labelled(label, value) for label, value in stated if value)


def _opened(handover: Handover, reading: Reading) -> dict[str, str]:
    return {"who": reading.name(handover.opened_by), "at": reading.moment(handover.opened_at)}
