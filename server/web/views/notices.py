"""Notices and deliveries as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from server.custody.notices.contacts import masked_address
from server.custody.notices.deliveries import (
    CHANNEL_TITLES,
    DELIVERY_STATE_TITLES,
    TROUBLE_TITLES,
    Channel,
    Delivery,
    DeliveryState,
)
from server.custody.notices.ladder import is_urgent
from server.custody.notices.messengers import Messengers
from server.custody.notices.words import TOPIC_TITLES, Speech, say_notice
from server.store.lists.notices import ListedDelivery, ToldNotice
from server.web.telling import say_place
from server.web.views.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice in an inbox."""

    href: str
    title: str
    sentence: str
    told_at: datetime
    is_new: bool
    is_urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """A delivery for whoever keeps the channels going: to whom, how it stands, and never what it says."""

    id: str
    recipient: str
    channel: str
    carries: str
    made_at: datetime
    state: str
    state_word: str
    trouble: str
    attempts: str
    next_at: datetime | None
    may_send_again: bool


_SIGN_OF_STATE = {DeliveryState.SENT: "good", DeliveryState.WAITING: "off", DeliveryState.GIVEN_UP: "bad"}


def notice_line(told: ToldNotice, reading: Reading) -> NoticeLine:
    """One line."""
    notice = told.notice
    speech = Speech(say=reading.say, moment=reading.moment, place=lambda place: say_place(place, reading.say))
    return NoticeLine(
        href=f"/notices/{notice.id}/open",
        title=reading.say(TOPIC_TITLES[notice.topic]),
        sentence=say_notice(notice, reading.known, speech),
        told_at=told.told_at,
        is_new=told.read_at is None,
        is_urgent=is_urgent(notice.topic, notice.stage),
    )


def delivery_line(listed: ListedDelivery, ways: Messengers, email: str, reading: Reading) -> DeliveryLine:
    """One line. `email` is the address the person left, shown masked."""
    delivery = listed.delivery
    is_failing = delivery.trouble is not None and delivery.state is not DeliveryState.SENT
    waits = is_failing and delivery.state is DeliveryState.WAITING
    return DeliveryLine(
        id=delivery.id,
        recipient=_recipient(delivery, ways, email, reading),
        channel=reading.say(CHANNEL_TITLES[delivery.channel]),
        carries=reading.say("%(n)s 条通知") % {"n": listed.notices},
        made_at=delivery.made_at,
        state="late" if waits else _SIGN_OF_STATE[delivery.state],
        state_word=reading.say(DELIVERY_STATE_TITLES[delivery.state]),
        trouble=_trouble(delivery, reading) if is_failing else "",
        attempts=reading.say("试了 %(n)s 次") % {"n": delivery.attempts} if delivery.attempts > 1 else "",
        next_at=delivery.next_at if waits else None,
        may_send_again=is_failing,
    )


def _recipient(delivery: Delivery, ways: Messengers, email: str, reading: Reading) -> str:
    if delivery.channel is not Channel.MAIL:
        robot = ways.robot(delivery.recipient)
        return robot.name if robot else reading.say("已去掉的机器人")
    name, address = reading.name(delivery.recipient), masked_address(email)
    return f"{name} {address}" if address else name


def _trouble(delivery: Delivery, reading: Reading) -> str:
    if delivery.trouble is None:
        return ""
    said = reading.say(TROUBLE_TITLES[delivery.trouble])
    return f"{said} ({delivery.detail})" if delivery.detail else said
