"""Somebody gets a card: a first one, or another in place of the one they have or lost."""

from dataclasses import dataclass, field

from firmware_protocol.credentials import card_hash, is_card_number
from server.custody.administration.cards import CardIssue, refuse_card
from server.custody.people import Person
from server.custody.refusals import Refused
from server.store import find
from server.store.database import Database
from server.store.fact_rows import FactRows
from server.store.find_administration import codes_of, person_by_card
from server.store.folder import NotFounded
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse

NOT_A_CARD = Refused("card_number", "请在读卡器上刷一下，或者写卡面上的 10 位数字，前面的 0 也要写。")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard:
    """Who gives whom which card, by its number as a reader types it."""

    by: str
    person: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedCard:
    """The same with the number hashed: what may be handed to the writer."""

    by: str
    person: str
    card: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardIssued:
    """The card holds from now on, and what the person had before is worthless."""

    person: str


def hash_card(asked: IssueCard, database: Database) -> HashedCard | Refused:
    """The slow part, outside the writer: about 10 ms. Raises `NotFounded` before the township was founded."""
    number = "".join(asked.number.split())
    if not is_card_number(number):
        return NOT_A_CARD
    with database.reading() as reader:
        township = find.township(FactRows(reader))
    if township is None:
        raise NotFounded
    return HashedCard(by=asked.by, person=asked.person, card=card_hash(number, bytes.fromhex(township.card_salt)))


def issue_card(work: Work, asked: HashedCard) -> CardIssued | Refused:
    """Hand the card out, or say why not."""
    other = work.get(Person, asked.person)
    if other is None:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    issue = CardIssue(
        who=acting(work, asked.by),
        other=other,
        card=asked.card,
        card_holder=person_by_card(work.facts, asked.card),
        codes=codes_of(work.facts, other.id),
        now=work.now,
    )
    if (refused := refuse_card(issue)) is not None:
        return refuse(work, refused, asked.by)
    work.record("card_issued", {"person": other.id, "by_person": asked.by}, {"card": asked.card})
    issue_rosters(work)
    return CardIssued(other.id)
