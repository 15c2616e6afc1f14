"""Tickets for fetching a roster or sending a photo: a challenge answered with a signature, so no clock is needed.

A ticket is 256 random bits, good once, for a minute, for one agent and one thing: a roster's version, a photo's
SHA-256. Only its hash is remembered, in memory: after a restart the next hello brings a new one.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from firmware_protocol.messages import TICKET_LIFETIME_S

TICKET_BYTES = 32
TICKETS_PER_AGENT_MAX = 5


@dataclass(frozen=True, slots=True)
class _Issued:
    digest: bytes
    thing: int | str
    expires_at: float


class Tickets:
    """The tickets that are out. `clock` counts seconds and only ever grows; `chance` gives so many random bytes."""

    def __init__(
        self, clock: Callable[[], float] = monotonic, chance: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._clock, self._chance = clock, chance
        self._issued: dict[str, list[_Issued]] = {}

    def issue(self, agent: str, thing: int | str) -> str:
        """A new ticket, URL-safe text. An agent's oldest ticket ends when it has too many."""
        ticket = base64.urlsafe_b64encode(self._chance(TICKET_BYTES)).rstrip(b"=").decode()
        issued = _Issued(_digest(ticket), thing, self._clock() + TICKET_LIFETIME_S)
        self._issued[agent] = [*self._alive(agent), issued][-TICKETS_PER_AGENT_MAX:]
        return ticket

    def redeem(self, agent: str, thing: int | str, ticket: str) -> bool:
        """Whether this ticket was issued for this, is not too old and was not redeemed before; now it is."""
        alive, wanted = self._alive(agent), _digest(ticket)
        kept = [issued for issued in alive if not secrets.compare_digest(issued.digest, wanted)]
        self._issued[agent] = kept
        return any(issued.thing == thing for issued in alive if issued not in kept)

    def _alive(self, agent: str) -> list[_Issued]:
        now = self._clock()
        return [issued for issued in self._issued.get(agent, []) if issued.expires_at > now]


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode(errors="replace")).digest()
