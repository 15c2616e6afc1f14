"""Words into group chats: what each service takes, what its answers mean, and that no secret ever shows."""

import logging
from datetime import datetime

import pytest

from firmware_protocol.times import CHINA
from server.custody.notices.deliveries import SENT, Channel, Outcome, Trouble
from server.custody.notices.messengers import Robot, Room
from server.notifying.letters import Letter
from server.notifying.robots import MARKDOWN_BYTES_MAX, RobotPost, message_of
from tests.server.notifying.chat import Chat, open_chat

LETTER = Letter("清溪镇共管：归还 1 条", ("东坑一社 公章应在 11月23日 周一 09:30 前归还，还在游手上。",), "")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
SECRET = "SEC-of-this-test"


def robot_of(chat: Chat, channel: Channel = Channel.WECOM, secret: str = "") -> Robot:
    return Robot(id="1", channel=channel, name="工作群", room=Room.OFFICE, url=chat.url, secret=secret)


async def say(robot: Robot, letter: Letter = LETTER) -> Outcome:
    post = RobotPost()
    try:
        return await post.send(robot, letter, MONDAY)
    finally:
        await post.close()


@pytest.mark.parametrize(
    ("channel", "where"), [(Channel.WECOM, "content"), (Channel.DINGTALK, "text")], ids=["WeCom", "DingTalk"]
)
async def test_each_service_gets_the_words_where_it_looks_for_them(channel: Channel, where: str) -> None:
    async with open_chat(Chat()) as chat:
        assert await say(robot_of(chat, channel)) == SENT
    assert chat.said[0]["msgtype"] == "markdown"
    assert LETTER.lines[0] in chat.said[0]["markdown"][where]


async def test_dingtalk_takes_what_is_signed_with_its_secret_and_nothing_else() -> None:
    async with open_chat(Chat(secret=SECRET)) as chat:
        assert await say(robot_of(chat, Channel.DINGTALK, SECRET)) == SENT
        wrong = await say(robot_of(chat, Channel.DINGTALK, "SEC-of-another"))
        unsigned = await say(robot_of(chat, Channel.DINGTALK))
    assert wrong == unsigned == Outcome(Trouble.SIGN_IN, "errcode 310000")
    assert len(chat.said) == 1


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, {"errcode": 45009}, Outcome(Trouble.LIMITED, "errcode 45009")),
        (200, {"errcode": 130101}, Outcome(Trouble.LIMITED, "errcode 130101")),
        (200, {"errcode": 93000, "errmsg": "invalid webhook url"}, Outcome(Trouble.SIGN_IN, "errcode 93000")),
        (200, {"errcode": 99}, Outcome(Trouble.REFUSED, "errcode 99")),
        (200, {"ok": True}, Outcome(Trouble.REFUSED, "no errcode")),
        (200, {"errcode": "0"}, Outcome(Trouble.REFUSED, "no errcode")),
        (200, {"errcode": False}, Outcome(Trouble.REFUSED, "no errcode")),
        (200, [], Outcome(Trouble.REFUSED, "no errcode")),
        (429, {"errcode": 0}, Outcome(Trouble.LIMITED, "HTTP 429")),
        (500, {"errcode": 0}, Outcome(Trouble.REFUSED, "HTTP 500")),
        (302, {"errcode": 0}, Outcome(Trouble.REFUSED, "HTTP 302")),
    ],
    ids=[
        *("WeCom limits", "DingTalk limits", "a wrong key", "an unknown code", "no code", "a code that is text"),
        *("a code that is no number", "a list", "limited by HTTP", "a broken server", "sent elsewhere"),
    ],
)
async def test_only_errcode_0_inside_http_200_is_a_success(status: int, answer: object, outcome: Outcome) -> None:
    async with open_chat(Chat(status=status, answer=answer)) as chat:
        assert await say(robot_of(chat)) == outcome


async def test_where_nobody_listens_is_unreachable_and_the_webhook_stays_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_chat(Chat()) as chat:
        with caplog.at_level(logging.DEBUG):
            await say(robot_of(chat, Channel.DINGTALK, SECRET))
    with caplog.at_level(logging.DEBUG):
        outcome = await say(robot_of(chat, Channel.DINGTALK, SECRET))
    assert outcome.trouble is Trouble.UNREACHABLE
    shown = f"{caplog.text} {outcome} {robot_of(chat, Channel.DINGTALK, SECRET)}"
    assert "very-secret-key" not in shown
    assert SECRET not in shown


def test_a_long_message_is_cut_to_what_is_taken_in_whole_characters() -> None:
    long = Letter("清溪镇共管", ("东" * 3000,), "")
    content = message_of(Channel.WECOM, long)["markdown"]["content"]
    assert MARKDOWN_BYTES_MAX - 3 < len(content.encode()) <= MARKDOWN_BYTES_MAX


def test_words_cannot_become_links_or_mentions() -> None:
    tricky = Letter("x", ("[点这里](https://bad.test) <@all> *粗*",), "")
    assert set("[]<>*@") & set(tricky.markdown.split("\n\n")[1].removeprefix("> ")) == set()
