"""Test how the checker reads the log: canonical bytes, tree, notes, entries."""

import secrets
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from avow_audit.log import canonical as theirs
from avow_audit.log.entries import Entries
from avow_audit.log.note import Verifier, checkpoint
from avow_audit.log.tree import Tree, leaf, root
from avow_audit.report import Report

from avow.ledger.commitment import canonical, commit
from avow.ledger.entry import entry_bytes
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import Signer, encode
from avow.ledger.merkle.tree import root as our_root
from avow.ledger.merkle.tree import root_of
from avow.terms import EntryKind

NOW = datetime(2026, 3, 1, 12, 30, 15, 250_001, tzinfo=UTC)
SEED = b"\5" * 32


def test_what_is_written_is_the_same_bytes() -> None:
    """Every kind of value is written as it was committed to."""
    key, salt = uuid4(), secrets.token_bytes(32)
    record = ["item", key, "ünïcode", None, NOW, b"\0\xff", -3, 1 << 255, ["a", "b"]]
    written = theirs.listed(
        theirs.text("item"),
        theirs.key(str(key)),
        theirs.text("ünïcode"),
        theirs.NOTHING,
        theirs.instant(theirs.micros(NOW.isoformat())),
        theirs.octets("00ff"),
        theirs.number(-3),
        theirs.number(1 << 255),
        theirs.texts(["a", "b"]),
    )
    assert written == canonical(record)
    assert theirs.commitment(salt.hex(), written) == commit(salt, record)
    with pytest.raises(ValueError, match="no UUID"):
        theirs.key("ff")


def test_the_tree_is_the_same() -> None:
    """It has the same root at every size up to 130."""
    tree, datas = Tree(), [bytes([number]) for number in range(130)]
    for number, data in enumerate(datas):
        assert tree.root == our_root(datas[:number])
        tree.add(leaf(data))
    assert tree.root == root(datas) == root_of([leaf(data) for data in datas])


def test_a_checkpoint_opens_to_its_key_alone() -> None:
    """What another key signed, what was changed since, and what is no checkpoint does not open."""
    note = Checkpoint("example.org/log", 7, b"\1" * 32).sign(SEED)
    known = Verifier.read(str(Signer("example.org/log", SEED).verifier))
    found = checkpoint(note, [known])
    assert (found.origin, found.size, found.root) == ("example.org/log", 7, b"\1" * 32)
    stranger = Verifier.read(str(Signer("example.org/log", b"\6" * 32).verifier))
    for wrong, keys, words in [
        (note, [stranger], "no key that is known"),
        (note.replace("\n7\n", "\n8\n"), [known], "does not fit"),
        (note.rstrip("\n"), [known], "no signed note"),
        ("", [known], "no signed note"),
        (Signer("example.org/log", SEED).sign("example.org/log\nseven\nroot\n"), [known], "base64|checkpoint"),
    ]:
        with pytest.raises(ValueError, match=words):
            checkpoint(wrong, keys)


@pytest.mark.parametrize(
    "written", ["", "a+b", "a+00000000+AQ==", "example.org/log+00000000+" + encode(b"\1" + b"k" * 32)]
)
def test_a_key_that_is_none_is_refused(written: str) -> None:
    """A verifier key has a name, its own id, and 32 bytes."""
    with pytest.raises(ValueError):  # noqa: PT011 -- each in words of its own
        Verifier.read(written)


