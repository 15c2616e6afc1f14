"""People are told what waits, what was decided and what is overdue: once each, and the chasing can be shown."""

from datetime import datetime, timedelta

import pytest

from firmware_protocol.times import CHINA
from server.custody.notices.contacts import Contact, Wish
from server.custody.notices.deliveries import Channel, DeliveryState, Outcome, Trouble
from server.custody.notices.messengers import MailServer, Messengers, Robot, Room, Security
from server.custody.notices.notice import Notice, Stage, Topic
from server.custody.refusals import Refused
from server.store import notices
from server.store.lists import notices as listed
from server.store.lists.entries import log_size, of_types
from server.usecases.delegate import GiveDelegation, give_delegation
from server.usecases.deliver_notices import SendAgain, Tried, note_try, send_again
from server.usecases.notices_now import notices_now
from server.usecases.read_notices import ReadNotices, choose_contact, read_notices
from server.usecases.tell_people import TellPeople, tell_people
from tests.server.town import Town, granted

MAIL = MailServer(
    host="mail.test", port=465, security=Security.TLS, username="", sender="gongguan@mail.test", password=""
)
OFFICE_CHAT = Robot(id="1", channel=Channel.WECOM, name="工作群", room=Room.OFFICE, url="https://robots.test/1")
WAYS = Messengers(mail=MAIL, robots=(OFFICE_CHAT,))


def tell(town: Town, ways: Messengers | None = None) -> tuple[Notice, ...]:
    """One round of telling."""
    ways = ways or Messengers()
    with town.database.reading() as reader:
        due = notices_now(reader, town.now, ways.ears())
    return town.do(tell_people, TellPeople(due, ways)).notices


def told(town: Town, topic: Topic, found: tuple[Notice, ...]) -> set[str]:
    """The names of those who were told of this topic."""
    names = {town.person(name).id: name for name in _NAMES}
    return {names.get(each.recipient, each.recipient) for each in found if each.topic is topic}


_NAMES = ("林少军", "何慧敏", "谢文彬", "赵文斌", "周建国", "廖坤东", "游少玉", "孙辉", "柯火梅", "蓝观润")


def take(town: Town) -> str:
    """东坑一社's seal goes out for the morning; returns the checkout."""
    decided = town.permitted()
    assert town.hall is not None
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.sends()
    return decided.checkout


def test_a_request_is_told_to_whoever_decides_it_and_nobody_twice(town: Town) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社")))
    assert told(town, Topic.APPROVAL, tell(town)) == {"廖坤东"}
    assert told(town, Topic.APPROVAL, tell(town)) == set()
    granted(town.decides("廖坤东", filed.checkout))
    assert told(town, Topic.APPROVAL, tell(town)) == {"何慧敏", "谢文彬"}


def test_whoever_is_away_is_not_told_but_their_substitute_is(town: Town) -> None:
    today = town.now.date()
    given = GiveDelegation(
        by=town.person("廖坤东").id,
        substitute=town.person("孙辉").id,
        role=next(iter(town.person("廖坤东").roles)),
        cooperative=town.cooperative("东坑一社"),
        first_day=today,
        last_day=today,
    )
    granted(town.do(give_delegation, given))
    granted(town.asks("游少玉", town.item("东坑一社")))
    found = tell(town)
    assert told(town, Topic.APPROVAL, found) == {"孙辉"}
    assert told(town, Topic.DELEGATION_GIVEN, found) == {"孙辉"}


@pytest.mark.parametrize(
    ("agrees", "topic"), [(True, Topic.PERMITTED), (False, Topic.REFUSED)], ids=["agreed", "refused"]
)
def test_the_applicant_hears_how_it_was_decided(town: Town, agrees: bool, topic: Topic) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社")))
    granted(town.decides("廖坤东", filed.checkout))
    granted(town.decides("何慧敏", filed.checkout, agrees=agrees, reason="" if agrees else "合同没有附"))
    assert told(town, topic, tell(town)) == {"游少玉"}


def test_a_decision_of_the_night_is_told_in_the_morning(town: Town) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社")))
    town.now = datetime(2026, 11, 23, 22, 0, tzinfo=CHINA)
    granted(town.decides("廖坤东", filed.checkout))
    granted(town.decides("何慧敏", filed.checkout))
    assert tell(town) == ()
    town.passes(hours=10)
    assert told(town, Topic.PERMITTED, tell(town)) == {"游少玉"}


def test_what_is_overdue_climbs_to_the_office_and_the_log_says_so(town: Town) -> None:
    checkout = take(town)
    tell(town)
    town.passes(minutes=30)
    assert told(town, Topic.RETURN_ON_SITE, tell(town)) == {"游少玉"}
    town.passes(minutes=30)
    assert told(town, Topic.RETURN_ON_SITE, tell(town)) == {"游少玉", "廖坤东", "林少军"}
    town.passes(minutes=60)
    assert told(town, Topic.RETURN_ON_SITE, tell(town)) == {"何慧敏", "谢文彬", "赵文斌"}
    assert told(town, Topic.RETURN_ON_SITE, tell(town)) == set()
    town.passes(hours=24)
    assert told(town, Topic.RETURN_ON_SITE, tell(town)) == {"赵文斌", "周建国"}
    with town.database.reading() as reader:
        lines = of_types(reader, ["overdue_told"], 0, log_size(reader))
    assert [line.about["stage"] for line in lines] == ["due", "late", "office", "inspection"]
    assert {line.checkout for line in lines} == {checkout}
    assert lines[1].about["persons"] == sorted(town.person(name).id for name in ("游少玉", "廖坤东", "林少军"))


