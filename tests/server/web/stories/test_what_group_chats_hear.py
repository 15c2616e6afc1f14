"""Robots in the office's group chats: set up in a browser, heard in WeCom and DingTalk, and sent again until heard."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.server.notifying.chat import OK, Chat, open_chat
from tests.server.web.stories.administering import SYSTEM
from tests.server.web.stories.office import Office, telling, told
from tests.server.web.test_findings import watch

SECRET = "SEC-very-secret"
WRONG_KEY = {"errcode": 93000, "errmsg": "invalid webhook url"}


def test_a_door_forced_open_is_heard_in_both_chats_although_one_refused_it_at_first(office: Office) -> None:
    township, wecom, dingtalk = office.township, Chat(answer=WRONG_KEY), Chat(secret=SECRET)
    inside = township.doorway.inside
    with (
        inside.wrap_async_context_manager(open_chat(wecom)),
        inside.wrap_async_context_manager(open_chat(dingtalk)),
        telling(township) as rounds,
    ):
        system = office.come(SYSTEM, "/notices/channels")
        _is_added(system, "三资办工作群", "企业微信机器人", wecom.url)
        _is_added(system, "监督群", "钉钉机器人", dingtalk.url, SECRET)
        robots = system.get_by_role("region", name="群机器人")
        expect(robots.get_by_role("listitem")).to_have_count(2)
        for hidden in ("very-secret-key", SECRET):
            assert hidden not in system.content()
        township.reported("door_forced", {"compartment": "CAB-01/2"})
        watch(township)
        rounds(timedelta())
        _is_seen_to_have_failed(system)
        wecom.answer = OK
        rounds(timedelta(minutes=1))
        system.reload()
        expect(system.get_by_text("没有发不出去的通知。")).to_be_visible()
    [in_wecom], [in_dingtalk] = wecom.said, dingtalk.said
    assert in_wecom.keys() == in_dingtalk.keys() == {"msgtype", "markdown"}
    assert in_wecom["markdown"].keys() == {"content"}
    assert in_dingtalk["markdown"].keys() == {"title", "text"}
    for said in (in_wecom["markdown"]["content"], in_dingtalk["markdown"]["text"]):
        assert "CAB-01 2格没有许可就开了门" in said
    assert office.logged("messengers_") == ["messengers_changed"] * 2


def _is_added(system: Page, name: str, kind: str, url: str, secret: str = "") -> None:
    for label, words in {"名字": name, "Webhook": url, "加签密钥": secret}.items():
        system.get_by_label(label, exact=True).fill(words)
    system.get_by_label("种类").select_option(label=kind)
    system.get_by_role("button", name="加上").click()
    told(system, "存好了。")


def _is_seen_to_have_failed(system: Page) -> None:
    system.goto("/notices/deliveries")
    failing = system.locator("tbody tr")
    expect(failing).to_have_count(1)
    for words in ("三资办工作群", "发信账号或密钥不对", "再试"):
        expect(failing).to_contain_text(words)
