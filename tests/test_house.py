"""Keep the house: what import contracts cannot see."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from avow.policy.reader import read

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "avow"
CHAPTERS = ("collection", "cookies", "uses", "optout", "accuracy", "disclosure", "links", "updates")
FLOORS = (
    ("terms", "errors", "words", "logs", "tongue"),
    ("config",),
    ("settings",),
    ("policy", "store"),
    ("decision", "ledger"),
    ("record",),
    ("gate",),
    ("mail", "page"),
    CHAPTERS,
    ("web", "api", "lmtp", "milter", "work", "cli"),
)
JUNK = {"utils", "helpers", "common", "core", "manager", "managers", "service", "services", "misc", "base"}
NOT_OUR_WORDS = {
    "customer": "person",
    "subscriber": "person",
    "dsar": "access",
    "campaign": "mailing",
    "blocklist": "reach",
    "blacklist": "reach",
    "vendor": "organization",
    "preference": "choice",
    "pii": "category",
    "obligation": "duty",
    "pageview": "tally",
}
MODULES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)


def floor(package: str) -> int:
    """Give the floor that a package stands on."""
    return next(level for level, names in enumerate(FLOORS) if package in names)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_foreign_keys_go_down() -> None:
    """A table refers to its own floor's package or to a lower one, never up or sideways."""
    seen = 0
    for model in apps.get_models():
        if not model.__module__.startswith("avow."):
            continue  # a library's tables refer to its own, and to those of staff
        mine = model.__module__.split(".")[1]
        for field in model._meta.get_fields():  # noqa: SLF001 -- Django's documented way to a model's fields
            if field.is_relation and field.concrete and isinstance(field.related_model, type):
                theirs = field.related_model.__module__.split(".")[1]
                assert mine == theirs or floor(theirs) < floor(mine), f"{model.__name__}.{field.name}"
                seen += 1
    assert seen > 5


def test_templates_stay_in_their_chapter() -> None:
    """A template extends or includes its own package's templates or the page's."""
    found = list(HOUSE.rglob("templates/**/*.*"))
    assert found
    for path in found:
        package = path.relative_to(HOUSE).parts[0]
        for named in re.findall(r"""{%\s*(?:extends|include)\s+["']([^"'/]+)/""", path.read_text()):
            assert named in {package, "page"}, f"{path.name} takes {named}"


@pytest.mark.parametrize(
    "forbidden",
    [
        "import_module",
        "__import__",
        "django.dispatch",
        "django.db.models.signals",
        "django.core.mail",
        "django.contrib.admin",
    ],
)
def test_no_hidden_edges(forbidden: str) -> None:
    """No module is reached by a string, a signal, Django's mail or an admin over people."""
    allowed = {"django.core.mail": {"mail/refuse.py"}}.get(forbidden, set())
    for path in MODULES:
        if str(path.relative_to(HOUSE)) not in allowed:
            assert forbidden not in path.read_text(), path


def test_sizes() -> None:
    """Modules stay around 80 lines and below 400, functions around 10 and below 60."""
    lines = {path: len(path.read_text().splitlines()) for path in MODULES if path.name != "__init__.py"}
    longest = max(lines, key=lambda path: lines[path])
    assert lines[longest] <= 400, longest
    assert median(lines.values()) <= 80
    assert quantiles(lines.values(), n=10)[8] <= 200
    spans = {(path.name, f.name): (f.end_lineno or 0) - f.lineno + 1 for path in MODULES for f in functions(path)}
    widest = max(spans, key=lambda name: spans[name])
    assert spans[widest] <= 60, widest
    assert median(spans.values()) <= 8
    assert quantiles(spans.values(), n=10)[8] <= 25


def test_migrations_say_what_the_models_say() -> None:
    """No model says more or less than the migrations."""
    written = MigrationLoader(None)
    found = MigrationAutodetector(written.project_state(), ProjectState.from_apps(apps)).changes(graph=written.graph)
    assert found == {}


def test_folders() -> None:
    """A folder holds nine modules at most."""
    for folder in {path.parent for path in MODULES}:
        found = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(found) <= 9, folder


def test_no_junk_drawers() -> None:
    """No module or folder is named for what it is not."""
    for path in HOUSE.rglob("*"):
        if path.suffix == ".py" or path.is_dir():
            assert path.stem not in JUNK or "templates" in path.parts, path


def test_one_word_a_concept() -> None:
    """Names are made of our words, not of their synonyms."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "arg", None)
            for part in re.split(r"_|(?<=[a-z])(?=[A-Z])", name) if isinstance(name, str) else []:
                assert part.lower() not in NOT_OUR_WORDS, f"{path}: {name}: say {NOT_OUR_WORDS[part.lower()]}"


def test_chapters_follow_the_policy() -> None:
    """The chapters are the policy's headings, in its order."""
    policy = read(ROOT / "policies/example/2025-01-01.md")
    titles = [section.title for section in policy.sections]
    docs = [ast.get_docstring(ast.parse((HOUSE / name / "__init__.py").read_text())) or "" for name in CHAPTERS]
    order = [titles.index(doc.split(":")[0]) for doc in docs]
    assert order == sorted(order)
    assert len(order) == 8


def test_no_back_door() -> None:
    """No argument anywhere skips the gate or the ledger."""
    doors = re.compile(
        r"\b(skip|bypass|without|ignore|disable)_(gate|ledger|check|permission|clearance|guard)", re.IGNORECASE
    )
    for path in MODULES:
        assert not doors.search(path.read_text()), path


def test_doors_and_chapters_speak_no_sql() -> None:
    """Only the spine queries; `avow ledger fsck` alone sets the isolation of the snapshot that it reads."""
    above = {*CHAPTERS, "web", "api", "lmtp", "milter", "work", "cli", "page"}
    found = [path for path in MODULES if path.relative_to(HOUSE).parts[0] in above and ".execute(" in path.read_text()]
    assert [str(path.relative_to(HOUSE)) for path in found] == ["cli/ledger.py"]


def test_machines_stay_out() -> None:
    """No path of a developer's machine stands in the tree."""
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    texts = [path for path in (ROOT / name for name in kept) if path.suffix not in {".png", ".svg"} and path.is_file()]
    assert len(texts) > 300
    for path in texts:
        found = re.search(r"(^|[^a-z.>/])/(work|farm|root)/[a-z]", path.read_text(encoding="utf-8", errors="replace"))
        assert not found or path == Path(__file__), path
