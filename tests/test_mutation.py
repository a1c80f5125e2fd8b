"""Test the mutants: what is changed, that the change takes hold, and that some of them are noticed."""

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from avow.decision import decide, plan, sql
from avow.gate import audience, facts
from tests.mutation.cover import ROOT
from tests.mutation.evidence import Evidence, evidence, waiting
from tests.mutation.groups import GROUPS, Group
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.page import wrong
from tests.mutation.put import put

CODE = '''
"""Say whether."""
LOCK = "SELECT id FROM reach WHERE id = %s AND refused <> 0 ORDER BY id FOR NO KEY UPDATE"


def whether(one: int, other: int) -> bool:
    """Say."""
    note(one, other)
    return one < other and not other & 1
'''


@pytest.mark.parametrize("path", [path for group in GROUPS.values() for path in group.modules()], ids=str)
def test_every_mutant_is_another_module_that_compiles(path: Path) -> None:
    """Each has a name of its own, and code that differs from the module's."""
    found = mutants(path)
    assert len({one.name for one in found}) == len(found)
    same = ast.dump(ast.parse(path.read_text("utf-8")))
    for one in found:
        tree = one.tree()
        compile(tree, str(path), "exec")
        assert ast.dump(tree) != same, one.name


def test_what_is_changed(tmp_path: Path) -> None:
    """Comparisons, junctions, operators, constants, calls, returns and the words of SQL; no docstring."""
    path = tmp_path / "whether.py"
    path.write_text(CODE)
    assert {one.name.partition(": ")[2] for one in mutants(path)} == {
        "'ROM reach WHERE id = %s AND refused <> 0 ORDER BY id FOR': AND -> OR",
        "'ERE id = %s AND refused <> 0 ORDER BY id FOR NO KEY UPDA': <> -> =",
        "'efused <> 0 ORDER BY id FOR NO KEY UPDATE': FOR NO KEY UPDATE -> nothing",
        "note(one, other) -> other, one swapped",
        "note(one, other) -> pass",
        "one < other -> one <= other",
        "one < other and (not other & 1) -> one < other or not other & 1",
        "not other & 1 -> other & 1",
        "other & 1 -> other | 1",
        "1 -> 2",
        "return one < other and (not other & 1) -> return None",
    }


def _mutant(module: ModuleType, words: str) -> Mutant:
    return next(one for one in mutants(Path(str(module.__file__))) if words in one.name)


def _alone(code: str) -> str:
    """Run a few lines in a process of their own, which may be changed for good."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_mutant_takes_the_place_of_its_module() -> None:
    """Whoever has a function or a method of it, or a value built from one of its own, has the changed one."""
    lines = [
        "import django, os",
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'avow.settings'",
        "django.setup()",
        "from tests.test_mutation import changed",
        "print(changed())",
    ]
    assert _alone("\n".join(lines)) == "[True, True, True, True]"


def changed() -> list[bool]:
    """Change four modules, and say of each whether who has a part of it has another now."""
    function, method = decide.word, plan.Plan.decide
    before = function.__code__, method.__code__, sql._CONDITION, audience._LISTED  # noqa: SLF001 -- they are changed
    put(decide, _mutant(decide, "word: ").tree())
    put(plan, _mutant(plan, "Plan.decide: ").tree())
    put(sql, _mutant(sql, "_CONDITION: ").tree())
    put(facts, _mutant(facts, "STANDING: ").tree())
    after = function.__code__, method.__code__, sql._CONDITION, audience._LISTED  # noqa: SLF001 -- same
    return [one != other for one, other in zip(before, after, strict=True)]


def test_only_what_changed_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that noticed counts until it or the module changes; a survivor until any test does."""
    monkeypatch.setattr("tests.mutation.evidence.ROOT", tmp_path)
    monkeypatch.setattr("tests.mutation.groups.ROOT", tmp_path)
    for name, text in {"code/whether.py": CODE, "tests/test_one.py": "1", "tests/test_two.py": "2"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    group, kept = Group("code", ("tests",), 100), Evidence({}, {})
    first, second, third, *rest = waiting(kept, group)
    for mutant in (first, *rest):
        kept.tell(mutant, "tests/test_one.py::test_it")
    kept.tell(second, "tests/test_two.py::test_it")
    kept.tell(third, "survived")
    assert waiting(kept, group) == []
    (tmp_path / "tests/test_two.py").write_text("3")
    assert waiting(kept, group) == [second, third]
    (tmp_path / "code/whether.py").write_text(CODE.replace("AND", "OR"))
    assert len(waiting(kept, group)) == len(rest) + 3


def test_survivors_have_reasons_and_the_score_holds() -> None:
    """What the last whole run left stands in the evidence with a reason, and no reason stands without need."""
    assert wrong(evidence(), GROUPS) == []


def test_some_mutants_of_the_decision_are_noticed() -> None:
    """Forty changes of the decision, others for each tree: each is noticed by a test, or it has its reason."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--some", "40"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