def entries(*made: tuple[EntryKind, int, list[tuple[int, int]]]) -> Entries:
    """Read entries of a kind with so many commitments, which name others; ids count from 1."""
    found = Entries(Report())
    for id_, (kind, count, names) in enumerate(made, 1):
        covers = [bytes([id_, pos]) * 16 for pos in range(count)]
        data = entry_bytes(kind, NOW, covers, names)
        found.add({"id": id_, "data": encode(data), "covers": encode(b"".join(covers))})
    return found


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([(EntryKind.FORGOTTEN, 0, [(1, 0)])], "which it cannot"),
        ([(EntryKind.COLLECTED, 1, []), (EntryKind.FORGOTTEN, 0, [(1, 1)])], "which it cannot"),
        ([(EntryKind.COLLECTED, 1, []), (EntryKind.FORGOTTEN, 0, [(1, 0), (1, 0)])], "which it cannot"),
        ([(EntryKind.CHOSEN, 1, []), (EntryKind.AMENDED, 1, [(1, 0)])], "which is chosen"),
        ([(EntryKind.DECIDED, 1, []), (EntryKind.FORGOTTEN, 0, [(1, 0)])], "which is decided"),
        ([(EntryKind.COLLECTED, 1, []), (EntryKind.DECIDED, 1, [(1, 0)])], "cannot name others"),
    ],
)
def test_an_entry_names_only_what_it_may(made: list[tuple[EntryKind, int, list[tuple[int, int]]]], words: str) -> None:
    """It names earlier commitments, once, of the kinds that it can end."""
    assert words in " ".join(entries(*made).report.findings)


def test_a_kind_that_is_not_known_is_named() -> None:
    """What the checker has no rule for, such as data that was traded, is no entry that it passes by."""
    found, data = Entries(Report()), entry_bytes(EntryKind.COLLECTED, NOW, [bytes(32)], [])
    made = data.replace(b"s9:collected", b"s9:exchanged")
    found.add({"id": 1, "data": encode(made), "covers": encode(bytes(32))})
    assert found.report.findings == ["entry 1: 'exchanged' is no kind of entry"]


def test_when_a_case_was_closed_is_known() -> None:
    """The entry that names the opening of a case closes it."""
    opened: tuple[EntryKind, int, list[tuple[int, int]]] = (EntryKind.OPENED, 1, [])
    found = entries((EntryKind.CHOSEN, 1, []), opened, opened, (EntryKind.FORGOTTEN, 0, [(2, 0)]))
    assert (list(found.of("opened")), found.ended) == ([2, 3], {2: 4})


def test_each_commitment_is_accounted_for() -> None:
    """A row is missing until it is opened or named; a choice is missing even if it is named; an act never is."""
    found = entries(
        (EntryKind.COLLECTED, 2, []),
        (EntryKind.CHOSEN, 1, []),
        (EntryKind.DECIDED, 3, []),
        (EntryKind.FORGOTTEN, 0, [(1, 1), (2, 0)]),
    )
    assert list(found.missing()) == [(1, 0), (2, 0)]
    assert found.open("a row", 1, 0, bytes([1, 0]) * 16, frozenset({"collected"}))
    assert found.open("a blank row", 2, 0, None, frozenset({"chosen"}))
    assert list(found.missing()) == []
    assert not found.open("another row", 1, 0, bytes([1, 0]) * 16, frozenset({"collected"}))
    assert not found.open("a forgotten row", 1, 1, bytes([1, 1]) * 16, frozenset({"collected"}))
    assert not found.open("a row of nothing", 9, 0, b"", frozenset({"collected"}))
    assert not found.open("a row of another kind", 3, 0, bytes([3, 0]) * 16, frozenset({"sent"}))
    assert found.report.wrong == 4


def test_a_case_that_was_closed_is_told_by_the_log() -> None:
    """It was open from its entry to the one that names it; one that is still open, or closed before, is not told."""
    found = entries(
        (EntryKind.OPENED, 1, []),
        (EntryKind.DECIDED, 1, []),
        (EntryKind.FORGOTTEN, 0, [(1, 0)]),
        (EntryKind.DECIDED, 1, []),
        (EntryKind.OPENED, 1, []),
        (EntryKind.DECIDED, 1, []),
    )
    assert [found.in_case(entry) for entry in (2, 4, 6)] == [True, False, False]
    assert found.report.ok
