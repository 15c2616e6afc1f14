"""What whoever follows a log makes of the next head: the one pure rule that every agent and every witness goes by.

Two heads belong to one log when the earlier tree is the beginning of the later one. A head that is shown with a proof
that fails, another tree of the same size, or a smaller tree that the log calls its newest later than the larger one:
each is a log with two histories, and the two heads are the evidence.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from firmware_protocol.checkpoints import Checkpoint, read_checkpoint
from firmware_protocol.cosignatures import Cosigner, times_cosigned
from firmware_protocol.entries import SERVER, parse
from firmware_protocol.log_steps import Issued
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from firmware_protocol.proofs import check_consistency, check_inclusion, leaf_hash

Verdict = Literal["followed", "same", "behind", "unlinked", "forked", "shrunk"]
"""`followed`: a longer tree, proven. `same`: this tree again. `behind`: an older head, late or repeated.

`unlinked`: a longer tree, but proven from another one than is known, so that nothing can be said. `forked`, `shrunk`:
a log with two histories.
"""


@dataclass(frozen=True, slots=True)
class Head:
    """A log's head as shown: the checkpoint, its note, and when the log's own cosignature says it was the newest."""

    checkpoint: Checkpoint
    note: bytes
    at: datetime | None = None

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size


@dataclass(frozen=True, slots=True)
class Shown:
    """A head with the proof that came along: from the tree of `earlier` entries.

    `is_quorate`: it bears the cosignatures that the policy asks for. `note` is all of it as it came.
    """

    head: Head
    earlier: int
    consistency: tuple[bytes, ...]
    is_quorate: bool
    note: bytes


def read_head(note: bytes, log_key: Verifier, *former: Verifier) -> Head:
    """Verify a checkpoint and read when the log vouched for it last. Raises `MalformedNote` or `UnverifiedNote`.

    The origin is the key's name: one name heads one log. `former` keys of that name do for what was kept from before.
    """
    keys = (log_key, *former)
    checkpoint = read_checkpoint(note, keys)
    if checkpoint.origin != log_key.name:
        raise MalformedNote("the checkpoint of another log")
    times = (times_cosigned(note, [Cosigner.of(key)]).get(key.name) for key in keys)
    return Head(checkpoint, note, max((at for at in times if at is not None), default=None))


def judge(known: Head | None, shown: Head, earlier: int, consistency: Sequence[bytes]) -> Verdict:
    """What `shown` is to somebody whose last head is `known` (None: the first). Both are verified."""
    if known is None or known.size == 0:
        return "followed" if earlier == 0 else "unlinked"
    if shown.size == known.size:
        return "same" if shown.checkpoint.root == known.checkpoint.root else "forked"
    if shown.size < known.size:
        return "shrunk" if _is_later(known.at, shown.at) else "behind"
    if earlier != known.size:
        return "unlinked"
    roots = known.checkpoint.root, shown.checkpoint.root
    return "followed" if check_consistency(known.size, shown.size, list(consistency), *roots) else "forked"


def is_issued(issued: Issued, document: bytes, checkpoint: Checkpoint, *permit_keys: Verifier) -> bool:
    """Whether the checkpoint's tree has the entry by which the server issued just this permit (`document`)."""
    try:
        entry = parse(issued.entry, permit_keys)
    except (MalformedNote, UnverifiedNote):
        return False
    names = (entry.by, entry.type, entry.about.get("permit"), entry.about.get("document"))
    if names != (SERVER, "permit_issued", issued.permit, hashlib.sha256(document).hexdigest()):
        return False
    path = list(issued.inclusion)
    return check_inclusion(leaf_hash(issued.entry), issued.index, checkpoint.size, path, checkpoint.root)


def _is_later(known_at: datetime | None, shown_at: datetime | None) -> bool:
    return known_at is not None and shown_at is not None and shown_at > known_at
