"""The Merkle tree of the public log, as in RFC 9162 §2.1: hashing, growing, proofs and their verification.

A tree of ``size`` leaves is known by the hashes of its whole subtrees: level 0 are the leaves, and the subtree of a level
and position covers ``2 ** level`` leaves from ``position * 2 ** level`` on. Such a hash never changes once it is there.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without a leaf."""


class Subtree(NamedTuple):
    """A whole subtree, by its level and its position among those of its level."""

    level: int
    position: int

    @property
    def end(self) -> int:
        """The position behind its last leaf."""
        return (self.position + 1) << self.level


Find = Callable[[Iterable[Subtree]], Mapping[Subtree, bytes]]
"""Looks up the hashes of whole subtrees."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node: SHA-256 of 0x01 and the hashes of its two sides."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a growing tree: the hashes of the fewest whole subtrees that cover it, the largest first.

    All that is needed to add leaves and to tell the root: as many hashes as the size has bits set.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError("an edge has a hash for each bit of its size")
        self.size, self._hashes = size, list(hashes)

    def add(self, leaf: bytes) -> list[tuple[Subtree, bytes]]:
        """Adds a leaf by its hash; the subtrees above the leaf that are whole by it, the smallest first."""
        level, found = 0, leaf
        made: list[tuple[Subtree, bytes]] = []
        while self.size >> level & 1:
            found = node_hash(self._hashes.pop(), found)
            level += 1
            made.append((Subtree(level, self.size >> level), found))
        self._hashes.append(found)
        self.size += 1
        return made

    @property
    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return _folded(self._hashes)


def covering(start: int, end: int) -> list[Subtree]:
    """The whole subtrees that cover the leaves from ``start`` to before ``end``, the largest first.

    ``start`` is 0 or a multiple of a power of two that is no less than their number, as in every proof.
    """
    found = []
    for level in reversed(range((end - start).bit_length())):
        if end - start >> level & 1:
            found.append(Subtree(level, start >> level))
            start += 1 << level
    return found


def root_at(find: Find, size: int) -> bytes:
    """The root that the tree had when it held so many leaves."""
    return _hashes_of(find, [(0, size)])[0]


def inclusion(find: Find, index: int, size: int) -> list[bytes]:
    """The proof that a leaf is in the tree of so many leaves (RFC 9162, §2.1.3.1), from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _hashes_of(find, ranges[::-1])


def consistency(find: Find, first: int, second: int) -> list[bytes]:
    """The proof that the tree of ``second`` leaves begins with that of ``first`` (RFC 9162, §2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError("no such trees")
    ranges, start, end = [], 0, second
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # A first tree that is a whole subtree of the second is known to whoever asks: its hash is the root she holds.
    if start:
        ranges.append((start, end))
    return _hashes_of(find, ranges[::-1])


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that a leaf is in the tree of a root (RFC 9162, §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree goes on from an earlier one, nothing in it changed (RFC 9162, §2.1.4.2)."""
    if first == second:
        return not proof and first_root == second_root
    if not 0 < first < second or not proof:
        return False
    # The root of a whole subtree is left out of the proof.
    path = [first_root, *proof] if first & first - 1 == 0 else list(proof)
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two that is less than ``size``, which is 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def _hashes_of(find: Find, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hash of each range of leaves, all that they need looked up at once."""
    covers = [covering(*one) for one in ranges]
    known = find({subtree for cover in covers for subtree in cover})
    return [_folded([known[subtree] for subtree in cover]) for cover in covers]


def _folded(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found
