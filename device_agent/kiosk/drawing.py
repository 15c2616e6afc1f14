"""The drawing of the cabinets as they stand in the hall: rows and columns of numbered doors, one of them glowing."""

from collections.abc import Mapping
from dataclasses import dataclass

from device_agent.custodian.state import Door

COLUMNS = 4
DOOR_W, DOOR_H, GAP, FRAME = 84, 56, 8, 16


@dataclass(frozen=True, slots=True)
class DrawnDoor:
    """One door: where it is drawn, its number, and how it looks (`closed`, `open`, `unknown`)."""

    number: int
    x: int
    y: int
    state: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class DrawnCabinet:
    """One cabinet in its own coordinates; `label` says for a screen reader what the drawing shows."""

    id: str
    width: int
    height: int
    doors: tuple[DrawnDoor, ...]
    label: str


def draw(cabinet_id: str, compartments: int, doors: Mapping[str, Door], wanted: str | None = None) -> DrawnCabinet:
    """The cabinet with its doors as they are now; `wanted` is the compartment that glows."""
    rows = -(-compartments // COLUMNS)
    drawn = tuple(_door(cabinet_id, number, doors, wanted) for number in range(1, compartments + 1))
    return DrawnCabinet(
        id=cabinet_id,
        width=2 * FRAME + COLUMNS * DOOR_W + (COLUMNS - 1) * GAP,
        height=2 * FRAME + rows * DOOR_H + (rows - 1) * GAP,
        doors=drawn,
        label=_label(cabinet_id, drawn),
    )


def _door(cabinet_id: str, number: int, doors: Mapping[str, Door], wanted: str | None) -> DrawnDoor:
    place = f"{cabinet_id}/{number}"
    row, column = divmod(number - 1, COLUMNS)
    is_open = doors[place].is_open if place in doors else None
    return DrawnDoor(
        number=number,
        x=FRAME + column * (DOOR_W + GAP),
        y=FRAME + row * (DOOR_H + GAP),
        state={True: "open", False: "closed", None: "unknown"}[is_open],
        is_wanted=place == wanted,
    )


def _label(cabinet_id: str, doors: tuple[DrawnDoor, ...]) -> str:
    wanted = [f"{door.number} 号格" for door in doors if door.is_wanted]
    opened = [f"{door.number} 号门开着" for door in doors if door.state == "open"]
    return "，".join([f"共管柜 {cabinet_id}", *wanted, *opened])
