"""What each agent is shown of the log: the newest published head, proven from the head that this agent said it holds.

Where an agent stands is a guess that costs nothing when it is wrong: the agent says so, and is shown the next head from
where it really stands. Only what is published is shown, so that what went out is also what the signer remembers.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.key_changes import KeyChange
from firmware_protocol.log_steps import Issued, LogHeld, LogStep, encode_step
from firmware_protocol.notes import Signer, Verifier
from server.custody.facts import Agent
from server.store.deliveries import Issuance
from server.store.log_files import LogFiles, Published
from server.store.log_publisher import LogPublisher

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class LogGuide:
    """Leads agents along the published log, and takes in what they vouch for. Lives on the event loop."""

    publisher: LogPublisher
    permit_key: Signer
    _held: dict[str, int] = field(default_factory=dict)
    _published: Published | None = None

    @property
    def files(self) -> LogFiles:
        """The published log."""
        return self.publisher.files

    @property
    def published(self) -> Published | None:
        """The newest head there is to show."""
        return self._published or self.files.published()

    def saw(self, published: Published) -> None:
        """The log's files have this head now."""
        self._published = published

    def hear(self, agent: Agent, held: LogHeld) -> None:
        """An agent says how far it follows the log, and that it cosigns that head."""
        self._held[agent.id] = held.size
        published = self.published
        if published is None or held.size > published.size:
            _logger.error("%s has followed the log to %d, and it ends before that", agent.id, held.size)
        elif held.cosignature is not None and held.size == published.size:
            self._take_cosignature(agent, held, published)

    def covers(self, issuance: Issuance) -> bool:
        """Whether this entry is in the published log."""
        published = self.published
        return published is not None and issuance.position < published.size

    def proven(self, changes: Iterable[KeyChange]) -> tuple[KeyChange, ...] | None:
        """Changes of keys with their audit paths in the newest head; None where one is not published yet."""
        published = self.published
        if published is None or any(each.index >= published.size for each in changes):
            return None
        return tuple(
            replace(each, inclusion=tuple(self.files.inclusion(each.index, published.size))) for each in changes
        )

    def step(self, agent: str, permit: str | None = None, issuance: Issuance | None = None) -> bytes | None:
        """The newest head for this agent, with the place of a permit's issuance; None before anything is published.

        None too where the issuance is not published yet.
        """
        published = self.published
        if published is None or (issuance is not None and issuance.position >= published.size):
            return None
        earlier = self._held.get(agent, 0)
        issued = None if permit is None or issuance is None else self._issued(permit, issuance, published.size)
        self._held[agent] = max(earlier, published.size)
        note = published.note
        return encode_step(LogStep(agent, note, earlier, self._proof(earlier, published.size), issued), self.permit_key)

    def _proof(self, earlier: int, size: int) -> tuple[bytes, ...]:
        return tuple(self.files.consistency(earlier, size)) if 0 < earlier <= size else ()

    def _issued(self, permit: str, issuance: Issuance, size: int) -> Issued:
        path = tuple(self.files.inclusion(issuance.position, size))
        return Issued(permit, issuance.entry, issuance.position, path)

    def _take_cosignature(self, agent: Agent, held: LogHeld, published: Published) -> None:
        cosigner = Cosigner.of(Verifier.parse(agent.key))
        line = held.cosignature
        if line is None or cosigner.time_of(published.checkpoint.text, line) is None:
            _logger.error("%s vouches for another head of %d entries than was published", agent.id, held.size)
            return
        self.publisher.witness(held.size, line)
