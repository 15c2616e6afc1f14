"""The whole way out: what a round finds reaches a mailbox and a chat over real sockets, and no failure loses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.custody.notices.contacts import Contact
from server.custody.notices.deliveries import ROBOT_A_MINUTE_MAX, Channel, DeliveryState
from server.custody.notices.messengers import MailServer, Messengers, Robot, Room, Security
from server.notifying.rounds import DeliverRound, TellRound
from server.store.lists import notices
from server.store.lists.notices import ListedDelivery
from server.store.messenger_file import MessengerFile
from server.store.writer import Closed
from server.usecases.deliver_notices import TryChannel, try_channel
from server.usecases.read_notices import choose_contact
from tests.server.notifying.chat import Chat, open_chat
from tests.server.notifying.postbox import Postbox, open_postbox
from tests.server.town import Town, granted


def ways_to(folder: Path, box: Postbox, chat: Chat) -> MessengerFile:
    """Both set up."""
    mail = MailServer(
        host="127.0.0.1", port=box.port, security=Security.PLAIN, username="", sender="g@mail.test", password=""
    )
    robot = Robot(id="1", channel=Channel.WECOM, name="工作群", room=Room.OFFICE, url=chat.url)
    file = MessengerFile(folder / "messengers.json")
    file.save(Messengers(mail=mail, robots=(robot,), address="https://gongguan.test"))
    return file


@asynccontextmanager
async def delivering(town: Town, ways: MessengerFile) -> AsyncIterator[DeliverRound]:
    """A round that is closed in the end."""
    deliver = DeliverRound(town.database, town.writer, ways, lambda: town.now)
    try:
        yield deliver
    finally:
        await deliver.close()


def deliveries(town: Town, recipient: str) -> list[ListedDelivery]:
    """What was carried to somebody."""
    with town.database.reading() as reader:
        found = notices.deliveries(reader, failing=False).rows
    return [each for each in found if each.delivery.recipient == recipient]


async def test_what_is_overdue_reaches_the_holders_mailbox_and_the_offices_chat(town: Town, tmp_path: Path) -> None:
    holder = town.person("游少玉").id
    granted(town.do(choose_contact, Contact(person=holder, email="you@mail.test")))
    decided = town.permitted()
    assert town.hall is not None
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.sends()
    async with open_postbox(Postbox()) as box, open_chat(Chat()) as chat:
        ways = ways_to(tmp_path, box, chat)
        tell = TellRound(town.database, town.writer, ways, lambda: town.now)
        async with delivering(town, ways) as deliver:
            for minutes in (0, 30, 90):
                town.passes(minutes=minutes)
                assert await tell.once() is False
                assert await deliver.once() is False
                assert await deliver.once() is False
    said = [letter.get_content() for letter in box.letters]
    assert len(said) == 3, "approved, due, late: one letter a round"
    assert "可以到柜前取用" in said[0]
    assert "到了归还时间" in said[1]
    assert f"https://gongguan.test/checkouts/{decided.checkout}" in said[1]
    words = chat.said[-1]["markdown"]["content"]
    assert "还在游＊手上" in words
    assert "游少玉" not in "".join(str(each) for each in chat.said)


async def test_a_mailbox_that_is_down_loses_nothing(town: Town, tmp_path: Path) -> None:
    head = town.person("廖坤东").id
    granted(town.do(choose_contact, Contact(person=head, email="liao@mail.test")))
    granted(town.asks("游少玉", town.item("东坑一社")))
    async with open_chat(Chat()) as chat:
        async with open_postbox(Postbox()) as box:
            ways = ways_to(tmp_path, box, chat)
        await TellRound(town.database, town.writer, ways, lambda: town.now).once()
        async with delivering(town, ways) as deliver:
            await deliver.once()
            assert [each.delivery.state for each in deliveries(town, head)] == [DeliveryState.WAITING]
            with town.database.reading() as reader:
                assert notices.unread(reader, head) == 1
            async with open_postbox(Postbox()) as box:
                ways_to(tmp_path, box, chat)
                await deliver.once()
                assert box.letters == [], "not before its time"
                town.passes(minutes=1)
                await deliver.once()
                await deliver.once()
    assert len(box.letters) == 1
    assert [each.delivery.state for each in deliveries(town, head)] == [DeliveryState.SENT]


async def test_what_was_told_before_a_crash_is_carried_after_it_and_not_told_again(town: Town, tmp_path: Path) -> None:
    head = town.person("廖坤东").id
    granted(town.do(choose_contact, Contact(person=head, email="liao@mail.test")))
    granted(town.asks("游少玉", town.item("东坑一社")))
    async with open_postbox(Postbox()) as box, open_chat(Chat()) as chat:
        ways = ways_to(tmp_path, box, chat)
        await TellRound(town.database, town.writer, ways, lambda: town.now).once()
        again = TellRound(town.database, town.writer, ways, lambda: town.now)
        await again.once()
        for _ in range(2):
            async with delivering(town, ways) as deliver:
                await deliver.once()
    assert len(box.letters) == 1


async def test_a_crash_in_the_middle_repeats_the_letter_in_flight_and_no_other(town: Town, tmp_path: Path) -> None:
    deciders = [town.person(name).id for name in ("何慧敏", "谢文彬")]
    for number, person in enumerate((*deciders, town.person("廖坤东").id)):
        granted(town.do(choose_contact, Contact(person=person, email=f"p{number}@mail.test")))
    granted(town.decides("廖坤东", granted(town.asks("游少玉", town.item("东坑一社"))).checkout))
    granted(town.asks("游少玉", town.item("东坑一社", None)))

    def crash_at_the_second(taken: int) -> None:
        if taken == 2:
            town.writer.close()

    async with open_postbox(Postbox(then=crash_at_the_second)) as box, open_chat(Chat()) as chat:
        ways = ways_to(tmp_path, box, chat)
        await TellRound(town.database, town.writer, ways, lambda: town.now).once()
        async with delivering(town, ways) as deliver:
            with pytest.raises(Closed):
                await deliver.once()
        town.begin_writing()
        async with delivering(town, ways) as deliver:
            await deliver.once()
            await deliver.once()
    sent = [str(letter["Message-ID"]) for letter in box.letters]
    assert len(set(sent)) == 3
    assert sent[1:3] == [sent[1]] * 2, "the one in flight, under the same number"
    assert len(sent) == 4


async def test_a_chat_hears_no_more_than_it_takes_in_a_minute(town: Town, tmp_path: Path) -> None:
    admin = town.person("叶海燕").id
    async with open_postbox(Postbox()) as box, open_chat(Chat()) as chat:
        ways = ways_to(tmp_path, box, chat)
        for _ in range(ROBOT_A_MINUTE_MAX + 3):
            granted(town.do(try_channel, TryChannel(by=admin, recipient="robot:1", channel=Channel.WECOM)))
            town.passes(milliseconds=1)
        async with delivering(town, ways) as deliver:
            await deliver.once()
            assert len(chat.said) == ROBOT_A_MINUTE_MAX
            await deliver.once()
            assert len(chat.said) == ROBOT_A_MINUTE_MAX
            town.passes(minutes=1)
            await deliver.once()
    assert len(chat.said) == ROBOT_A_MINUTE_MAX + 3
    assert all(each.delivery.attempts == 1 for each in deliveries(town, "robot:1"))
