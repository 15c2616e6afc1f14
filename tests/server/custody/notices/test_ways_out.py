"""Deliveries, addresses and channels: when a try is repeated, what may be set up, and what is shown of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from firmware_protocol.times import CHINA
from server.custody.notices.contacts import Contact, Wish, masked_address, refuse_contact
from server.custody.notices.deliveries import (
    RETRY_AFTER,
    ROBOT_A_MINUTE_MAX,
    Channel,
    Delivery,
    DeliveryState,
    Outcome,
    Trouble,
    after_try,
    free_again,
    sent_again,
)
from server.custody.notices.messengers import (
    ROBOTS_MAX,
    MailServer,
    Messengers,
    Robot,
    Room,
    Security,
    refuse_mail_server,
    refuse_robot,
)

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
WAITING = Delivery(
    id="delivery-1",
    recipient="p-1",
    channel=Channel.MAIL,
    state=DeliveryState.WAITING,
    made_at=MONDAY,
    next_at=MONDAY,
)
SERVER = MailServer(
    host="smtp.example.cn", port=465, security=Security.TLS, username="u", sender="g@example.cn", password="p"
)
ROBOT = Robot(id="1", channel=Channel.WECOM, name="工作群", room=Room.OFFICE, url="https://qyapi.example.cn/send?key=k")
UNREACHABLE = Outcome(Trouble.UNREACHABLE)


def test_a_delivery_is_tried_with_growing_delay_and_then_given_up() -> None:
    delivery, now, waits = WAITING, MONDAY, []
    while delivery.state is DeliveryState.WAITING:
        delivery = after_try(delivery, UNREACHABLE, now)
        if delivery.state is DeliveryState.WAITING:
            waits.append(delivery.next_at - now)
            now = delivery.next_at
    assert tuple(waits) == RETRY_AFTER
    assert sorted(waits) == waits
    assert (delivery.state, delivery.attempts) == (DeliveryState.GIVEN_UP, len(RETRY_AFTER) + 1)


@pytest.mark.parametrize("trouble", [Trouble.NO_ADDRESS, Trouble.ADDRESS_REFUSED])
def test_what_waiting_does_not_mend_is_given_up_at_once(trouble: Trouble) -> None:
    assert after_try(WAITING, Outcome(trouble), MONDAY).state is DeliveryState.GIVEN_UP


def test_a_delivery_that_was_taken_forgets_its_trouble() -> None:
    sent = after_try(after_try(WAITING, UNREACHABLE, MONDAY), Outcome(), MONDAY)
    assert (sent.state, sent.trouble, sent.sent_at) == (DeliveryState.SENT, None, MONDAY)


def test_sending_again_begins_anew() -> None:
    given_up = replace(WAITING, state=DeliveryState.GIVEN_UP, attempts=6, trouble=Trouble.SIGN_IN)
    again = sent_again(given_up, MONDAY)
    assert (again.state, again.attempts, again.next_at) == (DeliveryState.WAITING, 0, MONDAY)


@pytest.mark.parametrize(
    ("sent", "free"),
    [
        ((), MONDAY),
        ((MONDAY - timedelta(seconds=10),) * (ROBOT_A_MINUTE_MAX - 1), MONDAY),
        ((MONDAY - timedelta(seconds=10),) * ROBOT_A_MINUTE_MAX, MONDAY + timedelta(seconds=50)),
        ((MONDAY - timedelta(seconds=61),) * 50, MONDAY),
    ],
    ids=["silent so far", "one left", "full", "long ago"],
)
def test_a_robot_speaks_twenty_times_a_minute(sent: tuple[datetime, ...], free: datetime) -> None:
    assert free_again(sent, MONDAY) == free


@pytest.mark.parametrize(
    ("email", "wish", "rule"),
    [
        ("liao@example.cn", Wish.ALL, None),
        ("l.k+gongguan@mail.example.cn", Wish.URGENT, None),
        ("", Wish.NOTHING, None),
        ("liao@localhost", Wish.ALL, None),
        ("", Wish.ALL, "email_missing"),
        ("liao", Wish.ALL, "email_shape"),
        ("liao@", Wish.ALL, "email_shape"),
        ("liao@example.cn\nBcc: all@example.cn", Wish.ALL, "email_shape"),
        ("廖@example.cn", Wish.ALL, "email_shape"),
        ("a b@example.cn", Wish.ALL, "email_shape"),
        (f"{'a' * 64}@{'b' * 200}.cn", Wish.ALL, "email_shape"),
    ],
    ids=[
        *("plain", "dots and plus", "none wanted", "one machine", "wanted and missing", "no @", "no host"),
        *("a header in it", "not ASCII", "a blank", "too long"),
    ],
)
def test_an_address_is_refused_with_its_reason(email: str, wish: Wish, rule: str | None) -> None:
    refused = refuse_contact(Contact(person="p", email=email, wish=wish))
    assert (refused.rule if refused else None) == rule


@pytest.mark.parametrize(
    ("contact", "urgent", "other"),
    [
        (Contact(person="p", email="a@b.cn", wish=Wish.ALL), True, True),
        (Contact(person="p", email="a@b.cn", wish=Wish.URGENT), True, False),
        (Contact(person="p", email="a@b.cn", wish=Wish.NOTHING), False, False),
        (Contact(person="p", email="", wish=Wish.ALL), False, False),
    ],
    ids=["all", "what presses", "nothing", "no address"],
)
def test_a_wish_is_kept(contact: Contact, urgent: bool, other: bool) -> None:
    assert (contact.wants(is_urgent=True), contact.wants(is_urgent=False)) == (urgent, other)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"host": "127.0.0.1", "security": Security.PLAIN}, None),
        ({"security": Security.PLAIN}, "mail_plain"),
        ({"host": ""}, "mail_host"),
        ({"host": "smtp example"}, "mail_host"),
        ({"port": 0}, "mail_host"),
        ({"port": 65536}, "mail_host"),
        ({"sender": ""}, "mail_sender"),
        ({"sender": "g"}, "mail_sender"),
    ],
    ids=[
        *("fine", "in the clear here", "in the clear elsewhere", "no host", "a blank", "port 0", "port 65536"),
        *("no sender", "no address"),
    ],
)
def test_a_mail_server_is_refused_with_its_reason(changes: dict[str, object], rule: str | None) -> None:
    refused = refuse_mail_server(replace(SERVER, **changes))  # type: ignore[arg-type]
    assert (refused.rule if refused else None) == rule


@pytest.mark.parametrize(
    ("changes", "robots", "rule"),
    [
        ({}, 0, None),
        ({"url": "http://127.0.0.1:8080/send"}, 0, None),
        ({"url": "http://qyapi.example.cn/send"}, 0, "robot_url"),
        ({"url": "ftp://qyapi.example.cn/send"}, 0, "robot_url"),
        ({"url": "https://user@qyapi.example.cn/send"}, 0, "robot_url"),
        ({"url": "https://"}, 0, "robot_url"),
        ({"url": "https://qyapi.example.cn/se nd"}, 0, "robot_url"),
        ({"name": ""}, 0, "robot_name"),
        ({}, ROBOTS_MAX, "robots_many"),
    ],
    ids=[
        "fine",
        "a relay here",
        *("in the clear", "not the web", "a user in it", "no host", "a blank", "no name", "many"),
    ],
)
def test_a_robot_is_refused_with_its_reason(changes: dict[str, str], robots: int, rule: str | None) -> None:
    refused = refuse_robot(replace(ROBOT, **changes), robots)  # type: ignore[arg-type]
    assert (refused.rule if refused else None) == rule


def test_secrets_stay_out_of_what_is_shown() -> None:
    secret = replace(ROBOT, secret="SEC1")
    shown = repr(Messengers(mail=replace(SERVER, password="pass-word"), robots=(secret,)))
    assert all(each not in shown for each in ("pass-word", "SEC1", "key=k"))
    assert secret.host == "qyapi.example.cn"


@pytest.mark.parametrize(
    ("email", "shown"), [("liao@example.cn", "l***@example.cn"), ("", "")], ids=["an address", "none"]
)
def test_an_address_is_shown_masked(email: str, shown: str) -> None:
    assert masked_address(email) == shown
