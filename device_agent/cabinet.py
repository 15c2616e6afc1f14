"""The nouns of the person at the cabinet: `cabinets.compartment("CAB-01/7").unlock(token)`.

A cabinet's compartments are numbered through its boards in their order (boards of 16 and 8 channels carry 1–16 and
17–24), unless the configuration says which number is behind which channel.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from device_agent.configuration import Bus
from device_agent.configuration import Cabinet as CabinetPlan
from device_agent.line.reports import Report
from device_agent.line.wiring import BoardWiring, BusWiring, Timing
from device_agent.secret_files import read_secret
from device_agent.serial_bus import SerialBus


@dataclass(frozen=True, slots=True)
class Compartment:
    """One door with one lock: its id (`CAB-01/7`), its number in the cabinet, and where its wires end."""

    id: str
    cabinet: str
    number: int
    address: int
    channel: int
    bus: SerialBus

    def unlock(self, token: str, operation: bytes = b"") -> None:
        """Pulse the lock once; see `SerialBus.unlock`. Only after the burn of the attempt is durable."""
        self.bus.unlock(self.address, self.channel, token, operation)


@dataclass(frozen=True, slots=True)
class Cabinet:
    """One cabinet (共管柜) and its compartments in the order of their boards and channels."""

    id: str
    compartments: tuple[Compartment, ...]

    def compartment(self, number: int) -> Compartment:
        """The compartment of that number; raises `KeyError`."""
        for compartment in self.compartments:
            if compartment.number == number:
                return compartment
        raise KeyError(number)


class Cabinets:
    """Everything this agent drives: the cabinets, and the buses they hang on.

    `on_report` gets the reports of all buses, each in its bus's own thread; see `SerialBus`.
    """

    def __init__(
        self,
        buses: Sequence[Bus],
        plans: Sequence[CabinetPlan],
        on_report: Callable[[Report], None],
        timing: Timing | None = None,
    ) -> None:
        self._buses = {bus.name: SerialBus(bus_wiring(bus, plans, timing or Timing()), on_report) for bus in buses}
        self._cabinets = {plan.id: Cabinet(plan.id, tuple(_compartments(plan, self._buses))) for plan in plans}
        self._compartments = {place.id: place for cabinet in self for place in cabinet.compartments}

    def __iter__(self) -> Iterator[Cabinet]:
        return iter(self._cabinets.values())

    @property
    def compartments(self) -> Mapping[str, Compartment]:
        """Every compartment by its id."""
        return self._compartments

    def cabinet(self, cabinet_id: str) -> Cabinet:
        """The cabinet of that 柜号; raises `KeyError`."""
        return self._cabinets[cabinet_id]

    def compartment(self, compartment_id: str) -> Compartment:
        """The compartment of that id, `CAB-01/7`; raises `KeyError`."""
        return self._compartments[compartment_id]

    def acknowledge(self, bus: str, address: int, number: int) -> None:
        """A controller's events up to this one are kept; see `SerialBus.acknowledge`."""
        self._buses[bus].acknowledge(address, number)

    @property
    def buses(self) -> tuple[SerialBus, ...]:
        """Every line, in the order of the configuration."""
        return tuple(self._buses.values())

    def start(self) -> None:
        """Start every bus."""
        for bus in self._buses.values():
            bus.start()

    def close(self) -> None:
        """Close every bus."""
        for bus in self._buses.values():
            bus.close()


def bus_wiring(bus: Bus, plans: Sequence[CabinetPlan], timing: Timing) -> BusWiring:
    """The boards of one bus, from the plans of the cabinets on it; raises `ConfigurationError` for a bad secret."""
    boards = (board for plan in plans if plan.bus == bus.name for board in _boards(plan))
    return BusWiring(bus.name, bus.port, bus.baud, bus.board, tuple(boards), timing, bus.direction)


def _boards(plan: CabinetPlan) -> Iterator[BoardWiring]:
    ids = iter(plan.compartments)
    for place in plan.boards:
        secret = None if place.secret is None else read_secret(place.secret)
        behind = tuple(next(ids) for _ in range(place.channels))
        yield BoardWiring(place.address, behind, plan.closed_bit, plan.pulse_ms, secret, plan.sensing)


def _compartments(plan: CabinetPlan, buses: Mapping[str, SerialBus]) -> Iterator[Compartment]:
    places = ((board.address, channel) for board in plan.boards for channel in range(1, board.channels + 1))
    for number, compartment_id, (address, channel) in zip(plan.numbers, plan.compartments, places, strict=True):
        yield Compartment(compartment_id, plan.id, number, address, channel, buses[plan.bus])
