"""What the server noticed about an agent's journal, remembered as long as anybody may have to act on it."""

from collections.abc import Sequence

from server.custody.facts import JournalBreak
from server.custody.happenings import Fact, Happening, Known
from server.custody.journals import BREAKS, TWO_UNDER_ONE_NUMBER, break_id


def _contradicted(_known: Known, h: Happening) -> Sequence[Fact]:
    rule = h.about["rule"]
    return [_break(h, rule, rule)] if rule in BREAKS else []


def _equivocated(_known: Known, h: Happening) -> Sequence[Fact]:
    return [_break(h, TWO_UNDER_ONE_NUMBER, h.about["document"])]


def _break(h: Happening, rule: str, what: str) -> JournalBreak:
    agent, epoch, seq = h.about["agent"], h.about["epoch"], h.about["seq"]
    return JournalBreak(
        id=break_id(agent, epoch, seq, what), agent=agent, epoch=epoch, seq=seq, rule=rule, noticed_at=h.at
    )


JOURNAL_EFFECTS = {"device_contradiction": _contradicted, "device_equivocated": _equivocated}
