"""What every stage shows, without a browser."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from device_agent.agent import ROLLED_BACK
from device_agent.custodian.every_door import EveryDoorAsked
from device_agent.custodian.inputs import (
    Acknowledged,
    AllTicked,
    CardShown,
    DoorSeen,
    Input,
    LockAnswered,
    OpenAsked,
    PersonAdded,
    PinChecked,
    PinEntered,
    Started,
)
from device_agent.custodian.log_view import LogView
from device_agent.custodian.state import Confirming, Moving, Stage
from device_agent.demo_cards import DemoCard
from device_agent.kiosk import kiosk, words
from device_agent.kiosk.screen import DISPUTE, STEPS, drawings, idle_left, status
from device_agent.kiosk.screens import BUILDERS, screen_of
from firmware_protocol.permit_checks import Clock
from firmware_protocol.permits import Party, PermitItem
from tests.device_agent.hall import (
    HE,
    LIAO,
    LIN,
    LUO,
    NOON,
    SEAL,
    YOU,
    after,
    choose,
    count_permit,
    deposit_permit,
    hall,
    identified,
    now_at,
    take_permit,
)
from tests.device_agent.kiosk.walks import (
    CHOSEN,
    O1,
    OPENED,
    PERMIT,
    WALK,
    at,
    render,
    seen,
)


@pytest.mark.parametrize("name", WALK)
def test_every_stage_has_its_screen_with_a_short_title_and_a_line_that_says_what_is_awaited(name: str) -> None:
    screen = screen_of(seen(at(name)))
    assert screen.name == name.partition(",")[0]
    assert 0 < len(screen.title) <= 15
    assert screen.voice.endswith("。")
    assert 0 <= screen.step < len(STEPS)


@pytest.mark.parametrize("name", WALK)
def test_every_screen_can_be_drawn(name: str) -> None:
    rendered = render(seen(at(name), demo_cards=(DemoCard("游少玉", "报账员", "0249103477"),)))
    assert screen_of(seen(at(name))).title in rendered


def test_every_stage_there_is_has_a_builder() -> None:
    assert set(BUILDERS) == set(Stage.__args__)


def test_a_fault_is_shown_whatever_the_stage() -> None:
    view = seen(at("moving"), fault="柜机的日志暂时写不进去。")
    assert screen_of(view).name == "fault"
    assert "写不进去" in render(view)


def test_a_journal_that_was_put_back_says_whom_to_call_and_how_things_still_come_back() -> None:
    view = seen(at("choosing"), fault=ROLLED_BACK)
    said = render(view)
    assert all(word in said for word in ("三资办重新登记", "照常归还", "机械钥匙"))
    assert "自己重试" not in screen_of(view).voice


def test_the_door_that_is_meant_glows_and_no_other() -> None:
    view = seen(at("ready"))
    (cabinet,) = drawings(view, screen_of(view))
    assert [door.number for door in cabinet.doors if door.is_wanted] == [7]


def test_the_drawing_shows_doors_as_they_are() -> None:
    custody = after(hall(), DoorSeen("CAB-02/3", is_open=True), DoorSeen("CAB-02/4", is_open=False)).custody
    view = seen(custody)
    states = [door.state for door in drawings(view, screen_of(view))[1].doors[:4]]
    assert states == ["unknown", "unknown", "open", "closed"]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({}, "已联网", id="online"),
        pytest.param({"is_online": False}, "离线 · 数据是 0 秒前的", id="offline"),
        pytest.param({"is_online": False, "now": now_at(3 * 3600)}, "离线 · 数据是 3 小时前的", id="offline for hours"),
        pytest.param({"unsent": 4}, "已联网 · 4 条记录待上传", id="entries waiting"),
        pytest.param(
            {"now": now_at(clock=Clock(NOON, None, "unknown"))}, "已联网 · 时钟待校准", id="a clock that knows nothing"
        ),
    ],
)
def test_the_bottom_line_says_how_fresh_everything_is(changes: dict[str, object], line: str) -> None:
    assert status(seen(hall(), **changes)) == line


def test_an_agent_that_never_met_its_server_says_so() -> None:
    assert status(seen(hall(contact=None), is_online=False)) == "还没有联过网"


def test_two_histories_of_the_log_are_all_the_status_says() -> None:
    assert status(seen(hall(log=LogView(dispute="forked")), is_online=False)) == DISPUTE


def test_after_a_crash_the_start_asks_those_who_were_there_to_declare() -> None:
    custody = after(at("moving"), Started(2)).custody
    assert "CAB-01 柜 7 号上次没有登记" in render(seen(custody))


@pytest.mark.parametrize(
    ("name", "left_ms"), [("waiting", None), ("unlocking", None), ("done", None), ("choosing", 60_000)]
)
def test_people_are_asked_whether_they_are_there_only_where_they_could_go_on(name: str, left_ms: int | None) -> None:
    assert idle_left(seen(at(name))) == left_ms


@pytest.mark.parametrize(
    ("length", "said"),
    [(timedelta(seconds=40), "40 秒"), (timedelta(minutes=12), "12 分钟"), (timedelta(hours=30), "1 天")],
)
def test_ages_are_said_in_one_unit(length: timedelta, said: str) -> None:
    assert words.duration(length) == said


WRONG_PIN: tuple[Input, ...] = (CardShown(YOU.card), PinEntered(), PinChecked(YOU.id, fits=False))
JAMMED: tuple[Input, ...] = WALK["jammed"]
AGAIN: tuple[Input, ...] = (*WALK["done"], Acknowledged(), choose("return", PERMIT))


@pytest.mark.parametrize(
    ("walk", "after_s", "voice", "changes_ms"),
    [
        pytest.param(WRONG_PIN, 0, "密码不对。请等 2 秒再按。", 2000, id="a wrong PIN"),
        pytest.param(WRONG_PIN, 2, "密码不对，请再按一次。", None, id="a wrong PIN, when the wait is over"),
        pytest.param(JAMMED, 0, "锁要歇两秒，请稍等。", 2500, id="a jammed lock"),
        pytest.param(JAMMED, 2.5, "可以再试一次。", None, id="a jammed lock that has rested"),
        pytest.param(AGAIN, 0, "锁要歇两秒，请稍等。", 2500, id="a door that was open a moment ago"),
        pytest.param(AGAIN, 2.5, "看清楚了，请按“开门”。", None, id="a door whose lock has rested"),
    ],
)
def test_a_screen_that_asks_for_patience_says_by_itself_when_it_is_over(
    walk: tuple[Input, ...], after_s: float, voice: str, changes_ms: int | None
) -> None:
    custody = after(hall(PERMIT), *walk).custody
    screen = screen_of(seen(custody, now=now_at(after_s)))
    assert (screen.voice, screen.changes_ms) == (voice, changes_ms)


def test_a_permit_says_until_when_it_can_be_used() -> None:
    permit = take_permit(not_after=NOON + timedelta(hours=27, minutes=59))
    (offer, *_) = screen_of(seen(after(hall(permit), *identified(YOU, LIN)).custody)).facts["offers"]
    assert offer["note"] == "明天 23:59 前有效"


@pytest.mark.parametrize(("count", "offered"), [(2, False), (3, True)])
def test_a_key_that_ticks_everything_is_there_when_there_is_much_to_tick(count: int, offered: bool) -> None:
    items = tuple(PermitItem(f"i-{number}", "voucher") for number in range(count))
    permit = deposit_permit(items=items, compartment=7)
    custody = after(hall(permit), *identified(YOU, LIN), choose("deposit", permit), *OPENED[-2:]).custody
    assert ("全部勾上" in render(seen(custody))) is offered
    ticked = after(custody, AllTicked()).custody
    assert ("全部不勾" in render(seen(ticked))) is offered


def test_every_door_is_asked_for_and_said() -> None:
    officers = Party(roles=("cabinet_officer",))
    held = [count_permit(letter, compartment=number, holder=officers) for letter, number in (("x", 7), ("y", 9))]
    choosing = after(hall(*held), *identified(LIN, LUO)).custody
    assert "依次开 2 个门" in render(seen(choosing))
    ready = after(choosing, EveryDoorAsked()).custody
    assert "不逐件勾选" in render(seen(ready))
    opened = after(ready, OpenAsked(O1), LockAnswered(f"{O1}.1", "opened")).custody
    assert screen_of(seen(opened)).title == "还有 1 个门要开"
    assert "开着的：CAB-01 柜 7 号" in render(seen(opened))


def test_a_count_asks_what_was_seen() -> None:
    permit = count_permit()
    ready = after(hall(permit), *identified(YOU, LIN), choose("count", permit)).custody
    assert "清点" in render(seen(ready))
    asked = render(seen(after(ready, *OPENED[-2:]).custody))
    assert "看到了哪些？" in asked
    assert "点完了" in asked


def test_times_of_today_and_tomorrow_are_called_so() -> None:
    assert words.time_near(NOON + timedelta(hours=1), NOON) == "今天 21:00"
    assert words.time_near(NOON + timedelta(hours=5), NOON) == "明天 01:00"
    assert words.time_near(NOON + timedelta(days=3), NOON) == "11月26日 周四 20:00"


def test_items_are_called_without_the_cooperative_that_stands_beside_them() -> None:
    view = seen(at("choosing"))
    (first, *_) = screen_of(view).facts["offers"]
    assert (first["cooperative"], first["what"]) == ("东坑一社", "公章、财务专用章")


def test_the_missing_person_is_asked_for_by_title() -> None:
    permit = take_permit(extra=("reviewer",), approvers=())
    custody = after(hall(permit), *identified(YOU, LIN)).custody
    (offer, *_) = screen_of(seen(custody)).facts["offers"]
    assert offer["refused"] == "还差三资办审核员"
    custody = after(custody, choose("take", permit)).custody
    assert screen_of(seen(custody)).facts["why"] == "这次开柜要三个人到场，还差三资办审核员。"
    screen = screen_of(seen(after(custody, Acknowledged()).custody))
    assert (screen.title, screen.voice) == ("请三资办审核员刷卡", "还差三资办审核员。")


def test_three_people_confirm_as_three() -> None:
    stage = Confirming(Moving((YOU.id, LIN.id, LUO.id), O1, frozenset({SEAL})))
    custody = after(hall(PERMIT), *CHOSEN, OpenAsked(O1), LockAnswered(O1, "opened")).custody
    view = seen(replace(custody, stage=stage))
    assert screen_of(view).title == "请三位都确认"
    assert "trio" in render(view)


def test_a_third_person_is_offered_only_when_one_is_needed() -> None:
    permit = take_permit(extra=("reviewer",))
    needed = screen_of(seen(after(hall(permit), *identified(YOU, LIN)).custody))
    assert needed.facts["may_add"]
    assert not screen_of(seen(at("choosing"))).facts["may_add"]


def test_somebody_of_the_cooperative_may_join_where_others_take_its_things() -> None:
    seizure = hall(take_permit(holder=Party(person=HE.id), approvers=()))
    two = screen_of(seen(after(seizure, *identified(HE, LIN)).custody))
    assert [each["refused"] for each in two.facts["offers"]] == [None]
    assert two.facts["may_add"]
    three = after(seizure, *identified(HE, LIN), PersonAdded(), *identified(LIAO)).custody
    assert screen_of(seen(three)).name == "choosing"
    assert not screen_of(seen(three)).facts["may_add"]


@pytest.mark.parametrize("path", sorted(kiosk.TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_script_or_style_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"\son[a-z]+=|\sstyle=|<style|<script(?! src)|javascript:", text) is None
