"""Filling an empty folder with a township of a given size, through the one writer, in groups of moments.

Up to `TOLD_MAX` entries nothing of the log is skipped: every entry is composed and signed with the township's and the
agent's keys, applied by the product's own effects, chained, put into the tree and published, so that `verify` finds
nothing wrong. A longer log is doubled from there (`doubling`). Skipped are the rules (nobody asks whether something may
be done), credentials (nobody can sign in before one is invited), and the files behind photos and documents.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, takewhile
from pathlib import Path

from firmware_protocol.notes import Signer
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.states import ItemKind
from server.operate.scale import roster
from server.operate.scale.doubling import Doubling, double
from server.operate.scale.lives import (
    LAST_WEEKS,
    PAUSE,
    WEEKS,
    Life,
    begins_at,
    finished_life,
    founding_before,
    lately_lives,
    lives_for,
    unfinished_lives,
)
from server.operate.scale.telling import Telling, steps_of
from server.operate.scale.town import Household, RememberedFacts, Town, look_up
from server.store.bookmarks import save_bookmark
from server.store.fact_rows import all_facts
from server.store.lists.entries import log_size
from server.store.log_rows import load_chain
from server.store.work import Work
from server.township import Township, found, is_founded, now, opened
from server.usecases.add_agent import add_agent
from server.usecases.count_in_for_demonstration import CountIn, count_in_for_demonstration
from server.usecases.import_roster import ImportRoster, import_roster
from server.usecases.index_search import index_search, unindexed
from server.usecases.register_agent import AgentPlan
from server.usecases.watching import READER as FINDINGS

TOWNSHIP = "清溪镇（测量用）"
AGENT = "hall-1"
STEPS_A_GROUP = 10_000
TOLD_MAX = 160_000
MARKS = "abcdefgh"
_NOWHERE = "http://127.0.0.1"
_LAST_HOURS = timedelta(hours=3)

Advance = Callable[[int], None]
"""Hears how many entries the log has by now."""


class NotEmpty(Exception):
    """The folder holds a township already: nothing is added to it."""


class NotSeeded(Exception):
    """A rule stood against what is seeded, though it must not; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Size:
    """About how many entries, and how many things (`ITEMS_MIN` at least), each of which is registered by an entry."""

    entries: int
    items: int


@dataclass(frozen=True, slots=True)
class _Dated:
    """A life, when it begins, whose it is, and which of their things it is about."""

    number: int
    life: Life
    at: datetime
    household: int
    turn: int


@dataclass(frozen=True, slots=True, order=True)
class _Moment:
    """A step of a life; moments come in the order of time, as entries do that one server writes."""

    at: datetime
    number: int
    nth: int
    step: str
    of: _Dated = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Group:
    """What to tell in one transaction, and the lives that have begun by then."""

    town: Town
    told: dict[int, Telling]
    moments: tuple[_Moment, ...]


def seed(data: Path, size: Size, advance: Advance = lambda _size: None) -> int:
    """Make the township in `data`; answers how many entries its log has. Raises `NotEmpty`, and changes nothing."""
    if is_founded(data) or (data.exists() and any(data.iterdir())):
        raise NotEmpty(data)
    until = now()
    clock = _Clock(founding_before(until))
    found(data, TOWNSHIP, clock=clock.read)
    with opened(data, clock=clock.read) as township:
        signer = _register(township, size.items, clock.at)
        advance(_log_size(township))
        clock.at = until
        _tell_all(township, signer, size.entries, until, advance)
        _conclude(township)
        return _log_size(township)


@dataclass(slots=True)
class _Clock:
    at: datetime

    def read(self) -> datetime:
        return self.at


def _register(township: Township, items: int, founded: datetime) -> Signer:
    """Roster, agent, and everything counted in; answers the agent's key."""
    listed = roster.roster_of(items, founded.date())
    imported = township.writer.run_now(import_roster, ImportRoster(roster=listed, card_hashes={}))
    if not imported.written:
        raise NotSeeded(imported.problems)
    asked = AgentPlan(
        agent=AGENT, cabinets=roster.cabinet_ids(), server_url=_NOWHERE, broker_host="127.0.0.1", broker_port=1
    )
    added = township.writer.run_now(add_agent, asked)
    if isinstance(added, Refused):
        raise NotSeeded(added.sentence)
    with township.database.reading() as reader:
        cooperatives = list(all_facts(reader, Cooperative))
    for cooperative in cooperatives:
        township.writer.run_now(count_in_for_demonstration, CountIn(cooperative))
    return Signer(f"{township.keys.origin}/agent/{AGENT}", base64.b64decode(added.bundle["private_key"]))


