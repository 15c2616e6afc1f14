"""Whoever holds both the finance seal and the legal representative's can empty the cooperative's account alone."""

from collections.abc import Iterable

from server.custody.facts import Item
from server.custody.states import SealType

BANK_PAIR = frozenset({SealType.FINANCE, SealType.LEGAL_REPRESENTATIVE})


def completes_the_pair(wanted: Iterable[Item], held: Iterable[Item]) -> bool:
    """Whether somebody who gets `wanted` beside what they already hold or asked for would have both seals."""
    wanted_types = {item.seal_type for item in wanted}
    return bool(wanted_types & BANK_PAIR) and wanted_types | {item.seal_type for item in held} >= BANK_PAIR
