"""Keys that follow one another: how a key names the next one, and which of them counts where in the log.

A succession is the document `gongguan-succession/v1`, signed by both keys, which have one name::

    {"old":"gongguan/…/log+6f0d3c11+AVQ…","new":"gongguan/…/log+a4417b02+AbW…"}

The old key's signature hands over, the new one's shows that somebody has it. The log has the succession in an entry
(`key_rotated`), and another (`key_retired`) from where on the old key is not believed any more. Positions in the log
are the only clock: an entry's index, a head's size.
"""

from dataclasses import dataclass, replace

from firmware_protocol.checkpoints import Checkpoint, parse_checkpoint
from firmware_protocol.notes import (
    MalformedNote,
    Note,
    Signer,
    UnverifiedNote,
    Verifier,
    document_fields,
    open_note,
    parse_note,
    write_document,
)

KIND = "gongguan-succession/v1"


@dataclass(frozen=True, slots=True)
class Succession:
    """`new` takes the place of `old`, under the same name."""

    old: Verifier
    new: Verifier


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """From where to where in the log a key counts.

    Entries are signed with it from index `since` up to, not including, `succeeded`; heads of the sizes `since` to
    `ended` may bear its signature. None: until further notice. Between `succeeded` and `ended` both keys are believed.
    """

    key: Verifier
    since: int = 0
    succeeded: int | None = None
    ended: int | None = None

    def signs_entry(self, index: int) -> bool:
        """Whether the entry at this index is signed with this key."""
        return self.since <= index and (self.succeeded is None or index < self.succeeded)

    def may_head(self, size: int) -> bool:
        """Whether this key may sign the head of so many entries."""
        return self.since <= size and (self.ended is None or size <= self.ended)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key of one name, oldest first; one at least."""

    periods: tuple[KeyPeriod, ...]

    @classmethod
    def of(cls, key: Verifier) -> "KeyRing":
        """A key that nobody has followed yet."""
        return cls((KeyPeriod(key),))

    @property
    def newest(self) -> Verifier:
        """The key that signs now."""
        return self.periods[-1].key

    @property
    def every(self) -> tuple[Verifier, ...]:
        """All of them, the newest first: what was signed at any time."""
        return tuple(each.key for each in reversed(self.periods))

    @property
    def believed(self) -> tuple[Verifier, ...]:
        """Those that have not ended, the newest first."""
        return tuple(each.key for each in reversed(self.periods) if each.ended is None)

    @property
    def ended(self) -> frozenset[str]:
        """The ids (hex) of the keys that have ended."""
        return frozenset(each.key.key_id.hex() for each in self.periods if each.ended is not None)

    def period_of(self, key_id: bytes) -> KeyPeriod | None:
        """The period of the key with this id."""
        return next((each for each in self.periods if each.key.key_id == key_id), None)

    def succeeded(self, succession: Succession, index: int) -> "KeyRing":
        """The ring after the entry at `index` named the next key; the same where that does not follow the newest."""
        if succession.old != self.newest or succession.new in self.every:
            return self
        before = replace(self.periods[-1], succeeded=index + 1)
        return KeyRing((*self.periods[:-1], before, KeyPeriod(succession.new, index + 1)))

    def without(self, key_id: str, index: int) -> "KeyRing":
        """The ring after the entry at `index` ended a key (its id in hex) that another has followed."""
        return KeyRing(
            tuple(
                replace(each, ended=index)
                if each.key.key_id.hex() == key_id and each.succeeded is not None and each.ended is None
                else each
                for each in self.periods
            )
        )

    def read_head(self, note: bytes) -> Checkpoint:
        """Verify and read a head that a key signed while it might; raises `MalformedNote` or `UnverifiedNote`."""
        opened = open_note(note, self.every)
        head = parse_checkpoint(opened.text)
        if not any(self._may_head(opened, each, head.size) for each in self.periods):
            raise UnverifiedNote("signed with a key outside its time")
        return head

    def _may_head(self, opened: Note, period: KeyPeriod, size: int) -> bool:
        return period.may_head(size) and any(each.key_id == period.key.key_id for each in opened.signatures)


def write_succession(old: Signer, new: Signer) -> bytes:
    """The note by which `new` follows `old`; raises `MalformedNote` for another name, or the same key."""
    succession = _checked(Succession(old.verifier, new.verifier))
    return write_document(KIND, {"old": succession.old.vkey, "new": succession.new.vkey}, old, new)


def read_succession(note: bytes) -> Succession:
    """Verify both signatures and read; raises `MalformedNote` or `UnverifiedNote`.

    Whether `old` is to be believed is for the caller to know.
    """
    succession = _read(parse_note(note).text)
    if len(open_note(note, (succession.old, succession.new)).signatures) != len(("old", "new")):
        raise UnverifiedNote("a succession is signed by both keys")
    return succession


def next_key(succession: str, key: Verifier) -> Verifier | None:
    """The key to which this one hands over, where the succession says so; None otherwise."""
    try:
        read = read_succession(succession.encode())
    except (MalformedNote, UnverifiedNote):
        return None
    return read.new if read.old == key else None


def _read(text: str) -> Succession:
    fields = document_fields(text, KIND)
    if set(fields) != {"old", "new"} or not all(isinstance(each, str) for each in fields.values()):
        raise MalformedNote("a succession has exactly its fields")
    return _checked(Succession(Verifier.parse(fields["old"]), Verifier.parse(fields["new"])))


def _checked(succession: Succession) -> Succession:
    if succession.old.name != succession.new.name or succession.old == succession.new:
        raise MalformedNote("a key is followed by another one of its name")
    return succession
