"""The township's ways out: its mail server and its robots in group chats, and what makes one unusable."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.custody.notices.contacts import Contact, Wish, refuse_contact
from server.custody.notices.deliveries import Channel
from server.custody.notices.notice import Audience
from server.custody.notices.telling import Ear
from server.custody.refusals import Refused, first_refusal

ROBOTS_MAX = 20
ROBOT_PREFIX = "robot:"
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_WEBHOOK = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?/[!-~]{0,1000}")
A = Audience


class Security(StrEnum):
    """How the connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Room(StrEnum):
    """Whose group chat it is, and so what is said there."""

    OFFICE = "office"
    INSPECTION = "inspection"
    COOPERATIVES = "cooperatives"


SECURITY_TITLES: Mapping[Security, str] = {
    Security.TLS: "TLS（多为 465 端口）",
    Security.STARTTLS: "STARTTLS（多为 587 端口）",
    Security.PLAIN: "不加密（只限本机）",
}
ROOM_TITLES: Mapping[Room, str] = {
    Room.OFFICE: "三资办的群",
    Room.INSPECTION: "镇纪委的群",
    Room.COOPERATIVES: "理事长和报账员的群",
}
AUDIENCES_OF: Mapping[Room, frozenset[Audience]] = {
    Room.OFFICE: frozenset({A.OFFICERS, A.REVIEWERS, A.OFFICE_HEAD}),
    Room.INSPECTION: frozenset({A.INSPECTORS}),
    Room.COOPERATIVES: frozenset({A.HEAD}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in, as whom, and in whose name (`sender`, an address)."""

    host: str
    port: int
    security: Security
    username: str
    sender: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """A robot in a group chat. `url` is its webhook, a secret as much as `secret`, with which DingTalk has it sign."""

    id: str
    channel: Channel
    name: str
    room: Room
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def recipient(self) -> str:
        """Under which name it gets notices and deliveries."""
        return ROBOT_PREFIX + self.id

    @property
    def host(self) -> str:
        """The host of its webhook: all of the address that may be shown."""
        found = _WEBHOOK.fullmatch(self.url)
        return found[2] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Messengers:
    """Everything that was set up. `address` is what people type to get to the pages, '' where nobody said."""

    mail: MailServer | None = None
    robots: tuple[Robot, ...] = ()
    address: str = ""

    def robot(self, recipient: str) -> Robot | None:
        """The robot that gets notices under this name."""
        return next((each for each in self.robots if each.recipient == recipient), None)

    def ears(self) -> tuple[Ear, ...]:
        """The group chats, and what is said there."""
        return tuple(Ear(each.recipient, AUDIENCES_OF[each.room]) for each in self.robots)


def refuse_mail_server(server: MailServer) -> Refused | None:
    """The first reason why mail cannot be sent like this, or None."""
    return first_refusal(MAIL_RULES, server)


def refuse_robot(robot: Robot, robots: int) -> Refused | None:
    """The first reason why this robot cannot be added to so many, or None."""
    if robots >= ROBOTS_MAX:
        return Refused("robots_many", f"最多设 {ROBOTS_MAX} 个机器人。请先去掉不用的。")
    return first_refusal(ROBOT_RULES, robot)


def _has_a_host(server: MailServer) -> Refused | None:
    if server.host and not set(server.host) & set(" /@\\") and 0 < server.port < 65536:
        return None
    return Refused("mail_host", "发信服务器写成 smtp.example.cn 这样，端口是 1 到 65535 的数。")


def _has_a_sender(server: MailServer) -> Refused | None:
    if server.sender and refuse_contact(Contact(person="", email=server.sender, wish=Wish.ALL)) is None:
        return None
    return Refused("mail_sender", "发件邮箱写成 name@example.cn 这样。")


def _protects_the_password(server: MailServer) -> Refused | None:
    if server.security is not Security.PLAIN or server.host in _LOOPBACK:
        return None
    return Refused("mail_plain", "不加密只能用于本机的发信服务器，不然密码和内容会被旁人看到。请选 TLS 或 STARTTLS。")


def _has_a_name(robot: Robot) -> Refused | None:
    return None if robot.name else Refused("robot_name", "请给机器人起个名字，例如“三资办工作群”。")


def _has_a_webhook(robot: Robot) -> Refused | None:
    found = _WEBHOOK.fullmatch(robot.url)
    if found is not None and (found[1] == "https" or found[2] in _LOOPBACK):
        return None
    return Refused("robot_url", "Webhook 地址要以 https:// 开头。请从群机器人的设置里整条复制。")


MAIL_RULES: tuple[Callable[[MailServer], Refused | None], ...] = (_has_a_host, _has_a_sender, _protects_the_password)
ROBOT_RULES: tuple[Callable[[Robot], Refused | None], ...] = (_has_a_name, _has_a_webhook)
