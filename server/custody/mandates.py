"""The mandate: a cooperative's things are kept, and used from the cabinet, only while its resolution says so."""

from datetime import datetime

from firmware_protocol.times import CHINA
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.wording import say_date

WARNED_DAYS = (7, 30, 60)
"""So many days before its end a mandate warns, the nearest first: an assembly needs ten days' notice and a quorum."""


def warned_days(cooperative: Cooperative, now: datetime) -> int | None:
    """How many days the mandate still runs, once it warns; 0 on its last day. None while it is far off, or over."""
    if cooperative.expires_on is None or cooperative.revoked_on is not None:
        return None
    left = (cooperative.expires_on - now.astimezone(CHINA).date()).days
    return left if 0 <= left <= WARNED_DAYS[-1] else None


def warning_level(days: int) -> int:
    """Which of the warnings has been reached: 7, 30 or 60."""
    return next(level for level in WARNED_DAYS if days <= level)


def refuse_without_mandate(cooperative: Cooperative, now: datetime) -> Refused | None:
    """Refuse where the mandate was never recorded, was ended by an exit, or has expired; its last day still counts."""
    if cooperative.expires_on is None:
        return Refused(
            "no_mandate",
            f"{cooperative.short_name}还没有登记委托保管授权，不能领用。请理事长把成员大会决议交三资办登记。",
        )
    if cooperative.revoked_on is not None:
        return Refused(
            "mandate_revoked",
            f"{cooperative.short_name}已于{say_date(cooperative.revoked_on)}退出共管，东西已交还本社。"
            "要重新入柜，请理事长把新的成员大会决议交三资办登记。",
        )
    if now.astimezone(CHINA).date() > cooperative.expires_on:
        return Refused(
            "mandate_expired",
            f"{cooperative.short_name}的委托保管授权已于{say_date(cooperative.expires_on)}到期，现在不能领用；归还不受影响。"
            "请理事长召开成员大会续签后交三资办登记。",
        )
    return None
