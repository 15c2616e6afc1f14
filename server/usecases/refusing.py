"""A refusal is an event too: every rule that says no to somebody leaves an entry."""

from typing import Any

from server.custody.people import Standing
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work

UNKNOWN_CHECKOUT = Refused("unknown_checkout", "没有找到这份申请。请回到列表，从那里再打开一次。")
UNKNOWN_PERMIT = Refused("unknown_permit", "没有找到这份许可。请回到列表，从那里再打开一次。")
UNKNOWN_PERSON = Refused("unknown_person", "没有找到这个人。请回到人员列表，从那里再打开一次。")
UNKNOWN_COOPERATIVE = Refused("unknown_cooperative", "没有找到这个合作社。请回到列表，从那里再打开一次。")
UNKNOWN_ITEM = Refused("unknown_thing", "没有找到这件东西。请回到合作社的页面，从那里再打开一次。")
UNKNOWN_HANDOVER = Refused("unknown_handover", "没有找到这次交接。请回到列表，从那里再打开一次。")


def refuse(work: Work, refused: Refused, person: str | None, **about: Any) -> Refused:
    """Record the refusal and pass it on as the answer. `about` may name what the event type `request_refused` does."""
    work.record("request_refused", {"rule": refused.rule, "person": person, **about}, {"sentence": refused.sentence})
    return refused


def acting(work: Work, person: str) -> Standing:
    """Who acts, as they stand at this moment; raises `LookupError` for somebody nobody knows."""
    standing = find.standing(work.facts, person)
    if standing is None:
        raise LookupError(person)
    return standing
