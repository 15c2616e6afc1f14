"""A lost card, a PIN or a person is blocked at once: pages from now on, doors as soon as the agents hear."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from server.custody.blocking import (
    OneToAnother,
    refuse_to_block,
    refuse_to_block_card,
    refuse_to_block_pin,
    refuse_to_unblock,
)
from server.custody.refusals import Refused
from server.custody.states import CredentialKind
from server.store import find
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPerson:
    """Who keeps whom out."""

    by: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnblockPerson:
    """Who lets whom in again."""

    by: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCard:
    """Who reports whose card as lost."""

    by: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPin:
    """Who makes whose PIN worthless, because somebody else may know it."""

    by: str
    person: str


@dataclass(frozen=True, slots=True)
class Done:
    """It holds from now on, and the agents are being told."""

    person: str


def block_person(work: Work, asked: BlockPerson) -> Done | Refused:
    """Keep somebody out: sign-in, open sessions and doors."""
    return _apply(work, asked, refuse_to_block, "person_blocked")


def unblock_person(work: Work, asked: UnblockPerson) -> Done | Refused:
    """Let somebody in again."""
    return _apply(work, asked, refuse_to_unblock, "person_unblocked")


def block_card(work: Work, asked: BlockCard) -> Done | Refused:
    """Make a card worthless; its person gets another with the next import of the roster."""
    return _apply(work, asked, refuse_to_block_card, "card_blocked")


def block_pin(work: Work, asked: BlockPin) -> Done | Refused:
    """Make a PIN worthless; the card stays. A new one-time code lets its person set another."""
    pin = find.credential(work.facts, asked.person, CredentialKind.PIN)
    rule = partial(refuse_to_block_pin, has_pin=pin is not None and not pin.is_blocked)
    return _apply(work, asked, rule, "pin_blocked")


def _apply(
    work: Work,
    asked: BlockPerson | UnblockPerson | BlockCard | BlockPin,
    rule: Callable[[OneToAnother], Refused | None],
    event_type: str,
) -> Done | Refused:
    other = find.standing(work.facts, asked.person)
    if other is None:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    if (refused := rule(OneToAnother(acting(work, asked.by), other))) is not None:
        return refuse(work, refused, asked.by)
    work.record(event_type, {"person": asked.person, "by_person": asked.by})
    issue_rosters(work)
    return Done(asked.person)
