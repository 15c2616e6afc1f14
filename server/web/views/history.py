"""What administrators did, as readers of the history see it: who, what, before and after, confirmed by whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.custody.administration.changes import Change
from server.custody.happenings import WAS
from server.store.lists.entries import LogLine
from server.web.language import N_
from server.web.views.log import Told, told_by_day
from server.web.views.reading import Reading

FIELD_WORDS: Mapping[str, str] = {
    "name": N_("名称"),
    "phone": N_("手机号"),
    "unit": N_("单位"),
    "value": N_("数值"),
    "code": N_("编号"),
    "village": N_("村"),
    "short_name": N_("简称"),
    "credit_code": N_("统一社会信用代码"),
    "members": N_("成员人数"),
    "compartment": N_("格口"),
    "compartments": N_("格口数"),
    "place": N_("地点"),
    "board": N_("锁控板型号"),
    "port": N_("串口"),
    "baud": N_("波特率"),
    "board_addresses": N_("板地址"),
    "lock_feedback": N_("锁反馈"),
}
_ABOUT_ONESELF = frozenset({"settings_changed", "holidays_set", "policy_proposed", "policy_adopted", "policy_declined"})
"""Types whose `person` is who acted; everywhere else that is `by_person`, and `person` whom it concerns."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """An entry told, with who acted ('' for the operator at the machine), who confirmed it, and what differs."""

    told: Told
    by: str
    confirmed_by: str
    differences: tuple[Difference, ...]


def history(rows: Iterable[LogLine], day_before: str, reading: Reading) -> Iterator[HistoryLine]:
    """Entries newest first."""
    every = tuple(rows)
    for row, told in zip(every, told_by_day(every, day_before, reading), strict=True):
        yield HistoryLine(
            told=told,
            by=_actor(row, reading),
            confirmed_by=_confirmed_by(row, reading),
            differences=tuple(_differences(row, reading)),
        )


def _actor(row: LogLine, reading: Reading) -> str:
    key = "person" if row.type in _ABOUT_ONESELF else "by_person"
    by = row.about.get(key) or (row.about.get("person") if row.type == "roster_imported" else None)
    return reading.name(by) if isinstance(by, str) and by else ""


def _confirmed_by(row: LogLine, reading: Reading) -> str:
    change = reading.known.get(Change, str(row.about.get("change", "")))
    if change is None or change.decided_by is None or row.type.startswith("change_"):
        return ""
    return reading.name(change.decided_by)


def _differences(row: LogLine, reading: Reading) -> Iterator[Difference]:
    body = row.body or {}
    before = body.get(WAS)
    if not isinstance(before, dict):
        return
    for key, was in before.items():
        now = body.get(key, row.about.get(key))
        if was != now and key in FIELD_WORDS:
            yield Difference(reading.say(FIELD_WORDS[key]), _text(was), _text(now))


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON can say
    return "" if value is None else str(value)
