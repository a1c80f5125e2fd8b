"""Test the ledger as outsiders see it: tiles, checkpoint and keys in the public formats, and nothing else."""

import gzip
from collections.abc import Mapping, Sequence

import psycopg
import pytest
from django.db import transaction
from django.test import Client

from avow.config import config
from avow.ledger import hashes
from avow.ledger.append import append_many
from avow.ledger.merkle.checkpoint import Checkpoint, open_checkpoint
from avow.ledger.merkle.note import Verifier
from avow.ledger.merkle.prove import Span, growth, inclusion, root_at
from avow.ledger.merkle.tiles import HEIGHT, WIDTH, Tile, tiles
from avow.ledger.merkle.tree import HASH_BYTES, consistent, included, leaf
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import EntryKind
from tests.units.ledger.shelf import AT, Shelf, sequence_all

COUNT = 700


@pytest.fixture
def site(store: Embedded) -> Client:
    """Give a browser of a site whose ledger has one entry that waits."""
    assert store.url("avow_app")
    publish(load(config().policies))
    return Client(headers={"host": "localhost"})


@pytest.fixture
def grown(site: Client) -> Client:
    """Give a browser of a site whose ledger has 701 leaves under two checkpoints, and one entry that waits."""
    sequence_all()
    with transaction.atomic():
        append_many(EntryKind.COLLECTED, AT, [((leaf(b"%d" % i),), ()) for i in range(COUNT)])
    sequence_all()
    Shelf().keep(1)
    return site


def _signed(site: Client) -> Checkpoint:
    """Open the checkpoint with the key that is served, as a witness does."""
    note = site.get("/log/checkpoint").content.decode()
    verifier = Verifier.read(site.get("/log/keys").content.decode().splitlines()[2])
    signed = open_checkpoint(note, verifier.public)
    assert signed.origin == verifier.name
    return signed


class Fetched:
    """Read hashes out of tiles that are fetched, as an outsider does who has no database."""

    def __init__(self, site: Client, size: int) -> None:
        """Hold the size of a checkpoint: it says which partial tiles there are."""
        self.site, self.size = site, size

    def read(self, spans: Sequence[Span]) -> Mapping[Span, Sequence[bytes]]:
        """Fetch what the spans need."""
        return {span: [self._hash(span.level, span.first + i) for i in range(span.size)] for span in spans}

    def _hash(self, level: int, number: int) -> bytes:
        last = self.size >> HEIGHT * level
        tile = number // WIDTH
        width = min(WIDTH, last - tile * WIDTH)
        data = self.site.get(f"/log/tile/{Tile(level, tile, width).path}").content
        assert len(data) == HASH_BYTES * width
        return data[number % WIDTH * HASH_BYTES :][:HASH_BYTES]


