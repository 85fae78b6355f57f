"""The Merkle tree over the audit log's leaves: what proves that an entry is in it, and that it only ever grew.

Hashes are SHA-256 as raw bytes. A tree of n leaves is split at the largest power of two below n; an inner node is the
hash of a one byte and its two children, so that no leaf (which begins with a zero byte) can pass for one.
Source: Laurie, Langley and Kasper, RFC 6962 (2013), 2.1; verification after RFC 9162 (2021), 2.1.3 and 2.1.4.
"""

from collections.abc import Sequence
from hashlib import sha256

from surveyplat.errors import ProofError

EMPTY_ROOT = sha256(b"").digest()
_NODE = b"\x01"


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over the leaf hashes, in order; that of no leaves is the hash of nothing."""
    level = list(leaves)
    while len(level) > 1:
        joined = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = joined + level[len(level) - len(level) % 2 :]
    return level[0] if level else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes beside the way from the leaf ``index`` up to the root, the lowest first.

    Raises ``ProofError`` when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ProofError(f"entry {index}: the log has {len(leaves)} entries, numbered from 0")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return *inclusion_proof(leaves[:split], index), root_hash(leaves[split:])
    return *inclusion_proof(leaves[split:], index - split), root_hash(leaves[:split])


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a leaf at ``index`` of ``size`` leaves has by its proof; compare it with one that is trusted.

    Raises ``ProofError`` when the proof has not the length that the place asks for.
    """
    if not 0 <= index < size:
        raise ProofError(f"entry {index}: a log of {size} entries has none of that number")
    place, last, root = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            raise ProofError(f"entry {index}: its proof has more hashes than a log of {size} entries is high")
        if place & 1 or place == last:
            root = _node(beside, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = _node(root, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError(f"entry {index}: its proof has too few hashes for a log of {size} entries")
    return root


def consistency_proof(leaves: Sequence[bytes], before: int) -> tuple[bytes, ...]:
    """The hashes by which the tree of the first ``before`` leaves is seen to be the beginning of this one.

    Raises ``ProofError`` unless 0 <= before <= leaves.
    """
    if not 0 <= before <= len(leaves):
        raise ProofError(f"size {before}: the log has {len(leaves)} entries: some were taken away, or never were in it")
    return _subproof(leaves, before, whole=True) if before else ()


def is_consistent(before: int, root_before: bytes, after: int, root_after: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the log of ``after`` entries begins with the log of ``before`` entries."""
    if before > after:
        return False
    if before == after or before == 0:
        return not proof and (root_before == root_after if before else root_before == EMPTY_ROOT)
    hashes = list(proof) if before & (before - 1) else [root_before, *proof]
    if not hashes:
        return False
    place, last = before - 1, after - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _node(beside, old), _node(beside, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = _node(new, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root_before and new == root_after


def _subproof(leaves: Sequence[bytes], before: int, *, whole: bool) -> tuple[bytes, ...]:
    """``whole``: the first ``before`` leaves are the tree that the reader knows the root of."""
    if before == len(leaves):
        return () if whole else (root_hash(leaves),)
    split = _split(len(leaves))
    if before <= split:
        return *_subproof(leaves[:split], before, whole=whole), root_hash(leaves[split:])
    return *_subproof(leaves[split:], before - split, whole=False), root_hash(leaves[:split])


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
