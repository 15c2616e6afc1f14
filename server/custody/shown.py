"""What an approver had before their eyes: an answer counts for that, and for nothing that came later."""

import hashlib
from collections.abc import Iterable

from server.custody.attachments import Attachment
from server.custody.facts import Checkout
from server.custody.refusals import Refused

NOTHING_SHOWN = Refused("nothing_shown", "送来的决定没有说明看的是哪一稿，没有算数。请在这一页看过内容和材料，再决定。")
"""Whoever answers says to what; a form that was made by hand may forget it."""


def mark_of(checkout: Checkout, documents: Iterable[Attachment]) -> str:
    """A short mark (hex) of a revision with its documents: another one as soon as either has changed."""
    shown = [f"{checkout.id} {checkout.revision}", *sorted(each.sha256 for each in documents)]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


def refuse_unseen(shown: str, checkout: Checkout, documents: Iterable[Attachment]) -> Refused | None:
    """Why an answer to what was `shown` (a mark, '' where none was sent) does not count, or None."""
    if not shown:
        return NOTHING_SHOWN
    if shown == mark_of(checkout, documents):
        return None
    return Refused("request_changed", "您打开以后，这份申请改过内容或添了材料。请把现在的内容和材料重新看过，再决定。")
