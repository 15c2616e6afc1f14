"""The project's own controller: believes only its host, does no operation twice, forgets nothing in a power cut."""

import hmac
from collections import deque
from collections.abc import Iterable
from hashlib import sha256
from math import inf

from firmware_protocol.boards import Answer, Dialect, Frame, Packet, Unlock
from firmware_protocol.boards.controller import (
    SUITE_HMAC_SHA256,
    AskOutcome,
    Auth,
    DoorSaid,
    Doubt,
    EventCode,
    EventsTold,
    Hello,
    LockSaid,
    OperationTold,
    Proven,
    ReadEvents,
    Reset,
    Result,
    Snapshot,
    Welcome,
)
from firmware_protocol.boards.gongguan_lcp.codec import EVENTS_PER_ANSWER_MAX
from firmware_protocol.boards.gongguan_lcp.keys import NONCE_OCTETS, Secret
from firmware_protocol.boards.gongguan_lcp.memory import EventQueue, Operations
from firmware_protocol.boards.gongguan_lcp.sessions import BoardSession, doubted
from firmware_protocol.emulators.board import RESTART_MS, EmulatedBoard, Fault
from firmware_protocol.emulators.lock import Fittings

SUPERVISED_INPUTS, TAMPER_SWITCH, SUPPLY_METER = 1, 2, 4
CAPABILITIES = SUPERVISED_INPUTS | TAMPER_SWITCH | SUPPLY_METER
FIRMWARE = 0x0100
UID_OCTETS = 12
SUPPLY_MV = 12_000
LOCK_REST_MS = 2000
PULSES_PER_MINUTE_MAX = 10
MINUTE_MS = 60_000
STEADY_MS = 50
"""A door has changed once its contact said the same for so long."""
DUE_TO_PULSE_MS = 10_000
"""A door that opens so soon after its pulse was opened by it."""


