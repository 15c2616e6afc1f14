"""Carrying notices outside: what one delivery is, and when it is tried again.

A notice is told once it stands in the inbox; a delivery carries it further, by mail or into a group chat. One that
fails loses nothing: it is tried again with growing delay, and then waits for an administrator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""How long to wait after the first, second, … failed try; after as many as there are here, and one, it is given up."""
ROBOT_A_MINUTE_MAX = 20
"""What WeCom and DingTalk take from one robot in a minute."""
MINUTE = timedelta(minutes=1)


class Channel(StrEnum):
    """How a notice leaves the house."""

    MAIL = "mail"
    WECOM = "wecom"
    DINGTALK = "dingtalk"


class DeliveryState(StrEnum):
    """Where a delivery stands. Given up: it was tried often enough, or can never succeed as it is."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Trouble(StrEnum):
    """Why a try failed, as far as it concerns whoever has to mend it."""

    NOT_SET_UP = "not_set_up"
    NO_ADDRESS = "no_address"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    SIGN_IN = "sign_in"
    ADDRESS_REFUSED = "address_refused"
    REFUSED = "refused"
    LIMITED = "limited"
    BROKEN = "broken"


TROUBLE_TITLES: Mapping[Trouble, str] = {
    Trouble.NOT_SET_UP: "发信渠道没有设置",
    Trouble.NO_ADDRESS: "这个人没有留邮箱",
    Trouble.UNREACHABLE: "连不上对方的服务器",
    Trouble.UNTRUSTED: "对方的证书不可信",
    Trouble.SIGN_IN: "发信账号或密钥不对",
    Trouble.ADDRESS_REFUSED: "对方不收这个邮箱的信",
    Trouble.REFUSED: "对方拒收",
    Trouble.LIMITED: "发得太快，对方限流",
    Trouble.BROKEN: "程序出错，请看服务日志",
}
CHANNEL_TITLES: Mapping[Channel, str] = {
    Channel.MAIL: "邮件",
    Channel.WECOM: "企业微信机器人",
    Channel.DINGTALK: "钉钉机器人",
}
DELIVERY_STATE_TITLES: Mapping[DeliveryState, str] = {
    DeliveryState.WAITING: "待发",
    DeliveryState.SENT: "已发",
    DeliveryState.GIVEN_UP: "没有发出",
}
IN_VAIN = frozenset({Trouble.NO_ADDRESS, Trouble.ADDRESS_REFUSED})
"""Trouble that waiting does not mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient by one channel, with every notice of its round in it.

    `detail` is what the other side said, as a code (`errcode 45009`, `SMTP 550`), never an address or a secret.
    """

    id: str
    recipient: str
    channel: Channel
    state: DeliveryState
    made_at: datetime
    next_at: datetime
    attempts: int = 0
    trouble: Trouble | None = None
    detail: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended: no trouble means the other side took it."""

    trouble: Trouble | None = None
    detail: str = ""


SENT = Outcome()


def after_try(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """What becomes of the delivery."""
    tried = replace(delivery, attempts=delivery.attempts + 1, trouble=outcome.trouble, detail=outcome.detail)
    if outcome.trouble is None:
        return replace(tried, state=DeliveryState.SENT, sent_at=now)
    if outcome.trouble in IN_VAIN or tried.attempts > len(RETRY_AFTER):
        return replace(tried, state=DeliveryState.GIVEN_UP)
    return replace(tried, next_at=now + RETRY_AFTER[tried.attempts - 1])


def sent_again(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery as an administrator hands it in once more: from now, with all its tries."""
    return replace(delivery, state=DeliveryState.WAITING, attempts=0, next_at=now)


def free_again(sent: Sequence[datetime], now: datetime) -> datetime:
    """When a robot may speak next, having spoken at these moments: now, or when the oldest of a full minute is over."""
    recent = sorted(at for at in sent if at > now - MINUTE)
    return now if len(recent) < ROBOT_A_MINUTE_MAX else recent[-ROBOT_A_MINUTE_MAX] + MINUTE
