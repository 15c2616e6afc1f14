"""The ways out of the house as their page shows them: everything but the secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.custody.notices.deliveries import CHANNEL_TITLES, Channel
from server.custody.notices.messengers import ROOM_TITLES, Messengers, Security
from server.web.language import Translate

CHANNELS_OF_ROBOTS: Mapping[Channel, str] = {each: CHANNEL_TITLES[each] for each in (Channel.WECOM, Channel.DINGTALK)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMail:
    """The mail server, as the form is filled in."""

    host: str = ""
    port: str = "465"
    security: str = str(Security.TLS)
    username: str = ""
    sender: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotLine:
    """A robot; of its webhook only the host."""

    id: str
    name: str
    kind: str
    room: str
    host: str
    signs: bool


def mail_form(ways: Messengers) -> ShownMail:
    """What is set."""
    if ways.mail is None:
        return ShownMail(address=ways.address)
    return ShownMail(
        host=ways.mail.host,
        port=str(ways.mail.port),
        security=str(ways.mail.security),
        username=ways.mail.username,
        sender=ways.mail.sender,
        address=ways.address,
    )


def robot_lines(ways: Messengers, _: Translate) -> tuple[RobotLine, ...]:
    """Every robot."""
    return tuple(
        RobotLine(
            id=each.id,
            name=each.name,
            kind=_(CHANNEL_TITLES[each.channel]),
            room=_(ROOM_TITLES[each.room]),
            host=each.host,
            signs=bool(each.secret),
        )
        for each in ways.robots
    )
