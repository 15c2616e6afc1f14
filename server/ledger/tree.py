"""Growing the tree: a frontier of perfect subtrees, from which every next root follows.

A tree of `size` leaves is the list of perfect subtrees that the binary digits of `size` spell, largest first; the root
folds them from the right (RFC 9162 §2.1.1). Appending touches only the frontier, so the log's head is a handful of
hashes however long the log is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from firmware_protocol.proofs import EMPTY_ROOT, HASH_BYTES, node_hash


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect subtrees of a tree with `size` leaves, largest first; one per 1-bit of `size`."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count() or any(len(each) != HASH_BYTES for each in self.hashes):
            raise ValueError("a frontier has one 32-byte hash per 1-bit of its size")

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaves (32-byte leaf hashes, in order)."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaf_hashes:
            running, carry = leaf, size
            while carry & 1:
                running = node_hash(hashes.pop(), running)
                carry >>= 1
            hashes.append(running)
            size += 1
        return Frontier(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The root of the tree (32 bytes); the empty tree's is SHA-256 of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        running = self.hashes[-1]
        for subtree in reversed(self.hashes[:-1]):
            running = node_hash(subtree, running)
        return running

    def to_bytes(self) -> bytes:
        """The hashes one after the other, for storage beside `size`."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> "Frontier":
        """Read what `to_bytes` wrote; raises `ValueError` when it does not fit the size."""
        if len(joined) % HASH_BYTES:
            raise ValueError("a frontier is made of 32-byte hashes")
        hashes = tuple(joined[i : i + HASH_BYTES] for i in range(0, len(joined), HASH_BYTES))
        return cls(size, hashes)
