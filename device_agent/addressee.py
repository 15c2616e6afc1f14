"""Whom the server's messages must be for, and by which keys this agent believes them."""

from dataclasses import dataclass, field

from firmware_protocol.key_changes import KeyHistory
from firmware_protocol.log_policy import Policy
from firmware_protocol.notes import Verifier


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom messages must be for, and whose signature they must bear; the log's heads that of the log's own key.

    A permit may still bear a key that overlaps with the newest, and what is out under it any that ever was.
    `policy` says which cosignatures make such a head a witnessed one.
    """

    agent: str
    epoch: int
    keys: KeyHistory
    policy: Policy = field(default_factory=Policy)

    @property
    def permit_key(self) -> Verifier:
        """What every document but permits and slips is signed with."""
        return self.keys.permit.newest
