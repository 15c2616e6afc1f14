"""Which boards hang on a port: each family, speed and address is asked, most likely ones first, with reads alone."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from device_agent.commissioning.facts import FoundBoard
from device_agent.technician.conversation import Conversation, conversing
from firmware_protocol.boards import DIALECTS, Dialect, Hello, ReadStatus, Status, Welcome

BAUDS = (9600, 19200, 38400, 57600, 115200)
FIRST_ADDRESSES = 4
"""What most switches are set to."""
ADDRESSES_MAX = 32
"""Beyond these nobody has set a switch yet; who has writes the address into the configuration."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Ask this address, as this family, at this speed."""

    family: str
    baud: int
    address: int


def attempts(family: str) -> Iterator[Attempt]:
    """Everything worth asking, likely things first; an empty `family` stands for all of them."""
    families = [DIALECTS[family]] if family else list(DIALECTS.values())
    yield from (each for dialect in families for each in _at(dialect, dialect.baud, 0, FIRST_ADDRESSES))
    if family:
        yield from _at(families[0], families[0].baud, FIRST_ADDRESSES, ADDRESSES_MAX)
    for dialect in families:
        for baud in BAUDS:
            if baud != dialect.baud:
                yield from _at(dialect, baud, 0, FIRST_ADDRESSES)


def _at(dialect: Dialect, baud: int, first: int, last: int) -> Iterator[Attempt]:
    return (Attempt(dialect.name, baud, address) for address in islice(dialect.addresses, first, last))


def search(
    port: str, family: str, expected: int, taken: Container[int], on_attempt: Callable[[Attempt], None]
) -> tuple[FoundBoard, ...]:
    """The boards that answer, `expected` at most; all of one family and speed, that of the first.

    Addresses in `taken` are another cabinet's and are not asked. `on_attempt` hears what is tried. Raises `OSError` or
    `termios.error` when the port cannot be used.
    """
    free = (attempt for attempt in attempts(family) if attempt.address not in taken)
    first = _first_found(port, free, on_attempt)
    if first is None or expected == 1:
        return () if first is None else (first,)
    dialect = DIALECTS[first.family]
    others = (each for each in _at(dialect, first.baud, 0, ADDRESSES_MAX) if each.address not in taken)
    rest = [each for each in others if each.address != first.address]
    found = islice(_found(port, rest, on_attempt), expected - 1)
    return tuple(sorted((first, *found), key=lambda board: board.address))


def _first_found(port: str, tried: Iterable[Attempt], on_attempt: Callable[[Attempt], None]) -> FoundBoard | None:
    return next(_found(port, tried, on_attempt), None)


def _found(port: str, tried: Iterable[Attempt], on_attempt: Callable[[Attempt], None]) -> Iterator[FoundBoard]:
    for (family, baud), group in groupby(tried, key=lambda attempt: (attempt.family, attempt.baud)):
        with conversing(port, DIALECTS[family], baud) as line:
            for attempt in group:
                on_attempt(attempt)
                if board := _asked(line, attempt):
                    yield board


def _asked(line: Conversation, attempt: Attempt) -> FoundBoard | None:
    dialect = DIALECTS[attempt.family]
    answer = line.ask(Hello(attempt.address) if dialect.has_operation_ids else ReadStatus(attempt.address))
    match answer:
        case Welcome(channels=channels, firmware=firmware):
            told, version = channels, firmware_text(firmware)
        case Status(bits=bits):
            told, version = min(len(bits), dialect.channels_max), ""
        case _:
            return None
    return FoundBoard(attempt.family, attempt.baud, attempt.address, told, line.has_echo, version)


def firmware_text(firmware: int) -> str:
    """A controller's firmware version as people write it: 0x0100 is 1.0."""
    return f"{firmware >> 8}.{firmware & 0xFF}"
