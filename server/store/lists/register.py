"""What is registered: the township, its cooperatives with what they have where, its cabinets, its people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from server.custody.facts import Agent, Cabinet, Cooperative, Deposit, IssuedPermit, Item, Township
from server.custody.people import Credential, Grant, Person, Standing
from server.custody.states import CredentialKind, DepositState, ItemKind, ItemState, PermitState
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.rows import TABLE_OF

_COOPERATIVES, _ITEMS, _DEPOSITS = TABLE_OF[Cooperative], TABLE_OF[Item], TABLE_OF[Deposit]
_CREDENTIALS = TABLE_OF[Credential]


@dataclass(frozen=True, slots=True)
class KeptThing:
    """A thing as the map shows it: what kind, and where it is."""

    kind: ItemKind
    state: ItemState


def township(reader: Reader) -> Township | None:
    """The township, or None before it was founded."""
    return next(iter(all_facts(reader, Township).values()), None)


def cooperatives(reader: Reader) -> tuple[Cooperative, ...]:
    """Every cooperative, in the order of their codes."""
    return tuple(sorted(all_facts(reader, Cooperative).values(), key=lambda cooperative: cooperative.code))


def short_names(reader: Reader, ids: Iterable[str]) -> Mapping[str, str]:
    """The short names of these cooperatives by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    columns = select(_COOPERATIVES.c.id, _COOPERATIVES.c.short_name)
    return {row.id: row.short_name for row in reader.execute(columns.where(_COOPERATIVES.c.id.in_(wanted)))}


def things(reader: Reader) -> Mapping[str, tuple[KeptThing, ...]]:
    """Each cooperative's things, in the order in which the map draws them: seals first, by their keys."""
    found: defaultdict[str, list[KeptThing]] = defaultdict(list)
    order = list(ItemKind)
    columns = select(_ITEMS.c.cooperative, _ITEMS.c.kind, _ITEMS.c.state).order_by(_ITEMS.c.cooperative, _ITEMS.c.key)
    for row in reader.execute(columns):
        found[row.cooperative].append(KeptThing(ItemKind(row.kind), ItemState(row.state)))
    return {each: tuple(sorted(kept, key=lambda thing: order.index(thing.kind))) for each, kept in found.items()}


def cabinets(reader: Reader) -> tuple[Cabinet, ...]:
    """Every cabinet, in the order of their numbers."""
    return tuple(sorted(all_facts(reader, Cabinet).values(), key=lambda cabinet: cabinet.id))


def agents(reader: Reader) -> tuple[Agent, ...]:
    """Every agent that was not revoked."""
    return tuple(agent for agent in all_facts(reader, Agent).values() if agent.is_active)


def people(reader: Reader) -> tuple[Standing, ...]:
    """Everybody on record with what they may act as, by unit and name."""
    grants: defaultdict[str, set[Grant]] = defaultdict(set)
    for grant in all_facts(reader, Grant).values():
        if grant.is_active:
            grants[grant.person].add(grant)
    everybody = (Standing(person, frozenset(grants[person.id])) for person in all_facts(reader, Person).values())
    return tuple(sorted(everybody, key=lambda who: (who.person.unit, who.name, who.id)))


def credentials(reader: Reader, kind: CredentialKind) -> frozenset[str]:
    """The ids of everybody who has set a password, or a PIN."""
    return frozenset(reader.scalars(select(_CREDENTIALS.c.person).where(_CREDENTIALS.c.kind == str(kind))))


def arranged_deposit(reader: Reader, cooperative: str) -> IssuedPermit | None:
    """The live permit of the newest deposit that waits at the cabinet for this cooperative, or None."""
    facts = FactRows(reader)
    waiting = facts.where(
        Deposit, _DEPOSITS.c.cooperative == cooperative, _DEPOSITS.c.state == str(DepositState.ARRANGED)
    )
    permits = [facts.get(IssuedPermit, deposit.permit) for deposit in waiting if deposit.permit]
    live = (permit for permit in permits if permit is not None and permit.state is PermitState.LIVE)
    return max(live, key=lambda permit: permit.issued_at, default=None)
