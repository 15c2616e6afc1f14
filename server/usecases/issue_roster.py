"""A new version of the people for an agent, whenever people, roles, cards, PINs, blocks or listed tags have changed."""

import hashlib
from collections.abc import Iterator

from firmware_protocol import rosters
from server.custody.effects.register import TOWNSHIP
from server.custody.facts import Agent, Cooperative, Township
from server.custody.news import RosterChanged
from server.custody.people import Standing
from server.custody.roles import AT_THE_CABINET, COOPERATIVE_ROLES
from server.custody.states import CredentialKind
from server.store import find
from server.store.deliveries import roster_document
from server.store.log_files import bears
from server.store.side_tables import save_roster, secret
from server.store.work import Work


def issue_rosters(work: Work, _asked: None = None) -> tuple[str, ...]:
    """Issue a new roster to every active agent; part of whatever use case changed the people. Returns the agents."""
    for agent in find.agents(work.facts):
        issue_roster(work, agent)
    return tuple(agent.id for agent in find.agents(work.facts))


def renew_rosters(work: Work, _asked: None = None) -> tuple[str, ...]:
    """Issue anew what an earlier permit key signed, for agents believe a roster under the newest alone. The agents.

    Safe to ask as often as one likes: whoever gave the key its successor may not have come to it.
    """
    outdated = [agent for agent in find.agents(work.facts) if _is_outdated(work, agent)]
    for agent in outdated:
        issue_roster(work, agent)
    return tuple(agent.id for agent in outdated)


def _is_outdated(work: Work, agent: Agent) -> bool:
    document = roster_document(work.connection, agent.id, agent.roster_version)
    return document is not None and not bears(document, work.keys.permit.verifier)


def issue_roster(work: Work, agent: Agent) -> None:
    """Issue the agent's next roster: who may ever stand at its doors, blocked people included and marked."""
    version = agent.roster_version + 1
    document = rosters.encode(_roster(work, agent, version), work.keys.permit)
    save_roster(work.connection, agent.id, version, document)
    work.record(
        "roster_issued", {"agent": agent.id, "version": version, "document": hashlib.sha256(document).hexdigest()}
    )
    work.tell(RosterChanged(agent.id, version))


def _roster(work: Work, agent: Agent, version: int) -> rosters.Roster:
    township = work.get(Township, TOWNSHIP)
    if township is None:
        raise LookupError(TOWNSHIP)
    cooperatives = find.cooperatives_at(work.facts, agent.id)
    served = frozenset(cooperative.id for cooperative in cooperatives)
    people = (_person(work, each, served) for each in find.people_with(work.facts, AT_THE_CABINET))
    return rosters.Roster(
        agent=agent.id,
        version=version,
        at=work.now,
        card_salt=bytes.fromhex(township.card_salt),
        people=tuple(person for person in people if person.grants),
        cooperatives=tuple(_cooperative(each) for each in cooperatives),
        tags=tuple(_tags(work, cooperatives)),
    )


def _person(work: Work, who: Standing, served: frozenset[str]) -> rosters.Person:
    pin = find.credential(work.facts, who.id, CredentialKind.PIN)
    grants = sorted(
        (grant.role, grant.cooperative)
        for grant in who.grants
        if grant.role in AT_THE_CABINET and (grant.role not in COOPERATIVE_ROLES or grant.cooperative in served)
    )
    return rosters.Person(
        id=who.id,
        name=who.name,
        grants=tuple(rosters.RoleGrant(str(role), cooperative) for role, cooperative in grants),
        active=who.person.is_active,
        card=None if who.person.card_blocked else who.person.card,
        pin=None if pin is None or pin.is_blocked else secret(work.connection, pin.digest),
    )


def _tags(work: Work, cooperatives: list[Cooperative]) -> Iterator[rosters.Tag]:
    places = {cooperative.id: cooperative.place for cooperative in cooperatives}
    for item in find.items_with_tags(work.facts, places):
        yield rosters.Tag(str(item.tag), item.id, places[item.cooperative])


def _cooperative(cooperative: Cooperative) -> rosters.Cooperative:
    return rosters.Cooperative(cooperative.id, cooperative.name, cooperative.short_name)
