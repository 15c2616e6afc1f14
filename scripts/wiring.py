"""Draws docs/install/*.svg, how each family of lock boards is wired: `python scripts/wiring.py`.

One row of `WIRINGS` is one picture; speed and address range are the dialect's own. A test compares the files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from firmware_protocol.boards import DIALECTS

FOLDER = Path(__file__).parent.parent / "docs" / "install"
WIDTH, HEIGHT = 960, 600
LINES_Y = {"A": 124, "B": 148, "GND": 172}
"""Where each wire of the line runs."""
BOARDS_X = (420, 690)
BOARD_Y, BOARD_WIDTH, BOARD_HEIGHT = 236, 226, 118
LOCK_Y, LOCK_HEIGHT = 462, 62
SUPPLY_Y = {"V+": 398, "V−": 414}
LINE_END_X = 924
SUPPLY_AT = {"V+": 20, "V−": 40}
COMMON_AT, COIL_AT = 58, (78, 100)
"""Where supply, contact and coil have their wires, from a board's left edge."""

INK, QUIET, RED, BLUE = "#1d2733", "#5d6878", "#b3261e", "#1f5fa8"
FONT = "'PingFang SC','Microsoft YaHei','Noto Sans SC','Source Han Sans SC',sans-serif"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What differs from family to family in a picture."""

    family: str
    addresses: tuple[int, int]
    """Of the two boards that are drawn."""
    switches: int
    """How many switches set the address, lowest first; 0: it has none."""
    coil: str
    feedback: str
    without_switches: str = ""
    """Where there are none: who sets the address."""
    is_relay: bool = False
    """Whether a channel is a bare contact, and the coil's current is brought to it."""
    may_leave: bool = False
    """Whether the line may run outside the locked cabinet."""


COIL, FEEDBACK = "锁线圈 2 根  coil", "反馈 2 根  feedback"
WIRINGS = (
    Wiring("bcc-8a", (1, 2), 5, COIL, FEEDBACK),
    Wiring("kerong-cu16", (0, 1), 4, COIL, FEEDBACK),
    Wiring("kerong-cu48", (0, 1), 4, COIL, FEEDBACK),
    Wiring("kerong-cu48b", (0, 1), 4, COIL, f"{FEEDBACK} + 红外 IR"),
    Wiring("wkly", (0, 1), 5, COIL, FEEDBACK),
    Wiring("winnsen", (1, 2), 5, COIL, FEEDBACK),
    Wiring(
        "waveshare-modbus",
        (1, 2),
        0,
        "NO 到线圈，线圈回 V−，并二极管",
        "DI – DGND",
        "用厂家软件设  set by its program",
        is_relay=True,
    ),
    Wiring("gongguan-lcp", (1, 2), 0, COIL, "反馈 2 根，带断线监测", "见出厂单  as delivered", may_leave=True),
)


def main() -> None:
    """Write every picture."""
    for wiring in WIRINGS:
        (FOLDER / f"{wiring.family}.svg").write_text(drawing(wiring), encoding="utf-8")


def drawing(wiring: Wiring) -> str:
    """The picture of one family, as an SVG document."""
    title = f"{wiring.family} 接线图"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">',
        f'<g font-family="{FONT}" fill="{INK}">',
        f'<title id="title">{title}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbf8f0"/>',
        text(24, 36, f"{title}  wiring", size=19, weight=600),
        text(936, 36, _facts(wiring), size=13, anchor="end", fill=QUIET),
        *_house(wiring),
        *_host(),
        *_line(),
        *_supply(wiring),
        *(each for board in (0, 1) for each in _board(wiring, board)),
        *_legend(wiring),
        "</g></svg>",
    ]
    return "\n".join(parts) + "\n"


def text(
    x: int, y: int, words: str, *, size: float = 13, weight: int = 400, anchor: str = "start", fill: str = INK
) -> str:
    """One line of text."""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}">'
        f"{words}</text>"
    )


