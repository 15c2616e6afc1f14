"""Who and what the lives are about, looked up once: everything in memory, nothing asked of the database again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from firmware_protocol.entries import Chain
from firmware_protocol.notes import Signer
from server.custody.facts import Checkout, Cooperative, IssuedPermit, Item, Opening
from server.custody.findings.emergencies import Emergency
from server.custody.findings.finding import Finding
from server.custody.happenings import F, Fact
from server.custody.people import SignIn, Standing
from server.custody.policy.document import Policy
from server.custody.roles import Role
from server.custody.states import ItemKind
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.lists import registers
from server.store.log_rows import load_chain
from server.store.rows import TABLE_OF

PASSING: tuple[type[Fact], ...] = (Checkout, IssuedPermit, Opening, SignIn, Finding, Emergency)
"""The kinds of which each life makes its own: none stands in a township whose lives are yet to be told."""

Remembered = dict[tuple[type[Fact], str], Fact | None]


class RememberedFacts(FactRows):
    """The facts of a township all of which are in memory: none is looked up, and what changes is written as ever."""

    def __init__(self, connection: Connection, remembered: Remembered) -> None:
        """`remembered` is shared by the transactions that follow each other, and grows with what is put."""
        super().__init__(connection)
        self._seen = remembered

    def get(self, kind: type[F], fact_id: str) -> F | None:
        """The newest version of this fact, or None."""
        fact = self._seen.get((kind, fact_id))
        return fact if isinstance(fact, kind) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A cooperative with its people and, by kind, the ids of its things."""

    cooperative: Cooperative
    accountant: Standing
    head: Standing
    items: Mapping[ItemKind, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class Town:
    """The cooperatives, the office, and the one agent with its key and where its chain stands (which moves on)."""

    households: tuple[Household, ...]
    officer: Standing
    reviewer: Standing
    office_head: Standing
    policy: Policy
    policy_number: int
    remembered: Remembered
    signer: Signer
    chain: Chain


def look_up(reader: Reader, signer: Signer) -> Town:
    """Everything the lives need; the agent is the one that drives the first cabinet, `signer` its key."""
    remembered: Remembered = {
        (kind, fact.id): fact for kind in TABLE_OF if kind not in PASSING for fact in all_facts(reader, kind).values()
    }
    facts = FactRows(reader)
    version = find.policy_in_force(facts)
    everybody = registers.standings(reader)
    agent = next(line.agent for line in registers.agents(reader))
    return Town(
        households=tuple(_households(remembered, everybody)),
        officer=_holder(everybody, Role.CABINET_OFFICER),
        reviewer=_holder(everybody, Role.REVIEWER),
        office_head=_holder(everybody, Role.OFFICE_HEAD),
        policy=version.policy,
        policy_number=version.number,
        remembered=remembered,
        signer=signer,
        chain=load_chain(reader, agent.id, agent.epoch),
    )


def _households(remembered: Remembered, everybody: Iterable[Standing]) -> Iterable[Household]:
    facts = list(remembered.values())
    items: dict[tuple[str, ItemKind], list[str]] = {}
    for each in facts:
        if isinstance(each, Item):
            items.setdefault((each.cooperative, each.kind), []).append(each.id)
    people = list(everybody)
    cooperatives = [each for each in facts if isinstance(each, Cooperative)]
    for cooperative in sorted(cooperatives, key=lambda each: each.code):
        yield Household(
            cooperative=cooperative,
            accountant=_holder(people, Role.ACCOUNTANT, cooperative.id),
            head=_holder(people, Role.HEAD, cooperative.id),
            items={kind: tuple(items.get((cooperative.id, kind), ())) for kind in ItemKind},
        )


def _holder(people: Iterable[Standing], role: Role, cooperative: str | None = None) -> Standing:
    return next(each for each in people if each.holds(role, cooperative))