def _tell_all(township: Township, signer: Signer, entries: int, until: datetime, advance: Advance) -> None:
    """Finished lives, one a week at least, told once and doubled; then what has happened lately, as ever."""
    first, founded = _log_size(township), founding_before(until)
    doublings = max(0, (max(1, entries - first) - 1) // TOLD_MAX).bit_length()
    lives = lives_for(entries - first) >> doublings
    weeks = min(WEEKS >> doublings, lives)
    since = founded + timedelta(weeks=WEEKS - (weeks << doublings))
    told = (_of_all(number, finished_life(number), begins_at(number, lives, since, weeks)) for number in range(lives))
    lately = founded + timedelta(weeks=WEEKS) + PAUSE
    _tell(township, signer, told, lately, advance)
    for number in range(doublings):
        with township.database.reading() as reader:
            agent = load_chain(reader, AGENT, 1)
        asked = Doubling(mark=MARKS[number], first=first, later=timedelta(weeks=weeks << number), agent=agent)
        advance(township.writer.run_now(double, asked))
    begun = until - _LAST_HOURS
    _tell(township, signer, _lately(lately), begun, advance)
    _tell(township, signer, _ongoing(begun), until, advance)


def _lately(since: datetime) -> Iterator[_Dated]:
    """What the first cooperative has been through, with one and the same thing of each kind."""
    lives = lately_lives()
    for number, life in enumerate(lives):
        yield _Dated(number, life, begins_at(number, len(lives), since, LAST_WEEKS), household=0, turn=0)


def _ongoing(since: datetime) -> Iterator[_Dated]:
    for number, life in enumerate(unfinished_lives()):
        yield _of_all(number, life, since + timedelta(seconds=number))


def _of_all(number: int, life: Life, at: datetime) -> _Dated:
    """Cooperatives take turns, and so do the things of each."""
    turn, household = divmod(number, roster.COOPERATIVES)
    return _Dated(number, life, at, household, turn)


def _tell(township: Township, signer: Signer, lives: Iterator[_Dated], until: datetime, advance: Advance) -> None:
    """Tell these lives as far as they have come by then."""
    with township.database.reading() as reader:
        town = look_up(reader, signer)
    told: dict[int, Telling] = {}
    moments = takewhile(lambda each: each.at < until, merge(*map(_moments, lives)))
    while some := tuple(islice(moments, STEPS_A_GROUP)):
        advance(township.writer.run_now(_tell_group, _Group(town, told, some)))


def _moments(dated: _Dated) -> Iterator[_Moment]:
    for nth, (at, step) in enumerate(steps_of(dated.life, dated.at)):
        yield _Moment(at, dated.number, nth, step, dated)


def _tell_group(work: Work, group: _Group) -> int:
    """Tell these moments; answers how long the log is then."""
    work.facts = RememberedFacts(work.connection, group.town.remembered)
    for moment in group.moments:
        work.now = moment.at
        if moment.nth == 0:
            group.told[moment.number] = _begun(work, group.town, moment.of)
        group.told[moment.number].tell(moment.step, work)
    work.keep_chain(group.town.chain)
    work.flush()
    return work.size + len(work.leaf_hashes)


def _begun(work: Work, town: Town, dated: _Dated) -> Telling:
    household = town.households[dated.household]
    item = _item(household, dated.life.item, dated.turn)
    return Telling(work=work, town=town, life=dated.life, household=household, item=item, number=dated.number)


def _item(household: Household, kind: ItemKind, turn: int) -> str:
    """The cooperative's things of this kind take turns."""
    things = household.items[kind]
    return things[turn % len(things)]


def _conclude(township: Township) -> None:
    """Make everything findable; what the rules would notice was told with the lives."""
    is_behind = True
    while is_behind:
        with township.database.reading() as reader:
            indexing = unindexed(reader)
        township.writer.run_now(index_search, indexing)
        is_behind = indexing.is_behind
    township.writer.run_now(_have_looked, _log_size(township))


def _have_looked(work: Work, position: int) -> None:
    save_bookmark(work.connection, FINDINGS, position)


def _log_size(township: Township) -> int:
    with township.database.reading() as reader:
        return log_size(reader)
