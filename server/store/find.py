"""What use cases look up: facts by something else than their id. Works inside the writer and on a reader alike."""

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from firmware_protocol.times import time_ms
from server.custody.approvals import WAITING
from server.custody.attachments import Attachment
from server.custody.delegations import Delegation
from server.custody.effects.register import TOWNSHIP
from server.custody.facts import (
    Agent,
    Cabinet,
    Checkout,
    Cooperative,
    Deposit,
    IssuedPermit,
    Item,
    JournalBreak,
    Township,
)
from server.custody.handovers.facts import Handover
from server.custody.lifecycle import OPEN_CHECKOUTS
from server.custody.objections import Objection
from server.custody.people import Credential, Grant, OneTimeCode, Person, Standing, credential_id
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.roles import DECIDE_FOR_ALL, OF_A_VILLAGE, Role
from server.custody.states import CheckoutState, CredentialKind, DepositState, ItemKind, PermitState, SealLife
from server.store.fact_rows import FactRows
from server.store.rows import TABLE_OF

_GRANTS, _PEOPLE, _CHECKOUTS = TABLE_OF[Grant], TABLE_OF[Person], TABLE_OF[Checkout]
_ITEMS, _DEPOSITS, _PERMITS = TABLE_OF[Item], TABLE_OF[Deposit], TABLE_OF[IssuedPermit]
_AGENTS, _CABINETS, _COOPERATIVES = TABLE_OF[Agent], TABLE_OF[Cabinet], TABLE_OF[Cooperative]
_ATTACHMENTS, _OBJECTIONS = TABLE_OF[Attachment], TABLE_OF[Objection]
_HANDOVERS = TABLE_OF[Handover]
_POLICIES, _DELEGATIONS = TABLE_OF[PolicyVersion], TABLE_OF[Delegation]
_IN_FORCE = _GRANTS.c.is_active.is_(True)


def township(facts: FactRows) -> Township | None:
    """The township whose data this is, or None before its founding."""
    return facts.get(Township, TOWNSHIP)


def standing(facts: FactRows, person_id: str) -> Standing | None:
    """A person with what they may act as, or None for an unknown id."""
    person = facts.get(Person, person_id)
    if person is None:
        return None
    grants = frozenset(facts.where(Grant, _GRANTS.c.person == person_id, _IN_FORCE))
    return Standing(person, grants, _of_the_village(facts, person, grants))


def _of_the_village(facts: FactRows, person: Person, grants: Iterable[Grant]) -> frozenset[str]:
    if all(grant.role not in OF_A_VILLAGE for grant in grants):
        return frozenset()
    return frozenset(each.id for each in facts.where(Cooperative, _COOPERATIVES.c.village == person.unit))


def officers(facts: FactRows, cooperative: str) -> tuple[Standing, ...]:
    """Everybody who holds a role in this cooperative, blocked people included."""
    return _holders(facts, _GRANTS.c.cooperative == cooperative)


def bench(facts: FactRows, cooperative: str, holder: str | None = None) -> tuple[Standing, ...]:
    """The cooperative's people, everybody of the village and the township who can take a step, and the `holder`."""
    holding = standing(facts, holder) if holder else None
    deciding = people_with(facts, DECIDE_FOR_ALL)
    found = {who.id: who for who in (*officers(facts, cooperative), *deciding, *((holding,) if holding else ()))}
    return tuple(found.values())


def delegations(facts: FactRows, day: date) -> tuple[Delegation, ...]:
    """The delegations in force that day."""
    found = facts.where(Delegation, _DELEGATIONS.c.last_day >= day, _DELEGATIONS.c.ended_at_ms.is_(None))
    return tuple(each for each in found if each.holds_on(day))


def delegations_of(facts: FactRows, giver: str) -> tuple[Delegation, ...]:
    """What this person has ever delegated, the newest first."""
    given = facts.where(Delegation, _DELEGATIONS.c.giver == giver)
    return tuple(sorted(given, key=lambda each: (each.given_at, each.id), reverse=True))


def policy_in_force(facts: FactRows) -> PolicyVersion:
    """The policy that holds now; raises `LookupError` before the township was founded."""
    for version in facts.where(PolicyVersion, _POLICIES.c.state == str(PolicyState.IN_FORCE)):
        return version
    raise LookupError("no policy is in force")


def policies(facts: FactRows) -> tuple[PolicyVersion, ...]:
    """Every version, the newest first."""
    return tuple(sorted(facts.where(PolicyVersion), key=lambda each: each.number, reverse=True))


def people_with(facts: FactRows, roles: Iterable[Role]) -> tuple[Standing, ...]:
    """Everybody who holds one of these roles anywhere, blocked people included."""
    codes = [str(role) for role in roles]
    return _holders(facts, _GRANTS.c.role.in_(codes))


def person_by_phone(facts: FactRows, phone: str) -> Person | None:
    """The person with this phone number."""
    return next(iter(facts.where(Person, _PEOPLE.c.phone == phone)), None)


