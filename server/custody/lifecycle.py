"""What may happen to a checkout and to an item: tables, and the code that walks them.

Decisions (endorse, refuse, withdraw …) happen only where the table has a line. What a cabinet reports (take, return …)
has happened already: where the table has no line, `REPORTED_…` says what the report makes true all the same, and the
caller records the contradiction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.custody.states import (
    CHECKOUT_STATE_TITLES,
    ITEM_STATE_TITLES,
    CheckoutState,
    ItemState,
)


class CheckoutCommand(StrEnum):
    """What can happen to a checkout."""

    ENDORSE = "endorse"
    APPROVE = "approve"
    REFUSE = "refuse"
    SEND_BACK = "send_back"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    REISSUE = "reissue"
    EXPIRE = "expire"
    TAKE = "take"
    EXTEND = "extend"
    RETURN = "return"


class ItemReport(StrEnum):
    """What a cabinet can report about an item."""

    DEPOSIT = "deposit"
    TAKE = "take"
    RETURN = "return"
    MISS = "miss"


_C, _K, _I, _R = CheckoutState, CheckoutCommand, ItemState, ItemReport

CHECKOUT_LIFECYCLE: Mapping[tuple[CheckoutState, CheckoutCommand], CheckoutState] = {
    (_C.FILED, _K.ENDORSE): _C.ENDORSED,
    (_C.FILED, _K.REFUSE): _C.REFUSED,
    (_C.FILED, _K.SEND_BACK): _C.RETURNED_FOR_CORRECTION,
    (_C.FILED, _K.WITHDRAW): _C.WITHDRAWN,
    (_C.ENDORSED, _K.ENDORSE): _C.ENDORSED,
    (_C.ENDORSED, _K.APPROVE): _C.PERMITTED,
    (_C.ENDORSED, _K.REFUSE): _C.REFUSED,
    (_C.ENDORSED, _K.SEND_BACK): _C.RETURNED_FOR_CORRECTION,
    (_C.ENDORSED, _K.WITHDRAW): _C.WITHDRAWN,
    (_C.RETURNED_FOR_CORRECTION, _K.CORRECT): _C.FILED,
    (_C.RETURNED_FOR_CORRECTION, _K.WITHDRAW): _C.WITHDRAWN,
    (_C.RETURNED_FOR_CORRECTION, _K.EXPIRE): _C.EXPIRED,
    (_C.PERMITTED, _K.REISSUE): _C.PERMITTED,
    (_C.PERMITTED, _K.WITHDRAW): _C.WITHDRAWN,
    (_C.PERMITTED, _K.EXPIRE): _C.EXPIRED,
    (_C.PERMITTED, _K.TAKE): _C.OUT,
    (_C.OUT, _K.EXTEND): _C.OUT,
    (_C.OUT, _K.RETURN): _C.RETURNED,
}
REPORTED_CHECKOUT: Mapping[CheckoutCommand, CheckoutState] = {_K.TAKE: _C.OUT, _K.RETURN: _C.RETURNED}

ITEM_LIFECYCLE: Mapping[tuple[ItemState, ItemReport], ItemState] = {
    (_I.REGISTERED, _R.DEPOSIT): _I.IN_CABINET,
    (_I.MISSING, _R.DEPOSIT): _I.IN_CABINET,
    (_I.IN_CABINET, _R.TAKE): _I.OUT,
    (_I.IN_CABINET, _R.MISS): _I.MISSING,
    (_I.OUT, _R.RETURN): _I.IN_CABINET,
    (_I.OUT, _R.MISS): _I.MISSING,
    (_I.MISSING, _R.RETURN): _I.IN_CABINET,
}
REPORTED_ITEM: Mapping[ItemReport, ItemState] = {
    _R.DEPOSIT: _I.IN_CABINET,
    _R.TAKE: _I.OUT,
    _R.RETURN: _I.IN_CABINET,
    _R.MISS: _I.MISSING,
}

OPEN_CHECKOUTS = frozenset({_C.FILED, _C.ENDORSED, _C.RETURNED_FOR_CORRECTION, _C.PERMITTED, _C.OUT})
"""States in which a checkout keeps its items from being asked for again."""

COMMAND_TITLES: Mapping[CheckoutCommand, str] = {
    _K.ENDORSE: "同意，还有下一步",
    _K.APPROVE: "最后一步同意",
    _K.REFUSE: "不同意",
    _K.SEND_BACK: "退回补正",
    _K.CORRECT: "改好再送",
    _K.WITHDRAW: "撤回",
    _K.REISSUE: "补发许可",
    _K.EXPIRE: "过期",
    _K.TAKE: "取出",
    _K.EXTEND: "延期一次",
    _K.RETURN: "归还",
}
REPORT_TITLES: Mapping[ItemReport, str] = {_R.DEPOSIT: "存入", _R.TAKE: "取出", _R.RETURN: "归还", _R.MISS: "缺失"}


@dataclass(frozen=True, slots=True)
class Reported:
    """The state a report makes true, and whether the table had expected it."""

    state: ItemState
    was_expected: bool


def checkout_after(state: CheckoutState, command: CheckoutCommand) -> CheckoutState | None:
    """Where the command leads from `state`, or None when it may not happen there."""
    return CHECKOUT_LIFECYCLE.get((state, command))


def item_after(state: ItemState, report: ItemReport) -> Reported:
    """What an item's state is once a cabinet has reported."""
    expected = ITEM_LIFECYCLE.get((state, report))
    return Reported(REPORTED_ITEM[report], was_expected=False) if expected is None else Reported(expected, True)


def checkout_diagram() -> str:
    """The checkout's lifecycle as a Mermaid state diagram, for the documentation."""
    edges = [
        f"    {CHECKOUT_STATE_TITLES[a]} --> {CHECKOUT_STATE_TITLES[b]}: {COMMAND_TITLES[command]}"
        for (a, command), b in CHECKOUT_LIFECYCLE.items()
    ]
    return _diagram(f"    [*] --> {CHECKOUT_STATE_TITLES[_C.FILED]}: 申请", edges)


def item_diagram() -> str:
    """An item's lifecycle as a Mermaid state diagram, for the documentation."""
    edges = [
        f"    {ITEM_STATE_TITLES[a]} --> {ITEM_STATE_TITLES[b]}: {REPORT_TITLES[report]}"
        for (a, report), b in ITEM_LIFECYCLE.items()
    ]
    return _diagram(f"    [*] --> {ITEM_STATE_TITLES[_I.REGISTERED]}: 登记", edges)


def _diagram(start: str, edges: list[str]) -> str:
    return "\n".join(["stateDiagram-v2", start, *edges]) + "\n"
