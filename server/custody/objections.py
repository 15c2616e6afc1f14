"""Objections (异议): what a villager has against a published month, and the office's answer within five days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_ANSWER_OBJECTIONS

ANSWER_WITHIN = timedelta(days=5)
TEXT_CHARACTERS_MAX = 1000
PHONE_CHARACTERS_MAX = 20
OPEN_MAX = 30
"""How many unanswered objections a cooperative has at most: beyond it somebody is flooding, not objecting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What somebody without an account said about a cooperative's month (`2026-11`); `phone` '' where none was left."""

    id: str
    cooperative: str
    month: str
    text: str
    phone: str
    raised_at: datetime
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """Until when it has to be answered."""
        return self.raised_at + ANSWER_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Raising:
    """An objection with everything its rules look at; `unanswered` are the cooperative's others."""

    text: str
    month: str
    today: date
    unanswered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """An answer with everything its rules look at."""

    by: Standing
    objection: Objection
    text: str


def refuse_objection(raising: Raising) -> Refused | None:
    """The first reason why this cannot be taken, or None."""
    return first_refusal(RAISING_RULES, raising)


def refuse_answer(answering: Answering) -> Refused | None:
    """The first reason why this cannot be the answer, or None."""
    return first_refusal(ANSWERING_RULES, answering)


def is_published(month: str, today: date) -> bool:
    """Whether this is a month (`2026-11`) that has begun."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return False
    return first <= today and month == f"{first:%Y-%m}"


def _says_something(r: Raising) -> Refused | None:
    return None if r.text.strip() else Refused("objection_empty", "还没有写哪里不对。请写一两句话再送。")


def _about_a_month_that_was(r: Raising) -> Refused | None:
    if is_published(r.month, r.today):
        return None
    return Refused("objection_month", "这个月还没有公开。请从公开页面上提异议。")


def _not_flooded(r: Raising) -> Refused | None:
    if r.unanswered < OPEN_MAX:
        return None
    return Refused("objection_flood", "这个社还有很多异议没有答复，暂时收不下新的。请直接打三资办或镇纪委的监督电话。")


def _may_answer(a: Answering) -> Refused | None:
    if a.by.person.is_active and a.by.holds_any(MAY_ANSWER_OBJECTIONS):
        return None
    return Refused("answer_role", "异议由三资办答复。需要时请联系三资办。")


def _not_answered_yet(a: Answering) -> Refused | None:
    if a.objection.answered_at is None:
        return None
    return Refused("answered_already", "这件异议已经答复过了。要补充请直接联系提出的人。")


def _answers_something(a: Answering) -> Refused | None:
    return None if a.text.strip() else Refused("answer_empty", "还没有写答复。请写清查到了什么、怎么处理。")


RAISING_RULES: tuple[Callable[[Raising], Refused | None], ...] = (
    _says_something,
    _about_a_month_that_was,
    _not_flooded,
)
ANSWERING_RULES: tuple[Callable[[Answering], Refused | None], ...] = (
    _may_answer,
    _not_answered_yet,
    _answers_something,
)