def test_proofs_follow_from_tiles_alone(grown: Client) -> None:
    """From checkpoint and tiles an outsider gets the root, and proofs of inclusion and of growth that hold."""
    signed = _signed(grown)
    fetched = Fetched(grown, signed.size)
    assert signed.size == COUNT + 1
    assert root_at(signed.size, fetched.read) == signed.root == hashes.root(signed.size)
    for index in (0, 255, 256, 511, 512, COUNT):
        bundle = _bundle(grown, Tile(-1, index // WIDTH, min(WIDTH, signed.size - index // WIDTH * WIDTH)))
        proof = inclusion(index, signed.size, fetched.read)
        assert included(signed.root, signed.size, index, leaf(bundle[index % WIDTH]), proof)
        assert proof == hashes.path_of(index, signed.size)
    for old in (1, 256, 300, 512, COUNT):
        proof = growth(old, signed.size, fetched.read)
        assert consistent(old, hashes.root(old), signed.size, signed.root, proof)
        assert proof == hashes.grown(old, signed.size)


def _bundle(site: Client, tile: Tile) -> list[bytes]:
    """Part the entries of a tile, each behind its length in two bytes."""
    data, entries = site.get(f"/log/tile/{tile.path}").content, []
    while data:
        length = int.from_bytes(data[:2])
        entries.append(data[2 : 2 + length])
        data = data[2 + length :]
    assert len(entries) == tile.width
    return entries


def test_every_tile_is_served_for_as_long_as_it_holds(grown: Client) -> None:
    """Full tiles may be kept for ever, partial ones and the checkpoint for seconds; any earlier width is there too."""
    for tile in [*tiles(COUNT + 1), Tile(-1, 0), Tile(-1, 2, 189), Tile(0, 2, 5), Tile(0, 0, 17), Tile(1, 0, 1)]:
        answer = grown.get(f"/log/tile/{tile.path}")
        assert answer.status_code == 200, tile.path
        assert answer["Content-Type"] == "application/octet-stream"
        assert ("immutable" in answer["Cache-Control"]) is (tile.width == WIDTH)
    assert grown.get("/log/checkpoint")["Cache-Control"] == "public, max-age=5"
    assert grown.head("/log/tile/0/000").status_code == 200
    packed = grown.get("/log/tile/entries/000", headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == grown.get("/log/tile/entries/000").content


BEYOND = ("0/002.p/190", "0/003", "0/003.p/1", "1/000", "1/000.p/3", "2/000.p/1", "63/000.p/1", "entries/002")
WRONG = (
    "",
    "0",
    "0/",
    "0/0",
    "0/00",
    "0/0000",
    "0/1234",
    "00/000",
    "64/000",
    "-1/000",
    "0/-01",
    "0/x000/001",
    "0/x001",
    "0/001/x002",
    "0/000.p/0",
    "0/000.p/256",
    "0/000.p/01",
    "0/000.p/",
    "0/000.p/1.p/1",
    "0/000/",
    "entry/000",
    "entries/",
    "entries/x001",
    "0/" + "x999/" * 6 + "999",
    "0/" + "x999/" * 30 + "999",
    "9" * 400 + "/000",
    "0/%00",
    "0/0%0A0",
    "0/\u0661\u0662\u0663",
    "../checkpoint",
    "..%2f..%2fkeys",
)


@pytest.mark.parametrize("path", [*BEYOND, *WRONG])
def test_what_is_not_there_is_not_found(grown: Client, path: str) -> None:
    """Tiles beyond the tree, truncated, malformed and huge addresses are answered with 404 in words."""
    answer = grown.get(f"/log/tile/{path}")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_an_entry_that_waits_is_not_served(grown: Client) -> None:
    """What is not under a checkpoint yet is in no tile."""
    assert grown.get(f"/log/tile/entries/002.p/{COUNT + 1 - 512}").status_code == 200
    assert grown.get(f"/log/tile/entries/002.p/{COUNT + 2 - 512}").status_code == 404


def test_a_tile_whose_hashes_are_gone_is_not_served(grown: Client, owner: psycopg.Connection) -> None:
    """Nothing half is served where somebody took hashes away."""
    owner.execute("SET session_replication_role = replica")
    owner.execute("DELETE FROM tile WHERE number = 0; DELETE FROM leaf WHERE index = 3")
    for path in ("1/000.p/2", "0/000", "entries/000"):
        answer = grown.get(f"/log/tile/{path}")
        assert answer.status_code == 404
        assert "are missing" in answer.content.decode()


def test_before_the_first_checkpoint(site: Client) -> None:
    """The page says that nothing is signed yet; the rest is not there."""
    assert "Nothing is signed yet" in site.get("/log/").content.decode()
    for path in ("checkpoint", "keys", "tile/0/000.p/1", "tile/entries/000.p/1"):
        assert site.get(f"/log/{path}").status_code == 404


def test_the_page_tells_people_what_to_do(grown: Client) -> None:
    """The newest checkpoint, the key and the counts stand on a page that needs no script."""
    page = grown.get("/log/").content.decode()
    note = grown.get("/log/checkpoint").content.decode()
    assert all(line in page.replace("&#x27;", "'") for line in note.splitlines())
    assert grown.get("/log/keys").content.decode().splitlines()[2] in page
    assert f'<td>collected</td><td class="n">{COUNT}</td>' in page
    assert "<script" not in page


@pytest.mark.parametrize("path", ["", "checkpoint", "keys", "tile/0/000"])
def test_only_reading_is_answered(grown: Client, path: str) -> None:
    """A POST is refused."""
    assert grown.post(f"/log/{path}").status_code == 405
