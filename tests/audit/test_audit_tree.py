"""The Merkle tree is that of RFC 6962: published roots, and every proof of every small tree, good and forged."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyplat.audit.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    root_from_inclusion,
    root_hash,
)
from surveyplat.errors import ProofError

# The leaves and roots of Certificate Transparency's own test of RFC 6962.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in INPUTS]
LARGEST = 17


def some_leaves(count):
    return [sha256(bytes([number])).digest() for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size):
    assert root_hash(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_an_empty_log_has_the_hash_of_nothing():
    assert root_hash([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, LARGEST))
def test_every_leaf_is_proved_and_no_other_place_or_leaf(size):
    leaves = some_leaves(size)
    root = root_hash(leaves)
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert root_from_inclusion(leaves[index], index, size, proof) == root
        assert root_from_inclusion(sha256(b"another").digest(), index, size, proof) != root
        for other in set(range(size)) - {index}:
            assert not is_proved(leaves[index], other, size, proof, root)


def is_proved(leaf, index, size, proof, root):
    try:
        return root_from_inclusion(leaf, index, size, proof) == root
    except ProofError:
        return False


@pytest.mark.parametrize("after", range(1, LARGEST))
def test_every_beginning_is_proved_and_no_other(after):
    leaves = some_leaves(after)
    root = root_hash(leaves)
    for before in range(after + 1):
        old, proof = root_hash(leaves[:before]), consistency_proof(leaves, before)
        assert is_consistent(before, old, after, root, proof)
        assert not is_consistent(before, sha256(b"rewritten").digest(), after, root, proof)
        if before not in (0, after):
            assert not is_consistent(before, old, after, sha256(b"rewritten").digest(), proof)
            assert not is_consistent(before, old, after, root, proof[:-1])
            assert not is_consistent(before, old, after, root, (*proof, old))


@given(st.integers(2, 200), st.data())
def test_a_log_whose_past_was_changed_is_never_consistent(size, data):
    before = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, before - 1))
    leaves = [sha256(number.to_bytes(2)).digest() for number in range(size)]
    old = root_hash(leaves[:before])
    leaves[changed] = sha256(b"changed").digest()
    assert not is_consistent(before, old, size, root_hash(leaves), consistency_proof(leaves, before))


def test_a_proof_of_nothing_is_refused():
    with pytest.raises(ProofError, match="entry 3: the log has 3 entries"):
        inclusion_proof(some_leaves(3), 3)
    with pytest.raises(ProofError, match="size 4: the log has 3"):
        consistency_proof(some_leaves(3), 4)
    with pytest.raises(ProofError, match="too few"):
        root_from_inclusion(some_leaves(1)[0], 0, 4, ())
    with pytest.raises(ProofError, match="more hashes"):
        root_from_inclusion(some_leaves(1)[0], 0, 1, (EMPTY_ROOT,))
