"""东坑村's three cooperatives in a real database, with a real writer, and an agent whose events are really signed."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from firmware_protocol.entries import Chain, body_digest, compose, write_body
from firmware_protocol.messages import CarriedEntry, EventBatch
from firmware_protocol.notes import Signer
from firmware_protocol.times import CHINA
from server.custody.facts import Item
from server.custody.happenings import F
from server.custody.news import News
from server.custody.people import Standing
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.roster import PersonRow, Roster
from server.custody.states import ItemKind, SealType
from server.store.database import Database
from server.store.fact_rows import FactRows
from server.store.gap import WHOLE, Gap
from server.store.keys import make_keys
from server.store.lists import registers
from server.store.server_clock import nobody_counts
from server.store.work import Work
from server.store.writer import Writer
from server.usecases.add_agent import AgentAdded, add_agent
from server.usecases.count_in_for_demonstration import CountIn, count_in_for_demonstration
from server.usecases.decide_checkout import DecideCheckout, Decided
from server.usecases.file_checkout import FileCheckout, Filed, file_checkout
from server.usecases.found_township import FoundTownship, found_township
from server.usecases.import_roster import ImportReport, ImportRoster, import_roster
from server.usecases.register_agent import AgentPlan
from server.usecases.take_in_events import TakeInEvents, TakenIn, take_in_events
from tests.server.marks import decide_as_it_stands
from tests.server.village import roster

A = TypeVar("A")
R = TypeVar("R")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
AGENT = "hall-1"
KEYS = make_keys("gongguan.test/qingxi", bytes(range(32)), bytes(range(1, 33)))


def card_hashes(rows: Sequence[PersonRow]) -> dict[str, str]:
    """Stands in for ten milliseconds of argon2 a card; the real hashing has its own test."""
    return {row.card: f"hash-of-{row.card}" for row in rows if row.card is not None}


@dataclass
class Town:
    """A township to act in. `clock` is set by the test; `news` is what others were told."""

    database: Database
    now: datetime = MONDAY
    news: list[News] = field(default_factory=list)
    serial: int = 0
    hall: "Hall | None" = None
    gap: Gap = WHOLE
    steady_ms: Callable[[], int | None] = nobody_counts

    def __post_init__(self) -> None:
        self.begin_writing()

    def begin_writing(self) -> None:
        """Start a writer: the first one, or one after a crash."""
        self.writer = Writer(
            self.database,
            KEYS,
            announce=self.news.extend,
            clock=lambda: self.now,
            chance=self.chance,
            gap=self.gap,
            steady_ms=self.steady_ms,
        ).start()

    def chance(self, length: int) -> bytes:
        """Bytes that never repeat and that a failing test repeats."""
        self.serial += 1
        return hashlib.shake_128(self.serial.to_bytes(8, "big")).digest(length)

    def do(self, usecase: Callable[[Work, A], R], asked: A) -> R:
        """Run a use case to its committed end."""
        return self.writer.run_now(usecase, asked)

    def furnish(self) -> "Town":
        """Found the township, import its roster, add its agent, count 东坑一社's and 东坑二社's things in."""
        self.do(found_township, FoundTownship("清溪镇"))
        self.import_rows(roster())
        self.hall = Hall(self, self.add_agent())
        for short_name in ("东坑一社", "东坑二社"):
            self.do(count_in_for_demonstration, CountIn(self.cooperative(short_name)))
        self.news.clear()
        return self

    def import_rows(self, rows: Roster, **how: Any) -> ImportReport:
        """Import a roster."""
        return self.do(import_roster, ImportRoster(roster=rows, card_hashes=card_hashes(rows.people), **how))

    def add_agent(self, agent: str = AGENT, cabinet: str = "CAB-01") -> AgentAdded:
        """Add the hall's agent (or that of another hall), or give it a new key."""
        asked = AgentPlan(
            agent=agent, cabinets=(cabinet,), server_url="http://127.0.0.1", broker_host="127.0.0.1", broker_port=1
        )
        return granted(self.do(add_agent, asked))

    def person(self, name: str) -> Standing:
        """Somebody by name."""
        with self.database.reading() as reader:
            return next(each for each in registers.standings(reader) if each.name == name)

    def cooperative(self, short_name: str) -> str:
        """A cooperative's id by its short name."""
        with self.database.reading() as reader:
            lines = registers.cooperatives(reader)
        return next(line.cooperative.id for line in lines if line.cooperative.short_name == short_name)

    def item(self, short_name: str, seal_type: SealType | None = SealType.OFFICIAL) -> Item:
        """A cooperative's seal of that type, or (None) its contract."""
        with self.database.reading() as reader:
            items = registers.items_of(reader, self.cooperative(short_name))
        return next(item for item in items if item.seal_type == seal_type)

    def get(self, kind: type[F], fact_id: str) -> F:
        """A fact as it stands in the database."""
        with self.database.reading() as reader:
            fact = FactRows(reader).get(kind, fact_id)
        assert fact is not None
        return fact

    def asks(self, name: str, *items: Item, **changes: Any) -> Filed | Refused:
        """Somebody asks for items."""
        sealing = {"document": "土地发包合同", "copies": 2}
        is_sealing = any(item.kind is ItemKind.SEAL for item in items)
        usual = {"purpose": "签土地发包合同", **(sealing if is_sealing else {"mode": Mode.READ})}
        wanted = tuple(i.id for i in items)
        return self.do(file_checkout, FileCheckout(by=self.person(name).id, items=wanted, **{**usual, **changes}))

    def decides(self, name: str, checkout: str, agrees: bool = True, reason: str = "") -> Decided | Refused:
        """Somebody answers."""
        asked = DecideCheckout(by=self.person(name).id, checkout=checkout, agrees=agrees, reason=reason)
        return self.do(decide_as_it_stands, asked)

    def permitted(self, *items: Item, **changes: Any) -> Decided:
        """游少玉 asked, 廖坤东 and 何慧敏 agreed: the checkout and its permit."""
        filed = granted(self.asks("游少玉", *(items or (self.item("东坑一社"),)), **changes))
        granted(self.decides("廖坤东", filed.checkout))
        return granted(self.decides("何慧敏", filed.checkout))

    def passes(self, **span: float) -> None:
        """Time goes by."""
        self.now += timedelta(**span)

    def close(self) -> None:
        """Stop writing and let go of the database."""
        self.writer.close()
        self.database.close()


