"""An unlock is ordered → the board's answer is read: each family's, beside the time that its bytes take on the wire.

The agent's own bus on a pseudo-terminal, a board emulated at its baud rate. The clock starts at the call and stops with
the first byte of what the bus says next, less the silence that it keeps before: by then the answer was read. Taken off
is what the board takes for itself: its pulse where it answers after that, its thinking, and the rest it is left in
where it does not answer. There the status that is read next is the answer.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic

from bench.figures import Figure, spread
from bench.floors import pty_ms
from bench.township import Town
from device_agent.line.reports import BoardTold, DoorChanged, DoorState, Outcome, Report, UnlockOutcome
from device_agent.line.wiring import BoardWiring, BusWiring, Timing
from device_agent.serial_bus import SerialBus
from firmware_protocol.boards import (
    DIALECTS,
    Answer,
    Dialect,
    Frame,
    OperationTold,
    Packet,
    Proof,
    ReadStatus,
    Result,
    Unlock,
    answers,
    wire_ms,
)
from firmware_protocol.boards.gongguan_lcp.keys import MAC_OCTETS, OPERATION_OCTETS, SECRET_OCTETS, Secret
from firmware_protocol.emulators import Fittings, emulated_board
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine

WIRE_RATIO_MAX = 1.2
OURS_MS_MAX = 2.0
CHANNELS_MAX = 24
PULSE_MS = 100
FITTINGS = Fittings(pulse_ms=PULSE_MS, springs_open_ms=10)
BRAKES_OFF = Timing(
    poll_idle_ms=60_000,
    poll_watched_ms=0,
    busy_after_unlock_ms=0,
    pulse_gap_ms=0,
    lock_rest_ms=0,
    lock_pulses_per_minute_max=1000,
    board_pulses_per_minute_max=1000,
)
"""No poll is under way when an unlock is ordered, and coils that are not there need no rest."""
PTY_SAMPLES = 100
QUIET_S = 0.05
"""Before each unlock: the read that found the door closed is over, and the silence after it."""
WAIT_S = 20.0
SECRET = Secret(bytes(SECRET_OCTETS))
OPERATION, PROOF = bytes(OPERATION_OCTETS), Proof(1, bytes(MAC_OCTETS))


@dataclass(frozen=True, slots=True)
class Share:
    """What one exchange takes of itself, in ms: its bytes on the wire, and the board."""

    wire_ms: float
    board_ms: float


def measure(_town: Town, unlocks: int) -> list[Figure]:
    """So many unlocks on a board of each family."""
    pty = spread(pty_ms(PTY_SAMPLES))
    with TemporaryDirectory() as folder:
        return [_figure(speech, Path(folder, speech.name), unlocks, pty["p99"]) for speech in DIALECTS.values()]


def _figure(speech: Dialect, link: Path, unlocks: int, pty_p99_ms: float) -> Figure:
    share = share_of(speech)
    measured = spread([took_ms - share.board_ms for took_ms in exchanges_ms(speech, link, unlocks)])
    return Figure(
        what=f"unlock → answer, {speech.name}",
        unit="ms",
        measured=measured,
        floors={f"wire, {speech.baud} baud": share.wire_ms, "pseudo-terminal p99": pty_p99_ms},
        target=f"p50 ≤ {WIRE_RATIO_MAX} wire + {OURS_MS_MAX:.0f} ms",
        is_met=measured["p50"] <= WIRE_RATIO_MAX * share.wire_ms + OURS_MS_MAX,
    )


def share_of(speech: Dialect) -> Share:
    """What an unlock and its answer take of themselves on a board of this family."""
    address = speech.addresses[1]
    unlock = Unlock(address, 1, PULSE_MS if speech.pulses_ms else None)
    if speech.has_operation_ids:
        order = Unlock(address, 1, PULSE_MS, OPERATION, 0)
        said: tuple[Frame, ...] = tuple(
            Packet(1, each, PROOF) for each in (order, OperationTold(address, OPERATION, 1, Result.PULSED))
        )
        return Share(_wire_ms(speech, said), FITTINGS.answer_after_ms)
    if speech.replies_to_unlock:
        reply, after_ms = answer(speech, unlock)
        return Share(_wire_ms(speech, (unlock, reply)), after_ms)
    status, after_ms = answer(speech, ReadStatus(address))
    said = unlock, ReadStatus(address), status
    return Share(_wire_ms(speech, said), speech.unlock_reply_ms_max + after_ms)


def answer(speech: Dialect, asked: Unlock | ReadStatus) -> tuple[Answer, int]:
    """What a board answers, and after how many ms."""
    board = emulated_board(speech.name, asked.address, 1, FITTINGS)
    board.hear(asked, 0.0)
    return next(
        (said, at_ms)
        for at_ms in count()
        for said in board.due(at_ms)
        if not isinstance(said, Packet) and answers(said, asked)
    )


def _wire_ms(speech: Dialect, said: tuple[Frame, ...]) -> float:
    return wire_ms(sum(len(speech.encode(each)) for each in said), speech.baud)


def exchanges_ms(speech: Dialect, link: Path, unlocks: int) -> Iterator[float]:
    """How long each of so many unlocks took until its answer was read, in all."""
    address, channels = speech.addresses[1], min(speech.channels_max, CHANNELS_MAX)
    reports: SimpleQueue[Report] = SimpleQueue()

    def take(report: Report) -> None:
        reports.put(report)
        if isinstance(report, BoardTold):
            bus.acknowledge(report.address, report.event.number)

    with EmulatedLine(speech.name, {address: channels}, fittings=FITTINGS, link=link) as line:
        line.act(lambda bus: provision(bus.boards.values(), SECRET))
        with closing(SerialBus(_wiring(speech, link, address, channels), take)) as bus:
            bus.start()
            _until_closed(reports, channels)
            quiet = Event()
            for turn in range(unlocks):
                channel = turn % channels + 1
                quiet.wait(QUIET_S)
                called_ms = monotonic() * 1000
                bus.unlock(address, channel, f"o-{turn}")
                _until_open(reports)
                yield _next_said_ms(speech, line) - called_ms - speech.quiet_gap_ms
                line.close(address, channel)
                _until_closed(reports, 1)


def _wiring(speech: Dialect, link: Path, address: int, channels: int) -> BusWiring:
    places = tuple(str(channel) for channel in range(1, channels + 1))
    pulse_ms, secret = (PULSE_MS if speech.pulses_ms else None), (SECRET if speech.has_operation_ids else None)
    board = BoardWiring(address, places, FITTINGS.closed_bit, pulse_ms, secret)
    return BusWiring(speech.name, str(link), speech.baud, speech.name, (board,), BRAKES_OFF)


def _next_said_ms(speech: Dialect, line: EmulatedLine) -> float:
    """When the host said what it said next after the answer to its last unlock."""
    said = line.frames
    last = max(at for at, heard in enumerate(said) if heard.frame.kind == Unlock.kind)
    return said[last + (1 if speech.replies_to_unlock else 2)].first_byte_ms


def _until_closed(reports: "SimpleQueue[Report]", doors: int) -> None:
    while doors:
        report = reports.get(timeout=WAIT_S)
        doors -= isinstance(report, DoorChanged) and report.state is DoorState.CLOSED


def _until_open(reports: "SimpleQueue[Report]") -> None:
    outcome: Report | None = None
    while not isinstance(outcome, UnlockOutcome):
        outcome = reports.get(timeout=WAIT_S)
    if outcome.outcome is not Outcome.CONFIRMED:
        raise RuntimeError(f"it did not open: {outcome}")