def credential(facts: FactRows, person: str, kind: CredentialKind) -> Credential | None:
    """What is on record of a person's password or PIN."""
    return facts.get(Credential, credential_id(person, kind))


def unused_codes(facts: FactRows, person: str) -> list[OneTimeCode]:
    """The person's one-time codes that nobody used yet, expired ones included."""
    table = TABLE_OF[OneTimeCode]
    return facts.where(OneTimeCode, table.c.person == person, table.c.used_at_ms.is_(None))


def used_codes(facts: FactRows, people: Iterable[str]) -> tuple[OneTimeCode, ...]:
    """The one-time codes with which these people have ever set their passwords."""
    table = TABLE_OF[OneTimeCode]
    return tuple(facts.where(OneTimeCode, table.c.person.in_(sorted(set(people))), table.c.used_at_ms.is_not(None)))


def items(facts: FactRows, ids: Iterable[str]) -> tuple[Item, ...]:
    """The known items among these ids, in their order."""
    return tuple(item for item in (facts.get(Item, each) for each in dict.fromkeys(ids)) if item is not None)


def items_of(facts: FactRows, cooperative: str) -> list[Item]:
    """Everything the cooperative has on record."""
    return facts.where(Item, _ITEMS.c.cooperative == cooperative)


def seals_of(facts: FactRows, cooperative: str) -> list[Item]:
    """Every seal the cooperative has on record."""
    return facts.where(Item, _ITEMS.c.cooperative == cooperative, _ITEMS.c.kind == str(ItemKind.SEAL))


def seals_held(facts: FactRows, holder: str, cooperative: str, but: str | None = None) -> tuple[Item, ...]:
    """The cooperative's seals this person has, or has asked for, in open checkouts other than `but`."""
    # From the things, of which a cooperative has a few, and not from the requests, of which one person has many.
    claimed = facts.where(
        Item, _ITEMS.c.cooperative == cooperative, _ITEMS.c.kind == str(ItemKind.SEAL), _ITEMS.c.checkout.is_not(None)
    )
    return tuple(seal for seal in claimed if seal.checkout != but and _is_open_with(facts, seal.checkout, holder))


def _is_open_with(facts: FactRows, checkout_id: str | None, holder: str) -> bool:
    checkout = None if checkout_id is None else facts.get(Checkout, checkout_id)
    return checkout is not None and checkout.holder == holder and checkout.state in OPEN_CHECKOUTS


def waiting_checkouts(facts: FactRows) -> list[Checkout]:
    """The checkouts that wait for somebody's decision."""
    return facts.where(Checkout, _CHECKOUTS.c.state.in_([str(state) for state in WAITING]))


def uncorrected_checkouts(facts: FactRows) -> list[Checkout]:
    """The checkouts that were sent back and wait for their applicants."""
    return facts.where(Checkout, _CHECKOUTS.c.state == str(CheckoutState.RETURNED_FOR_CORRECTION))


def permitted_to(facts: FactRows, holder: str) -> list[Checkout]:
    """The checkouts this person may collect now."""
    return facts.where(Checkout, _CHECKOUTS.c.holder == holder, _CHECKOUTS.c.state == str(CheckoutState.PERMITTED))


def has_waiting_deposit(facts: FactRows, cooperative: str, now: datetime) -> bool:
    """Whether a deposit is arranged whose permit still opens."""
    arranged = facts.where(
        Deposit, _DEPOSITS.c.cooperative == cooperative, _DEPOSITS.c.state == str(DepositState.ARRANGED)
    )
    permits = (facts.get(IssuedPermit, each.permit) for each in arranged if each.permit)
    return any(p is not None and p.state is PermitState.LIVE and p.not_after >= now for p in permits)


def lapsed_checkouts(facts: FactRows, now: datetime) -> list[tuple[Checkout, IssuedPermit]]:
    """Checkouts that nobody came to collect before their permit's window was over, with that permit."""
    waiting = facts.where(Checkout, _CHECKOUTS.c.state == str(CheckoutState.PERMITTED))
    permits = ((each, facts.get(IssuedPermit, each.permit or "")) for each in waiting)
    return [(each, permit) for each, permit in permits if permit is not None and permit.not_after < now]


def revoked_permits(facts: FactRows, now: datetime) -> list[IssuedPermit]:
    """Revoked permits whose window is not over: the ones an agent must be told of."""
    return facts.where(
        IssuedPermit, _PERMITS.c.state == str(PermitState.REVOKED), _PERMITS.c.not_after_ms >= time_ms(now)
    )


def live_permits(facts: FactRows, agent: str, now: datetime) -> list[IssuedPermit]:
    """The permits this agent should hold: live, and their window not over."""
    return facts.where(
        IssuedPermit,
        _PERMITS.c.agent == agent,
        _PERMITS.c.state == str(PermitState.LIVE),
        _PERMITS.c.not_after_ms >= time_ms(now),
    )


