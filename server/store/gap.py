"""The gap: entries that were published and that a database put back from a backup lacks, all of them of cabinets.

Cabinets keep what they wrote and send it again. So that the log goes on and does not fork, each entry must come back
to the very place where everybody has seen it, and nothing else may take that place. Until the last one is there,
nothing is published and the server records nothing of its own.

What a crash means: the gap is found anew at every start, from what the database and the published log then hold.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from firmware_protocol.agent_keys import succession_in
from firmware_protocol.entries import KIND, SERVER
from firmware_protocol.notes import Verifier, document_fields, parse_note
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.successions import Succession
from server.ledger.forks import LogDamaged, LogForked
from server.ledger.tiles import Tile, bundles_between, entries_in
from server.ledger.tree import Frontier


class OutOfTurn(Exception):
    """Another entry was published under this place; nothing was stored. Ask again when the gap is closed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The leaf hashes that were published from position `first` on, in order; none where nothing is missing.

    `successions` are those by which cabinets gave their keys successors in what is missing.
    """

    first: int = 0
    leaves: tuple[bytes, ...] = ()
    successions: tuple[Succession, ...] = ()

    def __len__(self) -> int:
        """How many entries are missing."""
        return len(self.leaves)

    def keys_after(self, key: Verifier) -> Iterator[Verifier]:
        """The keys that follow this one in what is missing: whoever has them signs with the newest already."""
        for each in self.successions:
            if each.old == key:
                key = each.new
                yield key

    def admits(self, position: int, leaf: bytes) -> bool:
        """Whether an entry with this leaf hash may stand there; everything may where nothing was published."""
        index = position - self.first
        return not 0 <= index < len(self.leaves) or self.leaves[index] == leaf


WHOLE = Gap()
"""Nothing is missing."""


def gap_in(held: Frontier, size: int, root: bytes, read: Callable[[Tile], bytes]) -> Gap:
    """What a database that holds `held` lacks of the published log of `size` entries; `read` gives its bundles.

    Raises `LogForked` where `held` is not its beginning, where the bundles do not make up `root`, and where an entry
    of the server's own is missing: what those said stands nowhere else, so nobody can bring them again.
    """
    before, missing = Frontier(), list[bytes]()
    for bundle in bundles_between(0, size):
        notes = _notes(bundle, read)
        here = max(0, held.size - bundle.first)
        before = before.extend(map(leaf_hash, notes[:here]))
        missing += notes[here:]
    leaves = tuple(map(leaf_hash, missing))
    if before != held or held.extend(leaves).root != root:
        raise LogForked(f"the first {held.size} entries are not those that were published")
    if any(is_servers(note) for note in missing):
        raise LogForked(f"the database has {held.size} entries, and {size} were published, some of them by the server")
    return Gap(held.size, leaves, tuple(each for each in map(succession_in, missing) if each is not None))


def _notes(bundle: Tile, read: Callable[[Tile], bytes]) -> list[bytes]:
    try:
        return entries_in(read(bundle))
    except (FileNotFoundError, ValueError) as error:
        raise LogDamaged(f"{bundle.path} of the published log is damaged") from error


def is_servers(note: bytes) -> bool:
    """Whether an entry that the log has was written by the server itself."""
    return bool(document_fields(parse_note(note).text, KIND)["by"] == SERVER)
