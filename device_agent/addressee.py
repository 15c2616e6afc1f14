"""Whom the server's messages must be for, and by which keys this agent believes them."""

from dataclasses import dataclass, field

from firmware_protocol.key_changes import KeyHistory
from firmware_protocol.log_policy import Policy
from firmware_protocol.notes import Verifier


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom messages must be for, and whose signature they must bear; the log's heads that of the log's own key.

    A permit may still bear a key that overlaps with the newest, and what is out under it any that ever was.
    `policy` says which cosignatures make such a head a witnessed one. `led_to` is the permit key to which ours led in a
    log that this agent may not follow, for instance since a dispute: an acknowledgement may bear it, or the wish for a
    photo, and nothing else. It opens nothing, and without it no entry but the first ones, and no photo of theirs, would
    ever reach the people who look into the dispute.
    """

    agent: str
    epoch: int
    keys: KeyHistory
    policy: Policy = field(default_factory=Policy)
    led_to: Verifier | None = None

    @property
    def permit_key(self) -> Verifier:
        """What every document is signed with but permits, slips and, it may be, what asks for what goes up."""
        return self.keys.permit.newest

    @property
    def upward_keys(self) -> tuple[Verifier, ...]:
        """What an acknowledgement, or the wish for a photo, may be signed with."""
        return (self.permit_key,) if self.led_to is None else (self.permit_key, self.led_to)
