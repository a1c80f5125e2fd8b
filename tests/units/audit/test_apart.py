"""Test that the checker stands alone: whoever runs it needs nothing of the program that it checks."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from avow_audit.law import words
from avow_audit.log.entries import KINDS

from avow.decision.facts import CONDITIONS, SCOPES
from avow.ledger.checked.fsck import ROWLESS
from avow.policy.meaning.needs import NEEDS, RECIPIENT_NEEDS
from avow.record.shown.stamp import DUTIES
from avow.terms import TOPICS, EntryKind, MessageKind, RecipientClass, Relation

AUDIT = Path(__file__).parents[3] / "audit"
MODULES = sorted((AUDIT / "avow_audit").rglob("*.py"))


def test_it_imports_nothing_of_ours() -> None:
    """Its modules import the standard library, `cryptography` and one another; its package asks for no more."""
    allowed = sys.stdlib_module_names | {"cryptography", "avow_audit"}
    assert len(MODULES) > 10
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, path
    asked = tomllib.loads((AUDIT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [one.partition(">")[0] for one in asked] == ["cryptography"]


def test_it_loads_nothing_of_ours() -> None:
    """Its command, run, loads no module of ours."""
    code = "import sys; import avow_audit.main; print([m for m in sys.modules if m.partition('.')[0] == 'avow'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_its_words_are_those_of_the_format() -> None:
    """The closed vocabularies that it lists for itself are ours, word for word and bit for bit."""
    assert KINDS.keys() == {kind.value for kind in EntryKind}
    assert {kind for kind, rows in KINDS.items() if rows.name == "NEVER"} == {kind.value for kind in ROWLESS} | {
        "forgotten",
        "restored",
    }
    assert {name: int(scope) for name, scope in SCOPES.items()} == words.SCOPES
    assert {name: int(scope) for name, scope in CONDITIONS.items()} == words.CONDITIONS
    assert words.TOPICS == TOPICS
    assert {_named(relation): int(relation) for relation in Relation} == words.RELATIONS
    assert {kind.value for kind in MessageKind if kind.marketing} == words.MARKETING
    assert {kind: set(needs) for kind, needs in words.NEEDS.items()} == {
        kind.value: {_named(one) for one in needs} for kind, needs in NEEDS.items()
    }
    assert tuple(kind.value for kind in RecipientClass) == words.RECIPIENTS
    assert {kind.value: _named(one) for kind, one in RECIPIENT_NEEDS.items()} == words.RECIPIENT_NEEDS
    assert {kind.value for kind in DUTIES} == words.DUTIES


def test_its_size() -> None:
    """It stays small enough to be read: no module above 300 lines, no folder above nine modules."""
    for path in MODULES:
        assert len(path.read_text().splitlines()) <= 300, path
        assert len([one for one in path.parent.glob("*.py") if not one.name.startswith("__")]) <= 9, path.parent


def _named(relation: Relation) -> str:
    return relation.name.lower().replace("_", "-")
