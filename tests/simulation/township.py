"""The township every schedule begins with: two cooperatives, a cabinet and an agent each. Founded once, then copied."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from device_agent.bundle import Bundle, parse_bundle
from server.custody.facts import Item
from server.custody.roster import CabinetRow, Roster
from server.custody.states import CredentialKind, ItemState
from server.store import find
from server.store.database import Database
from server.store.fact_rows import FactRows, all_facts
from server.store.folder import DataFolder
from server.store.keys import save_keys
from server.store.lists import registers
from server.store.log_files import LogFiles
from server.store.work import Work
from server.usecases.add_agent import add_agent
from server.usecases.count_in_for_demonstration import CountIn, count_in_for_demonstration
from server.usecases.found_township import FoundTownship, found_township
from server.usecases.issue_roster import issue_rosters
from server.usecases.redeem_code import set_credential
from server.usecases.register_agent import AgentPlan
from server.usecases.sign_in import CheckedClaim
from tests.server.town import KEYS, MONDAY, Town, granted
from tests.server.village import roster

CABINETS = {"hall-1": "CAB-01", "hall-2": "CAB-02"}
PLACES = {"hall-1": ("CAB-01/1", "东坑一社"), "hall-2": ("CAB-02/2", "东坑二社")}
CHANNELS = 4
SEEDS = bytes(range(32)), bytes(range(1, 33))
"""Of the permit key and the log key that every schedule begins with: those of `KEYS`."""
ADMINISTRATORS = ("叶海燕", "潘振东")
"""Of the system, and of its security."""
MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made by mkdtemp
DATABASE, LOG = "gongguan.sqlite", "log"


@dataclass(frozen=True, slots=True)
class Township:
    """What everybody knows of the founded township; `folder` is what to copy."""

    folder: Path
    documents: Mapping[str, Mapping[str, Any]]
    """By agent, the bundle it starts from, as it is written to its file."""
    administrators: tuple[CheckedClaim, CheckedClaim]
    """The two who rotate keys, their passwords compared."""
    people: Mapping[str, str]
    cards: Mapping[str, str]
    items: Mapping[str, tuple[Item, ...]]
    """By agent, what lies in its one compartment that is in use."""

    @property
    def bundles(self) -> Mapping[str, Bundle]:
        """The same, read."""
        return {agent: parse_bundle(document, self.folder) for agent, document in self.documents.items()}

    def place(self, agent: str) -> str:
        """The compartment of that agent that is in use."""
        return PLACES[agent][0]

    def lay_out(self, folder: Path) -> None:
        """A fresh copy of everything the server owns."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)


def scratch() -> Path:
    """A new folder in memory where there is one: nothing here waits for a disk."""
    folder = Path(mkdtemp(prefix="gongguan-simulation-", dir=MEMORY if MEMORY.is_dir() else None))
    # Unlike `atexit`, it is heard in the workers of a pool too.
    Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=0)
    return folder


@cache
def township() -> Township:
    """Found it, or remember it."""
    folder = scratch()
    save_keys(DataFolder(folder).key_folder, KEYS, *SEEDS)
    town = Town(Database.open(f"sqlite:///{folder / DATABASE}"))
    try:
        town.do(found_township, FoundTownship("清溪镇"))
        town.import_rows(_roster())
        bundles = {agent: dict(granted(town.do(add_agent, plan(agent))).bundle) for agent in CABINETS}
        for _, short_name in PLACES.values():
            town.do(count_in_for_demonstration, CountIn(town.cooperative(short_name)))
        town.do(_give_pins, None)
        town.do(_give_passwords, None)
        first = _publish(town, folder).decode()
        known = {agent: {**document, "checkpoint": first} for agent, document in bundles.items()}
        return _remembered(town, folder, known)
    finally:
        town.close()


def plan(agent: str) -> AgentPlan:
    """What this machine is to become, the first time and each time it begins anew."""
    return AgentPlan(
        agent=agent,
        cabinets=(CABINETS[agent],),
        server_url="http://127.0.0.1",
        broker_host="127.0.0.1",
        broker_port=1883,
    )


def _remembered(town: Town, folder: Path, documents: Mapping[str, Mapping[str, Any]]) -> Township:
    with town.database.reading() as reader:
        standings = registers.standings(reader)
        items = [each for each in all_facts(reader, Item).values() if each.state is ItemState.IN_CABINET]
    own = {agent: town.cooperative(short_name) for agent, (_, short_name) in PLACES.items()}
    return Township(
        folder=folder,
        documents=documents,
        administrators=(_claim(town, ADMINISTRATORS[0]), _claim(town, ADMINISTRATORS[1])),
        people={each.name: each.id for each in standings},
        cards={each.id: each.person.card for each in standings if each.person.card is not None},
        items={
            agent: tuple(sorted((each for each in items if each.cooperative == mine), key=lambda each: each.key))
            for agent, mine in own.items()
        },
    )


def _roster() -> Roster:
    rows = roster()
    cabinets = tuple(
        CabinetRow(row=3, id=name, place="便民服务大厅", compartments=CHANNELS) for name in CABINETS.values()
    )
    first, second, *rest = rows.cooperatives
    return replace(rows, cabinets=cabinets, cooperatives=(first, replace(second, cabinet="CAB-02"), *rest))


def _give_pins(work: Work, _asked: None) -> None:
    """Stands in for ten milliseconds of argon2 a person; what people enter is decided by chance."""
    for each in registers.standings(work.connection):
        if each.person.card is not None:
            set_credential(work, each.id, CredentialKind.PIN, f"hash-of-the-pin-of-{each.id}")
    issue_rosters(work)


def _give_passwords(work: Work, _asked: None) -> None:
    """To those who prove who they are at the server's machine."""
    for each in registers.standings(work.connection):
        if each.name in ADMINISTRATORS:
            set_credential(work, each.id, CredentialKind.PASSWORD, f"hash-of-the-password-of-{each.id}")


def _claim(town: Town, name: str) -> CheckedClaim:
    person = town.person(name)
    with town.database.reading() as reader:
        credential = find.credential(FactRows(reader), person.id, CredentialKind.PASSWORD)
    assert credential is not None
    return CheckedClaim(
        phone=person.person.phone, source="console", person=person.id, credential=credential.digest, fits=True
    )


def _publish(town: Town, folder: Path) -> bytes:
    """The log's head that every agent is given on its way."""
    with town.database.reading() as reader:
        published = LogFiles(folder / LOG, KEYS.log.verifier).publish(reader, KEYS.log, MONDAY)
    assert published is not None
    return published.note