def box(x: int, y: int, width: int, height: int, *, fill: str = "#fffdf8", stroke: str = INK, dash: str = "") -> str:
    """A rectangle; `dash` for one that only marks a place."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" fill="{fill}" stroke="{stroke}"'
        f' stroke-width="1.5"{dashed}/>'
    )


def wire(*points: tuple[int, int], colour: str = INK, width: float = 2) -> str:
    """A wire from point to point."""
    path = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def dot(x: int, y: int, colour: str = INK) -> str:
    """Where two wires are joined; wires that cross without one are not."""
    return f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>'


COLOURS = {"A": BLUE, "B": "#2f7d4f", "GND": QUIET, "V+": RED, "V−": INK}


def _facts(wiring: Wiring) -> str:
    family = DIALECTS[wiring.family]
    first, last = family.addresses[0], family.addresses[-1]
    return f"{family.baud} 8N1 · 地址 {first}–{last} · 每板最多 {family.channels_max} 路"


def _house(wiring: Wiring) -> Iterator[str]:
    """The locked cabinet, around everything that must be in it."""
    left = 406 if wiring.may_leave else 14
    yield box(left, 54, WIDTH - 14 - left, 492, fill="none", stroke=RED, dash="9 6")
    yield text(left + 12, 76, "上锁的柜子  inside the locked cabinet", size=12.5, fill=RED)


def _host() -> Iterator[str]:
    yield box(32, 100, 140, 96)
    yield text(102, 138, "柜机", size=16, weight=600, anchor="middle")
    yield text(102, 160, "Raspberry Pi", size=12.5, anchor="middle", fill=QUIET)
    yield wire((172, 148), (220, 148), width=4)
    yield text(196, 138, "USB", size=11, anchor="middle", fill=QUIET)
    yield box(220, 100, 140, 96)
    yield text(270, 138, "USB–485", size=15, weight=600, anchor="middle")
    yield text(270, 158, "转换器 adapter", size=12, anchor="middle", fill=QUIET)
    for name, y in LINES_Y.items():
        yield text(352, y + 4, name, size=11.5, anchor="end", fill=COLOURS[name])


def _line() -> Iterator[str]:
    """The line, with its resistor at both ends."""
    for name, y in LINES_Y.items():
        yield wire((360, y), (LINE_END_X, y), colour=COLOURS[name])
    for x in (380, LINE_END_X):
        yield dot(x, LINES_Y["A"], COLOURS["A"])
        yield dot(x, LINES_Y["B"], COLOURS["B"])
        yield box(x - 6, 129, 12, 14, fill="#e9c46a")
    yield text(LINE_END_X + 6, 106, "120 Ω 末端 far end", size=11.5, anchor="end")
    yield text(368, 114, "120 Ω", size=11.5)
    yield text(660, 106, "双绞线 A、B，一路串下去  twisted pair, daisy chain", size=11.5, anchor="middle", fill=QUIET)


def _supply(wiring: Wiring) -> Iterator[str]:
    yield box(32, 366, 190, 84)
    yield text(127, 396, "锁的电源", size=16, weight=600, anchor="middle")
    yield text(127, 418, "12 / 24 V DC，按板和锁的标牌", size=11.5, anchor="middle", fill=QUIET)
    yield text(127, 436, "supply, as labelled", size=11.5, anchor="middle", fill=QUIET)
    ends = {"V+": COMMON_AT, "V−": COIL_AT[1]} if wiring.is_relay else SUPPLY_AT
    for name, y in SUPPLY_Y.items():
        yield wire((222, y), (BOARDS_X[1] + ends[name], y), colour=COLOURS[name])
        yield text(230, y - 3, name, size=11, fill=COLOURS[name])


def _board(wiring: Wiring, place: int) -> Iterator[str]:
    x, address = BOARDS_X[place], wiring.addresses[place]
    bottom = BOARD_Y + BOARD_HEIGHT
    yield box(x, BOARD_Y, BOARD_WIDTH, BOARD_HEIGHT, fill="#e9eef3")
    yield text(x + 12, BOARD_Y + 46, f"锁控板 {place + 1}", size=15, weight=600)
    yield text(x + 12, BOARD_Y + 66, f"地址 address {address}", size=12.5)
    yield from _switches(wiring, x + 12, BOARD_Y + 76, address)
    for at, (name, y) in enumerate(LINES_Y.items()):
        stub = x + 40 + 32 * at
        yield wire((stub, y), (stub, BOARD_Y), colour=COLOURS[name])
        yield dot(stub, y, COLOURS[name])
        yield text(stub, BOARD_Y + 15, name, size=10.5, anchor="middle", fill=COLOURS[name])
    for name, y in SUPPLY_Y.items():
        stub = x + SUPPLY_AT[name]
        yield wire((stub, bottom), (stub, y), colour=COLOURS[name])
        yield dot(stub, y, COLOURS[name])
    yield from _lock(wiring, x, bottom)


def _switches(wiring: Wiring, x: int, y: int, address: int) -> Iterator[str]:
    """The address on its switches, up is on; where there are none, who sets it."""
    if not wiring.switches:
        yield text(x, y + 18, wiring.without_switches, size=11.5, fill=QUIET)
        return
    yield f'<rect x="{x}" y="{y}" width="{wiring.switches * 16 + 8}" height="34" rx="3" fill="{RED}"/>'
    for number in range(wiring.switches):
        is_on = bool(address >> number & 1)
        left = x + 6 + 16 * number
        yield f'<rect x="{left}" y="{y + 4}" width="12" height="17" fill="#ffffff"/>'
        yield f'<rect x="{left + 1}" y="{y + (5 if is_on else 13)}" width="10" height="7" fill="{INK}"/>'
        yield text(left + 6, y + 31, str(number + 1), size=8.5, anchor="middle", fill="#ffffff")
    yield text(x + wiring.switches * 16 + 14, y + 14, "ON ↑", size=10, fill=QUIET)


def _lock(wiring: Wiring, x: int, bottom: int) -> Iterator[str]:
    """One lock below its board; all others alike."""
    left = x + 60
    yield from _relay_coil(x, bottom) if wiring.is_relay else _coil(x, bottom)
    for at in (142, 156):
        yield wire((x + at, bottom), (x + at, LOCK_Y), colour=BLUE, width=1.5)
    yield box(left, LOCK_Y, 130, LOCK_HEIGHT)
    yield text(left + 65, LOCK_Y + 27, "电控锁  lock", size=14, weight=600, anchor="middle")
    yield text(left + 65, LOCK_Y + 47, "每路一把  one each", size=10.5, anchor="middle", fill=QUIET)
    if x == BOARDS_X[0]:
        yield text(x + 66, LOCK_Y - 12, wiring.coil, size=11, anchor="end")
        yield text(x + 164, LOCK_Y - 12, wiring.feedback, size=11, fill=BLUE)


def _coil(x: int, bottom: int) -> Iterator[str]:
    for at in COIL_AT:
        yield wire((x + at, bottom), (x + at, LOCK_Y), width=3)


def _relay_coil(x: int, bottom: int) -> Iterator[str]:
    """V+ to the contact (COM), from it (NO) to the coil and back to V−; a diode across the coil, its ring to NO."""
    common, (out, back) = x + COMMON_AT, COIL_AT
    out, back = x + out, x + back
    yield wire((common, SUPPLY_Y["V+"]), (common, bottom), colour=RED, width=3)
    yield dot(common, SUPPLY_Y["V+"], RED)
    yield wire((out, bottom), (out, LOCK_Y), width=3)
    yield wire((back, SUPPLY_Y["V−"]), (back, LOCK_Y), width=3)
    yield dot(back, SUPPLY_Y["V−"])
    yield text(common, bottom - 5, "COM", size=9.5, anchor="middle")
    yield text(out + 6, bottom - 5, "NO", size=9.5, anchor="middle")
    yield wire((out, 436), (back, 436), width=1.5)
    yield f'<path d="M{back - 5} 430v12l-9-6z" fill="{INK}"/>'
    yield wire((back - 15, 430), (back - 15, 442))


def _legend(wiring: Wiring) -> Iterator[str]:
    if wiring.may_leave:
        words = "控制器核对身份：线可以出柜子。锁线、反馈线仍在柜内。"
        english = "The controller proves who speaks: the line may leave the cabinet; lock wires may not."
    else:
        words = "这种板不核对身份，谁接上 A、B 谁就能开锁：红框里的一切都锁在柜内。"
        english = "This board believes whoever speaks: everything inside the red frame stays locked in."
    yield text(24, 570, words, size=14, weight=600, fill=RED)
    yield text(
        24, 589, f"{english} 端子的次序以板上的字为准 / terminals as printed on the board.", size=11.5, fill=QUIET
    )


if __name__ == "__main__":
    main()
