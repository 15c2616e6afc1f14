"""A delivery was tried, is handed in once more, or is asked for to see whether a way out works."""

from dataclasses import dataclass, replace

from server.custody.notices.contacts import Wish
from server.custody.notices.deliveries import (
    Channel,
    Delivery,
    DeliveryState,
    Outcome,
    after_try,
    free_again,
    sent_again,
)
from server.custody.notices.messengers import ROBOT_PREFIX
from server.custody.notices.notice import Notice, Stage, Topic
from server.custody.refusals import Refused
from server.custody.roles import MAY_SET_UP_MESSENGERS
from server.store import notices
from server.store.work import Work
from server.usecases.refusing import acting, refuse
from server.usecases.tell_people import new_delivery

UNKNOWN_DELIVERY = Refused("unknown_delivery", "没有找到这次发送。请回到列表，从那里再看一次。")
NOT_FAILED = Refused("delivery_state", "这一条已经发出或正在等着发，不用再发。请刷新页面看看。")
NO_WAY_OUT = Refused("no_way_out", "还没有可用的渠道。收邮件请先留下邮箱，再试。")


@dataclass(frozen=True, slots=True)
class Tried:
    """A delivery was tried, with this outcome."""

    delivery: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    """Somebody hands a delivery in once more."""

    by: str
    delivery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TryChannel:
    """Somebody wants to see whether a way out works: their own mail, or a robot."""

    by: str
    recipient: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Queued:
    """The delivery that goes out next."""

    delivery: str


def note_try(work: Work, tried: Tried) -> Delivery | None:
    """Write down how it went; None for a delivery that is not waiting any more."""
    known = notices.delivery(work.connection, tried.delivery)
    if known is None or known.state is not DeliveryState.WAITING:
        return None
    after = after_try(known, tried.outcome, work.now)
    notices.save_delivery(work.connection, after)
    return after


def hold_back(work: Work, delivery: str) -> None:
    """A robot has spoken too often in this minute: its delivery waits, and that is no failed try."""
    known = notices.delivery(work.connection, delivery)
    if known is not None and known.state is DeliveryState.WAITING:
        sent = notices.sent_lately(work.connection, known.recipient, work.now)
        notices.save_delivery(work.connection, replace(known, next_at=free_again(sent, work.now)))


def send_again(work: Work, asked: SendAgain) -> Queued | Refused:
    """Let a delivery that did not go out be tried again, or say why not."""
    if not acting(work, asked.by).holds_any(MAY_SET_UP_MESSENGERS):
        return refuse(work, Refused("messenger_role", "通知渠道由系统管理员管。请联系系统管理员。"), asked.by)
    known = notices.delivery(work.connection, asked.delivery)
    if known is None:
        return refuse(work, UNKNOWN_DELIVERY, asked.by)
    if known.trouble is None or known.state is DeliveryState.SENT:
        return refuse(work, NOT_FAILED, asked.by)
    notices.save_delivery(work.connection, sent_again(known, work.now))
    return Queued(known.id)


def try_channel(work: Work, asked: TryChannel) -> Queued | Refused:
    """Send a notice that says nothing but that it came."""
    who = acting(work, asked.by)
    if asked.recipient.startswith(ROBOT_PREFIX) and not who.holds_any(MAY_SET_UP_MESSENGERS):
        return refuse(work, Refused("messenger_role", "通知渠道由系统管理员管。请联系系统管理员。"), asked.by)
    if asked.recipient == asked.by and notices.contact(work.connection, asked.by).wish is Wish.NOTHING:
        return refuse(work, NO_WAY_OUT, asked.by)
    trial = Notice(
        recipient=asked.recipient, topic=Topic.TRIAL, stage=Stage.DUE, subject=asked.by, cooperative=None, at=work.now
    )
    delivery = new_delivery(work, asked.recipient, asked.channel)
    notices.save_delivery(work.connection, delivery)
    notices.save_notices(work.connection, (trial,), work.now, delivery.id)
    return Queued(delivery.id)
