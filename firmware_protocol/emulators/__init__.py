"""The boards' half of each dialect, for demo, training and tests; `line.py` and `program.py` alone do I/O.

A new family is one file with a subclass of `EmulatedBoard` and one row in `FAMILIES`.
"""

from firmware_protocol.boards import dialect
from firmware_protocol.emulators.bcc_8a import EmulatedBcc8a
from firmware_protocol.emulators.board import EmulatedBoard, Fault
from firmware_protocol.emulators.bus import EmulatedBus, Heard
from firmware_protocol.emulators.gongguan_lcp import EmulatedController
from firmware_protocol.emulators.kerong_cu16 import EmulatedCu16
from firmware_protocol.emulators.kerong_cu48 import EmulatedCu48, EmulatedCu48b
from firmware_protocol.emulators.lock import EmulatedLock, Fittings
from firmware_protocol.emulators.waveshare_modbus import EmulatedWaveshare
from firmware_protocol.emulators.winnsen import EmulatedWinnsen
from firmware_protocol.emulators.wkly import EmulatedWkly

__all__ = ["FAMILIES", "EmulatedBoard", "EmulatedBus", "EmulatedLock", "Fault", "Fittings", "Heard", "emulated_board"]

FAMILIES: dict[str, type[EmulatedBoard]] = {
    "bcc-8a": EmulatedBcc8a,
    "kerong-cu16": EmulatedCu16,
    "kerong-cu48": EmulatedCu48,
    "kerong-cu48b": EmulatedCu48b,
    "wkly": EmulatedWkly,
    "winnsen": EmulatedWinnsen,
    "waveshare-modbus": EmulatedWaveshare,
    "gongguan-lcp": EmulatedController,
}


def emulated_board(family: str, address: int, channels: int, fittings: Fittings | None = None) -> EmulatedBoard:
    """A board of that family, doors closed; raises `ValueError` for an address or size the family does not have."""
    return FAMILIES[family](dialect(family), address, channels, fittings or Fittings())
