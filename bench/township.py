"""A township to measure in: the demo's, in which everybody can sign in and stand at the door."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.custody import facts
from server.custody.facts import Item
from server.custody.people import Person, Standing
from server.custody.roles import Role
from server.custody.roster import Roster
from server.custody.states import CredentialKind, ItemKind, ItemState, SealType
from server.demo.cabinets import PLANS, LinePlan
from server.demo.township import agent_files, demo_roster, prepare
from server.store.database import Reader
from server.store.fact_rows import all_facts
from server.store.lists.registers import standings
from server.store.work import Work
from server.township import now, opened
from server.usecases.hashing import password_hash, salted_pin_hash
from server.usecases.issue_roster import issue_rosters
from server.usecases.redeem_code import set_credential
from tests.fixtures.families import kept_in

PASSWORD, PIN = "bench-2026-qingxi", "246801"


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person: how to sign in, and what to show the kiosk."""

    id: str
    phone: str
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooperative:
    """A cooperative: its compartment, its two people, its official seal with its radio tag, and its vouchers."""

    id: str
    place: str
    accountant: Somebody
    head: Somebody
    seal: str
    tag: str | None
    vouchers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Who and what there is in `data`. Cooperatives take turns between the cabinets, as far as that goes."""

    data: Path
    plans: tuple[LinePlan, ...]
    cooperatives: tuple[Cooperative, ...]
    officer: Somebody
    reviewer: Somebody

    @property
    def bundle(self) -> dict[str, Any]:
        """The agent's bundle, without the addresses of server and broker."""
        bundle: dict[str, Any] = json.loads(agent_files(self.data).bundle.read_text(encoding="utf-8"))
        return bundle


def furnish(data: Path, plans: tuple[LinePlan, ...] = PLANS) -> Town:
    """Found the demo's township in an empty folder and give everybody a password and a PIN. Takes some seconds.

    With other cabinets than the demo's, its things are in those.
    """
    roster = demo_roster(now())
    if plans is not PLANS:
        roster = kept_in(roster, plans)
    prepare(data, roster, plans)
    with opened(data) as township:
        hashes = password_hash(PASSWORD, os.urandom), salted_pin_hash(PIN, os.urandom)
        township.writer.run_now(_give_credentials, hashes)
        with township.database.reading() as reader:
            return _town(data, plans, roster, reader)


def _give_credentials(work: Work, hashes: tuple[str, str]) -> None:
    for person in all_facts(work.connection, Person):
        set_credential(work, person, CredentialKind.PASSWORD, hashes[0])
        set_credential(work, person, CredentialKind.PIN, hashes[1])
    issue_rosters(work)


def _town(data: Path, plans: tuple[LinePlan, ...], roster: Roster, reader: Reader) -> Town:
    cards = {row.phone: row.card or "" for row in roster.people}
    people = standings(reader)

    def find(role: Role, cooperative: str | None = None) -> Somebody:
        who: Standing = next(each for each in people if each.holds(role, cooperative))
        return Somebody(id=who.id, phone=who.person.phone, card=cards[who.person.phone])

    items = list(all_facts(reader, Item).values())
    seals = {item.cooperative: item for item in items if item.seal_type is SealType.OFFICIAL}
    cooperatives = [
        Cooperative(
            id=each.id,
            place=each.place,
            accountant=find(Role.ACCOUNTANT, each.id),
            head=find(Role.HEAD, each.id),
            seal=seals[each.id].id,
            tag=seals[each.id].tag,
            vouchers=tuple(item.id for item in items if _is_voucher(item, each)),
        )
        for each in all_facts(reader, facts.Cooperative).values()
        if _may_ask(each, items)
    ]
    return Town(
        data=data,
        plans=plans,
        cooperatives=_taking_turns(cooperatives),
        officer=find(Role.CABINET_OFFICER),
        reviewer=find(Role.REVIEWER),
    )


def _is_voucher(item: Item, cooperative: facts.Cooperative) -> bool:
    return (item.cooperative, item.kind) == (cooperative.id, ItemKind.VOUCHER)


def _may_ask(cooperative: facts.Cooperative, items: list[Item]) -> bool:
    is_in = any(_is_voucher(each, cooperative) and each.state is ItemState.IN_CABINET for each in items)
    return is_in and cooperative.expires_on is not None and cooperative.expires_on > now().date()


def _taking_turns(cooperatives: list[Cooperative]) -> tuple[Cooperative, ...]:
    """Left, right, left, … so that one line rests while the others work."""
    cabinets = sorted({each.place.partition("/")[0] for each in cooperatives})
    lines = [[each for each in cooperatives if each.place.startswith(cabinet)] for cabinet in cabinets]
    return tuple(each for turn in zip(*lines, strict=False) for each in turn)
