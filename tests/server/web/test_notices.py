"""通知 on the pages: the badge, the inbox, one's own wishes, and what the administrator sees and mends."""

import re
from datetime import timedelta

import pytest

from server.custody.notices.deliveries import Outcome, Trouble
from server.custody.roles import Role
from server.store import notices
from server.store.lists.entries import log_size, of_types
from server.usecases.deliver_notices import Tried, note_try
from server.usecases.notices_now import notices_now
from server.usecases.tell_people import TellPeople, tell_people
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICE_HEAD, OFFICER, REVIEWER, Township

MAIL = {
    "host": "smtp.example.cn",
    "port": "465",
    "security": "tls",
    "username": "gongguan",
    "password": "a-mail-password",
    "sender": "gongguan@example.cn",
    "address": "https://gongguan.example.cn",
}
ROBOT = {
    "name": "三资办工作群",
    "channel": "dingtalk",
    "room": "office",
    "url": "https://oapi.dingtalk.com/robot/send?access_token=very-secret",
    "secret": "SEC-very-secret",
}


def tell(township: Township) -> None:
    """One round of telling."""
    ways = township.messengers.load()
    with township.database.reading() as reader:
        due = notices_now(reader, township.clock.now, ways.ears())
    township.writer.run_now(tell_people, TellPeople(due, ways))


def badge(township: Township, name: str) -> int:
    """The figure beside 通知 in the head."""
    page = township.client(name).get("/cabinets").text
    found = re.search(r'class="badge"[^>]*>通知(?:<span class="count">(\d+))?', page)
    assert found
    return int(found[1] or 0)


def out(township: Township) -> str:
    """The seal is out, for half an hour."""
    checkout = township.permitted()
    permit = township.permit_of(checkout)
    about = {
        "opening": "o-1",
        "compartment": township.cooperative().place,
        "permit": permit,
        "checkout": checkout,
        "persons": [township.person(name).id for name in (ACCOUNTANT, OFFICER)],
    }
    township.reported("opening_intended", {**about, "action": "take", "attempt": 1})
    township.reported("items_taken", {**about, "items": [township.seal().id]})
    return checkout


def test_overdue_the_holder_hears_then_the_head_once_and_the_inspectors_last(township: Township) -> None:
    checkout = out(township)
    tell(township)
    before = {name: badge(township, name) for name in (ACCOUNTANT, HEAD, REVIEWER, INSPECTOR)}
    told: list[dict[str, int]] = []
    for passed in (timedelta(minutes=30), timedelta(minutes=30), timedelta(minutes=1), timedelta(minutes=60)):
        township.clock.pass_by(passed)
        tell(township)
        told.append({name: badge(township, name) - before[name] for name in before})
    assert told == [
        {ACCOUNTANT: 1, HEAD: 0, REVIEWER: 0, INSPECTOR: 0},
        {ACCOUNTANT: 2, HEAD: 1, REVIEWER: 0, INSPECTOR: 0},
        {ACCOUNTANT: 2, HEAD: 1, REVIEWER: 0, INSPECTOR: 0},
        {ACCOUNTANT: 2, HEAD: 1, REVIEWER: 1, INSPECTOR: 0},
    ]
    page = township.client(HEAD).get("/notices").text
    assert "帮着催一下" in page
    assert "东坑一社 公章" in page
    opened = township.client(HEAD).get(re.findall(r"/notices/n-[a-z2-7]+/open", page)[0])
    assert opened.headers["location"] == f"/checkouts/{checkout}"
    assert badge(township, HEAD) == before[HEAD]
    assert "逾期未还，告知" in township.client(INSPECTOR).get("/log").text


def test_a_notice_is_opened_by_its_own_reader_alone(township: Township) -> None:
    township.filed()
    tell(township)
    path = re.findall(r"/notices/n-[a-z2-7]+/open", township.client(HEAD).get("/notices").text)[0]
    assert township.client(ACCOUNTANT).get(path).status_code == 404
    assert township.client(HEAD).get("/notices/n-none/open").status_code == 404
    assert badge(township, HEAD) == 1


def test_everything_can_be_marked_as_read(township: Township) -> None:
    township.filed()
    tell(township)
    assert township.client(HEAD).post("/notices/read").status_code == 303
    assert badge(township, HEAD) == 0


def test_an_empty_inbox_says_what_will_stand_there(township: Township) -> None:
    assert "还没有通知。" in township.client(OFFICE_HEAD).get("/notices").text


