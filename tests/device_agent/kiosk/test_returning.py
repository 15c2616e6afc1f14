"""What the kiosk says of copies, of late returns, of returns by others, and of things that change hands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device_agent.custodian.inputs import CopiesStated, PersonConfirmed
from device_agent.custodian.state import Custody
from device_agent.kiosk.screen import idle_left
from device_agent.kiosk.screens import screen_of
from device_agent.kiosk.touches import read_touch
from tests.device_agent.custodian.at_the_door import SHUT
from tests.device_agent.custodian.test_copies import ALL, bringing_back
from tests.device_agent.custodian.test_transfers import PERMIT, TANG, out
from tests.device_agent.hall import LIAO, LIN, NOON, YOU, after, choose, identified, now_at
from tests.device_agent.kiosk.walks import render, seen


@pytest.mark.parametrize(
    ("copies", "said", "is_other"),
    [
        (2, "实盖 2 份，和批准的一样。", False),
        (3, "批准 2 份，实盖 3 份，多 1 份，会记下来。", True),
        (0, "批准 2 份，实盖 0 份，少 2 份，会记下来。", True),
    ],
    ids=["as approved", "one more", "none at all"],
)
def test_another_number_of_copies_is_said_before_anybody_confirms(copies: int, said: str, is_other: bool) -> None:
    custody = bringing_back(*ALL, SHUT)
    view = seen(custody)
    assert (screen_of(view).title, "批准盖 2 份" in render(view)) == ("实际盖了几份？", True)
    view = seen(after(custody, CopiesStated(copies)).custody)
    assert (screen_of(view).facts["copies"], screen_of(view).facts["is_other"]) == (said, is_other)
    assert said in render(view)


@pytest.mark.parametrize(
    ("subject", "copies"), [("3", 3), ("003", 3), ("", None), ("1000", None), ("-1", None), ("三", None), ("３", None)]
)
def test_a_number_of_copies_is_up_to_three_digits(subject: str, copies: int | None) -> None:
    given = read_touch({"touch": "state_copies", "subject": subject}, lambda: "o-1")
    assert given == (None if copies is None else CopiesStated(copies))


def out_since(hours: float, keep_minutes: int | None = 30) -> Custody:
    """The seal went out so many hours before noon."""
    custody = out()
    holding = custody.memory.holdings[PERMIT.id]
    opening = replace(holding.openings[0], moved_at=NOON - timedelta(hours=hours))
    slip = replace(holding.slip, keep_minutes=keep_minutes)
    holding = replace(holding, openings=(opening,), slip=slip)
    return replace(custody, memory=replace(custody.memory, holdings={PERMIT.id: holding}))


@pytest.mark.parametrize(
    ("custody", "note", "remarks"),
    [
        pytest.param(out_since(0.4), "1 件在外", [], id="in time"),
        pytest.param(
            out_since(2), "1 件在外 · 晚了 1 小时", ["取出已经 2 小时，原定 30 分钟内归还。照常归还。"], id="late"
        ),
        pytest.param(
            out_since(50, 24 * 60),
            "1 件在外 · 晚了 1 天",
            ["取出已经 2 天，原定 1 天内归还。照常归还。"],
            id="days late",
        ),
        pytest.param(out_since(50, None), "1 件在外", [], id="nobody said until when"),
        pytest.param(out(), "1 件在外", [], id="nobody knows since when"),
    ],
)
def test_a_late_return_is_taken_and_says_how_late(custody: Custody, note: str, remarks: list[str]) -> None:
    custody = after(custody, *identified(YOU, LIN)).custody
    assert [offer["note"] for offer in screen_of(seen(custody)).facts["offers"]] == [note]
    view = seen(after(custody, choose("return", PERMIT)).custody)
    assert screen_of(view).facts["remarks"] == remarks
    assert all(remark in render(view) for remark in remarks)


def test_a_return_by_somebody_else_says_so_before_the_door_opens() -> None:
    custody = after(out(), *identified(LIAO, LIN), choose("return", PERMIT)).custody
    assert screen_of(seen(custody)).facts["remarks"] == ["由廖坤东代游少玉归还，会记下来。"]


def test_a_transfer_names_both_and_what_it_is_about() -> None:
    custody = after(out(), *identified(YOU, TANG)).custody
    offered = screen_of(seen(custody)).facts["offers"]
    assert ("移交", "由游少玉交给唐杰豪") in [(offer["verb"], offer["note"]) for offer in offered]
    custody = after(custody, choose("transfer", PERMIT)).custody
    view = seen(custody)
    assert screen_of(view).title == "移交给唐杰豪"
    assert "从游少玉手里交给唐杰豪" in render(view)
    custody = after(custody, PersonConfirmed(YOU.id), PersonConfirmed(TANG.id)).custody
    view = seen(custody)
    assert (screen_of(view).title, screen_of(view).voice) == ("已经移交", "从现在起由唐杰豪保管，按时归还。")
    assert "公章" in render(view)
    assert idle_left(view) is None


def test_who_took_over_is_whom_a_refused_return_asks_for() -> None:
    given = (*identified(YOU, TANG), choose("transfer", PERMIT), PersonConfirmed(YOU.id), PersonConfirmed(TANG.id))
    custody = replace(after(out(), *given).custody)
    custody = after(custody, *identified(LIAO, LIN), choose("return", PERMIT), now=now_at(5)).custody
    assert screen_of(seen(custody)).facts["remarks"] == ["由廖坤东代唐杰豪归还，会记下来。"]