class EmulatedController(EmulatedBoard):
    """One controller of `firmware_protocol.boards.gongguan_lcp`. Deaf until it has a secret.

    Under `Fault.MISSET` it goes by another secret than its host was told.
    """

    def __init__(self, dialect: Dialect, address: int, channels: int, fittings: Fittings) -> None:
        super().__init__(dialect, address, channels, fittings)
        self.uid = sha256(f"emulated controller {address}".encode()).digest()[:UID_OCTETS]
        self.boot = 1
        self.is_tampered = False
        self.supply_mv = SUPPLY_MV
        self._secrets: tuple[Secret, Secret] | None = None
        self._hellos = 0
        self._operations, self._events = Operations(), EventQueue()
        self._pulsing: tuple[bytes, int, float] = (b"", 0, -inf)
        self._pulsed_ms: dict[int, deque[float]] = {
            channel: deque(maxlen=PULSES_PER_MINUTE_MAX) for channel in self.locks
        }
        self._followed: dict[int, tuple[bytes, float]] = {}
        self._told: dict[int, DoorSaid] = dict.fromkeys(self.locks, DoorSaid.CLOSED)
        self._unsteady: dict[int, tuple[DoorSaid, float]] = {}
        """Doors whose contact says something else than was told, what, and since when."""
        self._looked_at = self._inputs()
        self._told_tampered = False
        self._sessions: tuple[BoardSession, BoardSession] | None = None
        self._begin(0.0)

    def provision(self, secret: Secret) -> None:
        """Give it its secret, as at the factory: over a port of its own, never over the line."""
        self._secrets = secret, Secret(sha256(secret.octets).digest())
        self._sessions = BoardSession(self._secrets[0]), BoardSession(self._secrets[1])

    def cut_power(self, now_ms: float) -> None:
        """The supply fails, and is there again at once; the controller is for `RESTART_MS`."""
        self._dark_from_ms = now_ms
        channel = self._pulsing[1]
        if channel and now_ms < self._pulsing[2]:
            self.locks[channel].release(now_ms)

    def hear(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.hear`."""
        self._wake(now_ms)
        super().hear(frame, now_ms)

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        session = self._session
        if not isinstance(frame, Packet) or frame.address != self.address or session is None:
            return
        soon_ms = now_ms + self.answer_after_ms
        if isinstance(frame.message, Hello):
            self._greet(session, frame, frame.message, now_ms)
        elif (doubt := session.doubt(frame)) is not None:
            self.say(soon_ms, doubted(frame, doubt))
        else:
            done = self._do(frame, now_ms)
            self.answer(soon_ms, lambda at_ms: session.answer(frame, done or self._snapshot(at_ms)))

    @property
    def next_at_ms(self) -> float | None:
        """When the next answer is due, or something happens that is an event."""
        answer_ms = super().next_at_ms
        happens_ms = self._restarts_at_ms if self._restarts_at_ms < inf else self._notices_at_ms
        soonest_ms = happens_ms if answer_ms is None else min(answer_ms, happens_ms)
        return None if soonest_ms == inf else soonest_ms

    def due(self, now_ms: float) -> list[Answer | Packet]:
        """The answers whose sending begins by now."""
        self._wake(now_ms)
        if not self._is_dark(now_ms) and self._notices_at_ms <= now_ms:
            self._notice(now_ms)
        return super().due(now_ms)

    # Power.

    @property
    def _restarts_at_ms(self) -> float:
        return self._dark_from_ms + RESTART_MS

    def _wake(self, now_ms: float) -> None:
        """Start again if the power was away: sessions are gone, operations and events are not."""
        if now_ms < self._restarts_at_ms:
            return
        operation, channel, ends_ms = self._pulsing
        if operation and ends_ms > self._dark_from_ms:
            self._operations.end(operation, channel, Result.INTERRUPTED)
        self.boot += 1
        if self._secrets is not None:
            self.provision(self._secrets[0])
        self._answers.clear()
        self._begin(self._restarts_at_ms)
        self._dark_from_ms = inf

    def _begin(self, now_ms: float) -> None:
        self._started_ms = now_ms
        self._pulsing = (b"", 0, -inf)
        self._events.add(self.boot, 0, EventCode.STARTED, detail=Reset.POWER)

    def _uptime_ms(self, now_ms: float) -> int:
        return max(0, int(now_ms - self._started_ms))

    # The link.

    @property
    def _session(self) -> BoardSession | None:
        return None if self._sessions is None else self._sessions[self.fault is Fault.MISSET]

    def _greet(self, session: BoardSession, packet: Packet, hello: Hello, now_ms: float) -> None:
        soon_ms = now_ms + self.answer_after_ms
        if not hello.suites & SUITE_HMAC_SHA256:
            self.say(soon_ms, doubted(packet, Doubt.NOT_SPOKEN))
            return
        self._hellos += 1
        welcome = Welcome(
            address=self.address,
            minor=0,
            suite=SUITE_HMAC_SHA256,
            capabilities=CAPABILITIES,
            channels=len(self.locks),
            firmware=FIRMWARE,
            uid=self.uid,
            nonce=self._nonce(),
            boot=self.boot,
            uptime_ms=self._uptime_ms(now_ms),
        )
        self.say(soon_ms, session.greet(packet, welcome))

    def _nonce(self) -> bytes:
        """Never the same twice, as long as the number of starts is kept; a controller with a dice uses that."""
        secret = self._secrets[0].octets if self._secrets else b""
        return hmac.digest(secret, f"nonce {self.boot} {self._hellos}".encode(), sha256)[:NONCE_OCTETS]

    # What is asked of it.

    def _do(self, packet: Packet, now_ms: float) -> Answer | None:
        """The answer to a request that is believed; `None` where it is the state at the time of answering."""
        match packet.message:
            case Auth():
                return Proven(self.address)
            case Unlock() as unlock:
                return self._unlock(unlock, now_ms)
            case AskOutcome(operation=operation):
                return self._outcome(operation)
            case ReadEvents(taken=taken):
                self._events.taken(taken)
                return EventsTold(self.address, self._events.oldest(EVENTS_PER_ANSWER_MAX))
            case _:
                return None

    def _outcome(self, operation: bytes) -> OperationTold:
        ended = self._operations.find(operation)
        if ended is None:
            return OperationTold(self.address, operation, None, Result.NEVER_HEARD)
        return OperationTold(self.address, operation, ended.channel, ended.result, is_repeat=True)

    def _unlock(self, order: Unlock, now_ms: float) -> OperationTold:
        if self._operations.find(order.operation) is not None:
            return self._outcome(order.operation)
        result = self._judge(order, now_ms)
        self._operations.end(order.operation, order.channel, result)
        if result is Result.PULSED:
            self._pulse(order, now_ms)
        return OperationTold(self.address, order.operation, order.channel, result)

    def _judge(self, order: Unlock, now_ms: float) -> Result:
        if order.channel not in self.locks:
            return Result.NO_LOCK
        if self._uptime_ms(now_ms) > (order.not_after_ms or 0):
            return Result.LATE
        if now_ms < self._pulsing[2]:
            return Result.BUSY
        pulses = self._pulsed_ms[order.channel]
        is_full = len(pulses) == PULSES_PER_MINUTE_MAX and now_ms - pulses[0] < MINUTE_MS
        is_warm = bool(pulses) and now_ms - pulses[-1] < LOCK_REST_MS
        return Result.RESTING if is_full or is_warm else Result.PULSED

    def _pulse(self, order: Unlock, now_ms: float) -> None:
        pulse_ms = order.pulse_ms or 0
        self._pulsing = order.operation, order.channel, now_ms + pulse_ms
        self._pulsed_ms[order.channel].append(now_ms)
        self._followed[order.channel] = order.operation, now_ms
        detail = int.from_bytes(order.operation)
        self._events.add(self.boot, self._uptime_ms(now_ms), EventCode.UNLOCKED, order.channel, detail)
        self.pulse(order.channel, now_ms, pulse_ms)

    # What it sees.

    def _snapshot(self, at_ms: float) -> Snapshot:
        session = self._session
        doors = self._told
        return Snapshot(
            address=self.address,
            boot=self.boot,
            uptime_ms=self._uptime_ms(at_ms),
            reset=Reset.POWER,
            supply_mv=self.supply_mv,
            is_tampered=self.is_tampered,
            disbelieved=0 if session is None else session.disbelieved,
            last_event=self._events.last,
            locks=tuple(LockSaid.UNLOCKED if door is DoorSaid.OPEN else LockSaid.LOCKED for door in doors.values()),
            doors=tuple(doors.values()),
        )

    def _door(self, channel: int, at_ms: float) -> DoorSaid:
        lock = self.locks[channel]
        is_open = lock.is_open(at_ms) != lock.is_inverted
        return DoorSaid.UNKNOWN if lock.is_wire_cut else DoorSaid.OPEN if is_open else DoorSaid.CLOSED

    @property
    def _notices_at_ms(self) -> float:
        """When something will be noticed; minus infinity if something has changed that is yet to be looked at."""
        if self.is_tampered is not self._told_tampered or self._inputs() != self._looked_at:
            return -inf
        springs_ms = min([lock.springs_at_ms for lock in self.locks.values()])
        return min(springs_ms, *(since_ms + STEADY_MS for _, since_ms in self._unsteady.values()), inf)

    def _inputs(self) -> list[tuple[bool, bool, bool]]:
        """Everything that a contact's state is made of."""
        return [(lock.is_open(-inf), lock.is_wire_cut, lock.is_inverted) for lock in self.locks.values()]

    def _notice(self, now_ms: float) -> None:
        """Make events of what has changed."""
        at_ms = self._uptime_ms(now_ms)
        for channel, told in self._told.items():
            door = self._door(channel, now_ms)
            seen, since_ms = self._unsteady.pop(channel, (told, now_ms))
            if door is seen is not told and now_ms - since_ms >= STEADY_MS:
                self._told[channel] = door
                self._events.add(self.boot, at_ms, *self._news_of(channel, door, now_ms))
            elif door is not told:
                self._unsteady[channel] = door, since_ms if door is seen else now_ms
        self._looked_at = self._inputs()
        if self.is_tampered is not self._told_tampered:
            self._told_tampered = self.is_tampered
            self._events.add(self.boot, at_ms, EventCode.TAMPERED, detail=self.is_tampered)

    def _news_of(self, channel: int, door: DoorSaid, now_ms: float) -> tuple[int, int, int]:
        operation, at_ms = self._followed.get(channel, (b"", -inf))
        is_due = now_ms - at_ms <= DUE_TO_PULSE_MS
        if door is DoorSaid.OPEN:
            return EventCode.DOOR_OPENED, channel, int.from_bytes(operation) if is_due else 0
        return (EventCode.DOOR_CLOSED if door is DoorSaid.CLOSED else EventCode.INPUT_FAULT), channel, 0


def provision(boards: Iterable[EmulatedBoard], secret: Secret | None) -> None:
    """Give every controller among these its secret; `None` leaves them deaf."""
    for board in boards:
        if isinstance(board, EmulatedController) and secret is not None:
            board.provision(secret)
