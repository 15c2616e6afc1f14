"""The demo's two cabinets: emulated boards on pseudo-terminals, with doors that people pull and things inside them."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from firmware_protocol.boards import Dialect, dialect
from firmware_protocol.boards.gongguan_lcp.keys import SECRET_OCTETS, Secret
from firmware_protocol.emulators import Fittings
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine, UnlockHeard, ignore


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One emulated serial line: its board family, the locks by board address, and the cabinet they belong to."""

    name: str
    cabinet: str
    family: str
    channels: Mapping[int, int]

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Compartment → (board address, channel), numbered through all boards."""
        locks = [(address, channel) for address, count in self.channels.items() for channel in range(1, count + 1)]
        return {f"{self.cabinet}/{number}": lock for number, lock in enumerate(locks, start=1)}

    @property
    def dialect(self) -> Dialect:
        """How its boards speak."""
        return dialect(self.family)

    def line(self, folder: Path, on_unlock: Callable[[UnlockHeard], None] = ignore) -> EmulatedLine:
        """The line, not yet started, its port a link of its name in this folder; see `EmulatedLine`."""
        line = EmulatedLine(
            self.family,
            self.channels,
            fittings=Fittings(closed_bit=self.dialect.usual_closed_bit),
            link=folder / self.name,
            on_unlock=on_unlock,
        )
        if self.dialect.has_operation_ids:
            secret = _secret(self._secret_file(folder))
            line.act(lambda bus: provision(bus.boards.values(), secret))
        return line

    def toml(self, folder: Path) -> str:
        """The `[[bus]]` and `[[cabinet]]` tables of the agent's configuration for this line in that folder."""
        secret = f', secret = "{self._secret_file(folder)}"' if self.dialect.has_operation_ids else ""
        boards = (f"{{ address = {at}, channels = {count}{secret} }}" for at, count in self.channels.items())
        return f"""
[[bus]]
name = "{self.name}"
port = "{folder / self.name}"
baud = {self.dialect.baud}
board = "{self.family}"

[[cabinet]]
id = "{self.cabinet}"
bus = "{self.name}"
boards = [{", ".join(boards)}]
closed_bit = {self.dialect.usual_closed_bit}
"""

    def _secret_file(self, folder: Path) -> Path:
        return folder / f"{self.name}.secret"


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
    """The cabinets. Every method may be called from any thread and is about what hands can do."""

    def __init__(self, lines: Mapping[str, EmulatedLine], plans: Sequence[LinePlan] = PLANS) -> None:
        self._lines = lines
        self._plans = plans
        self._emptied: set[str] = set()
        self._lock = Lock()

    def doors(self) -> list[DoorView]:
        """Every door, in the order they hang."""
        views = []
        for plan in self._plans:
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
        for plan in self._plans:
            if place in plan.places:
                return self._lines[plan.name], *plan.places[place]
        raise NoSuchPlace(place)


@contextmanager
def hung_cabinets(folder: Path) -> Iterator[DemoCabinets]:
    """Start both lines, with the links `left` and `right` in `folder` as their ports; stop them at the end."""
    with hung_lines(folder, PLANS) as lines:
        yield DemoCabinets(lines)


@contextmanager
def hung_lines(folder: Path, plans: Sequence[LinePlan]) -> Iterator[dict[str, EmulatedLine]]:
    """Start these lines, by their names, with links in `folder` as their ports; stop them at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        yield {plan.name: stack.enter_context(plan.line(folder)) for plan in plans}


def wiring_toml(folder: Path, plans: Sequence[LinePlan] = PLANS) -> str:
    """The `[[bus]]` and `[[cabinet]]` tables of the agent's configuration for these lines."""
    return "\n".join(plan.toml(folder) for plan in plans)


def _secret(file: Path) -> Secret:
    """The secret of a line's controllers, drawn when it is first asked for; the file is its owner's alone."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(SECRET_OCTETS), encoding="ascii")
    return Secret.parse(file.read_text(encoding="ascii"))
