"""What the 共管柜 sheet says about lock boards, in the agent's words. Facts: the boards' manuals; none is a guess."""

import re

from firmware_protocol.boards import Dialect, dialect
from server.documents.intake.cells import CellValue, Refusal, as_text, compact
from server.documents.intake.records import Cabinet

ADDRESS_MAX = 255


_FAMILIES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("CU-?16"), "kerong-cu16"),
    (re.compile("CU-?48-?B"), "kerong-cu48b"),
    (re.compile("CU-?48"), "kerong-cu48"),
    (re.compile("WKLY"), "wkly"),
    (re.compile("WINNSEN"), "winnsen"),
    (re.compile("WAVESHARE|微雪"), "waveshare-modbus"),
    (re.compile("GONGGUAN|共管控制器|LCP"), "gongguan-lcp"),
    (re.compile("8A"), "bcc-8a"),
)
"""What a model is written like, and the family it belongs to; the first that fits counts."""
FAMILIES_SAID = (
    "通用8A锁控板、科荣KR-CU16、CU48、CU48B、WKLY锁控板、Winnsen、微雪(Waveshare)Modbus继电器、共管控制器(gongguan-lcp)"
)
"""Those families in a sentence."""
_CHANNELS = re.compile(r"(\d{1,3})路")
_CLOSED_BIT_SAID: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile("1[=:为是](锁|关|闭|锁闭|关闭|关门|闭合|上锁)|0[=:为是](开|打开|开门|开启|开锁)"), 1),
    (re.compile("0[=:为是](锁|关|闭|锁闭|关闭|关门|闭合|上锁)|1[=:为是](开|打开|开门|开启|开锁)"), 0),
)
_CLOSED_BIT_BY_WIRING: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile("(锁闭|关闭|关门|闭合|上锁)(时)?(短接|导通|接通)"), 1),
    (re.compile("(打开|开门|开启|开锁)(时)?(短接|导通|接通)|(锁闭|关闭|关门|闭合|上锁)(时)?断开"), 0),
)


def board_family(model: str) -> Dialect | None:
    """The family a 控制板型号 belongs to, or None for one this product does not know."""
    written = compact(model).upper()
    return next((dialect(family) for pattern, family in _FAMILIES if pattern.search(written)), None)


def channels_of_board(cabinet: Cabinet) -> int | None:
    """How many locks each board of a cabinet drives: as its model says (24路), or else its family's most."""
    if said := _CHANNELS.search(compact(cabinet.board_model)):
        return int(said[1])
    family = board_family(cabinet.board_model)
    return family.channels_max if family else None


def closed_bit(cabinet: Cabinet) -> int | None:
    """The raw feedback bit that means closed, or None where the sheet does not settle it.

    1=锁闭 settles it for any board; 锁闭短接 only for the 8A board, whose manual says that locked-short reports 1.
    """
    written = compact(cabinet.lock_feedback)
    patterns = _CLOSED_BIT_SAID
    if board_family(cabinet.board_model) is dialect("bcc-8a"):
        patterns += _CLOSED_BIT_BY_WIRING
    return next((bit for pattern, bit in patterns if pattern.search(written)), None)


def boards_of(cabinet: Cabinet) -> tuple[tuple[int, int], ...]:
    """The cabinet's boards as (address, channels), its compartments numbered through them and each filled in turn.

    Empty where the boards cannot carry the compartments, or cannot be told from the sheet.
    """
    each = channels_of_board(cabinet)
    if each is None or not 0 < cabinet.compartments - each * (len(cabinet.board_addresses) - 1) <= each:
        return ()
    boards, left = [], cabinet.compartments
    for address in cabinet.board_addresses:
        boards.append((address, min(each, left)))
        left -= each
    return tuple(boards)


def read_board_addresses(value: CellValue) -> tuple[int, ...] | Refusal:
    """The addresses on the boards' switches: 1, or 0,1 for two boards, in the order of the compartments."""
    parts = [part for part in re.split(r"[,、;/]", compact(as_text(value))) if part]
    addresses = tuple(int(part) for part in parts if re.fullmatch("[0-9]{1,3}", part))
    if not addresses or len(addresses) != len(parts) or max(addresses) > ADDRESS_MAX:
        return Refusal("board-addresses")
    if len(set(addresses)) != len(addresses):
        return Refusal("board-addresses", "两块板的地址不能相同。")
    return addresses
