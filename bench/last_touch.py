"""The last touch at the kiosk → the first byte of the unlock frame on the wire.

Real agent, real server, real permits; the boards are emulated on pseudo-terminals and pace every byte at their baud
rate; the doors are polled all the while, five times as often for seconds after each opening. The clock starts just
before the browser's request is written to its socket, so HTTP is in the figure. So is the pseudo-terminal, which a real
serial port would not be: a busy kernel is late with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import monotonic_ns

from bench.figures import Figure, spread
from bench.floors import durable_commits_ms, pty_ms
from bench.processes import Door, desk, hall
from bench.township import Cooperative, Town
from bench.visitors import AtKiosk, Office
from firmware_protocol.boards import ReadStatus, Status, dialect, wire_ms
from firmware_protocol.emulators import Fittings
from server.demo.cabinets import PLANS, LinePlan

OURS_MS_MAX = 10.0
PTY_P99 = "pseudo-terminal p99"
FLOOR_SAMPLES_PER_OPENING = 5
COOPERATIVES = 12
"""Taken by turns, so that every lock has its rest between two pulses."""
WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening: on which line, and when the wire and the page had their answers."""

    line: str
    first_byte_ms: float
    answered_ms: float


def measure(town: Town, openings: int) -> list[Figure]:
    """Take and bring back seals by turns until so many doors have opened; a figure per line."""
    floors = _floors(town, FLOOR_SAMPLES_PER_OPENING * openings)
    opened = []
    with (
        desk(town) as server,
        hall(town, server) as cabinets,
        Office(town, server.port) as office,
        AtKiosk(cabinets.agent.port) as kiosk,
    ):
        for cooperative, kind, permit in islice(_turns(town, office), openings):
            door = cabinets.doors[cooperative.place]
            kiosk.identify(cooperative.accountant, town.officer)
            kiosk.choose(kind, permit)
            opened.append(_open(kiosk, door))
            close, copies = partial(door.line.close, door.address, door.channel), 2 if kind == "return" else None
            kiosk.finish(cooperative.seal, close, cooperative.accountant, town.officer, copies=copies)
    answered = spread([each.answered_ms for each in opened])
    return [
        *(_figure(plan, opened, floors) for plan in PLANS),
        Figure(what="that touch → the page's next screen", unit="ms", measured=answered),
    ]


def _turns(town: Town, office: Office) -> Iterator[tuple[Cooperative, str, str]]:
    """What to do next and under which permit: each cooperative takes its seal, then each brings it back, and again."""
    while True:
        asking = town.cooperatives[:COOPERATIVES]
        permits: list[str] = []
        for cooperative in asking:
            checkout = office.endorsed(cooperative, cooperative.seal)
            permits.append(office.permitted(checkout, office.reviewer.reads(checkout)))
            yield cooperative, "take", permits[-1]
        for cooperative, permit in zip(asking, permits, strict=True):
            yield cooperative, "return", permit


def _open(kiosk: AtKiosk, door: Door) -> Opened:
    heard = len(door.line.unlocks)
    touched_ns = kiosk.open()
    answered_ns = monotonic_ns()
    unlock = door.line.wait_for_unlocks(heard + 1, WAIT_S)[heard]
    first_byte_ms, answered_ms = ((at_ns - touched_ns) / 1_000_000 for at_ns in (unlock.first_byte_ns, answered_ns))
    return Opened(door.plan.name, first_byte_ms, answered_ms)


def _floors(town: Town, count: int) -> dict[str, float]:
    commit, pty = spread(durable_commits_ms(town.data, count)), spread(pty_ms(count))
    return {"durable commit p50": commit["p50"], "durable commit p99": commit["p99"], PTY_P99: pty["p99"]}


def _figure(plan: LinePlan, opened: list[Opened], floors: Mapping[str, float]) -> Figure:
    family, poll_ms = dialect(plan.family), poll_holds_ms(plan)
    measured = spread([each.first_byte_ms for each in opened if each.line == plan.name])
    return Figure(
        what=f"last touch → first byte, {plan.family}",
        unit="ms",
        measured=measured,
        floors={**floors, f"a poll at {family.baud} baud": poll_ms},
        target=f"p99 ≤ {OURS_MS_MAX:.0f} ms + a poll + pty",
        is_met=measured["p99"] <= OURS_MS_MAX + poll_ms + floors[PTY_P99],
    )


def poll_holds_ms(plan: LinePlan) -> float:
    """How long one status poll keeps everybody else off the line: both frames, the board's thinking, the silence."""
    family = dialect(plan.family)
    address = next(iter(plan.channels))
    frames = ReadStatus(address), Status(address, (True,) * family.channels_max)
    octets = sum(len(family.encode(frame)) for frame in frames)
    return wire_ms(octets, family.baud) + Fittings().answer_after_ms + family.quiet_gap_ms