@dataclass
class Hall:
    """The agent's half: what it signs, numbered without gaps, and hands over when told to."""

    town: Town
    added: AgentAdded
    unsent: list[CarriedEntry] = field(default_factory=list)
    openings: int = 0

    def __post_init__(self) -> None:
        seed = base64.b64decode(self.added.bundle["private_key"])
        self.signer = Signer(f"{KEYS.origin}/agent/{self.added.agent}", seed)
        self.chain = Chain(self.added.agent, self.added.epoch)

    def writes(self, event_type: str, about: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> CarriedEntry:
        """Sign the next entry into the journal."""
        body_bytes = None if body is None else write_body(body)
        salt = None if body_bytes is None else self.town.chance(32)
        digest = None if body_bytes is None or salt is None else body_digest(salt, body_bytes)
        note = compose(
            self.chain, self.signer, at=self.town.now, clock="sync", event_type=event_type, about=about, body=digest
        )
        self.chain = self.chain.extend(note)
        self.unsent.append(CarriedEntry(note, salt, body_bytes))
        return self.unsent[-1]

    def opens(self, action: str, decided: Decided, *items: Item, people: Sequence[str] = ("游少玉", "林少军")) -> None:
        """Two people open the door, move the items and close it."""
        self.openings += 1
        about = self.opening(action, decided, people)
        place = {"opening": about["opening"], "compartment": about["compartment"]}
        self.writes("opening_intended", {**about, "action": action, "attempt": 1})
        self.writes("door_opened", place)
        if items:
            moved = {"take": "items_taken", "return": "items_returned"}[action]
            self.writes(moved, {**about, "items": [item.id for item in items]})
        self.writes("door_closed", place)
        outcome = {"take": "taken", "return": "returned"}[action] if items else "nothing"
        self.writes("opening_finished", {**about, "outcome": outcome})

    def opening(self, action: str, decided: Decided, people: Sequence[str]) -> dict[str, Any]:
        """What every entry of one opening says."""
        del action
        return {
            "opening": f"o-{self.openings}",
            "compartment": "CAB-01/1",
            "permit": decided.permit,
            "checkout": decided.checkout,
            "persons": [self.town.person(name).id for name in people],
        }

    def sends(self, *entries: CarriedEntry) -> TakenIn:
        """Hand over these entries, or everything not handed over yet."""
        batch = EventBatch(self.added.agent, self.added.epoch, tuple(entries or self.unsent), "nonce")
        self.unsent.clear()
        return self.town.do(take_in_events, TakeInEvents(batch))


def granted(answer: R | Refused) -> R:
    """The answer, which must not be a refusal."""
    assert not isinstance(answer, Refused), answer
    return answer


def refusal(answer: object) -> str:
    """The rule that said no."""
    assert isinstance(answer, Refused), answer
    return answer.rule
