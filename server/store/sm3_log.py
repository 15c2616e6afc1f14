"""The second tree: the log's very entries under SM3, its head published beside the first (`sm3/checkpoint`).

It has the log's name and `-sm3` for its origin, and is signed with the log's key under that name. C2SP fixes SHA-256,
so whatever others check stays as it is; this head is for whoever has to rely on Chinese algorithms. It needs no files
of its own but the head: the leaves are hashed anew at each start, some 60,000 a second where OpenSSL knows SM3 (every
Debian's does), a few hundred where it does not; so long the publishing of the first head after a start is held up.
"""

import logging
from dataclasses import replace

from firmware_protocol.checkpoints import Checkpoint, sign_checkpoint
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, Verifier
from firmware_protocol.sm3 import sm3_leaf_hash
from firmware_protocol.successions import KeyPeriod, KeyRing
from server.ledger.forks import LogForked
from server.ledger.tiles import bundles_between, entries_in
from server.ledger.tree import Sm3Frontier
from server.store.durable_files import write_durably
from server.store.log_files import LogFiles, Published, bears

SM3_CHECKPOINT = "sm3/checkpoint"
_LOG = logging.getLogger(__name__)


def sm3_name(log_name: str) -> str:
    """The second tree's origin, and its key's name."""
    return f"{log_name}-sm3"


def sm3_head(files: LogFiles) -> Checkpoint | None:
    """The head that was published last, None without one; raises `MalformedNote` or `UnverifiedNote`."""
    try:
        note = (files.folder / SM3_CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return None
    return _ring(files).read_head(note)


def _ring(files: LogFiles) -> KeyRing:
    """Every key that the log has had, under the second tree's name: its head may be older than the newest of them."""
    known = files.ring()
    former = (KeyPeriod(each) for each in files.former if each not in known.every)
    periods = (*former, *known.periods)
    return KeyRing(tuple(replace(each, key=_sm3_key(each.key)) for each in periods))


def _sm3_key(log_key: Verifier) -> Verifier:
    return Verifier(sm3_name(log_key.name), log_key.public_bytes)


def sm3_frontier(files: LogFiles, size: int, begun: Sm3Frontier, known: Checkpoint | None) -> Sm3Frontier:
    """The second tree over the first `size` published entries, from `begun` on.

    Raises `LogForked` where it is not an extension of the head that is `known`.
    """
    if known is not None and known.size > size:
        raise LogForked(f"an SM3 head of {known.size} entries was let out, and there are {size}")
    frontier = begun
    for bundle in bundles_between(begun.size, size):
        for entry in entries_in(files.read(bundle))[frontier.size - bundle.first :]:
            frontier = frontier.extend([sm3_leaf_hash(entry)])
            if known is not None and frontier.size == known.size and frontier.root != known.root:
                raise LogForked(f"the first {known.size} entries are not those of the SM3 head")
    return frontier


class Sm3Log:
    """Follows the published log; one thread at a time. `is_well` until it had to contradict a head of its own."""

    def __init__(self, files: LogFiles, log_key: Signer, before: Signer | None = None) -> None:
        """`log_key` is the log's own; here it signs under the second tree's name, and so does the one `before` it."""
        self._files = files
        self._signer, self._before = log_key, before
        self._frontier = Sm3Frontier()
        self.is_well = True

    def hear(self, published: Published) -> None:
        """Follow; where that cannot be, say so and stand still for good: the log itself goes on."""
        if not self.is_well:
            return
        try:
            self.follow(published)
        except (LogForked, UnverifiedNote, MalformedNote):
            self.is_well = False
            _LOG.exception("the SM3 head that stands there is not that of the log; no later one is published")

    def follow(self, published: Published) -> None:
        """Publish the second head of as many entries, durably; raises `LogForked` rather than contradict the last one.

        The first time takes as long as hashing the whole log.
        """
        if published.size <= self._frontier.size:
            return
        known = sm3_head(self._files)
        self._frontier = sm3_frontier(self._files, published.size, self._frontier, known)
        if known is None or known.size < published.size:
            beside = self._before if self._before and bears(published.note, self._before.verifier) else None
            signers = (each.under(sm3_name(each.name)) for each in (self._signer, beside) if each is not None)
            note = sign_checkpoint(self._frontier.size, self._frontier.root, *signers)
            write_durably(self._files.folder / SM3_CHECKPOINT, note)
