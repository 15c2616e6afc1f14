"""How far a commissioning has come: the fold of its facts. Pure, and the same whenever the same facts are read."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from typing import Any

from device_agent.commissioning import facts
from device_agent.commissioning.facts import Fact, FoundBoard, Place, Pulsed, RawDoor, ShutSeen
from firmware_protocol.boards import DIALECTS, Dialect


class Failure(StrEnum):
    """Why a door that was tried is not proven."""

    NOT_SENT = "not_sent"
    STUCK = "stuck"
    """Nothing moved: neither the door nor any feedback."""
    NO_DOOR = "no_door"
    """Feedback changed, but nobody saw a door spring open."""
    NO_FEEDBACK = "no_feedback"
    """The door sprang open, and no feedback changed."""
    INVERTED = "inverted"
    """The feedback changed from open to closed when the door opened."""
    CROSSED = "crossed"
    """Another feedback changed, or more than one."""
    CONTACT = "contact"
    """The feedback is right, but its door contact did not change, or another one did."""
    NOT_SHUT = "not_shut"
    """The feedback did not say closed again."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One door between the yes to its pulse and its proof."""

    place: Place
    pulsed: Pulsed | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """This compartment is behind this channel: its door was seen to spring open and to be shut, by whom and when."""

    place: Place
    number: int
    opened_at: str
    shut_at: str
    took_ms: int | None
    by: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything known so far; what is not known yet is `None` or empty."""

    by: str = ""
    begun_at: str = ""
    cabinet: str = ""
    port: str = ""
    expected: int | None = None
    family: str | None = None
    found: tuple[FoundBoard, ...] | None = None
    addresses: tuple[int, ...] = ()
    channels: Mapping[int, int] = field(default_factory=dict)
    secrets: Mapping[int, str] = field(default_factory=dict)
    sensing: facts.SensingNamed | None = None
    pulse: facts.PulseSet | None = None
    is_release_agreed: bool = False
    are_doors_shut: bool = False
    looked: tuple[RawDoor, ...] | None = None
    is_odd_accepted: bool = False
    trial: Trial | None = None
    proofs: tuple[Proof, ...] = ()
    failures: Mapping[Place, Failure] = field(default_factory=dict)
    passed_over: frozenset[Place] = frozenset()
    tampers: Mapping[int, bool | None] = field(default_factory=dict)
    is_write_agreed: bool = False
    written_at: str = ""
    report: str = ""

    @property
    def dialect(self) -> Dialect:
        """The family of the boards that were found; raises `LookupError` before."""
        return DIALECTS[(self.found or ())[0].family]

    @property
    def boards(self) -> tuple[FoundBoard, ...]:
        """The boards of this cabinet, in its order."""
        by_address = {board.address: board for board in self.found or ()}
        return tuple(by_address[address] for address in self.addresses)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every channel with a lock, in the order of boards and channels."""
        return tuple(
            Place(address, channel)
            for address in self.addresses
            for channel in range(1, self.channels.get(address, 0) + 1)
        )

    @property
    def closed_bit(self) -> int:
        """What a shut door's feedback says: what most said while all were shut; on a draw, the family's usual."""
        if self.dialect.has_operation_ids:
            return 1
        return _most(self.looked, lambda door: door.bit, self.dialect.usual_closed_bit)

    @property
    def resting_sensor(self) -> int:
        """What the second row says of a shut and empty compartment: what most said."""
        return _most(self.looked, lambda door: door.sensor, 1 if self.has_contacts else 0)

    @property
    def has_contacts(self) -> bool:
        """Whether the second row of inputs has door contacts."""
        return self.sensing is not None and self.sensing.sensors == "doors"

    @property
    def sensor_bit(self) -> int:
        """The bit of the second row where a door is shut, or something stands before the barrier."""
        return self.resting_sensor if self.has_contacts else 1 - self.resting_sensor

    @property
    def odd(self) -> tuple[Place, ...]:
        """The doors whose feedback, or whose second input, said something else than most."""
        usual = self.closed_bit, self.resting_sensor
        said = ((door, (door.bit, usual[1] if door.sensor is None else door.sensor)) for door in self.looked or ())
        return tuple(Place(door.address, door.channel) for door, bits in said if bits != usual)

    @property
    def numbers(self) -> Mapping[Place, int]:
        """The compartment behind each channel, as far as it is proven."""
        return {proof.place: proof.number for proof in self.proofs}

    @property
    def unproven(self) -> tuple[Place, ...]:
        """Every channel whose compartment is not proven."""
        return tuple(place for place in self.places if place not in self.numbers)

    @property
    def next_place(self) -> Place | None:
        """The door to try now; `None` when each is proven or left for later."""
        return next((place for place in self.unproven if place not in self.passed_over), None)

    def may_bear(self, number: int) -> bool:
        """Whether that may be said of a door: 0 (none sprang open), or a number of the cabinet that no other bears."""
        return not number or (1 <= number <= len(self.places) and number not in self.numbers.values())

    def proposed(self, place: Place) -> int:
        """The number this door bears if compartments are numbered through; else the lowest that is free."""
        free = [number for number in range(1, len(self.places) + 1) if number not in self.numbers.values()]
        through = self.places.index(place) + 1
        return through if through in free else free[0]


