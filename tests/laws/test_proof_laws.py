"""Laws of proofs from stored hashes: they are those of the definition, read little, and the tiles are the tree's."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avow.errors import LedgerError
from avow.ledger.commitment import canonical
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.prove import Span, growth, inclusion, root_at
from avow.ledger.merkle.tiles import ENTRIES, LARGEST, WIDTH, Full, Tile, tiles
from avow.ledger.merkle.tree import consistent, grown, included, leaf, path, root_of
from avow.ledger.opened.value import value
from tests.laws.test_ledger_laws import LEAVES as FEW
from tests.laws.test_ledger_laws import ROOTS
from tests.laws.test_ledger_laws import SIZES as SMALL

LARGE = 70_000
PAIRS = 2_000


class Stored:
    """Hashes as the store keeps them: the leaves, and one for each full tile; it notes how many were read."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Grow the tree."""
        self.leaves, full = leaves, list[Full]()
        self.tree = Frontier()
        self.tree.extend(leaves, full)
        self.above = {(one.level, one.number): one.hash for one in full}
        self.count = 0

    def read(self, spans: Sequence[Span]) -> Mapping[Span, Sequence[bytes]]:
        """Give the hashes of spans."""
        self.count += sum(span.size for span in spans)
        return {span: [self.hash(span.level, span.first + i) for i in range(span.size)] for span in spans}

    def hash(self, level: int, number: int) -> bytes:
        """Give one stored hash."""
        return self.leaves[number] if level == 0 else self.above[level, number]


@cache
def large() -> Stored:
    """Give a store whose tree has three levels of tiles."""
    return Stored([leaf(b"%d" % i) for i in range(LARGE)])


def test_every_small_proof_is_the_definitions() -> None:
    """For all sizes below 130 and all pairs, inclusion, growth and root from stored hashes are those of RFC 6962."""
    stored = Stored(FEW)
    for size in range(SMALL):
        assert root_at(size, stored.read) == ROOTS[size]
        for at in range(size):
            assert inclusion(at, size, stored.read) == path(at, FEW[:size])
        for old in range(size + 1):
            assert growth(old, size, stored.read) == grown(old, FEW[:size])


def test_every_large_proof_holds_and_reads_little() -> None:
    """2,000 random pairs above: each proof holds, none reads more hashes than the logarithm allows."""
    stored, random = large(), Random(2013)  # noqa: S311 -- pairs to prove, no secret
    roots: dict[int, bytes] = {}
    for _ in range(PAIRS):
        size = random.randrange(SMALL, LARGE + 1)
        old, index = random.randrange(1, size + 1), random.randrange(size)
        for one in (old, size):
            roots[one] = roots.get(one) or root_at(one, stored.read)
        stored.count = 0
        assert included(roots[size], size, index, stored.leaves[index], inclusion(index, size, stored.read))
        assert stored.count <= 3 * WIDTH * 2
        stored.count = 0
        assert consistent(old, roots[old], size, roots[size], growth(old, size, stored.read))
        assert stored.count <= 3 * WIDTH * 2
    assert root_at(LARGE, stored.read) == stored.tree.root
    for size in random.sample(sorted(roots), 12):
        index, old = size // 3, size // 2
        assert roots[size] == root_of(stored.leaves[:size])
        assert inclusion(index, size, stored.read) == path(index, stored.leaves[:size])
        assert growth(old, size, stored.read) == grown(old, stored.leaves[:size])


def test_tiles_are_those_of_the_definition() -> None:
    """A tree of 70,000 has the tiles that the format names, and each hash is the root over its leaves."""
    assert [(one.level, one.number, one.width) for one in tiles(LARGE) if one.width < WIDTH] == [
        (0, 273, 112),
        (1, 1, 17),
        (2, 0, 1),
    ]
    assert len(tiles(LARGE)) == 274 + 2 + 1
    assert [one.path for one in tiles(256)] == ["0/000", "1/000.p/1"]
    assert tiles(0) == []
    stored = large()
    for (level, number), found in stored.above.items():
        span = WIDTH**level
        assert found == root_of(stored.leaves[number * span : (number + 1) * span])
    assert sorted(stored.above) == [(1, n) for n in range(273)] + [(2, 0)]


def test_what_is_stored_does_not_depend_on_the_batches() -> None:
    """However the leaves come, one by one or many at once, the same hashes are kept."""
    leaves, random = large().leaves[:2_000], Random(7)  # noqa: S311 -- sizes of batches, no secret
    tree, full = Frontier(), list[Full]()
    while tree.size < len(leaves):
        tree = Frontier(tree.size, tree.packed)
        tree.extend(leaves[tree.size : tree.size + random.randrange(1, 700)], full)
    assert {(one.level, one.number): one.hash for one in full} == Stored(leaves).above


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (LARGE, LARGE)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    """No leaf beyond the tree, and no tree grown from a larger one, is proven."""
    with pytest.raises(LedgerError):
        inclusion(index, size, large().read)
    with pytest.raises(LedgerError):
        growth(size + 1, size, large().read)
    with pytest.raises(LedgerError):
        root_at(5, lambda _: {})


@given(st.integers(-1, 63), st.integers(0, LARGEST // WIDTH - 1), st.integers(1, WIDTH))
def test_a_tile_is_read_as_it_is_named(level: int, number: int, width: int) -> None:
    """The address names one tile, and no other address does."""
    tile = Tile(level, number, width)
    assert Tile.read(tile.path) == tile
    assert tile.path.startswith("entries/" if level == ENTRIES else f"{level}/")


@given(st.text("0123456789x/.pentris", max_size=40) | st.text(max_size=20))
def test_an_address_that_is_no_tiles_is_refused(text: str) -> None:
    """Whatever is asked for, it is the one form of an address or an error."""
    try:
        found = Tile.read(text)
    except LedgerError:
        return
    assert found.path == text


@given(st.binary(max_size=60) | st.text("lmsibudntfk0123456789:", max_size=60).map(str.encode))
def test_bytes_are_the_canonical_ones_of_a_value_or_refused(data: bytes) -> None:
    """Whatever is read back is written as it was read; anything else is an error, and nothing else is raised."""
    try:
        found = value(data)
    except LedgerError:
        return
    assert canonical(found) == data


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.uuids()
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(_VALUES)
def test_a_value_comes_back(found: object) -> None:
    """What has canonical bytes is read back from them."""
    assert value(canonical(found)) == found
