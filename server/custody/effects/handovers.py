"""What listing, counting, settling and signing make true, and what a cabinet's report means for an open list."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from server.custody.facts import Checkout, Cooperative, Item
from server.custody.handovers.content import content_of, is_expected, whereabouts_after
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature, line_id
from server.custody.handovers.lifecycle import HandoverCommand, course_of, handover_after
from server.custody.handovers.reading import lines_of, signatures_of
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution, SignedBy
from server.custody.happenings import Fact, Happening, Known
from server.custody.states import CheckoutState, ItemState


def counted_behind_the_door(known: Known, h: Happening, items: Iterable[Item]) -> list[Fact]:
    """What a cabinet reports inside counts on the open list of its cooperative; `items` as they are now."""
    by_list: dict[str, list[Item]] = {}
    for item in items:
        cooperative = known.get(Cooperative, item.cooperative)
        if cooperative is not None and cooperative.handover is not None:
            by_list.setdefault(cooperative.handover, []).append(item)
    return [fact for handover, inside in by_list.items() for fact in _count_inside(known, h, handover, inside)]


def _count_inside(known: Known, h: Happening, handover_id: str, items: list[Item]) -> Sequence[Fact]:
    handover = known.get(Handover, handover_id)
    if handover is None or handover.kind is HandoverKind.EXIT:
        return []
    ours = {item.id for item in items}
    counted = [_seen_inside(line, h) for line in lines_of(known, handover) if line.item in ours]
    return _after_a_change(known, h, handover, counted)


def _seen_inside(line: HandoverLine, h: Happening) -> HandoverLine:
    """What a person found different stays different, and inside."""
    seen = replace(line, book=ItemState.IN_CABINET, is_expected=True, at_cabinet=True)
    if line.found in (Found.AS_LISTED, Found.DIFFERENT):
        return seen
    return replace(_uncounted(seen), found=Found.AS_LISTED, counted_by=h.about["persons"][0], counted_at=h.at)


def _opened(known: Known, h: Happening) -> Sequence[Fact]:
    handover = Handover(
        id=h.about["handover"],
        kind=HandoverKind(h.about["kind"]),
        cooperative=h.about["cooperative"],
        place=h.about["compartment"],
        state=HandoverState.DRAFT,
        reason=h.body["reason"],
        salt=h.body["salt"],
        opened_by=h.about["person"],
        opened_at=h.at,
        outgoing=h.about.get("outgoing"),
        incoming=h.about.get("incoming"),
        bundle=h.about.get("bundle"),
    )
    return [*_listed_on(known, handover, h.about["items"]), *_going_on(known, handover, handover.id)]


def _begun(known: Known, h: Happening) -> Sequence[Fact]:
    handover = known.get(Handover, h.about["handover"])
    after = None if handover is None else handover_after(handover.state, HandoverCommand.BEGIN)
    if handover is None or after is None:
        return []
    return _listed_on(known, replace(handover, state=after, begun_at=h.at), h.about["items"])


def _listed(known: Known, h: Happening) -> Sequence[Fact]:
    handover = known.get(Handover, h.about["handover"])
    if handover is None:
        return []
    longer, *lines = _listed_on(known, handover, h.about["items"], h.body.get("reason", ""))
    return _after_a_change(known, h, longer, lines) if isinstance(longer, Handover) else []


def _counted(known: Known, h: Happening) -> Sequence[Fact]:
    handover, line = _at(known, h)
    item = known.get(Item, h.about["item"])
    if handover is None or line is None or item is None:
        return []
    counted = replace(
        _uncounted(line),
        book=item.state,
        is_expected=is_expected(handover.kind, item.state),
        found=Found(h.about["found"]),
        condition=h.body["condition"],
        note=h.body["note"],
        counted_by=h.about["person"],
        counted_at=h.at,
    )
    return _after_a_change(known, h, handover, [counted])


def _resolved(known: Known, h: Happening) -> Sequence[Fact]:
    handover, line = _at(known, h)
    item = known.get(Item, h.about["item"])
    if handover is None or line is None or item is None:
        return []
    resolution = Resolution(h.about["resolution"])
    if resolution is Resolution.CORRECTED:
        line = replace(line, name=item.name, seal_type=item.seal_type, details=item.details)
    settled = replace(
        line,
        resolution=resolution,
        resolution_note=h.body["note"],
        resolved_by=h.about["person"],
        resolved_at=h.at,
    )
    return _after_a_change(known, h, handover, [settled])


def _signed(known: Known, h: Happening) -> Sequence[Fact]:
    handover = known.get(Handover, h.about["handover"])
    after = None if handover is None else handover_after(handover.state, HandoverCommand.SIGN)
    if handover is None or after is None:
        return []
    signature = HandoverSignature(
        handover=handover.id,
        part=Part(h.about["part"]),
        person=h.about["person"],
        content=h.about["content"],
        signed_by=SignedBy(h.about["signed_by"]),
        signed_at=h.at,
    )
    return [replace(handover, state=after), signature]


def _completed(known: Known, h: Happening) -> Sequence[Fact]:
    handover = known.get(Handover, h.about["handover"])
    after = None if handover is None else handover_after(handover.state, HandoverCommand.COMPLETE)
    if handover is None or after is None:
        return []
    ended = replace(handover, state=after, ended_at=h.at)
    items = [item for line in lines_of(known, handover) if (item := _settled_item(known, handover, line)) is not None]
    return [ended, *items, *_checkouts_ended(known, h, items), *_going_on(known, handover, None)]


def _cancelled(known: Known, h: Happening) -> Sequence[Fact]:
    handover = known.get(Handover, h.about["handover"])
    after = None if handover is None else handover_after(handover.state, HandoverCommand.CANCEL)
    if handover is None or after is None:
        return []
    return [replace(handover, state=after, ended_at=h.at), *_going_on(known, handover, None)]


def _demonstrated(known: Known, h: Happening) -> Sequence[Fact]:
    """A first handover that nobody made: everything as listed, nobody's signature under it."""
    handover = Handover(
        id=h.about["handover"],
        kind=HandoverKind.FIRST,
        cooperative=h.about["cooperative"],
        place=h.about["compartment"],
        state=HandoverState.DONE,
        reason="",
        salt="",
        opened_by="",
        opened_at=h.at,
        begun_at=h.at,
        ended_at=h.at,
        is_demonstration=True,
    )
    listed, *lines = _listed_on(known, handover, h.about["items"])
    return [listed, *(replace(line, found=Found.AS_LISTED) for line in lines if isinstance(line, HandoverLine))]


