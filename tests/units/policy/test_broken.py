"""Test that every mistake is named with its file, line, clause and what to do."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.errors import PolicyError, PolicyErrors
from avow.policy.document import Policy
from avow.policy.proof.sense import sense
from avow.policy.reader import read, read_text
from avow.policy.shown.write import write
from tests.units.policy.example import BROKEN, SOUND

FILES = sorted(BROKEN.glob("*.md"))


def complaints(path: Path) -> list[PolicyError]:
    """Give all that is wrong with a file, in its form or else in its sense."""
    try:
        return list(sense(read(path)))
    except PolicyErrors as wrong:
        return list(wrong.errors)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_policy_says_what_is_wrong(path: Path) -> None:
    """Each broken file brings exactly the messages that stand beside it, and each message says what to do."""
    found = complaints(path)
    told = "\n".join(str(error).replace(f"{BROKEN}/", "") for error in found)
    assert told + "\n" == path.with_suffix(".txt").read_text("utf-8")
    assert all(error.line > 0 and error.hint for error in found)


def test_there_are_enough_of_them() -> None:
    """Forty at least, each unlike the sound policy that it was made from."""
    texts = {path.read_text("utf-8") for path in FILES}
    assert len(texts) == len(FILES) >= 40
    assert SOUND.read_text("utf-8") not in texts


def test_the_sound_policy_brings_none() -> None:
    """What the broken ones were made from is whole."""
    assert complaints(SOUND) == []


def test_a_file_that_is_not_there() -> None:
    """A missing file, and one that is not UTF-8, are errors of the policy and no crash."""
    with pytest.raises(PolicyErrors, match="the file cannot be read"):
        read(BROKEN / "nowhere.md")


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    """A file in Latin-1 is refused with its name."""
    path = tmp_path / "latin.md"
    path.write_bytes("+++\ncompany = 'Café'\n+++\n".encode("latin-1"))
    with pytest.raises(PolicyErrors, match=r"latin\.md:1: the file cannot be read"):
        read(path)


def test_every_error_at_once() -> None:
    """An author sees all mistakes of form in one run, in the order of the file."""
    text = SOUND.read_text("utf-8").replace("retention = 730", "retain = 1").replace('"page"', '"pages"')
    with pytest.raises(PolicyErrors) as caught:
        read_text(text, "many.md")
    lines = [error.line for error in caught.value.errors]
    assert len(lines) == 3
    assert lines == sorted(lines)


PIECES = [
    "[",
    "{",
    '"',
    "~~~avow\n",
    "~~~\n",
    "= 1\n",
    "[[x]]\n",
    "{#a.b}",
    "{#",
    "\n",
    "+++\n",
    "# x\n",
    "## y\n",
    "- ",
    "`",
]
PIECES += [
    "\x00",
    "é",
    "[clause]\n",
    "clause = 1\n",
    "[changes]\n",
    "fields = [1]\n",
    "permit = [1]\n",
    '"" = 1\n',
    "    ",
    "nan",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1_900), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=3))
def test_no_spoiled_file_breaks_the_reader(spoils: list[tuple[int, int, str]]) -> None:
    """Whatever is cut out or typed in, the reader gives a policy or says with line and hint what is wrong."""
    text = SOUND.read_text("utf-8")
    for at, gone, typed in spoils:
        text = text[:at] + typed + text[at + gone :]
    policy, errors = _tried(text)
    assert all(error.line and error.hint for error in errors)
    assert policy is None or read_text(write(policy)) == policy


def _tried(text: str) -> tuple[Policy | None, tuple[PolicyError, ...]]:
    try:
        return read_text(text, "spoiled.md"), ()
    except PolicyErrors as wrong:
        return None, wrong.errors
