"""Objections and answers: what may be said, by whom, until when."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.custody.objections import (
    OPEN_MAX,
    Answering,
    Objection,
    Raising,
    is_published,
    refuse_answer,
    refuse_objection,
)
from tests.server.cast import ACCOUNTANT, CABINET_OFFICER, NOW, OFFICE_HEAD, REVIEWER, blocked, objection

RAISING = Raising(text="公章用了两次，只公开了一次", month="2026-11", today=date(2026, 11, 23), unanswered=0)
ANSWERING = Answering(by=REVIEWER, objection=objection(), text="查过了，已补上。")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"month": "2026-10"}, None),
        ({"text": " \n"}, "objection_empty"),
        ({"month": "2026-12"}, "objection_month"),
        ({"month": "2026-13"}, "objection_month"),
        ({"unanswered": OPEN_MAX}, "objection_flood"),
    ],
    ids=["about this month", "about the last", "saying nothing", "about the next month", "about no month", "a flood"],
)
def test_raising_an_objection(changes: dict[str, Any], rule: str | None) -> None:
    refused = refuse_objection(replace(RAISING, **changes))
    assert (refused.rule if refused else None) == rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"by": OFFICE_HEAD}, None),
        ({"by": ACCOUNTANT}, "answer_role"),
        ({"by": CABINET_OFFICER}, "answer_role"),
        ({"by": blocked(REVIEWER)}, "answer_role"),
        ({"objection": objection(answered_at=NOW)}, "answered_already"),
        ({"text": ""}, "answer_empty"),
    ],
    ids=["the reviewer", "the office's head", "an accountant", "an officer", "blocked", "answered before", "nothing"],
)
def test_answering_an_objection(changes: dict[str, Any], rule: str | None) -> None:
    refused = refuse_answer(replace(ANSWERING, **changes))
    assert (refused.rule if refused else None) == rule


def test_an_answer_is_due_after_five_days() -> None:
    asked: Objection = objection()
    assert asked.due_at - asked.raised_at == timedelta(days=5)


@pytest.mark.parametrize("month", ["2026-1", "202611", "2026-00", "26-11", "../../etc", "2026-11-01", "", "二〇二六"])
def test_what_is_no_month_is_not_published(month: str) -> None:
    assert not is_published(month, date(2026, 11, 23))