def _at(known: Known, h: Happening) -> tuple[Handover | None, HandoverLine | None]:
    handover = known.get(Handover, h.about["handover"])
    return handover, known.get(HandoverLine, line_id(h.about["handover"], h.about["item"]))


def _listed_on(known: Known, handover: Handover, items: Iterable[str], reason: str = "") -> Sequence[Fact]:
    """The handover with these things at the end of its list, and their lines; what stands there already stays."""
    found = (known.get(Item, each) for each in dict.fromkeys(items) if each not in handover.items)
    new = [item for item in found if item is not None]
    longer = replace(handover, items=(*handover.items, *(item.id for item in new)))
    lines = [_line(handover, number, item, reason) for number, item in enumerate(new, len(handover.items) + 1)]
    return [longer, *lines]


def _line(handover: Handover, number: int, item: Item, reason: str) -> HandoverLine:
    return HandoverLine(
        handover=handover.id,
        item=item.id,
        number=number,
        kind=item.kind,
        name=item.name,
        key=item.key,
        seal_type=item.seal_type,
        details=item.details,
        book=item.state,
        is_expected=is_expected(handover.kind, item.state),
        added_reason=reason,
    )


def _uncounted(line: HandoverLine) -> HandoverLine:
    """Counted anew, a line forgets how it was settled before."""
    return replace(line, condition="", note="", resolution=None, resolution_note="", resolved_by=None, resolved_at=None)


def _after_a_change(known: Known, h: Happening, handover: Handover, changed: Sequence[Fact]) -> Sequence[Fact]:
    """The changed lines, where the handover stands by them, and the signatures that such a change makes void."""
    by_item = {line.item: line for line in lines_of(known, handover)}
    by_item |= {line.item: line for line in changed if isinstance(line, HandoverLine)}
    lines = [by_item[item] for item in handover.items if item in by_item]
    signatures = [each for each in signatures_of(known, handover) if each.is_valid]
    content = content_of(handover, lines)
    if signatures and all(each.content == content for each in signatures):
        return [handover, *changed]
    after = handover_after(handover.state, course_of(lines))
    if after is None:
        return []
    void = [replace(each, voided_at=h.at) for each in signatures]
    return [replace(handover, state=after, begun_at=handover.begun_at or h.at), *changed, *void]


def _going_on(known: Known, handover: Handover, open_one: str | None) -> list[Fact]:
    cooperative = known.get(Cooperative, handover.cooperative)
    return [] if cooperative is None else [replace(cooperative, handover=open_one)]


def _settled_item(known: Known, handover: Handover, line: HandoverLine) -> Item | None:
    item = known.get(Item, line.item)
    if item is None:
        return None
    state = whereabouts_after(handover.kind, line, item.state)
    if state is item.state:
        return None
    if state is ItemState.RELEASED:
        return replace(item, state=state, checkout=None, holder=None, since=None)
    return replace(item, state=state)


def _checkouts_ended(known: Known, h: Happening, items: Sequence[Item]) -> list[Fact]:
    """What was out when its cooperative left is with its owner: the checkout under which it came out is over."""
    released = {item.id for item in items if item.state is ItemState.RELEASED}
    before = (known.get(Item, each) for each in released)
    ids = dict.fromkeys(item.checkout for item in before if item is not None and item.checkout is not None)
    open_ones = (known.get(Checkout, each) for each in ids)
    return [
        replace(each, state=CheckoutState.RETURNED, ended_at=h.at)
        for each in open_ones
        if each is not None and each.state is CheckoutState.OUT and released.issuperset(each.taken)
    ]


HANDOVER_EFFECTS = {
    "handover_opened": _opened,
    "handover_begun": _begun,
    "handover_listed": _listed,
    "handover_counted": _counted,
    "handover_resolved": _resolved,
    "handover_signed": _signed,
    "handover_completed": _completed,
    "handover_cancelled": _cancelled,
    "handover_demonstrated": _demonstrated,
}
