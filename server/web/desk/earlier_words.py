"""What a form can offer to whoever types: words that this cooperative has written before."""

from collections.abc import Iterable, Mapping

from server.custody.states import ItemKind
from server.store.database import Reader
from server.store.lists.checkouts import CheckoutFilter, checkouts
from server.store.lists.items import ShelfFilter, shelf

LOOKED_AT = 50
"""How many requests, and how many contracts, are looked through, newest first."""
OFFERED_MAX = 30
PARTY = "对方当事人"
"""The heading of the 合同 sheet under which a contract's other party stands."""


def earlier_words(reader: Reader, cooperative: str) -> Mapping[str, tuple[str, ...]]:
    """By field of the request: what earlier requests say there, and the other parties of contracts on record."""
    earlier = checkouts(reader, CheckoutFilter(cooperatives=[cooperative]), limit=LOOKED_AT).rows
    contracts = shelf(reader, ShelfFilter(cooperative=cooperative, kind=ItemKind.CONTRACT), limit=LOOKED_AT).rows
    parties = (each.details.get(PARTY, "") for each in contracts)
    return {
        "counterparty": _offered([*(each.counterparty for each in earlier), *parties]),
        "place": _offered(each.place for each in earlier),
    }


def _offered(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))[:OFFERED_MAX]
