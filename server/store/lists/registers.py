"""The registers: the township, its people, cooperatives, things and cabinets."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select

from firmware_protocol.entries import Chain
from server.custody.effects.register import TOWNSHIP
from server.custody.facts import Agent, Cabinet, Checkout, Cooperative, Item, Township
from server.custody.happenings import F
from server.custody.people import Credential, Grant, Person, Standing
from server.custody.states import CredentialKind, ItemKind, ItemState
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.log_rows import load_chain
from server.store.rows import TABLE_OF

_ITEMS = TABLE_OF[Item]
_KINDS = tuple(ItemKind)
"""In the order in which things are counted."""


@dataclass(frozen=True, slots=True)
class Names:
    """The facts behind ids, for whoever has to name them; ids that nobody knows are simply not there."""

    people: Mapping[str, Person] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    cooperatives: Mapping[str, Cooperative] = field(default_factory=dict)
    checkouts: Mapping[str, Checkout] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CooperativeLine:
    """A cooperative and how many of its items are in each state."""

    cooperative: Cooperative
    counts: Mapping[ItemState, int]


Kept = Mapping[tuple[ItemKind, ItemState], int]
"""How many things of each kind are in each state; kinds in their order."""


@dataclass(frozen=True, slots=True)
class CompartmentLine:
    """One door: its number, whose it is (None: free), and how many things are on record for it."""

    number: int
    cooperative: Cooperative | None
    kept: Kept


@dataclass(frozen=True, slots=True)
class CabinetLine:
    """A cabinet with its doors in order."""

    cabinet: Cabinet
    compartments: tuple[CompartmentLine, ...]


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent, and up to where the server has taken in its entries."""

    agent: Agent
    chain: Chain


def township(reader: Reader) -> Township | None:
    """The township, or None before it was founded."""
    return FactRows(reader).get(Township, TOWNSHIP)


def names(
    reader: Reader,
    *,
    people: Iterable[str | None] = (),
    items: Iterable[str | None] = (),
    cooperatives: Iterable[str | None] = (),
    checkouts: Iterable[str | None] = (),
) -> Names:
    """The facts behind these ids, one query per kind; None among the ids is ignored."""
    facts = FactRows(reader)
    return Names(
        people=_by_ids(facts, Person, people),
        items=_by_ids(facts, Item, items),
        cooperatives=_by_ids(facts, Cooperative, cooperatives),
        checkouts=_by_ids(facts, Checkout, checkouts),
    )


def person(reader: Reader, person_id: str) -> Standing | None:
    """A person with what they may act as."""
    return find.standing(FactRows(reader), person_id)


def standings(reader: Reader) -> tuple[Standing, ...]:
    """Everybody on the roster, blocked people included, by unit and name."""
    grants: defaultdict[str, set[Grant]] = defaultdict(set)
    for grant in all_facts(reader, Grant).values():
        if grant.is_active:
            grants[grant.person].add(grant)
    people = sorted(all_facts(reader, Person).values(), key=lambda each: (each.unit, each.name, each.id))
    return tuple(Standing(each, frozenset(grants[each.id])) for each in people)


def officers(reader: Reader, cooperative_id: str) -> tuple[Standing, ...]:
    """Everybody who holds a role in this cooperative."""
    return find.officers(FactRows(reader), cooperative_id)


def credentials(reader: Reader) -> Mapping[str, frozenset[CredentialKind]]:
    """Who has set a password and who a PIN, by person."""
    kinds: defaultdict[str, set[CredentialKind]] = defaultdict(set)
    for credential in all_facts(reader, Credential).values():
        kinds[credential.person].add(credential.kind)
    return {person_id: frozenset(each) for person_id, each in kinds.items()}


def cooperative(reader: Reader, cooperative_id: str) -> Cooperative | None:
    """One cooperative."""
    return FactRows(reader).get(Cooperative, cooperative_id)


def cooperatives(reader: Reader) -> tuple[CooperativeLine, ...]:
    """Every cooperative by its code, with its items counted."""
    kept = kept_by_cooperative(reader)
    return tuple(CooperativeLine(each, _by_state(kept.get(each.id, {}))) for each in every_cooperative(reader))