def test_a_long_inbox_goes_on_page_by_page(township: Township) -> None:
    head = township.client(HEAD)
    for _ in range(45):
        checkout = township.filed()
        tell(township)
        township.decided(checkout, HEAD, agrees=False, reason="x")
        township.clock.pass_by(timedelta(seconds=1))
    first = head.get("/notices").text
    older = re.search(r'href="(/notices\?after=[^"]+)"', first)
    assert older
    rest = head.get(older[1]).text
    seen = [set(re.findall(r"/notices/(n-[a-z2-7]+)/open", page)) for page in (first, rest)]
    assert [len(each) for each in seen] == [40, 5]
    assert not seen[0] & seen[1]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "liao@", "wish": "all"}, "name@example.cn"),
        ({"email": "", "wish": "urgent"}, "要收邮件请写上邮箱"),
    ],
    ids=["not an address", "none"],
)
def test_a_wrong_address_is_said_at_its_field(township: Township, typed: dict[str, str], said: str) -> None:
    answer = township.client(HEAD).post("/notices/wishes", data=typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_people_set_their_own_address_and_take_it_back(township: Township) -> None:
    head = township.client(HEAD)
    assert head.post("/notices/wishes", data={"email": "liao@example.cn", "wish": "urgent"}).status_code == 303
    assert "liao@example.cn" in head.get("/notices/wishes").text
    assert "liao@example.cn" not in township.client(ACCOUNTANT).get("/notices/wishes").text
    head.post("/notices/wishes", data={"email": "", "wish": "nothing"})
    assert "liao@example.cn" not in head.get("/notices/wishes").text


def test_channels_are_set_up_on_record_and_their_secrets_are_shown_nowhere(township: Township) -> None:
    name = township.only_holder(Role.SYSTEM_ADMIN)
    admin = township.client(name)
    assert admin.post("/notices/channels/mail", data=MAIL).headers["location"].startswith("/notices/channels")
    assert admin.post("/notices/channels/robots", data=ROBOT).status_code == 303
    page = admin.get("/notices/channels").text
    assert "oapi.dingtalk.com" in page
    assert not [each for each in ("a-mail-password", "very-secret") if each in page]
    with township.database.reading() as reader:
        changed = of_types(reader, ["messengers_changed"], 0, log_size(reader))
    assert [dict(line.about) for line in changed] == [
        {"setting": setting, "person": township.person(name).id} for setting in ("mail", "robots")
    ]
    kept = township.messengers.load()
    assert kept.mail is not None
    assert (kept.mail.password, kept.robots[0].secret) == ("a-mail-password", "SEC-very-secret")


def test_an_empty_password_keeps_the_one_that_is_set_for_that_server_alone(township: Township) -> None:
    admin = township.client(township.only_holder(Role.SYSTEM_ADMIN))
    admin.post("/notices/channels/mail", data=MAIL)
    admin.post("/notices/channels/mail", data={**MAIL, "password": "", "port": "587", "security": "starttls"})
    kept = township.messengers.load().mail
    assert kept is not None
    assert (kept.port, kept.password) == (587, "a-mail-password")
    admin.post("/notices/channels/mail", data={**MAIL, "password": "", "host": "elsewhere.example.cn"})
    kept = township.messengers.load().mail
    assert kept is not None
    assert kept.password == ""


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("mail", {**MAIL, "security": "plain"}, "不加密只能用于本机的发信服务器"),
        ("mail", {**MAIL, "port": "x"}, "端口是 1 到 65535 的数"),
        ("robots", {**ROBOT, "url": "http://oapi.dingtalk.com/x"}, "要以 https:// 开头"),
        ("robots", {**ROBOT, "name": " "}, "起个名字"),
    ],
    ids=["in the clear", "no port", "a webhook in the clear", "no name"],
)
def test_a_channel_that_cannot_be_is_refused(township: Township, path: str, typed: dict[str, str], said: str) -> None:
    admin = township.client(township.only_holder(Role.SYSTEM_ADMIN))
    answer = admin.post(f"/notices/channels/{path}", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert township.messengers.load().robots == ()


def test_a_robot_is_tried_and_taken_away(township: Township) -> None:
    admin = township.client(township.only_holder(Role.SYSTEM_ADMIN))
    admin.post("/notices/channels/robots", data=ROBOT)
    robot = township.messengers.load().robots[0].id
    assert admin.post(f"/notices/channels/robots/{robot}/trial").headers["location"].endswith("trial_queued")
    assert "三资办工作群" in admin.get("/notices/deliveries?every=1").text
    assert admin.post(f"/notices/channels/robots/{robot}/remove").status_code == 303
    assert township.messengers.load().robots == ()
    assert admin.post(f"/notices/channels/robots/{robot}/trial").status_code == 404
    assert "已去掉的机器人" in admin.get("/notices/deliveries?every=1").text


def test_what_did_not_go_out_is_seen_with_its_reason_and_sent_again(township: Township) -> None:
    admin = township.client(township.only_holder(Role.SYSTEM_ADMIN))
    admin.post("/notices/channels/mail", data=MAIL)
    township.client(HEAD).post("/notices/wishes", data={"email": "liao@example.cn", "wish": "all"})
    township.filed()
    tell(township)
    with township.database.reading() as reader:
        waiting = notices.deliveries_due(reader, township.clock.now, 10)
    township.writer.run_now(note_try, Tried(waiting[0].id, Outcome(Trouble.SIGN_IN, "SMTP 535")))
    page = admin.get("/notices/deliveries").text
    assert "l***@example.cn" in page
    assert "liao@example.cn" not in page
    assert "发信账号或密钥不对 (SMTP 535)" in page
    assert "东坑一社" not in page
    assert "再发一次" not in township.client(OFFICE_HEAD).get("/notices/deliveries").text
    assert admin.post(f"/notices/deliveries/{waiting[0].id}/again").headers["location"].endswith("sent_again")
    with township.database.reading() as reader:
        assert len(notices.deliveries_due(reader, township.clock.now, 10)) == 1
