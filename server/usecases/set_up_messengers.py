"""The administrator changes the ways out of the house: that it was done is an entry, what they are never is."""

from dataclasses import dataclass
from typing import Literal

from server.custody.notices.messengers import MailServer, Robot, refuse_mail_server, refuse_robot
from server.custody.refusals import Refused
from server.custody.roles import MAY_SET_UP_MESSENGERS
from server.store.work import Work
from server.usecases.refusing import acting, refuse

Setting = Literal["mail", "robots"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMessengers:
    """Who changes which setting; `added` is the new mail server or robot, None where one goes. `robots` there are."""

    by: str
    setting: Setting
    added: MailServer | Robot | None = None
    robots: int = 0


@dataclass(frozen=True, slots=True)
class MessengersChanged:
    """It is on record, and may be saved."""

    setting: Setting


def change_messengers(work: Work, asked: ChangeMessengers) -> MessengersChanged | Refused:
    """Put the change on record, or say why it may not be."""
    if not acting(work, asked.by).holds_any(MAY_SET_UP_MESSENGERS):
        return refuse(work, Refused("messenger_role", "通知渠道由系统管理员管。请联系系统管理员。"), asked.by)
    if (refused := _refusal(asked)) is not None:
        return refuse(work, refused, asked.by)
    work.record("messengers_changed", {"setting": asked.setting, "person": asked.by})
    return MessengersChanged(asked.setting)


def _refusal(asked: ChangeMessengers) -> Refused | None:
    match asked.added:
        case MailServer() as server:
            return refuse_mail_server(server)
        case Robot() as robot:
            return refuse_robot(robot, asked.robots)
        case None:
            return None
