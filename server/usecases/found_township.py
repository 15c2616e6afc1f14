"""The first entry of a log: whose it is."""

from dataclasses import dataclass

from server.custody.effects.register import TOWNSHIP
from server.custody.facts import Township
from server.store.work import Work

CARD_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class FoundTownship:
    """What the township is called: 清溪镇."""

    name: str


def found_township(work: Work, asked: FoundTownship) -> Township:
    """Begin the log, unless it has begun; returns the township as it stands, safe to ask twice."""
    township = work.get(Township, TOWNSHIP)
    if township is not None:
        return township
    body = {
        "name": asked.name,
        "card_salt": work.chance(CARD_SALT_BYTES).hex(),
        "permit_key": work.keys.permit.verifier.vkey,
        "log_key": work.keys.log.verifier.vkey,
    }
    work.record("township_founded", {"origin": work.keys.origin}, body)
    founded = work.get(Township, TOWNSHIP)
    if founded is None:
        raise LookupError(TOWNSHIP)
    return founded
