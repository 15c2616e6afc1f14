"""The same few people walk through all stories: those whom a demo prints when it starts."""

import re
from dataclasses import dataclass

from server.demo.cast import Player

_ROW = re.compile(r"^│(.+)│$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays what: 东坑一社's people, 塘尾九社's (whose things are not in yet), and the township's."""

    accountant: Player
    head: Player
    supervisor: Player
    last_accountant: Player
    last_head: Player
    officer: Player
    reviewer: Player
    office_head: Player
    inspector: Player
    administrator: Player
    second_officer: Player


def printed_cast(printed: str) -> Cast:
    """The people as a demo's table prints them."""
    return Cast(*(_player(*(cell.strip() for cell in row.split("│"))) for row in _ROW.findall(printed)))


def _player(name: str, title: str, unit: str, phone: str, password: str, card: str, pin: str) -> Player:
    return Player(name, title, unit, phone, password, None if card == "—" else card, pin)
