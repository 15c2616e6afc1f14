"""A township begins its log: its first entry names it and the salt its card numbers are hashed with."""

from dataclasses import dataclass

from firmware_protocol.credentials import CARD_SALT_BYTES
from server.custody.effects.register import TOWNSHIP
from server.custody.facts import Township
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class FoundTownship:
    """The township's name (清溪镇), and the origin under which its log and keys are known."""

    name: str
    origin: str


def found_township(work: Work, asked: FoundTownship) -> Township:
    """Record the founding, once; later calls answer the township that is already there."""
    township = work.get(Township, TOWNSHIP)
    if township is not None:
        return township
    card_salt = work.chance(CARD_SALT_BYTES).hex()
    work.record("township_founded", {"origin": asked.origin}, {"name": asked.name, "card_salt": card_salt})
    return Township(id=TOWNSHIP, name=asked.name, origin=asked.origin, card_salt=card_salt)
