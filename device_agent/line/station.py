"""One board as its master knows it: whether it answers, its doors, its unlocks under watch, when to ask it next."""

from itertools import chain, repeat

from device_agent.line.counters import Count, Tally
from device_agent.line.doors import Door, Steady
from device_agent.line.introduction import Introduction
from device_agent.line.operations import Operation
from device_agent.line.reports import (
    BoardFound,
    BoardLost,
    DoorChanged,
    DoorState,
    InsideChanged,
    Outcome,
    Reason,
    Report,
    UnlockOutcome,
)
from device_agent.line.unlocks import DutyCycle, Order, Verdict, Watch
from device_agent.line.what_bits_mean import state_of
from device_agent.line.wiring import BoardWiring, Timing
from firmware_protocol.boards import (
    Answer,
    Bit,
    Greeting,
    LockSaid,
    ReadStatus,
    Refusal,
    Request,
    Status,
    Unlock,
    UnlockReply,
)

READ_AT_ONCE_MS = float("-inf")


class Station:
    """The state of one board. What there is to report is appended to `reports`."""

    is_told = False
    """Whether the board itself says what its doors do, debounced, and misses nothing."""

    def __init__(
        self, bus: str, wiring: BoardWiring, timing: Timing, greeting: Greeting | None, reports: list[Report]
    ) -> None:
        self._bus = bus
        self._reports = reports
        self._wiring = wiring
        self._timing = timing
        channels = range(1, len(wiring.compartments) + 1)
        self._compartments = dict(zip(channels, wiring.compartments, strict=True))
        self._doors = {channel: Door(timing) for channel in channels}
        self._inside: dict[int, Steady[bool | None]] = {
            channel: Steady(timing, None) for channel in channels if wiring.sensing.sensors == "items"
        }
        self._duty = {
            channel: DutyCycle(timing.lock_rest_ms, timing.lock_pulses_per_minute_max) for channel in channels
        }
        self._board_duty = DutyCycle(0, timing.board_pulses_per_minute_max)
        self._watches: dict[int, Watch] = {}
        self._operations: dict[int, Operation] = {}
        self._introduction = Introduction(greeting, wiring.address)
        self._is_found: bool | None = None
        self._objection = ""
        self._misses = 0
        self._pulsed_at_ms = float("-inf")
        self.tally = Tally()
        """What it has come to."""
        self.due_ms = READ_AT_ONCE_MS
        """When to read it next."""

    @property
    def address(self) -> int:
        """The address on its switch."""
        return self._wiring.address

    @property
    def is_lost(self) -> bool:
        """It does not answer, after having been asked often enough."""
        return self._is_found is False

    @property
    def is_answering(self) -> bool:
        """Its last read was answered: an unlock sent now could be proven."""
        return self._is_found is True and self._misses == 0

    @property
    def request(self) -> Request:
        """What to ask it next: the rest of its greeting, or its status."""
        return self._introduction.next_request or ReadStatus(self.address)

    @property
    def wake_at_ms(self) -> float:
        """When the next watch ends."""
        return min((watch.ends_at_ms for watch in self._watches.values()), default=float("inf"))

    def compartment(self, channel: int) -> str:
        """The compartment behind a channel; raises `KeyError`."""
        return self._compartments[channel]

    def may_pulse(self, channel: int, now_ms: float) -> bool:
        """Whether this lock is rested and has no unlock under watch."""
        return channel not in self._watches and self._duty[channel].may_pulse(now_ms)

    def may_load(self, now_ms: float) -> bool:
        """Whether the board's supply stands another pulse in this minute."""
        return self._board_duty.may_pulse(now_ms)

    def unlock(self, channel: int) -> Unlock:
        """The request that pulses this lock."""
        return Unlock(self.address, channel, self._wiring.pulse_ms)

    def pulsed(self, order: Order, now_ms: float) -> None:
        """The order is being sent: watch its door."""
        self._duty[order.channel].pulsed(now_ms)
        self._board_duty.pulsed(now_ms)
        before = self._doors[order.channel].state
        self._watches[order.channel] = Watch(order, now_ms, self._timing, before, is_told=self.is_told)
        self._pulsed_at_ms = now_ms
        self.due_ms = READ_AT_ONCE_MS

    def asked(self, request: Request, now_ms: float) -> None:
        """This request goes out now."""
        if isinstance(request, Unlock):
            self.tally.add(Count.UNLOCKS, now_ms)
        elif self._misses:
            self.tally.add(Count.RETRIES, now_ms)

    def acknowledged(self, number: int, now_ms: float) -> None:
        """The agent keeps everything up to this event; a bought board has none."""

    def answered(self, request: Request, answer: Answer, now_ms: float) -> None:
        """The board answered this request of ours."""
        match answer:
            case UnlockReply(channel=channel, bit=bit):
                if bit is not None and self._wiring.sensing.sensors != "doors":
                    self._sees(channel, bit, None, now_ms)
            case Refusal() if isinstance(request, Unlock):
                pass  # the board's word, as "failed" is: the reads decide
            case _ if request == self._introduction.next_request:
                self._introduces_itself(answer, now_ms)
            case Status(bits=bits, sensors=sensors):
                self._tells(bits, sensors, now_ms)
            case _:
                self.missed(now_ms)

    def _introduces_itself(self, answer: Answer, now_ms: float) -> None:
        self._misses = 0
        self.due_ms = now_ms
        if objection := self._introduction.answered(answer):
            self._lose(now_ms, objection)
            self.due_ms = now_ms + self._interval_ms(now_ms)

    def _tells(self, bits: tuple[Bit, ...], sensors: tuple[Bit, ...], now_ms: float) -> None:
        """A read brought these raw bits; an input beyond them stays unknown."""
        self._finds(now_ms)
        for channel, bit, sensor in zip(self._doors, bits, chain(sensors, repeat(None)), strict=False):
            self._sees(channel, bit, sensor, now_ms)
            self._looks_inside(channel, sensor, now_ms)
        self.due_ms = now_ms + self._interval_ms(now_ms)

    def _sees(self, channel: int, bit: Bit, sensor: Bit, now_ms: float) -> None:
        """The raw bits of one channel. One that the board does not know leaves an unlock unobserved."""
        state, lock = state_of(self._wiring, bit, sensor)
        self._observes(channel, state, now_ms, lock)

    def _looks_inside(self, channel: int, sensor: Bit, now_ms: float) -> None:
        inside = self._inside.get(channel)
        if inside is None:
            return
        before = inside.value
        inside.see(None if sensor is None else sensor == bool(self._wiring.sensing.sensor_bit), now_ms)
        if inside.value is not before:
            self._reports.append(InsideChanged(self._compartments[channel], inside.value, now_ms))

    def _observes(self, channel: int, seen: DoorState, now_ms: float, lock: LockSaid = LockSaid.UNKNOWN) -> None:
        watch, door = self._watches.get(channel), self._doors[channel]
        before = door.state
        if watch and seen is not DoorState.UNKNOWN and (verdict := watch.see(seen, now_ms)):
            self._end(watch, verdict, now_ms)
            if verdict[0] is Outcome.CONFIRMED:
                door.settle(DoorState.OPEN, lock)
        door.see(seen, now_ms, lock)
        if door.state is not before:
            self._reports.append(DoorChanged(self._compartments[channel], door.state, before, now_ms, door.lock))

    def _finds(self, now_ms: float) -> None:
        """It answers."""
        self._misses = 0
        if not self._is_found:
            self._is_found = True
            self._reports.append(BoardFound(self._bus, self.address, now_ms))

    def missed(self, now_ms: float, doubt: int | None = None) -> None:  # noqa: ARG002 - bought boards have none
        """A read was not answered; `doubt` is why the board, or somebody else, said it would not be."""
        self._misses += 1
        if self._misses >= self._timing.misses_max:
            self._lose(now_ms)
            self.due_ms = now_ms + self._interval_ms(now_ms)
        else:
            self.due_ms = now_ms

    def line_lost(self, now_ms: float) -> None:
        """The port is gone, and the board with it."""
        for watch in list(self._watches.values()):
            self._end(watch, (Outcome.UNKNOWN, Reason.LINE_LOST), now_ms)
        self._lose(now_ms)
        self.due_ms = READ_AT_ONCE_MS

    def expire(self, now_ms: float) -> None:
        """End the watches whose time is over."""
        for watch in list(self._watches.values()):
            if verdict := watch.expire(now_ms):
                self._end(watch, verdict, now_ms)

    def refuse(self, order: Order, reason: Reason, now_ms: float) -> None:
        """The order is not sent."""
        self._tell(order, (Outcome.REFUSED, reason), None, now_ms)

    def _end(self, watch: Watch, verdict: Verdict, now_ms: float) -> None:
        del self._watches[watch.order.channel]
        self._tell(watch.order, verdict, watch.sent_at_ms, now_ms)

    def _tell(self, order: Order, verdict: Verdict, sent_at_ms: float | None, now_ms: float) -> None:
        place = self._compartments[order.channel]
        self._reports.append(UnlockOutcome(order.token, place, *verdict, sent_at_ms, now_ms))

    def begin_anew(self) -> None:
        """Whatever was settled with the board before does not count."""
        self._introduction.begin_anew()

    def _lose(self, now_ms: float, objection: str = "") -> None:
        self._introduction.begin_anew()
        if self.is_lost and objection in ("", self._objection):
            return
        self._is_found, self._objection = False, objection
        self._reports.append(BoardLost(self._bus, self.address, now_ms, objection))
        for channel, door in self._doors.items():
            before = door.state
            door.settle(DoorState.UNKNOWN)
            if before is not DoorState.UNKNOWN:
                self._reports.append(DoorChanged(self._compartments[channel], DoorState.UNKNOWN, before, now_ms))
        for channel, inside in self._inside.items():
            if inside.value is not None:
                self._reports.append(InsideChanged(self._compartments[channel], None, now_ms))
            inside.settle(None)

    def _interval_ms(self, now_ms: float) -> int:
        if self._watches:
            return self._timing.poll_watched_ms
        if self.is_lost:
            return self._timing.poll_lost_ms
        is_after_unlock = now_ms - self._pulsed_at_ms < self._timing.busy_after_unlock_ms
        is_quiet = all(door.is_quiet for door in self._doors.values())
        return self._timing.poll_idle_ms if is_quiet and not is_after_unlock else self._timing.poll_busy_ms
