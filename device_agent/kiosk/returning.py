"""What is said of a return before the door opens: that it is late, that another brings it. Neither stops it."""

from datetime import timedelta

from device_agent.custodian.memory import Holding
from device_agent.custodian.offers import Offer
from device_agent.kiosk import words
from device_agent.kiosk.screen import Seen, who
from firmware_protocol.permit_checks import Allowed


def remarks(seen: Seen, offer: Offer) -> list[str]:
    """The sentences for one return; none for anything else."""
    holding = seen.custody.memory.holdings.get(offer.choice.permit)
    if offer.choice.kind != "return" or holding is None:
        return []
    return [remark for remark in (late(seen, holding), _by_another(seen, holding, offer)) if remark]


def late(seen: Seen, holding: Holding) -> str:
    """How long it has been out, where that is longer than was meant; "" where it is not."""
    keep, over = timedelta(minutes=holding.slip.keep_minutes or 0), _over(seen, holding)
    if not over:
        return ""
    return f"取出已经 {words.duration(keep + over)}，原定 {words.duration(keep)}内归还。照常归还。"


def overdue(seen: Seen, holding: Holding) -> str:
    """The same in a few words, for the list of what may be done."""
    over = _over(seen, holding)
    return f"晚了 {words.duration(over)}" if over else ""


def _over(seen: Seen, holding: Holding) -> timedelta:
    """By how much the time that was meant is over; nothing where it is not, or where nobody knows."""
    taken_at, keep_minutes = holding.taken_at, holding.slip.keep_minutes
    if taken_at is None or keep_minutes is None:
        return timedelta()
    return max(timedelta(), seen.now.at - taken_at - timedelta(minutes=keep_minutes))


def _by_another(seen: Seen, holding: Holding, offer: Offer) -> str:
    if not (isinstance(offer.verdict, Allowed) and offer.verdict.flagged):
        return ""
    holder = who(seen.custody, holding.held_by).name if holding.held_by else holding.slip.holder_name or "领用人"
    return f"由{who(seen.custody, offer.persons[0]).name}代{holder}归还，会记下来。"
