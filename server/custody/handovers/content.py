"""What a list says in the end: which lines differ, what the handover makes of each thing, and the hash people sign.

The hash is SHA-256 over one JSON object in UTF-8 (keys sorted, no spaces): the handover's id, kind, cooperative, place,
salt, outgoing and incoming person, and its lines in order, each with what the printed list shows of it.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from server.custody.handovers.facts import Handover, HandoverLine
from server.custody.handovers.states import Found, HandoverKind, Resolution
from server.custody.states import ItemState


def is_expected(kind: HandoverKind, book: ItemState) -> bool:
    """Whether a thing should be seen at counting: not while it is rightly out, unless its cooperative leaves."""
    return kind is HandoverKind.EXIT or book is not ItemState.OUT


def is_difference(line: HandoverLine) -> bool:
    """Whether what was found is not what the book says. A thing that is rightly out is rightly not seen."""
    if line.found is None:
        return False
    return line.found is Found.DIFFERENT or line.is_expected is (line.found is Found.NOT_FOUND)


def is_settled(line: HandoverLine) -> bool:
    """Whether the line was counted, and its difference, if it has one, was settled."""
    return line.found is not None and (line.resolution is not None or not is_difference(line))


def whereabouts_after(kind: HandoverKind, line: HandoverLine, now: ItemState) -> ItemState:
    """Where a thing is once the handover is signed, if it is `now` where the register says.

    What is out stays out until it is brought back, unless the cooperative leaves with it (退出共管). What was seen is
    in the compartment. What was not seen is missing where it should have been there, or where its absence was accepted;
    what has not come in yet stays outside.
    """
    if now is ItemState.OUT and kind is not HandoverKind.EXIT:
        return now
    if line.found is Found.NOT_FOUND:
        is_missed = line.resolution is Resolution.ACCEPTED_MISSING or now is ItemState.IN_CABINET
        return ItemState.MISSING if is_missed else now
    return ItemState.RELEASED if kind is HandoverKind.EXIT else ItemState.IN_CABINET


def content_of(handover: Handover, lines: Iterable[HandoverLine]) -> str:
    """The hash of the list as it stands, in hex; every signature is over this."""
    said = {
        "handover": handover.id,
        "kind": handover.kind,
        "cooperative": handover.cooperative,
        "place": handover.place,
        "salt": handover.salt,
        "outgoing": handover.outgoing,
        "incoming": handover.incoming,
        "lines": [_said(line) for line in sorted(lines, key=lambda line: line.number)],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _said(line: HandoverLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "item": line.item,
        "kind": line.kind,
        "name": line.name,
        "key": line.key,
        "seal_type": line.seal_type,
        "details": dict(line.details),
        "expected": line.is_expected,
        "found": line.found,
        "condition": line.condition,
        "note": line.note,
        "resolution": line.resolution,
        "resolution_note": line.resolution_note,
        "added_reason": line.added_reason,
    }
