"""What an approver had before their eyes: an answer counts for that, and for nothing that came later."""

import hashlib
from collections.abc import Iterable

from server.custody.attachments import Attachment
from server.custody.facts import Checkout
from server.custody.refusals import Refused


def mark_of(checkout: Checkout, documents: Iterable[Attachment]) -> str:
    """A short mark (hex) of a revision with its documents: another one as soon as either has changed."""
    shown = [f"{checkout.id} {checkout.revision}", *sorted(each.sha256 for each in documents)]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:16]


def refuse_unseen(shown: str, checkout: Checkout, documents: Iterable[Attachment]) -> Refused | None:
    """Why an answer to what was `shown` (a mark, '' where the approver names none) does not count any more, or None."""
    if not shown or shown == mark_of(checkout, documents):
        return None
    return Refused("request_changed", "您打开以后，这份申请改过内容或添了材料。请把现在的内容和材料重新看过，再决定。")
