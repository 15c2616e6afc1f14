"""The demo's two cabinets: emulated boards on pseudo-terminals, with doors that people pull and things inside them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from firmware_protocol.boards import dialect
from firmware_protocol.emulators.line import EmulatedLine


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One serial line of the demo: its board family, the locks by board address, and the cabinet they belong to."""

    name: str
    cabinet: str
    family: str
    channels: Mapping[int, int]

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Compartment → (board address, channel), numbered through all boards."""
        locks = [(address, channel) for address, count in self.channels.items() for channel in range(1, count + 1)]
        return {f"{self.cabinet}/{number}": lock for number, lock in enumerate(locks, start=1)}


PLANS = (
    LinePlan("left", "CAB-01", "bcc-8a", {1: 24}),
    LinePlan("right", "CAB-02", "kerong-cu16", {0: 16, 1: 8}),
)


@dataclass(frozen=True, slots=True)
class DoorView:
    """One door as someone in front of it sees it; `is_emptied` once somebody took the things out."""

    place: str
    is_open: bool
    is_jammed: bool
    is_emptied: bool


class NoSuchPlace(KeyError):
    """There is no such compartment or line in the demo."""


class DemoCabinets:
    """Both cabinets. Every method may be called from any thread and is about what hands can do."""

    def __init__(self, lines: Mapping[str, EmulatedLine]) -> None:
        self._lines = lines
        self._emptied: set[str] = set()
        self._lock = Lock()

    def doors(self) -> list[DoorView]:
        """Every door, in the order they hang."""
        views = []
        for plan in PLANS:
            seen = self._lines[plan.name].doors()
            for place, (address, channel) in plan.places.items():
                door = seen[address][channel]
                views.append(DoorView(place, door.is_open, door.is_jammed, place in self._emptied))
        return views

    def pull(self, place: str) -> bool:
        """Pull a door; answers whether it is open now."""
        line, address, channel = self._find(place)
        return line.pull(address, channel)

    def close(self, place: str) -> None:
        """Push a door shut."""
        line, address, channel = self._find(place)
        line.close(address, channel)

    def force(self, place: str) -> None:
        """Break a door open."""
        line, address, channel = self._find(place)
        line.force(address, channel)

    def jam(self, place: str) -> None:
        """Jam a latch."""
        line, address, channel = self._find(place)
        line.jam(address, channel)

    def free(self, place: str) -> None:
        """Free a jammed latch."""
        line, address, channel = self._find(place)
        line.free(address, channel)

    def reach_in(self, place: str) -> bool:
        """Take the things out, or put them back; answers False when the door is shut and nothing moved.

        No sensor sees this: what the log says about it is what the two people tick at the kiosk.
        """
        is_open = next(door.is_open for door in self.doors() if door.place == place)
        if is_open:
            with self._lock:
                self._emptied ^= {place}
        return is_open

    def cut(self, name: str) -> None:
        """Cut a serial line."""
        self._line(name).cut()

    def mend(self, name: str) -> None:
        """Mend a cut line."""
        self._line(name).restore()

    def cut_lines(self) -> list[str]:
        """The names of lines that are cut."""
        return [name for name, line in self._lines.items() if line.is_cut]

    def _line(self, name: str) -> EmulatedLine:
        if name not in self._lines:
            raise NoSuchPlace(name)
        return self._lines[name]

    def _find(self, place: str) -> tuple[EmulatedLine, int, int]:
        for plan in PLANS:
            if place in plan.places:
                return self._lines[plan.name], *plan.places[place]
        raise NoSuchPlace(place)


@contextmanager
def hung_cabinets(folder: Path) -> Iterator[DemoCabinets]:
    """Start both lines, with the links `left` and `right` in `folder` as their ports; stop them at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: dict[str, EmulatedLine] = {}
    try:
        for plan in PLANS:
            lines[plan.name] = EmulatedLine(plan.family, plan.channels, link=folder / plan.name).start()
        yield DemoCabinets(lines)
    finally:
        for line in lines.values():
            line.stop()


def wiring_toml(folder: Path) -> str:
    """The `[[bus]]` and `[[cabinet]]` tables of the agent's configuration for these cabinets."""
    return "\n".join(_line_toml(plan, folder / plan.name) for plan in PLANS)


def _line_toml(plan: LinePlan, port: Path) -> str:
    boards = ", ".join(f"{{ address = {address}, channels = {count} }}" for address, count in plan.channels.items())
    baud = dialect(plan.family).baud
    return f"""
[[bus]]
name = "{plan.name}"
port = "{port}"
baud = {baud}
board = "{plan.family}"

[[cabinet]]
id = "{plan.cabinet}"
bus = "{plan.name}"
boards = [{boards}]
closed_bit = 1
"""
