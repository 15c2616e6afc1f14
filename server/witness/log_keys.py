"""The keys of the log that a witness follows: the one people gave it, and those that each named next.

A head must bear the newest key that is known. Where it bears one of the same name that is not, the log's published
list (`keys`) is followed from what is known; only the signatures of the keys themselves count in it.
"""

from dataclasses import dataclass, field
from pathlib import Path

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.key_changes import follow_keys, parse_changes
from firmware_protocol.notes import MalformedNote, Verifier, parse_note
from firmware_protocol.successions import KeyRing
from server.store.durable_files import write_durably


@dataclass(slots=True)
class LogKeys:
    """`first` is what people gave; `file` keeps the list by which the others were found (None: not kept)."""

    first: Verifier
    file: Path | None = None
    ring: KeyRing = field(init=False)

    def __post_init__(self) -> None:
        self.ring = KeyRing.of(self.first)
        if self.file is not None and self.file.exists():
            self.ring = follow_keys(self.ring, parse_changes(self.file.read_bytes()).changes)

    @property
    def newest(self) -> Verifier:
        """What every new head must bear."""
        return self.ring.newest

    @property
    def former(self) -> tuple[Verifier, ...]:
        """What heads that were kept may bear."""
        return self.ring.every[1:]

    def names_a_stranger(self, note: bytes) -> bool:
        """Whether a key of the log's name signed that is not known."""
        known = {each.key_id for each in self.ring.every} | {Cosigner.of(each).key_id for each in self.ring.every}
        try:
            return any(
                each.name == self.first.name and each.key_id not in known for each in parse_note(note).signatures
            )
        except MalformedNote:
            return False

    def learn(self, payload: bytes) -> bool:
        """Follow the published list; durable before it counts. Whether there is a newer key now."""
        try:
            ring = follow_keys(self.ring, parse_changes(payload).changes)
        except MalformedNote:
            return False
        if ring.newest == self.ring.newest:
            return False
        if self.file is not None:
            write_durably(self.file, payload)
        self.ring = ring
        return True