def after(progress: Progress, fact: Fact) -> Progress:
    """How far it has come with one fact more. What is told of a door that is not on trial changes nothing."""
    return _AFTER[type(fact)](progress, fact)


def progress_of(told: Iterable[Fact]) -> Progress:
    """How far these facts lead."""
    return reduce(after, told, Progress())


def judge(pulsed: Pulsed, number: int, *, is_shut: bool | None = None, has_contacts: bool = False) -> Failure | None:
    """Why one trial proves nothing; `None` if nothing speaks against it (so far, while `is_shut` is `None`)."""
    own = Place(pulsed.address, pulsed.channel)
    if not number:
        return Failure.NO_DOOR if pulsed.opened or pulsed.closed else Failure.STUCK
    if own in pulsed.closed:
        return Failure.INVERTED
    if not pulsed.opened:
        return Failure.NO_FEEDBACK
    if pulsed.opened != (own,):
        return Failure.CROSSED
    if has_contacts and pulsed.contacts != (own,):
        return Failure.CONTACT
    return Failure.NOT_SHUT if is_shut is False else None


def _most(looked: Iterable[RawDoor] | None, bit_of: Callable[[RawDoor], int | None], usual: int) -> int:
    """What most bits are; on a draw the usual one."""
    counted = Counter(bit_of(door) for door in looked or ())
    return usual if counted[0] == counted[1] else int(counted[1] > counted[0])


def _began(progress: Progress, fact: facts.Began) -> Progress:
    """A yes that was not used up before the break counts no more; doors left are tried again.

    A trial cut short may have left its door open, and an open door opens no more: all have to be shut anew.
    """
    begun_at, are_shut = progress.begun_at or fact.at, progress.are_doors_shut and progress.trial is None
    return replace(
        progress, by=fact.by, begun_at=begun_at, trial=None, passed_over=frozenset(), are_doors_shut=are_shut
    )


def _searched_in_vain(progress: Progress, fact: facts.SearchedInVain) -> Progress:
    again = replace(progress, found=None)
    return replace(again, port="", expected=None, family=None) if fact.elsewhere else again


def _odd_answered(progress: Progress, fact: facts.OddAnswered) -> Progress:
    if fact.again:
        return replace(progress, are_doors_shut=False, looked=None)
    return replace(progress, is_odd_accepted=True)


def _agreed(progress: Progress, fact: facts.PulseAgreed) -> Progress:
    place = Place(fact.address, fact.channel)
    return replace(progress, trial=Trial(place)) if place in progress.unproven else progress


def _pulsed(progress: Progress, fact: Pulsed) -> Progress:
    trial = _trial_of(progress, fact)
    if trial is None or trial.pulsed is not None:
        return progress
    if not fact.is_sent:
        return _failed(progress, trial.place, Failure.NOT_SENT)
    return replace(progress, trial=replace(trial, pulsed=fact))