def test_what_came_back_is_told_no_further(town: Town) -> None:
    decided = town.permitted()
    assert town.hall is not None
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.opens("return", decided, town.item("东坑一社"))
    town.hall.sends()
    town.passes(hours=3)
    assert told(town, Topic.RETURN_ON_SITE, tell(town)) == set()


def test_one_round_is_one_letter_for_everybody_who_wants_mail(town: Town) -> None:
    head = town.person("廖坤东").id
    granted(town.do(choose_contact, Contact(person=head, email="liao@mail.test", wish=Wish.ALL)))
    granted(town.asks("游少玉", town.item("东坑一社")))
    granted(town.asks("游少玉", town.item("东坑一社", None)))
    tell(town, WAYS)
    with town.database.reading() as reader:
        lines = [each for each in listed.deliveries(reader, failing=False).rows if each.delivery.recipient == head]
    assert [(each.notices, each.delivery.channel) for each in lines] == [(2, Channel.MAIL)]


def test_who_wants_only_pressing_things_gets_no_letter_about_others(town: Town) -> None:
    head = town.person("廖坤东").id
    granted(town.do(choose_contact, Contact(person=head, email="liao@mail.test", wish=Wish.URGENT)))
    granted(town.asks("游少玉", town.item("东坑一社")))
    tell(town, WAYS)
    with town.database.reading() as reader:
        assert listed.unread(reader, head) == 1
        assert [e for e in listed.deliveries(reader, failing=False).rows if e.delivery.recipient == head] == []


def test_without_a_mail_server_there_is_the_inbox(town: Town) -> None:
    head = town.person("廖坤东").id
    granted(town.do(choose_contact, Contact(person=head, email="liao@mail.test")))
    granted(town.asks("游少玉", town.item("东坑一社")))
    tell(town)
    with town.database.reading() as reader:
        assert listed.unread(reader, head) == 1
        assert listed.deliveries(reader, failing=False).rows == ()


def test_the_offices_chat_hears_of_what_the_office_hears(town: Town) -> None:
    take(town)
    tell(town, WAYS)
    town.passes(hours=2)
    tell(town, WAYS)
    with town.database.reading() as reader:
        due = notices.deliveries_due(reader, town.now, 50)
        carried = [notices.notices_of(reader, each.id) for each in due if each.recipient == OFFICE_CHAT.recipient]
    assert [[(n.topic, n.stage) for n in each] for each in carried] == [[(Topic.RETURN_ON_SITE, Stage.OFFICE)]]


def failed_delivery(town: Town) -> str:
    """A letter that an unreachable server did not take, once."""
    granted(town.do(choose_contact, Contact(person=town.person("廖坤东").id, email="liao@mail.test")))
    granted(town.asks("游少玉", town.item("东坑一社")))
    tell(town, WAYS)
    with town.database.reading() as reader:
        due = notices.deliveries_due(reader, town.now, 50)
    town.do(note_try, Tried(due[0].id, Outcome(Trouble.UNREACHABLE)))
    return due[0].id


def test_a_failed_letter_waits_is_seen_and_can_be_sent_again(town: Town) -> None:
    delivery = failed_delivery(town)
    with town.database.reading() as reader:
        assert listed.failing(reader) == 1
        assert notices.deliveries_due(reader, town.now, 50) == ()
        assert len(notices.deliveries_due(reader, town.now + timedelta(minutes=1), 50)) == 1
    assert not isinstance(town.do(send_again, SendAgain(by=town.person("叶海燕").id, delivery=delivery)), Refused)
    with town.database.reading() as reader:
        assert len(notices.deliveries_due(reader, town.now, 50)) == 1


@pytest.mark.parametrize(
    ("name", "rule"), [("廖坤东", "messenger_role"), ("叶海燕", "unknown_delivery")], ids=["a head", "no such letter"]
)
def test_sending_again_is_refused_with_its_reason(town: Town, name: str, rule: str) -> None:
    delivery = failed_delivery(town) if rule == "messenger_role" else "delivery-none"
    refused = town.do(send_again, SendAgain(by=town.person(name).id, delivery=delivery))
    assert isinstance(refused, Refused)
    assert refused.rule == rule


def test_what_was_sent_is_not_sent_again(town: Town) -> None:
    delivery = failed_delivery(town)
    town.do(note_try, Tried(delivery, Outcome()))
    refused = town.do(send_again, SendAgain(by=town.person("叶海燕").id, delivery=delivery))
    assert isinstance(refused, Refused)
    assert refused.rule == "delivery_state"
    assert town.do(note_try, Tried(delivery, Outcome(Trouble.UNREACHABLE))) is None
    with town.database.reading() as reader:
        found = notices.delivery(reader, delivery)
    assert found is not None
    assert found.state is DeliveryState.SENT


def test_reading_clears_the_badge_of_that_person_alone(town: Town) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社")))
    granted(town.decides("廖坤东", filed.checkout))
    tell(town)
    first, second = town.person("何慧敏").id, town.person("谢文彬").id
    town.do(read_notices, ReadNotices(by=first))
    with town.database.reading() as reader:
        assert (listed.unread(reader, first), listed.unread(reader, second)) == (0, 1)


def test_a_mandate_that_ends_is_told_in_working_hours_once_for_each_warning(town: Town) -> None:
    with town.database.reading() as reader:
        assert [each for each in notices_now(reader, town.now).notices if each.topic is Topic.MANDATE] == []
    ends = town.now.replace(year=2030, month=9, day=2, hour=10)
    town.now = ends
    first = [each.stage for each in tell(town) if each.topic is Topic.MANDATE]
    assert set(first) == {Stage.THIRTY_DAYS}
    assert [each for each in tell(town) if each.topic is Topic.MANDATE] == []
