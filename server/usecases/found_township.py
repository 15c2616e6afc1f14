"""The first entry of a log: whose it is."""

from dataclasses import dataclass

from server.custody.effects.register import TOWNSHIP
from server.custody.facts import Township
from server.custody.policy.default import DEFAULT
from server.custody.policy.writing import digest, write
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
    _begin_policy(work)
    founded = work.get(Township, TOWNSHIP)
    if founded is None:
        raise LookupError(TOWNSHIP)
    return founded


def _begin_policy(work: Work) -> None:
    """The policy that came with the program holds from the first day, under number one."""
    document = write(DEFAULT)
    about = {"policy": 1, "document": digest(document)}
    work.record("policy_proposed", about, {"document": document, "note": ""})
    work.record("policy_adopted", about)