def _labelled(progress: Progress, fact: facts.Labelled) -> Progress:
    trial = _trial_of(progress, fact)
    if trial is None or trial.pulsed is None or not progress.may_bear(fact.number):
        return progress
    if failure := judge(trial.pulsed, fact.number, has_contacts=progress.has_contacts):
        return _failed(progress, trial.place, failure)
    return replace(progress, trial=replace(trial, number=fact.number))


def _shut_seen(progress: Progress, fact: ShutSeen) -> Progress:
    trial = _trial_of(progress, fact)
    if trial is None or trial.pulsed is None or trial.number is None:
        return progress
    if failure := judge(trial.pulsed, trial.number, is_shut=fact.is_shut, has_contacts=progress.has_contacts):
        return _failed(progress, trial.place, failure)
    pulsed = trial.pulsed
    proof = Proof(trial.place, trial.number, pulsed.at, fact.at, pulsed.took_ms, progress.by)
    failures = {place: why for place, why in progress.failures.items() if place != trial.place}
    return replace(progress, trial=None, proofs=(*progress.proofs, proof), failures=failures)


def _trial_of(progress: Progress, fact: Pulsed | facts.Labelled | ShutSeen) -> Trial | None:
    trial = progress.trial
    return trial if trial and trial.place == Place(fact.address, fact.channel) else None


def _failed(progress: Progress, place: Place, failure: Failure) -> Progress:
    return replace(progress, trial=None, failures={**progress.failures, place: failure})


def _passed_over(progress: Progress, fact: facts.PassedOver) -> Progress:
    return replace(progress, trial=None, passed_over=progress.passed_over | {Place(fact.address, fact.channel)})


def _retracted(progress: Progress, fact: facts.Retracted) -> Progress:
    kept = tuple(proof for proof in progress.proofs if proof.number != fact.number)
    return replace(progress, trial=None, proofs=kept)


_AFTER: dict[type[Fact], Callable[[Progress, Any], Progress]] = {
    facts.Began: _began,
    facts.CabinetNamed: lambda p, fact: replace(p, cabinet=fact.cabinet),
    facts.PortNamed: lambda p, fact: replace(p, port=fact.port),
    facts.BoardsExpected: lambda p, fact: replace(p, expected=fact.count),
    facts.FamilyNamed: lambda p, fact: replace(p, family=fact.family),
    facts.Searched: lambda p, fact: replace(p, found=fact.boards),
    facts.SearchedInVain: _searched_in_vain,
    facts.BoardsNamed: lambda p, fact: replace(p, addresses=fact.addresses),
    facts.ChannelsCounted: lambda p, fact: replace(p, channels={**p.channels, fact.address: fact.channels}),
    facts.SecretKept: lambda p, fact: replace(p, secrets={**p.secrets, fact.address: fact.path}),
    facts.SensingNamed: lambda p, fact: replace(p, sensing=fact, looked=None),
    facts.PulseSet: lambda p, fact: replace(p, pulse=fact),
    facts.ReleaseAgreed: lambda p, _fact: replace(p, is_release_agreed=True),
    facts.DoorsShut: lambda p, _fact: replace(p, are_doors_shut=True),
    facts.Looked: lambda p, fact: replace(p, looked=fact.doors),
    facts.OddAnswered: _odd_answered,
    facts.PulseAgreed: _agreed,
    Pulsed: _pulsed,
    facts.Labelled: _labelled,
    ShutSeen: _shut_seen,
    facts.PassedOver: _passed_over,
    facts.Retracted: _retracted,
    facts.TriedAgain: lambda p, _fact: replace(p, passed_over=frozenset()),
    facts.TamperTried: lambda p, fact: replace(p, tampers={**p.tampers, fact.address: fact.is_proven}),
    facts.ControllerTold: lambda p, _fact: p,
    facts.WriteAgreed: lambda p, _fact: replace(p, is_write_agreed=True),
    facts.Written: lambda p, fact: replace(p, written_at=fact.at),
    facts.Reported: lambda p, fact: replace(p, report=fact.name),
}
