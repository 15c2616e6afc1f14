"""What comes next in a commissioning: a question to the technician, or something to do; a ladder of conditions."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from device_agent.commissioning.facts import Place
from device_agent.commissioning.progress import Progress


class Topic(StrEnum):
    """What is asked."""

    CABINET = "cabinet"
    PORT = "port"
    EXPECTED = "expected"
    FAMILY = "family"
    TOO_FEW = "too_few"
    BOARDS = "boards"
    CHANNELS = "channels"
    SENSING = "sensing"
    PULSE = "pulse"
    RELEASE = "release"
    ALL_SHUT = "all_shut"
    ODD = "odd"
    OPEN = "open"
    """May this very lock be pulsed? The only question whose yes moves anything."""
    WHICH = "which"
    UNPROVEN = "unproven"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the technician; `place` or `address` says about what."""

    topic: Topic
    place: Place | None = None
    address: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Ask with reads alone which boards answer → `Searched`."""


@dataclass(frozen=True, slots=True)
class KeepSecret:
    """See that the file with this controller's secret is there and private → `SecretKept`."""

    address: int


@dataclass(frozen=True, slots=True)
class Look:
    """Read every feedback → `Looked`."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Pulse this lock once and watch → `Pulsed`."""

    place: Place


@dataclass(frozen=True, slots=True)
class AwaitShut:
    """Have the door pushed shut, and watch → `ShutSeen`."""

    place: Place
    number: int


@dataclass(frozen=True, slots=True)
class TryTamper:
    """Have the controller's housing opened and closed, and watch → `TamperTried`."""

    address: int


@dataclass(frozen=True, slots=True)
class Write:
    """Write the configuration, read it back → `Written`."""


@dataclass(frozen=True, slots=True)
class Report:
    """Sign the report and keep it → `Reported`."""


@dataclass(frozen=True, slots=True)
class Over:
    """Every compartment is proven, configuration and report are written."""


Step = Ask | Search | KeepSecret | Look | Pulse | AwaitShut | TryTamper | Write | Report | Over


def next_step(progress: Progress) -> Step:
    """The lowest rung that is not climbed. Asked again of the same progress, it is the same."""
    return next((step for rung in _LADDER if (step := rung(progress)) is not None), Over())


def _ask(topic: Topic, is_open: Callable[[Progress], bool]) -> Callable[[Progress], Step | None]:
    return lambda progress: Ask(topic) if is_open(progress) else None


def _channels(progress: Progress) -> Step | None:
    uncounted = (address for address in progress.addresses if address not in progress.channels)
    return next((Ask(Topic.CHANNELS, address=address) for address in uncounted), None)


def _secret(progress: Progress) -> Step | None:
    without = (address for address in progress.addresses if address not in progress.secrets)
    return next((KeepSecret(address) for address in without if progress.dialect.has_operation_ids), None)


def _needs_release(progress: Progress) -> bool:
    """Whether the family is told at each start to energise nothing, and nobody has agreed to that."""
    greeting = progress.dialect.greeting
    return greeting is not None and not progress.dialect.has_operation_ids and not progress.is_release_agreed


def _door(progress: Progress) -> Step | None:
    place, trial = progress.next_place, progress.trial
    if place is None:
        return None
    if trial is None or trial.place != place:
        return Ask(Topic.OPEN, place=place)
    if trial.pulsed is None:
        return Pulse(place)
    return Ask(Topic.WHICH, place=place) if trial.number is None else AwaitShut(place, trial.number)


def _tamper(progress: Progress) -> Step | None:
    untried = (address for address in progress.addresses if address not in progress.tampers)
    return next((TryTamper(address) for address in untried if progress.dialect.has_operation_ids), None)


_LADDER: tuple[Callable[[Progress], Step | None], ...] = (
    _ask(Topic.CABINET, lambda p: not p.cabinet),
    _ask(Topic.PORT, lambda p: not p.port),
    _ask(Topic.EXPECTED, lambda p: p.expected is None),
    _ask(Topic.FAMILY, lambda p: p.family is None),
    lambda p: Search() if p.found is None else None,
    _ask(Topic.TOO_FEW, lambda p: not p.addresses and len(p.found or ()) < (p.expected or 0)),
    _ask(Topic.BOARDS, lambda p: not p.addresses),
    _channels,
    _secret,
    _ask(Topic.SENSING, lambda p: p.sensing is None and not p.dialect.has_operation_ids),
    _ask(Topic.PULSE, lambda p: p.pulse is None and p.dialect.pulses_ms is not None),
    _ask(Topic.RELEASE, _needs_release),
    _ask(Topic.ALL_SHUT, lambda p: not p.are_doors_shut),
    lambda p: Look() if p.looked is None else None,
    _ask(Topic.ODD, lambda p: bool(p.odd) and not p.is_odd_accepted),
    _door,
    _ask(Topic.UNPROVEN, lambda p: bool(p.unproven)),
    _tamper,
    _ask(Topic.WRITE, lambda p: not p.is_write_agreed),
    lambda p: None if p.written_at else Write(),
    lambda p: None if p.report else Report(),
)
