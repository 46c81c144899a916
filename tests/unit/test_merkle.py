"""The log's tree is that of RFC 9162: held against its own words, written down a second time, and against known roots."""

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import merkle
from portal.domain.merkle import Edge, Subtree

LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The entries that the reference implementations of Certificate Transparency are tested with."""

ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Their roots after each of these entries."""

CONSISTENCY = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
"""Some of their consistency proofs."""


# What follows is the RFC once more, as it is defined there: on lists of entries, by recursion. Nothing of ours is used.


def half(entries: list[bytes]) -> int:
    """k: the largest power of two smaller than n."""
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return k


def mth(entries: list[bytes]) -> bytes:
    """§2.1.1, the Merkle Tree Hash."""
    if len(entries) < 2:
        return hashlib.sha256(b"".join(b"\x00" + one for one in entries)).digest()
    k = half(entries)
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """§2.1.3.1, PATH(m, D_n)."""
    if len(entries) == 1:
        return []
    k = half(entries)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    """§2.1.4.1, SUBPROOF(m, D_n, b)."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = half(entries)
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def climb(leaf: bytes, m: int, n: int, proof: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, by PATH read backwards; None for one of another length."""
    if n == 1:
        return None if proof else leaf
    if not proof:
        return None
    k = 1 << (n - 1).bit_length() - 1
    inner = climb(leaf, m, k, proof[:-1]) if m < k else climb(leaf, m - k, n - k, proof[:-1])
    if inner is None:
        return None
    sides = (inner, proof[-1]) if m < k else (proof[-1], inner)
    return hashlib.sha256(b"\x01" + sides[0] + sides[1]).digest()


def rebuild(m: int, n: int, proof: list[bytes], first: bytes, whole: bool = True) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, by SUBPROOF read backwards; None for one of another length."""
    if m == n:
        if whole:
            return None if proof else (first, first)
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k = 1 << (n - 1).bit_length() - 1
    left = m <= k
    inner = rebuild(m, k, proof[:-1], first, whole) if left else rebuild(m - k, n - k, proof[:-1], first, False)
    if inner is None:
        return None
    old, new, other = *inner, proof[-1]
    if left:
        return old, hashlib.sha256(b"\x01" + new + other).digest()
    return hashlib.sha256(b"\x01" + other + old).digest(), hashlib.sha256(b"\x01" + other + new).digest()


class Kept:
    """A tree kept as the log keeps it: each whole subtree once, and nothing else."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        self.nodes: dict[Subtree, bytes] = {}
        self.edge = Edge()
        self.roots = [self.edge.root]
        for position, entry in enumerate(entries):
            self.nodes[Subtree(0, position)] = merkle.leaf_hash(entry)
            self.nodes.update(self.edge.add(merkle.leaf_hash(entry)))
            self.roots.append(self.edge.root)

    def find(self, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
        return {one: self.nodes[one] for one in wanted}


def entries_of(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(size)]


SIZES = st.integers(1, 400)


def test_roots_and_proofs_are_those_of_the_reference_implementations() -> None:
    kept = Kept(LEAVES)
    assert [root.hex() for root in kept.roots[1:]] == ROOTS
    assert kept.roots[0].hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for (first, second), proof in CONSISTENCY.items():
        assert [one.hex() for one in merkle.consistency(kept.find, first, second)] == proof
    # The proof of the first leaf among eight.
    assert [one.hex() for one in merkle.inclusion(kept.find, 0, 8)] == CONSISTENCY[1, 8]


@given(SIZES)
def test_a_grown_tree_has_the_root_of_the_definition_at_every_size(size: int) -> None:
    entries = entries_of(size)
    kept = Kept(entries)
    assert kept.edge.root == mth(entries)
    assert merkle.root_at(kept.find, size) == mth(entries)
    assert merkle.root_at(kept.find, size // 2) == mth(entries[: size // 2]) == kept.roots[size // 2]
    # An edge that was put away goes on where it was.
    hashes = [kept.nodes[one] for one in merkle.covering(0, size)]
    taken_up = Edge(size, hashes)
    taken_up.add(merkle.leaf_hash(b"one more"))
    assert taken_up.root == mth([*entries, b"one more"])


@given(SIZES, st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_prove(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    entries = entries_of(size)
    proof = merkle.inclusion(Kept(entries).find, index, size)
    leaf, root = merkle.leaf_hash(entries[index]), mth(entries)
    assert proof == path(index, entries)
    assert merkle.is_included(leaf, index, size, proof, root)
    assert climb(leaf, index, size, proof) == root


@given(SIZES, st.data())
def test_consistency_proofs_are_those_of_the_definition_and_prove(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    entries = entries_of(size)
    proof = merkle.consistency(Kept(entries).find, first, size)
    roots = mth(entries[:first]), mth(entries)
    assert proof == subproof(first, entries)
    assert merkle.is_consistent(first, size, *roots, proof)
    assert rebuild(first, size, proof, roots[0]) == roots


CHANGES = st.sampled_from(["flip", "drop", "add", "swap", "index", "size", "root"])


@given(st.integers(2, 300), CHANGES, st.data())
def test_whatever_is_changed_in_an_inclusion_proof_both_verifications_agree(
    size: int, change: str, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    entries = entries_of(size)
    proof, root = merkle.inclusion(Kept(entries).find, index, size), mth(entries)
    leaf, total = merkle.leaf_hash(entries[index]), size
    if change == "flip":
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    elif change == "drop":
        proof.pop(data.draw(st.integers(0, len(proof) - 1)))
    elif change == "add":
        proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    elif change == "swap":
        proof.reverse()
    elif change == "index":
        index = data.draw(st.integers(0, size - 1))
    elif change == "size":
        total = data.draw(st.integers(index + 1, 2 * size))
    else:
        root = mth(entries[:-1])
    assert merkle.is_included(leaf, index, total, proof, root) == (climb(leaf, index, total, proof) == root)
    if change in ("flip", "drop", "add", "root"):
        assert not merkle.is_included(leaf, index, total, proof, root)


@given(st.integers(2, 300), st.sampled_from(["flip", "drop", "add", "sizes", "first root", "second root"]), st.data())
def test_whatever_is_changed_in_a_consistency_proof_both_verifications_agree(
    size: int, change: str, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, size - 1))
    entries = entries_of(size)
    proof, old, new = merkle.consistency(Kept(entries).find, first, size), mth(entries[:first]), mth(entries)
    if change == "flip":
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
    elif change == "drop":
        proof.pop(data.draw(st.integers(0, len(proof) - 1)))
    elif change == "add":
        proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    elif change == "sizes":
        first = data.draw(st.integers(1, size - 1))
    elif change == "first root":
        old = mth([*entries[: first - 1], b"another"])
    else:
        new = mth([b"another", *entries[1:]])
    found = merkle.is_consistent(first, size, old, new, proof)
    assert found == (rebuild(first, size, proof, old) == (old, new))
    if change != "sizes":
        assert not found


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion(Kept(entries_of(3)).find, index, size)
    assert not merkle.is_included(bytes(32), index, size, [], bytes(32))


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 2)])
def test_no_tree_is_consistent_with_one_that_is_larger_or_empty(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="no such trees"):
        merkle.consistency(Kept(entries_of(3)).find, first, second)
    assert not merkle.is_consistent(first, second, bytes(32), bytes(32), [bytes(32)])


def test_an_edge_that_lacks_a_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="for each bit"):
        Edge(3, [bytes(32)])
