"""Hold the documents against the tree: what they name of the code, of files and of other pages is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from avow.policy.reader import read
from avow.record.inventory import inventory
from avow.terms import MessageKind
from tests.test_house import HOUSE, MODULES, ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_NAME = re.compile(r"(?<!`)`([A-Za-z_][\w./-]*)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s:]+)\)")
_FOLDERS = {"avow", "tests", "bench", "docs", "policies", "requirements"}
_FILES = {"env", "key", "md", "toml", "py", "txt", "yml", "svg", "html", "csv", "json", "jsonl", "jsonld", "page"}


def _defined(tree: ast.AST) -> Iterator[str]:
    """Give what a module or class defines itself, not what it imports: functions, classes with their own, values."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
                yield from (f"{name}.{inner}" for inner in _defined(node))
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


@cache
def known() -> frozenset[str]:
    """Give every dotted name of ours, by each of its ends: `avow.mail.stop.stop`, `mail.stop.stop`, `stop.stop`."""
    names = set()
    for path in MODULES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in ("", *_defined(ast.parse(path.read_text("utf-8")))):
            whole = f"{module}.{name}".rstrip(".").split(".")
            names |= {".".join(whole[start:]) for start in range(len(whole))}
    return frozenset(names)


@cache
def vocabulary() -> frozenset[str]:
    """Give the other dotted names there are: clauses, kinds of message, columns."""
    clauses = read(ROOT / "policies/example/2025-01-01.md").clauses
    return frozenset([*clauses, *(kind.value for kind in MessageKind), *(line.name for line in inventory())])


def _is_there(name: str) -> bool:
    """Say whether a name in backticks is there, if it looks like one of ours: a dotted path, or a path of the tree."""
    if "/" in name:
        first = name.partition("/")[0]
        return first not in _FOLDERS or (ROOT / name.partition("::")[0]).exists() or _labels(name)
    first, _, last = name.rpartition(".")
    ours = {path.stem for path in MODULES} | {path.parent.name for path in MODULES} | {"avow"}
    if not first or last in _FILES or first.split(".")[0] not in ours | {one for one in known() if "." not in one}:
        return True
    return name in known() or name in vocabulary() or bool(re.fullmatch(r"avow\.E\d{3}", name))


def _labels(name: str) -> bool:
    """Say whether a name with slashes is no path but what our code writes before what it hashes."""
    return bool(re.fullmatch(r"avow/\w+(/v\d+)?", name)) and any(
        f'"{name}' in path.read_text("utf-8") for path in MODULES
    )


def wrong(text: str) -> list[str]:
    """Give each name in backticks that looks like ours and is not there."""
    return [name for name in _NAME.findall(text) if not _is_there(name)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_names_in_documents_are_there(path: Path) -> None:
    """A document names no function, module or file that is somewhere else by now."""
    assert wrong(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_in_documents_lead_somewhere(path: Path) -> None:
    """A link to another page or file of the tree leads to one, and to a heading that it has."""
    for link in _LINK.findall(re.sub(r"~~~.*?~~~|```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)):
        name, _, heading = link.partition("#")
        target = path if not name else path.parent / name
        if not name.startswith("/"):  # a page of the site, in the words of an example policy
            assert target.exists(), link
            assert not heading or target.suffix != ".md" or heading in _headings(target), link


def _headings(path: Path) -> set[str]:
    """Give the anchors of a page, as forges make them from its headings."""
    titles = re.findall(r"^#+ (.+?)(?: \{#([\w.-]+)\})?$", path.read_text("utf-8"), re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title, _ in titles}
    return made | {anchor for _, anchor in titles}


def test_a_wrong_name_is_caught() -> None:
    """What moved, what never was, and what is only imported there are each found; what is right is not."""
    text = "`mail.queue.settle.settled`, `gate.clear`, `optout.stop`, `item.until`, `avow.E001`, `example.org`"
    assert wrong(text) == []
    assert wrong("`outbox.settled` `gate.clean` `avow.mail.nothing` `avow/mail/no.py` `tests/laws/none.py`") == [
        "outbox.settled",
        "gate.clean",
        "avow.mail.nothing",
        "avow/mail/no.py",
        "tests/laws/none.py",
    ]
    assert (HOUSE / "mail/outbox.py").read_text("utf-8").count("settled")
