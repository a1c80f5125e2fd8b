"""Test notes and checkpoints against the public format and its own examples."""

import pytest

from avow.errors import LedgerError
from avow.ledger.merkle.checkpoint import Checkpoint, open_checkpoint
from avow.ledger.merkle.note import MAX_SIGNATURES, Signer, Verifier, decode, encode, open_note
from avow.ledger.merkle.tree import EMPTY

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
SIGNED = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n\u2014 PeterNeumann {SIGNED}\n"


def test_signs_as_the_reference_does() -> None:
    """The same seed, name and text give the note of the reference implementation, byte by byte."""
    signer = Signer("PeterNeumann", SEED)
    assert str(signer.verifier) == VERIFIER
    assert signer.sign(TEXT) == NOTE
    assert open_note(NOTE, [Verifier.read(VERIFIER)]) == TEXT


def test_reads_the_verifier_key_of_the_specification() -> None:
    """The id of the published key is derived from its name and bytes."""
    text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    assert str(Verifier.read(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fox+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l=",
        "example.com/foo+530d903a+AQ==",
        "exa mple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_refuses_a_malformed_verifier_key(text: str) -> None:
    """A key with a wrong id, type, length, name or encoding is none."""
    with pytest.raises(LedgerError):
        Verifier.read(text)


def _others(count: int) -> str:
    return "".join(f"\u2014 other{i}.example.org {encode(b'1234' + bytes(64))}\n" for i in range(count))


def test_unknown_keys_are_ignored() -> None:
    """Signatures of strangers, even under our name or our id alone, do not disturb."""
    ours = Verifier.read(VERIFIER)
    strangers = (
        f"\u2014 PeterNeumann {encode(b'1234' + bytes(64))}\n\u2014 else.example.org {encode(ours.id + bytes(64))}\n"
    )
    assert open_note(NOTE + strangers + _others(MAX_SIGNATURES - 3), [ours]) == TEXT
    with pytest.raises(LedgerError, match="signatures is refused"):
        open_note(NOTE + _others(MAX_SIGNATURES), [ours])


def test_a_known_key_that_fails_rejects_the_note() -> None:
    """One false signature of a known key spoils the note, though a true one stands beside it."""
    ours, other = Verifier.read(VERIFIER), Signer("other.example.org", bytes(32))
    spoiled = NOTE + f"\u2014 other.example.org {encode(other.verifier.id + bytes(64))}\n"
    assert open_note(spoiled, [ours]) == TEXT
    with pytest.raises(LedgerError, match="does not fit"):
        open_note(spoiled, [ours, other.verifier])
    with pytest.raises(LedgerError, match="does not fit"):
        open_note(NOTE.replace("answer", "Answer"), [ours])
    with pytest.raises(LedgerError, match="no key that we know"):
        open_note(NOTE, [other.verifier])


SIGNATURE = NOTE[len(TEXT) + 1 :]


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        TEXT + "\n",
        SIGNATURE,
        TEXT + SIGNATURE,
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("\u2014", "\u2013"),
        NOTE.replace("\u2014", "--"),
        NOTE.replace("\u2014 ", "\u2014"),
        NOTE.replace("\u2014 ", "\u2014  "),
        NOTE.replace("PeterNeumann ", "Peter+Neumann "),
        NOTE.replace("PeterNeumann ", "Peter\u00a0Neumann "),
        NOTE.replace("PeterNeumann ", " "),
        NOTE.replace("nAM=", "nAM"),
        NOTE.replace("nAM=", "nAN="),
        NOTE.replace("nAM=", "nAM= "),
        f"{TEXT}\n\u2014 PeterNeumann x08gow==\n",
        NOTE.replace("problem,\n", "problem,\r\n"),
        NOTE.replace("problem", "prob\tlem"),
        NOTE.replace("problem", "prob\udc80lem"),
        NOTE + "not a signature\n",
    ],
)
def test_refuses_a_malformed_note(note: str) -> None:
    """What is not exactly a note is refused as a whole."""
    with pytest.raises(LedgerError):
        open_note(note, [Verifier.read(VERIFIER)])


def test_empty_lines_belong_to_the_text() -> None:
    """The last empty line parts text and signatures."""
    signer = Signer("example.org/log", bytes(32))
    assert open_note(signer.sign("one\n\ntwo\n\n"), [signer.verifier]) == "one\n\ntwo\n\n"


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n", "bell\a\n"])
def test_signs_no_text_that_a_note_cannot_hold(text: str) -> None:
    """A text without its newline or with control characters is not signed."""
    with pytest.raises(LedgerError):
        Signer("example.org/log", bytes(32)).sign(text)


def test_a_checkpoint_is_three_lines() -> None:
    """Name, size and root are written, signed under the name, and read back."""
    checkpoint = Checkpoint("example.org/log", 0, EMPTY)
    assert checkpoint.text == "example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    note = checkpoint.sign(bytes(32))
    public = Signer("example.org/log", bytes(32)).verifier.public
    assert open_checkpoint(note, public) == checkpoint
    with pytest.raises(LedgerError):
        open_checkpoint(note.replace("\n0\n", "\n1\n"), public)
    with pytest.raises(LedgerError):
        open_checkpoint(note, Signer("example.org/log", bytes(31) + b"1").verifier.public)


def test_reads_the_checkpoint_of_the_specification() -> None:
    """The published example is read, with extension lines and without."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert Checkpoint.read(text).text == text
    assert Checkpoint.read(text + "an extension\n").text == text


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "example.org/log\n",
        "example.org/log\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "example.org/log\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "example.org/log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "example.org/log\n\u0661\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "example.org/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "example.org/log\n1\nAAAA\n",
    ],
)
def test_refuses_a_malformed_checkpoint(text: str) -> None:
    """A checkpoint without a name, a size or a root of 32 bytes is none."""
    with pytest.raises(LedgerError):
        Checkpoint.read(text)
