"""A kiosk over a real journal, on a disk that fails when the weather says so."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from device_agent.agent import Agent, Hands
from device_agent.clock import Reading
from device_agent.custodian.decisions import Acknowledge, CheckPin, Forget, Keep, Pulse, Record
from device_agent.custodian.inputs import (
    Acknowledged,
    CardShown,
    ChoiceKind,
    ChoiceMade,
    DoorSeen,
    EndAsked,
    Input,
    ItemTicked,
    LockAnswered,
    OpenAsked,
    PersonConfirmed,
    PinChecked,
    PinEntered,
    RestAnswered,
    RosterReceived,
)
from device_agent.custodian.offers import offers
from device_agent.custodian.state import Choosing, Confirming, Moving, Ready
from device_agent.journal import Journal, open_journal
from firmware_protocol import rosters
from firmware_protocol.entries import ClockQuality, Entry, parse
from firmware_protocol.log_heads import Head
from tests.device_agent.hall import (
    AGENT,
    AGENT_SIGNER,
    KEYS,
    LEDGER_SEAL,
    LIN,
    NOON,
    PLACE,
    ROSTER,
    SEAL,
    SERVER_SIGNER,
    SITE,
    YOU,
    ack,
    take_permit,
)
from tests.device_agent.township_log import proven

PERMIT = take_permit()
ROSTER_INPUT = RosterReceived(ROSTER, {"roster": rosters.encode(ROSTER, SERVER_SIGNER)})
PERMIT_INPUT = proven(PERMIT)
STORED, NOT_STORED = "stored", "not stored"


@dataclass
class Weather:
    """When the disk fails: at the `failing_write`-th write from now, once, in this mood; or when it tidies up."""

    failing_write: int | None = None
    mood: str = NOT_STORED
    writes: int = 0
    is_broken: bool = False
    fails_at_rest: bool = False

    def strikes(self) -> bool:
        """Count a write; whether it is one that fails."""
        self.writes += 1
        return self.is_broken or self.writes == self.failing_write


class FailingJournal(Journal):
    """A real journal on a disk that fails when the weather says so."""

    weather: Weather

    def write(self, decisions: Sequence[Record | Keep | Forget], at: datetime, quality: ClockQuality) -> None:
        """Write, and fail before or after it is durable."""
        strikes = self.weather.strikes()
        if strikes and self.weather.mood == NOT_STORED:
            self._is_broken = True
            raise sqlite3.OperationalError("disk I/O error")
        super().write(decisions, at, quality)
        if strikes:
            self._is_broken = True
            raise sqlite3.OperationalError("disk I/O error")

    def rest(self) -> None:
        """Tidy up, and fail once if the weather says so."""
        fails, self.weather.fails_at_rest = self.weather.fails_at_rest, False
        if fails:
            self._is_broken = True
            raise sqlite3.OperationalError("disk I/O error")
        super().rest()


@dataclass
class Kiosk:
    """A kiosk with its two people, a cabinet that works, and a clock that goes on."""

    folder: Path
    weather: Weather = field(default_factory=Weather)
    pulses: list[tuple[str, str]] = field(default_factory=list)
    pins: list[CheckPin] = field(default_factory=list)
    acknowledged: list[Acknowledge] = field(default_factory=list)
    heads: list[Head | None] = field(default_factory=list)
    tell_log: Callable[[Head | None], None] = lambda _head: None
    passed_s: float = 0
    wall_ahead_s: float = 0
    openings: int = 0

    def __post_init__(self) -> None:
        self.agent = Agent(
            self.open_journal,
            SITE,
            KEYS,
            self.read_clock,
            Hands(self._pulse, self.pins.append, self.acknowledged.append, self._hold_log),
            has_hardware_clock=True,
        )

    def _pulse(self, pulse: Pulse) -> None:
        self.pulses.append((pulse.compartment, pulse.opening))

    def _hold_log(self, head: Head | None) -> None:
        self.heads.append(head)
        self.tell_log(head)

    def open_journal(self) -> Journal:
        """A journal under this kiosk's weather."""
        journal = open_journal(self.folder, AGENT, 1, AGENT_SIGNER)
        journal.__class__ = FailingJournal
        journal.weather = self.weather  # type: ignore[attr-defined]
        return journal

    def read_clock(self) -> Reading:
        """Wall clock and elapsed time, in step."""
        wall = NOON + timedelta(seconds=self.passed_s + self.wall_ahead_s)
        return Reading(wall, int(self.passed_s * 1000))

    def prepare(self) -> None:
        """Start, with a roster, a permit and the server's signed time."""
        self.agent.start()
        self.agent.acknowledge(ack(), 0)
        self.agent.handle(ROSTER_INPUT)
        self.agent.handle(PERMIT_INPUT)

    def identify(self) -> None:
        """游少玉 and 林少军 show their cards and enter their PINs."""
        for person in (YOU, LIN):
            self.do(CardShown(person.card), PinEntered(), PinChecked(person.id, fits=True))

    def do(self, *inputs: Input) -> None:
        """So much happens, a second each."""
        for given in inputs:
            self.passed_s += 1
            self.agent.handle(given)

    def visit(self, kinds: Sequence[ChoiceKind], items: Sequence[str]) -> None:
        """游少玉 and 林少军 come, do what they are offered of `kinds`, move `items`, and go, whatever happens."""
        self.passed_s += 70
        self.agent.tick()
        self.agent.tick()
        self.do(Acknowledged(), EndAsked())
        self.identify()
        self.choose(kinds)
        self.open()
        if isinstance(self.agent.custody.stage, Moving):
            self.do(*(ItemTicked(item) for item in items), RestAnswered(is_all_there=True))
        self.do(DoorSeen(PLACE, is_open=False))
        if isinstance(self.agent.custody.stage, Confirming):
            self.do(PersonConfirmed(YOU.id), PersonConfirmed(LIN.id))
        self.do(Acknowledged(), EndAsked())

    def choose(self, kinds: Sequence[ChoiceKind]) -> None:
        """Touch the first offer they came for."""
        stage = self.agent.custody.stage
        if isinstance(stage, Choosing):
            now, _ = self.agent.look_at_clock()
            offered = [offer.choice for offer in offers(self.agent.custody, stage.present, now)]
            self.do(*[ChoiceMade(choice) for choice in offered if choice.kind in kinds][:1])

    def open(self) -> None:
        """Touch the key, and the cabinet does what it does after a pulse."""
        if isinstance(self.agent.custody.stage, Ready):
            before = len(self.pulses)
            self.openings += 1
            self.do(OpenAsked(f"o-{self.openings:016}"))
            if len(self.pulses) > before:
                self.do(LockAnswered(self.pulses[-1][1], "opened"), DoorSeen(PLACE, is_open=True))

    def is_faulty(self) -> bool:
        """Whether the agent says that its journal does not work."""
        return self.agent.fault is not None

    def log(self) -> list[Entry]:
        """Everything in the journal, as the server would get it."""
        return [parse(carried.note, [AGENT_SIGNER.verifier]) for carried in self.agent.unsent(0)]

    def types(self) -> list[str]:
        """What happened, a word each."""
        return [entry.type for entry in self.log()]


def take_and_bring_back(kiosk: Kiosk) -> None:
    """Two patient people: they come again until the seals are out, and again until they are back."""
    for _ in range(3):
        if not kiosk.agent.custody.memory.holdings[PERMIT.id].out:
            kiosk.visit(("declare", "take"), (SEAL, LEDGER_SEAL))
    for _ in range(4):
        kiosk.visit(("declare", "return"), (SEAL, LEDGER_SEAL))