def outstanding(facts: FactRows, agent: str) -> list[tuple[IssuedPermit, tuple[str, ...]]]:
    """The newest permit of every checkout that has something out, where this agent drives its compartment."""
    out = facts.where(Checkout, _CHECKOUTS.c.state == str(CheckoutState.OUT))
    permits = ((each, facts.get(IssuedPermit, each.permit or "")) for each in out)
    return [
        (permit, tuple(item.id for item in items(facts, each.taken) if item.checkout == each.id))
        for each, permit in permits
        if permit is not None and permit.agent == agent
    ]


def agents(facts: FactRows) -> list[Agent]:
    """Every agent that was added and not revoked."""
    return facts.where(Agent, _AGENTS.c.is_active.is_(True))


def journal_breaks(facts: FactRows) -> list[JournalBreak]:
    """Where the present journals of agents in use do not go on; at most one for each agent, the newest noticed."""
    lives = {agent.id: agent.epoch for agent in agents(facts)}
    every = facts.where(JournalBreak, TABLE_OF[JournalBreak].c.agent.in_(sorted(lives)))
    present = sorted((each for each in every if each.epoch == lives[each.agent]), key=lambda each: each.noticed_at)
    return list({each.agent: each for each in present}.values())


def cooperative_by_code(facts: FactRows, code: str) -> Cooperative | None:
    """The cooperative with this 编号."""
    return next(iter(facts.where(Cooperative, _COOPERATIVES.c.code == code)), None)


def handovers_of(facts: FactRows, cooperative: str) -> list[Handover]:
    """Every handover of a cooperative, newest first."""
    found = facts.where(Handover, _HANDOVERS.c.cooperative == cooperative)
    return sorted(found, key=lambda each: (each.opened_at, each.id), reverse=True)


def open_permits_to_take(facts: FactRows, cooperative: str) -> list[tuple[Checkout, IssuedPermit]]:
    """The cooperative's checkouts that may be collected now, with their newest permit."""
    waiting = facts.where(
        Checkout, _CHECKOUTS.c.cooperative == cooperative, _CHECKOUTS.c.state == str(CheckoutState.PERMITTED)
    )
    permits = ((each, facts.get(IssuedPermit, each.permit or "")) for each in waiting)
    return [(each, permit) for each, permit in permits if permit is not None]


def cabinets_of(facts: FactRows, agent: str) -> list[Cabinet]:
    """The cabinets this agent drives."""
    return facts.where(Cabinet, _CABINETS.c.agent == agent)


def cooperatives_at(facts: FactRows, agent: str) -> list[Cooperative]:
    """The cooperatives whose compartments this agent drives."""
    cabinets = [cabinet.id for cabinet in cabinets_of(facts, agent)]
    return facts.where(Cooperative, _COOPERATIVES.c.cabinet.in_(cabinets))


def items_with_tags(facts: FactRows, cooperatives: Container[str]) -> list[Item]:
    """These cooperatives' things that bear a radio tag and were not destroyed."""
    tagged = facts.where(Item, _ITEMS.c.tag.is_not(None))
    return [item for item in tagged if item.cooperative in cooperatives and item.life is not SealLife.DESTROYED]


def attachments_of(facts: FactRows, *subjects: str) -> list[Attachment]:
    """The documents that belong to a request, a handover, … or several, in the order in which they were handed in."""
    found = facts.where(Attachment, _ATTACHMENTS.c.subject.in_(subjects))
    return sorted(found, key=lambda each: (each.at, each.id))


def waiting_attachments(facts: FactRows, by: str | None = None) -> list[Attachment]:
    """The documents (of this person) that were handed in and belong to nothing yet."""
    whose = [] if by is None else [_ATTACHMENTS.c.by == by]
    return facts.where(Attachment, *whose, _ATTACHMENTS.c.subject.is_(None), _ATTACHMENTS.c.withdrawn_at_ms.is_(None))


def objections_of(facts: FactRows, cooperative: str, month: str) -> list[Objection]:
    """What was said against one published month, in the order in which it came."""
    found = facts.where(Objection, _OBJECTIONS.c.cooperative == cooperative, _OBJECTIONS.c.month == month)
    return sorted(found, key=lambda each: (each.raised_at, each.id))


def unanswered_objections(facts: FactRows, cooperative: str | None = None) -> list[Objection]:
    """The objections (to this cooperative's months) that wait for the office, oldest first."""
    whose = [] if cooperative is None else [_OBJECTIONS.c.cooperative == cooperative]
    found = facts.where(Objection, *whose, _OBJECTIONS.c.answered_at_ms.is_(None))
    return sorted(found, key=lambda each: (each.raised_at, each.id))


def _holders(facts: FactRows, holding: ColumnElement[bool]) -> tuple[Standing, ...]:
    """Everybody with a grant that fits, and with all their other grants, by name."""
    ids = select(_GRANTS.c.person).where(holding, _IN_FORCE)
    grants: defaultdict[str, set[Grant]] = defaultdict(set)
    for grant in facts.where(Grant, _GRANTS.c.person.in_(ids), _IN_FORCE):
        grants[grant.person].add(grant)
    people = sorted(facts.where(Person, _PEOPLE.c.id.in_(ids)), key=lambda person: (person.name, person.id))
    return tuple(Standing(person, frozenset(grants[person.id])) for person in people)
