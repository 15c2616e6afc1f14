"""One controller of our own as its master knows it: it proves itself, tells what happened, and answers for each pulse.

What differs from a bought board: a session comes before everything else; an unlock is said again until it is answered;
events are told to the agent and acknowledged when it keeps them; the state it shows counts at once, but only when every
event before it was told.
"""

from dataclasses import replace
from math import inf

from device_agent.line.counters import Count
from device_agent.line.operations import Operation
from device_agent.line.reports import BoardTold, DoorState, Report
from device_agent.line.station import Station
from device_agent.line.tellings import Tellings
from device_agent.line.wiring import BoardWiring, Timing
from device_agent.standing import STANDING
from firmware_protocol.boards import (
    Answer,
    BoardEvent,
    EventCode,
    EventsTold,
    Greeting,
    OperationTold,
    Proven,
    ReadEvents,
    ReadStatus,
    Request,
    Snapshot,
    Unlock,
    Welcome,
)
from firmware_protocol.boards.gongguan_lcp.greeting import WHY_DOUBTED


class ControllerStation(Station):
    """The state of one controller. What there is to report is appended to `reports`."""

    is_told = True

    def __init__(
        self, bus: str, wiring: BoardWiring, timing: Timing, greeting: Greeting | None, reports: list[Report]
    ) -> None:
        super().__init__(bus, wiring, replace(timing, steady_reads=1, steady_ms=0), greeting, reports)
        self._tellings = Tellings()
        self._session = 0
        self._boot: int | None = None
        self._uptime_ms = 0.0
        """Its uptime when our clock was 0: at most what it really was, so that an order rather expires too soon."""
        self._greeted_at_ms = -inf
        self._doubt: int | None = None
        self._disbelieved: int | None = None

    @property
    def is_answering(self) -> bool:
        """Its last read was answered, within a session that holds."""
        return super().is_answering and self._introduction.next_request is None

    @property
    def request(self) -> Request:
        """What to ask it next: the rest of its greeting, an unlock that it has not answered, its events, its state."""
        return (
            self._introduction.next_request
            or next((operation.request(self._session) for operation in self._unanswered), None)
            or self._tellings.request(self.address)
            or ReadStatus(self.address)
        )

    def unlock(self, channel: int) -> Unlock:
        """The request that pulses this lock, under its operation's id and not for long."""
        watch = self._watches[channel]
        not_after_ms = int(self._uptime_ms + watch.sent_at_ms) + self._timing.order_valid_ms
        unlock = Unlock(self.address, channel, self._wiring.pulse_ms, watch.order.operation, not_after_ms)
        self._operations[channel] = Operation(watch, unlock, self._session)
        return unlock

    def acknowledged(self, number: int, now_ms: float) -> None:
        """The agent keeps everything up to this event."""
        self._tellings.take(number)
        if self._tellings.request(self.address) and not self.is_lost:
            self.due_ms = min(self.due_ms, now_ms)

    def answered(self, request: Request, answer: Answer, now_ms: float) -> None:
        """The controller answered this request of ours, and proved that it did."""
        match request, answer:
            case _, Snapshot():
                self._shows(answer, now_ms)
            case ReadEvents(), EventsTold(events=events):
                self._tells_events(request, events, now_ms)
            case _, OperationTold():
                self._answers_for(answer, now_ms)
            case _:
                self._note(answer)
                super().answered(request, answer, now_ms)

    def missed(self, now_ms: float, doubt: int | None = None) -> None:
        """A request was not answered. After a doubt the session may be gone; that is tried out, but not too often."""
        self._cannot_know()
        self._doubt = doubt if doubt is not None else self._doubt
        if doubt is not None and now_ms - self._greeted_at_ms >= self._timing.greet_again_ms:
            self._greeted_at_ms = now_ms
            self.begin_anew()
        super().missed(now_ms)

    def begin_anew(self) -> None:
        """Whatever was settled does not count, and what was said last may have arrived or not."""
        self._cannot_know()
        super().begin_anew()

    def _cannot_know(self) -> None:
        for operation in self._unanswered:
            operation.may_have_arrived = True

    @property
    def _unanswered(self) -> list[Operation]:
        """The unlocks still under watch whose answer is out."""
        return [
            operation
            for channel, operation in self._operations.items()
            if self._watches.get(channel) is operation.watch
        ]

    def _note(self, answer: Answer) -> None:
        """What the greeting tells beside whether it may be used."""
        if isinstance(answer, Welcome) and answer.uid != self._tellings.uid:
            self._tellings = Tellings(answer.uid)
        elif isinstance(answer, Proven):
            self._session += 1
            self._doubt = None

    def _shows(self, snapshot: Snapshot, now_ms: float) -> None:
        self._finds(now_ms)
        if self._boot not in (None, snapshot.boot):
            for watch in self._watches.values():
                watch.interrupt()
        self._count_disbelieved(snapshot, now_ms)
        self._boot, self._uptime_ms = snapshot.boot, snapshot.uptime_ms - now_ms
        self._tellings.knows(snapshot.last_event)
        if self._tellings.is_complete:
            for channel, door, lock in zip(self._doors, snapshot.doors, snapshot.locks, strict=False):
                self._observes(channel, DoorState(STANDING[lock, door]), now_ms, lock)
        self._asks_on(now_ms)

    def _count_disbelieved(self, snapshot: Snapshot, now_ms: float) -> None:
        """Its own count begins anew with each of its starts; what it counted before our first look is no news."""
        before = snapshot.disbelieved if self._disbelieved is None else self._disbelieved
        fresh = snapshot.disbelieved - before
        self.tally.add(Count.DISBELIEVED, now_ms, by=fresh if fresh >= 0 else snapshot.disbelieved)
        self._disbelieved = snapshot.disbelieved

    def _tells_events(self, asked: ReadEvents, events: tuple[BoardEvent, ...], now_ms: float) -> None:
        self._misses = 0
        for event in self._tellings.tell(asked, events):
            self._reports.append(self._told(event, now_ms))
            watch = self._watches.get(event.channel)
            if watch and event.code == EventCode.DOOR_OPENED and event.detail == int.from_bytes(watch.order.operation):
                self._observes(event.channel, DoorState.OPEN, now_ms)
        self.due_ms = now_ms

    def _told(self, event: BoardEvent, now_ms: float) -> BoardTold:
        uptime_ms = int(self._uptime_ms + now_ms)
        ago_ms = max(0, uptime_ms - event.at_ms) if event.boot == self._boot else None
        place = self._compartments.get(event.channel)
        return BoardTold(self._bus, self.address, self._tellings.uid.hex(), event, place, ago_ms, now_ms)

    def _answers_for(self, told: OperationTold, now_ms: float) -> None:
        self._misses = 0
        self.due_ms = now_ms
        for operation in self._unanswered:
            if operation.unlock.operation != told.operation:
                continue
            del self._operations[operation.unlock.channel]
            if verdict := operation.judge(told):
                del self._watches[operation.unlock.channel]
                self._tell(operation.watch.order, verdict, None, now_ms)

    def _asks_on(self, now_ms: float) -> None:
        """Go on at once while there is something to ask, else when it is time to look again."""
        has_more = self._unanswered or self._tellings.request(self.address)
        self.due_ms = now_ms if has_more else now_ms + self._interval_ms(now_ms)

    def _lose(self, now_ms: float, objection: str = "") -> None:
        super()._lose(now_ms, objection or WHY_DOUBTED.get(self._doubt or 0, ""))