def every_cooperative(reader: Reader) -> tuple[Cooperative, ...]:
    """Every cooperative by its code."""
    return tuple(sorted(all_facts(reader, Cooperative).values(), key=lambda each: each.code))


def kept_by_cooperative(reader: Reader) -> Mapping[str, Kept]:
    """Everything on record, counted by whose it is: one walk along an index, some milliseconds at 50,000 things."""
    return _counted(reader)


def kept_by(reader: Reader, cooperative_id: str) -> Kept:
    """Everything one cooperative has on record, counted."""
    return _counted(reader, _ITEMS.c.cooperative == cooperative_id).get(cooperative_id, {})


def item(reader: Reader, item_id: str) -> Item | None:
    """One item."""
    return FactRows(reader).get(Item, item_id)


def items_of(reader: Reader, cooperative_id: str) -> tuple[Item, ...]:
    """Everything a cooperative has on record: seals, contracts, vouchers, each by its key."""
    return tuple(sorted(find.items_of(FactRows(reader), cooperative_id), key=_by_kind))


def item_count(reader: Reader, cooperatives: Collection[str]) -> int:
    """How many things these cooperatives have on record."""
    table = TABLE_OF[Item]
    counted = select(func.count()).select_from(table).where(table.c.cooperative.in_(sorted(cooperatives)))
    found: int = reader.execute(counted).scalar_one()
    return found


def out_now(reader: Reader) -> tuple[Item, ...]:
    """What is out of the cabinets at this moment, longest out first."""
    table = TABLE_OF[Item]
    out = FactRows(reader).where(Item, table.c.state == str(ItemState.OUT))
    return tuple(sorted(out, key=lambda each: (each.since is not None, each.since, each.id)))


def cabinet_map(reader: Reader) -> tuple[CabinetLine, ...]:
    """Every cabinet with every door, as they stand in the hall."""
    owners, kept = {each.place: each for each in every_cooperative(reader)}, kept_by_cooperative(reader)
    cabinets = sorted(all_facts(reader, Cabinet).values(), key=lambda each: each.id)
    return tuple(
        CabinetLine(each, tuple(_compartment(each, number, owners, kept) for number in _numbers(each)))
        for each in cabinets
    )


def agents(reader: Reader) -> tuple[AgentLine, ...]:
    """Every agent ever added, and how far its entries have come in."""
    every = sorted(all_facts(reader, Agent).values(), key=lambda each: each.id)
    return tuple(AgentLine(each, load_chain(reader, each.id, each.epoch)) for each in every)


def _counted(reader: Reader, *conditions: ColumnElement[bool]) -> Mapping[str, Kept]:
    columns = _ITEMS.c.cooperative, _ITEMS.c.kind, _ITEMS.c.state
    rows = reader.execute(select(*columns, func.count()).where(*conditions).group_by(*columns)).all()
    counted: defaultdict[str, dict[tuple[ItemKind, ItemState], int]] = defaultdict(dict)
    for cooperative_id, kind, state, number in sorted(rows, key=lambda row: _KINDS.index(row.kind)):
        counted[cooperative_id][ItemKind(kind), ItemState(state)] = number
    return counted


def _by_ids(facts: FactRows, kind: type[F], ids: Iterable[str | None]) -> dict[str, F]:
    wanted = sorted({each for each in ids if each})
    return {fact.id: fact for fact in facts.where(kind, TABLE_OF[kind].c.id.in_(wanted))} if wanted else {}


def _by_kind(each: Item) -> tuple[int, str, str]:
    return _KINDS.index(each.kind), each.key, each.id


def _numbers(cabinet: Cabinet) -> range:
    return range(1, cabinet.compartments + 1)


def _compartment(
    cabinet: Cabinet, number: int, owners: Mapping[str, Cooperative], kept: Mapping[str, Kept]
) -> CompartmentLine:
    owner = owners.get(f"{cabinet.id}/{number}")
    return CompartmentLine(number, owner, {} if owner is None else kept.get(owner.id, {}))


def _by_state(kept: Kept) -> Mapping[ItemState, int]:
    counted: Counter[ItemState] = Counter()
    for (_kind, state), number in kept.items():
        counted[state] += number
    return counted
