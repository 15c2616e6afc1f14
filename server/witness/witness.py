"""Vouching for heads: what is asked is compared with what is known, kept, and only then cosigned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.add_checkpoint import Accepted, AddCheckpoint, Rejected, answer, origin_of, parse_request
from firmware_protocol.cosignatures import cosign
from firmware_protocol.notes import MalformedNote, Signature, Signer, Verifier
from server.witness.memory import Kept, WitnessMemory


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness: its key, the logs it follows by origin, its memory, its clock. Any thread."""

    signer: Signer
    log_keys: Mapping[str, Verifier]
    memory: WitnessMemory
    clock: Callable[[], datetime]

    def add(self, body: bytes) -> Signature | Rejected:
        """Answer one request; a cosignature's head is durable before this returns it."""
        try:
            request = parse_request(body)
            origin = origin_of(request)
        except MalformedNote:
            return Rejected(400)
        now = self.clock()
        answered = self.memory.compare_and_keep(origin, now, lambda kept: self._decide(request, kept))
        if isinstance(answered, Accepted):
            return cosign(answered.checkpoint.text, self.signer, now)
        if answered.dispute is not None:
            self.dispute(origin, answered.dispute, request.note)
        return answered

    def dispute(self, origin: str, kind: str, shown: bytes) -> None:
        """Keep what does not fit beside what was known."""
        kept = self.memory.kept(origin)
        self.memory.keep_dispute(origin, kind, b"" if kept is None else kept.note, shown, self.clock())

    def _decide(self, request: AddCheckpoint, kept: Kept | None) -> tuple[Accepted | Rejected, bytes | None]:
        answered = answer(request, self.log_keys, None if kept is None else kept.checkpoint)
        return answered, request.note if isinstance(answered, Accepted) else None
