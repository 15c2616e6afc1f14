"""Growing the tree: a frontier of perfect subtrees, from which every next root follows.

A tree of `size` leaves is the list of perfect subtrees that the binary digits of `size` spell, largest first; the root
folds them from the right (RFC 9162 §2.1.1). Appending touches only the frontier, so the log's head is a handful of
hashes however long the log is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from firmware_protocol.proofs import EMPTY_ROOT, HASH_BYTES, node_hash
from firmware_protocol.sm3 import sm3, sm3_node_hash


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect subtrees of a tree with `size` leaves, largest first; one per 1-bit of `size`."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    _node = staticmethod(node_hash)
    _empty_root = EMPTY_ROOT

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count() or any(len(each) != HASH_BYTES for each in self.hashes):
            raise ValueError("a frontier has one 32-byte hash per 1-bit of its size")

    def extend(self, leaf_hashes: Iterable[bytes]) -> Self:
        """The frontier after these leaves (32-byte leaf hashes, in order)."""
        size, hashes, node = self.size, list(self.hashes), self._node
        for leaf in leaf_hashes:
            running, carry = leaf, size
            while carry & 1:
                running = node(hashes.pop(), running)
                carry >>= 1
            hashes.append(running)
            size += 1
        return type(self)(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The root of the tree (32 bytes); the empty tree's is the hash of nothing."""
        if not self.hashes:
            return self._empty_root
        running = self.hashes[-1]
        for subtree in reversed(self.hashes[:-1]):
            running = self._node(subtree, running)
        return running

    def to_bytes(self) -> bytes:
        """The hashes one after the other, for storage beside `size`."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `ValueError` when it does not fit the size."""
        if len(joined) % HASH_BYTES:
            raise ValueError("a frontier is made of 32-byte hashes")
        hashes = tuple(joined[i : i + HASH_BYTES] for i in range(0, len(joined), HASH_BYTES))
        return cls(size, hashes)


@dataclass(frozen=True, slots=True)
class Sm3Frontier(Frontier):
    """The same of the second tree, whose leaves and nodes are hashed by SM3."""

    _node = staticmethod(sm3_node_hash)
    _empty_root = sm3(b"")
