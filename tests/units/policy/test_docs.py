"""Test that the documents about the format tell the truth."""

from collections.abc import Iterable

import pytest

from avow.policy.document import Front
from avow.policy.folder import load
from avow.policy.meaning.clauses import RULE_SCOPES, WHEN
from avow.policy.meaning.declarations import READERS, DifferentUse, Party, RightName, Way
from avow.policy.proof.check import check
from avow.policy.proof.notyet import NotYet, not_yet
from avow.terms import ChannelKind, ClauseClass, Default, FieldType, MessageKind, RecipientClass
from tests.units.policy.example import ROOT, example

REFERENCE = (ROOT / "docs/reference/policy-format.md").read_text("utf-8")
HOWTO = (ROOT / "docs/howto/write-your-own-policy.md").read_text("utf-8")
TIDEWATER = ROOT / "docs/howto/tidewater-books"


@pytest.mark.parametrize(
    "words",
    [
        Front.__dataclass_fields__,
        READERS,
        WHEN,
        RULE_SCOPES,
        ClauseClass,
        ChannelKind,
        MessageKind,
        RecipientClass,
        Default,
        FieldType,
        RightName,
        Way,
        Party,
        DifferentUse,
    ],
    ids=lambda words: getattr(words, "__name__", ""),
)
def test_every_word_is_in_the_reference(words: Iterable[str]) -> None:
    """Each word of each closed vocabulary is explained."""
    for word in map(str, words):
        assert any(form in REFERENCE for form in (f"`{word}`", f'`"{word}"`', f"`[{word}.", f'"{word}"')), word


def test_every_law_is_in_the_reference() -> None:
    """Each law stands there with its sentence."""
    laws = [clause for clause in example().clauses.values() if clause.section == "law"]
    assert len(laws) > 20
    assert all(f"| `{law.id}` | {law.text} |" in REFERENCE for law in laws)


def test_the_result_of_the_howto_passes() -> None:
    """Another company's policy, with its own headings and ids, passes the check as it stands."""
    found = not_yet(ROOT / "policies/not-yet.toml")
    errors = [str(one) for one in check(load(TIDEWATER), open_promises=NotYet(found.promises, found.ceiling)).errors]
    assert [error for error in errors if "is kept and proven now" not in error] == []
    ours = {section.title for section in example().sections}
    theirs = load(TIDEWATER).policies[0]
    assert not ours & {section.title for section in theirs.sections}
    assert not set(example().purposes) & set(theirs.purposes)


def test_the_howto_quotes_its_result() -> None:
    """What the guide shows stands in the file that it leads to."""
    text = (TIDEWATER / "2026-03-01.md").read_text("utf-8")
    rows = {row.strip() for row in text.splitlines()}
    quoted = [block for block in HOWTO.split("```") if block.startswith("toml")]
    assert len(quoted) == 5
    for block in quoted:
        assert [row for row in block.removeprefix("toml").strip().splitlines() if row.strip() not in rows] == []
