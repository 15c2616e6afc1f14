"""The doors of the cabinet that is being commissioned, driven by the agent's own code for serial lines."""

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from device_agent.commissioning.facts import ControllerTold, Place, Pulsed, RawDoor, ShutSeen
from device_agent.line.reports import (
    BoardLost,
    BoardTold,
    DoorChanged,
    DoorState,
    InsideChanged,
    Report,
    UnlockOutcome,
)
from device_agent.line.wiring import BusWiring
from device_agent.serial_bus import SerialBus
from firmware_protocol.boards import EventCode
from firmware_protocol.times import write_time

KNOWN_WITHIN_S = 6.0
OUTCOME_WITHIN_S = 12.0
"""An order waits its turn, then is watched; see `Timing`."""
SETTLES_S = 0.5
"""After the outcome, so that what else changed is seen as well."""
SHUT_WITHIN_S = 60.0


class Doors:
    """What the line says about every door, and one pulse at a time. Use as a context; the line runs inside it."""

    def __init__(
        self,
        wiring: BusWiring,
        closed_bit: int,
        on_event: Callable[[ControllerTold], None],
        contact_bit: int | None = None,
    ) -> None:
        """`closed_bit` is what the wiring takes for closed. `on_event` must make a controller's event durable.

        A wiring with light barriers is read for the raw bits of its second row: `contact_bit` is that of a shut door,
        where these are door contacts.
        """
        self._contact_bit = contact_bit
        self._closed_bit = closed_bit
        self._on_event = on_event
        self._places = {
            compartment: Place(board.address, channel)
            for board in wiring.boards
            for channel, compartment in enumerate(board.compartments, start=1)
        }
        self._states = dict.fromkeys(self._places.values(), DoorState.UNKNOWN)
        self._sensors = dict.fromkeys(self._places.values() if _has_sensors(wiring) else ())
        self._opened_contacts: set[Place] = set()
        self._changes: list[tuple[float, DoorChanged]] = []
        self._outcomes: dict[str, UnlockOutcome] = {}
        self._tampers: dict[int, bool] = {}
        self.objections: dict[int, str] = {}
        """Boards that answer and must not be used, and why; by address."""
        self._news = threading.Condition()
        self._bus = SerialBus(wiring, self._hear)

    def __enter__(self) -> Self:
        self._bus.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.close()

    def look(self, within_s: float = KNOWN_WITHIN_S) -> tuple[RawDoor, ...]:
        """Every door's raw feedback and second input, `None` where it did not become known in time."""
        self._wait(lambda: self._is_known or bool(self.objections), within_s)
        return tuple(
            RawDoor(place.address, place.channel, self._bit(state), self._sensors.get(place))
            for place, state in self._states.items()
        )

    def pulse(self, place: Place) -> Pulsed:
        """Pulse this lock once, watch what comes of it."""
        token, began_s = secrets.token_hex(8), time.monotonic()
        with self._news:
            self._changes.clear()
            self._opened_contacts.clear()
        self._bus.unlock(place.address, place.channel, token)
        self._wait(lambda: token in self._outcomes, OUTCOME_WITHIN_S)
        outcome = self._outcomes.get(token)
        if outcome is not None and outcome.sent_at_ms is not None:
            self._wait(lambda: False, SETTLES_S)
        with self._news:
            changes = self._changes.copy()
        own = [at_s for at_s, change in changes if self._places[change.compartment] == place]
        return Pulsed(
            place.address,
            place.channel,
            # Without an outcome nothing is known: as after a pulse, the door has to show what happened.
            is_sent=outcome is None or outcome.sent_at_ms is not None,
            reason="" if outcome is None else outcome.reason,
            opened=self._changed_to(changes, DoorState.OPEN),
            closed=self._changed_to(changes, DoorState.CLOSED),
            took_ms=int((own[0] - began_s) * 1000) if own else None,
            at=now_text(),
            contacts=tuple(each for each in self._states if each in self._opened_contacts),
        )

    def await_shut(self, place: Place, within_s: float = SHUT_WITHIN_S) -> ShutSeen:
        """Wait until this door's feedback, and its contact if it has one, says closed."""
        self._wait(lambda: self._is_shut(place), within_s)
        return ShutSeen(place.address, place.channel, self._is_shut(place), now_text())

    def await_tamper(self, address: int, *, is_open: bool, within_s: float) -> bool:
        """Whether this controller told in time that its housing is open, or closed again."""
        self._wait(lambda: self._tampers.get(address) is is_open, within_s)
        return self._tampers.get(address) is is_open

    def _hear(self, report: Report) -> None:
        """In the line's thread."""
        if isinstance(report, BoardTold):
            self._keep(report)
        with self._news:
            match report:
                case DoorChanged():
                    self._states[self._places[report.compartment]] = report.state
                    self._changes.append((time.monotonic(), report))
                case InsideChanged(has_something=bool(bit)):
                    self._senses(self._places[report.compartment], int(bit))
                case UnlockOutcome():
                    self._outcomes[report.token] = report
                case BoardLost(objection=str(objection)) if objection:
                    self.objections[report.address] = objection
                case BoardTold(event=event) if event.code == EventCode.TAMPERED:
                    self._tampers[report.address] = bool(event.detail)
            self._news.notify_all()

    def _senses(self, place: Place, bit: int) -> None:
        self._sensors[place] = bit
        if self._contact_bit == 1 - bit:
            self._opened_contacts.add(place)

    @property
    def _is_known(self) -> bool:
        return DoorState.UNKNOWN not in self._states.values() and None not in self._sensors.values()

    def _is_shut(self, place: Place) -> bool:
        is_contact_shut = self._contact_bit is None or self._sensors[place] == self._contact_bit
        return self._states[place] is DoorState.CLOSED and is_contact_shut

    def _keep(self, told: BoardTold) -> None:
        event = told.event
        self._on_event(
            ControllerTold(
                told.address, told.uid, event.number, event.boot, event.code, event.channel, event.detail, now_text()
            )
        )
        self._bus.acknowledge(told.address, event.number)

    def _wait(self, is_over: Callable[[], bool], within_s: float) -> None:
        with self._news:
            self._news.wait_for(is_over, within_s)

    def _bit(self, state: DoorState) -> int | None:
        if state is DoorState.UNKNOWN:
            return None
        return self._closed_bit if state is DoorState.CLOSED else 1 - self._closed_bit

    def _changed_to(self, changes: list[tuple[float, DoorChanged]], state: DoorState) -> tuple[Place, ...]:
        """The doors that went from one known state to this one, once each."""
        changed = (change for _, change in changes if change.state is state and change.before is not DoorState.UNKNOWN)
        return tuple(dict.fromkeys(self._places[change.compartment] for change in changed))


def _has_sensors(wiring: BusWiring) -> bool:
    return any(board.sensing.sensors == "items" for board in wiring.boards)


def now_text() -> str:
    """This machine's time, as it is written everywhere."""
    return write_time(datetime.now(UTC))
