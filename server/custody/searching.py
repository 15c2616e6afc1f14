"""What things are found by: their words made plain, and what is looked for in them. Pure."""

import unicodedata
from enum import StrEnum
from itertools import pairwise

from server.custody.facts import Checkout, Cooperative, Item
from server.custody.people import Person

TERM_LENGTH_MAX = 32
TERMS_MAX = 6
BETWEEN = "\n"


class FoundKind(StrEnum):
    """What kind of thing was found."""

    COOPERATIVE = "cooperative"
    PERSON = "person"
    ITEM = "item"
    CHECKOUT = "checkout"


def plain(text: str) -> str:
    """The text as it is compared: full-width letters narrow, capitals small, runs of blanks one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(thing: Cooperative | Person | Item | Checkout) -> str:
    """Everything by which a thing can be found, made plain, one field a line."""
    return BETWEEN.join(dict.fromkeys(plain(field) for field in _fields(thing) if plain(field)))


def terms_of(query: str) -> tuple[str, ...]:
    """What is looked for: the words of the query, each of which must be there."""
    return tuple(dict.fromkeys(term[:TERM_LENGTH_MAX] for term in plain(query).split(" ") if term))[:TERMS_MAX]


def pieces_of(words: str) -> frozenset[str]:
    """Every character of each word, and every two that follow each other."""
    return frozenset(piece for word in words.split() for piece in (*word, *_pairs(word)))


def pieces_looked_for(term: str) -> frozenset[str]:
    """Pieces that words have if the term is somewhere in them: its pairs, or itself where it is one character."""
    return frozenset(_pairs(term) or (term,))


def _pairs(word: str) -> tuple[str, ...]:
    return tuple(map("".join, pairwise(word)))


def _fields(thing: Cooperative | Person | Item | Checkout) -> tuple[str, ...]:
    if isinstance(thing, Cooperative):
        return (thing.name, thing.short_name, thing.code, thing.credit_code or "")
    if isinstance(thing, Person):
        return (thing.name, thing.unit, thing.phone)
    if isinstance(thing, Item):
        return (thing.name, "" if thing.seal_type else thing.key, *thing.details.values())
    return (thing.purpose, thing.document, thing.counterparty, thing.place)
