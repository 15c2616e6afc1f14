"""The drawing of the cabinets as they stand in the hall: rows and columns of numbered doors, one of them glowing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from device_agent.custodian.state import Door

COLUMNS = 4
DOOR_W, DOOR_H, GAP, FRAME = 84, 56, 8, 16


@dataclass(frozen=True, slots=True)
class DrawnDoor:
    """One door: where it is drawn, its number, how it looks (`closed`, `open`, `unknown`), whether it is meant."""

    number: int
    x: int
    y: int
    state: str
    is_wanted: bool
    is_marked: bool


@dataclass(frozen=True, slots=True)
class DrawnCabinet:
    """One cabinet in its own coordinates; `label` says for a screen reader what the drawing shows."""

    id: str
    width: int
    height: int
    doors: tuple[DrawnDoor, ...]
    label: str
    is_unfit: bool = False
    """Whether a board of it answers, but must not be used."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing is known of any door: its boards do not answer."""
        return all(door.state == "unknown" for door in self.doors)


def draw(
    cabinet_id: str,
    compartments: int,
    doors: Mapping[str, Door],
    wanted: str | None = None,
    marked: Collection[str] = (),
    *,
    is_unfit: bool = False,
) -> DrawnCabinet:
    """The cabinet with its doors as they are now; the compartment `wanted` glows, those `marked` stand out."""
    rows = -(-compartments // COLUMNS)
    places = {number: f"{cabinet_id}/{number}" for number in range(1, compartments + 1)}
    drawn = tuple(_door(n, doors.get(place), place == wanted, place in marked) for n, place in places.items())
    return DrawnCabinet(
        id=cabinet_id,
        width=2 * FRAME + COLUMNS * DOOR_W + (COLUMNS - 1) * GAP,
        height=2 * FRAME + rows * DOOR_H + (rows - 1) * GAP,
        doors=drawn,
        label=_label(cabinet_id, drawn),
        is_unfit=is_unfit,
    )


def _door(number: int, door: Door | None, is_wanted: bool, is_marked: bool) -> DrawnDoor:
    row, column = divmod(number - 1, COLUMNS)
    is_open = None if door is None else door.is_open
    return DrawnDoor(
        number=number,
        x=FRAME + column * (DOOR_W + GAP),
        y=FRAME + row * (DOOR_H + GAP),
        state={True: "open", False: "closed", None: "unknown"}[is_open],
        is_wanted=is_wanted,
        is_marked=is_marked,
    )


def _label(cabinet_id: str, doors: tuple[DrawnDoor, ...]) -> str:
    wanted = [f"{door.number} 号格" for door in doors if door.is_wanted]
    opened = [f"{door.number} 号门开着" for door in doors if door.state == "open"]
    return "，".join([f"共管柜 {cabinet_id}", *wanted, *opened])
