"""What may happen to a handover: a table, and the code that walks it.

Counting and settling have no command of their own for where they lead: the list as it stands says so (`course_of`).
What a cabinet reports counts from the draft on.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from server.custody.handovers.content import is_settled
from server.custody.handovers.facts import HandoverLine
from server.custody.handovers.states import HANDOVER_STATE_TITLES, HandoverState


class HandoverCommand(StrEnum):
    """What can happen to a handover. The first three are what a change of the list comes to."""

    LEAVE_OPEN = "leave_open"
    DIFFER = "differ"
    SETTLE = "settle"
    BEGIN = "begin"
    SIGN = "sign"
    COMPLETE = "complete"
    CANCEL = "cancel"


_S, _C = HandoverState, HandoverCommand
_ON_THE_LIST = {_C.LEAVE_OPEN: _S.COUNTING, _C.DIFFER: _S.DISCREPANCY, _C.SETTLE: _S.RESOLVED}

HANDOVER_LIFECYCLE: Mapping[tuple[HandoverState, HandoverCommand], HandoverState] = {
    (_S.DRAFT, _C.BEGIN): _S.COUNTING,
    **{
        (state, command): after
        for state in (_S.DRAFT, _S.COUNTING, _S.DISCREPANCY, _S.RESOLVED, _S.SIGNING)
        for command, after in _ON_THE_LIST.items()
    },
    (_S.RESOLVED, _C.SIGN): _S.SIGNING,
    (_S.SIGNING, _C.SIGN): _S.SIGNING,
    (_S.SIGNING, _C.COMPLETE): _S.DONE,
    **{(state, _C.CANCEL): _S.CANCELLED for state in (_S.DRAFT, _S.COUNTING, _S.DISCREPANCY, _S.RESOLVED, _S.SIGNING)},
}

OPEN_HANDOVERS = frozenset({_S.DRAFT, _S.COUNTING, _S.DISCREPANCY, _S.RESOLVED, _S.SIGNING})
"""States in which a cooperative's next handover has to wait."""
COUNTABLE = OPEN_HANDOVERS - {_S.DRAFT}
"""States in which people count lines and settle differences."""

HANDOVER_COMMAND_TITLES: Mapping[HandoverCommand, str] = {
    _C.LEAVE_OPEN: "还有没点的",
    _C.DIFFER: "点完，有差异",
    _C.SETTLE: "点完，无差异或都已处理",
    _C.BEGIN: "开始清点",
    _C.SIGN: "签字",
    _C.COMPLETE: "签齐",
    _C.CANCEL: "取消",
}


STAGES: tuple[frozenset[HandoverState], ...] = (
    frozenset({_S.DRAFT}),
    frozenset({_S.COUNTING}),
    frozenset({_S.DISCREPANCY}),
    frozenset({_S.RESOLVED, _S.SIGNING}),
    frozenset({_S.DONE}),
)
"""The way of a handover in the order in which people walk it; a cancelled one stands on none of these."""


def handover_after(state: HandoverState, command: HandoverCommand) -> HandoverState | None:
    """Where the command leads from `state`, or None when it may not happen there."""
    return HANDOVER_LIFECYCLE.get((state, command))


def course_of(lines: Collection[HandoverLine]) -> HandoverCommand:
    """What the list as it stands comes to. An empty list is never settled."""
    if not lines or any(line.found is None for line in lines):
        return HandoverCommand.LEAVE_OPEN
    return HandoverCommand.SETTLE if all(map(is_settled, lines)) else HandoverCommand.DIFFER


def handover_diagram() -> str:
    """A handover's lifecycle as a Mermaid state diagram, for the documentation."""
    edges = [
        f"    {HANDOVER_STATE_TITLES[a]} --> {HANDOVER_STATE_TITLES[b]}: {HANDOVER_COMMAND_TITLES[command]}"
        for (a, command), b in HANDOVER_LIFECYCLE.items()
    ]
    start = f"    [*] --> {HANDOVER_STATE_TITLES[HandoverState.DRAFT]}: 发起"
    return "\n".join(["stateDiagram-v2", start, *edges]) + "\n"
