"""What becomes of an unlock: ordered, sent at most once, then watched until its outcome is proven or cannot be."""

from collections import deque
from dataclasses import dataclass
from math import inf

from device_agent.line.reports import DoorState, Outcome, Reason
from device_agent.line.wiring import Timing

EQUAL_READS = 2
"""A single read could be a bouncing contact or a lucky checksum."""
MINUTE_MS = 60_000

Verdict = tuple[Outcome, Reason]


@dataclass(frozen=True, slots=True)
class Order:
    """The agent wants one lock pulsed once. `token` is the agent's own and comes back with the outcome.

    `operation` is what a controller of our own knows the pulse by.
    """

    token: str
    address: int
    channel: int
    stale_at_ms: float
    operation: bytes = b""


class Watch:
    """The time after one pulse, until the door's reads prove something.

    `is_told`: the reads come from a controller that proves what it says and forgets no change, so that one is enough
    and none is missed in between.
    """

    def __init__(
        self, order: Order, sent_at_ms: float, timing: Timing, before: DoorState, *, is_told: bool = False
    ) -> None:
        self.order = order
        self.sent_at_ms = sent_at_ms
        self.ends_at_ms = sent_at_ms + timing.verdict_ms_max
        self._opens_by_ms = sent_at_ms + timing.opens_within_ms
        self._blind_ms_max = inf if is_told else timing.blind_ms_max
        self._equal_reads_min = 1 if is_told else EQUAL_READS
        self._blind_ms = 0.0
        self._seen_at_ms = sent_at_ms
        self._seen = DoorState.UNKNOWN
        self._equal_reads = 0
        self._was_open = before is DoorState.OPEN

    def see(self, seen: DoorState, now_ms: float) -> Verdict | None:
        """One read of the door after the pulse."""
        self._blind_ms = max(self._blind_ms, now_ms - self._seen_at_ms)
        self._equal_reads = self._equal_reads + 1 if seen is self._seen else 1
        self._seen, self._seen_at_ms = seen, now_ms
        self._was_open |= seen is DoorState.OPEN
        return self._judge(now_ms) if self._equal_reads >= self._equal_reads_min else None

    def interrupt(self) -> None:
        """Nobody looked for a while: closed doors prove nothing any more."""
        self._blind_ms_max, self._blind_ms = 0, inf

    def expire(self, now_ms: float) -> Verdict | None:
        """The verdict that time alone brings."""
        return (Outcome.UNKNOWN, Reason.NO_ANSWER) if now_ms >= self.ends_at_ms else None

    def _judge(self, now_ms: float) -> Verdict | None:
        if self._seen is DoorState.OPEN:
            return Outcome.CONFIRMED, Reason.OPENED
        if now_ms < self._opens_by_ms or self._seen is DoorState.RELEASED:  # somebody may be about to pull
            return None
        if self._was_open:
            return Outcome.UNKNOWN, Reason.FLICKERED
        if self._blind_ms > self._blind_ms_max:
            return Outcome.UNKNOWN, Reason.UNOBSERVED
        return Outcome.REFUSED, Reason.STAYED_CLOSED


class DutyCycle:
    """Keeps one solenoid, or one board's supply, from burning: a rest between pulses, and so many in any minute."""

    def __init__(self, rest_ms: int, per_minute_max: int) -> None:
        self._rest_ms = rest_ms
        self._pulses_ms: deque[float] = deque(maxlen=per_minute_max)

    def may_pulse(self, now_ms: float) -> bool:
        """Whether it is rested."""
        if not self._pulses_ms:
            return True
        is_full = len(self._pulses_ms) == self._pulses_ms.maxlen
        return now_ms - self._pulses_ms[-1] >= self._rest_ms and not (
            is_full and now_ms - self._pulses_ms[0] < MINUTE_MS
        )

    def pulsed(self, now_ms: float) -> None:
        """It takes a pulse."""
        self._pulses_ms.append(now_ms)
