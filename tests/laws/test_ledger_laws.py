"""Laws of the tree: proofs agree with the recursive definition of RFC 6962, and altered ones are refused."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from avow.ledger.commitment import canonical
from avow.ledger.entry import bytes_of, entry_bytes, head, names_in
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.tree import consistent, grown, included, leaf, path, root, root_of
from avow.terms import EntryKind

SIZES = 130
DATAS = [f"entry {i}".encode() for i in range(SIZES)]
LEAVES = [leaf(data) for data in DATAS]


def _definition(datas: list[bytes]) -> bytes:
    """Compute the root as RFC 6962, section 2.1, words it."""
    if not datas:
        return hashlib.sha256(b"").digest()
    if len(datas) == 1:
        return hashlib.sha256(b"\x00" + datas[0]).digest()
    half = 1
    while half * 2 < len(datas):
        half *= 2
    return hashlib.sha256(b"\x01" + _definition(datas[:half]) + _definition(datas[half:])).digest()


ROOTS = [_definition(DATAS[:size]) for size in range(SIZES)]


def test_the_root_is_the_recursive_one() -> None:
    """For every size the root, from data and from leaves, is the recursive definition's."""
    for size in range(SIZES):
        assert root(DATAS[:size]) == root_of(LEAVES[:size]) == ROOTS[size]


def test_the_frontier_has_the_root_of_the_tree() -> None:
    """Growing leaf by leaf, going on from what was packed, gives every root."""
    frontier = Frontier()
    for size in range(SIZES):
        assert frontier.root == ROOTS[size]
        frontier = Frontier(frontier.size, frontier.packed)
        frontier.extend(LEAVES[size : size + 1])
    whole = Frontier()
    whole.extend(LEAVES)
    assert (whole.size, whole.packed) == (frontier.size, frontier.packed)


def test_every_leaf_is_included_and_only_there() -> None:
    """The path of every leaf of every tree proves it at its index, and proves nothing else."""
    for size in range(1, SIZES):
        for index in range(size):
            proof = path(index, LEAVES[:size])
            assert included(ROOTS[size], size, index, LEAVES[index], proof)
            assert not included(ROOTS[size], size, (index + 1) % size, LEAVES[index], proof) or size == 1
            assert not included(ROOTS[size], size, index, LEAVES[index - 1], proof) or size == 1
            assert not included(ROOTS[size - 1], size, index, LEAVES[index], proof)
            assert not included(ROOTS[size], size, index, LEAVES[index], [*proof, ROOTS[0]])
            assert not included(ROOTS[size], size, size, LEAVES[index], proof)
            assert not included(ROOTS[size], size, -1, LEAVES[index], proof)
            if proof:
                assert not included(ROOTS[size], size, index, LEAVES[index], proof[:-1])
                assert not included(ROOTS[size], size, index, LEAVES[index], _flipped(proof, index))


def test_every_tree_grows_from_every_smaller_one() -> None:
    """The proof of growth holds between all sizes, and an altered one is refused."""
    for new in range(SIZES):
        for old in range(new + 1):
            proof = grown(old, LEAVES[:new])
            assert consistent(old, ROOTS[old], new, ROOTS[new], proof)
            assert not consistent(old, ROOTS[old - 1], new, ROOTS[new], proof)
            assert not consistent(old, ROOTS[old], new, ROOTS[new], [*proof, ROOTS[1]])
            if proof:
                assert not consistent(old, ROOTS[old], new, ROOTS[new - 1], proof)
                assert not consistent(old, ROOTS[old], new, ROOTS[new], proof[:-1])
                assert not consistent(old, ROOTS[old], new, ROOTS[new], _flipped(proof, old))
                assert not consistent(new, ROOTS[new], old, ROOTS[old], proof)
                assert not consistent(old, ROOTS[old], new, ROOTS[new], [])


def _flipped(proof: list[bytes], seed: int) -> list[bytes]:
    at = seed % len(proof)
    return [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.integers(0, 40))
def test_no_proof_that_is_made_up_holds(proof: list[bytes], index: int) -> None:
    """Random hashes prove neither inclusion nor growth."""
    assert not included(ROOTS[41], 41, index, leaf(b"never appended"), proof)
    assert not consistent(41, ROOTS[41], 100, ROOTS[99], proof)


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.binary(),
    st.uuids(),
    st.datetimes(timezones=st.just(UTC)),
)
_VALUES = st.recursive(_SCALARS, lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(), x, max_size=4))


@given(_VALUES, _VALUES)
def test_canonical_bytes_are_injective(one: object, other: object) -> None:
    """Two values have the same bytes only if they are the same value."""
    assert (canonical(one) == canonical(other)) == (_typed(one) == _typed(other))


def _typed(value: object) -> object:
    """Tell apart what Python calls equal: True and 1."""
    if isinstance(value, dict):
        return {key: _typed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_typed(part) for part in value]
    return (type(value), value)


@given(st.dictionaries(st.text(), st.integers()), st.datetimes(), st.integers(-720, 720))
def test_canonical_bytes_forget_order_and_zone(record: dict[str, int], naive: datetime, offset: int) -> None:
    """The order of keys and the zone in which an instant is written make no difference."""
    assert canonical(dict(reversed(record.items()))) == canonical(record)
    instant = datetime(2025, 1, 1, tzinfo=UTC) + (naive - naive.replace(hour=0))
    assert canonical(instant.astimezone(timezone(timedelta(minutes=offset)))) == canonical(instant)


@given(
    st.sampled_from(EntryKind),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.binary(min_size=32, max_size=32), max_size=5),
    st.lists(st.tuples(st.integers(1, 2**63 - 1), st.integers(0, 2**31 - 1)), max_size=5),
)
def test_an_entry_is_read_as_it_was_written(
    kind: EntryKind, at: datetime, commitments: list[bytes], names: list[tuple[int, int]]
) -> None:
    """The names come back from the bytes, and the bytes are the canonical list of what the entry says."""
    data = entry_bytes(kind, at, commitments, names)
    covered = [kind.value, at, root(commitments), len(commitments), [list(pair) for pair in names]]
    assert data == b"avow/entry/v1\n" + canonical(covered)
    assert names_in(data, head(kind, at), commitments) == names
    assert names or data == bytes_of(head(kind, at), commitments)
