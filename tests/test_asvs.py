"""Hold the list of the ASVS against the tree, and prove what nothing else proves."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_house import HOUSE, MODULES, ROOT

PAGE = ROOT / "docs" / "explanation" / "asvs.md"
LAST = {
    "1.2": 5,
    "1.3": 2,
    "1.5": 1,
    "2.1": 1,
    "2.2": 2,
    "2.3": 1,
    "3.2": 2,
    "3.3": 1,
    "3.4": 2,
    "3.5": 3,
    "4.1": 1,
    "4.4": 1,
    "5.2": 2,
    "5.3": 2,
    "6.1": 1,
    "6.2": 8,
    "6.3": 2,
    "6.4": 2,
    "7.2": 4,
    "7.4": 2,
    "8.1": 1,
    "8.2": 2,
    "8.3": 1,
    "9.1": 3,
    "9.2": 1,
    "10.4": 5,
    "11.3": 2,
    "11.4": 1,
    "12.1": 1,
    "12.2": 2,
    "13.4": 1,
    "14.2": 1,
    "14.3": 1,
    "15.1": 1,
    "15.2": 1,
    "15.3": 1,
}
"""The last requirement of level 1 of each section, in version 5.0.0."""


def rows() -> list[list[str]]:
    """Give the lines of the list."""
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def imported() -> Iterator[tuple[str, str]]:
    """Give each module of ours with what it imports."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path.name, one.name) for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((path.name, f"{node.module}.{one.name}") for one in node.names)


def test_every_requirement_of_the_first_level_has_its_line() -> None:
    """Each number stands once, in its order, with what it asks and a proof or a reason."""
    found = rows()
    first_level = [f"{section}.{number + 1}" for section, last in LAST.items() for number in range(last)]
    assert len(first_level) == 70
    assert [row[0] for row in found] == first_level
    assert all(len(row) == 3 and all(row) for row in found)


def test_every_test_that_is_named_is_there() -> None:
    """What is named as a proof is a function of that file."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE.read_text())
    assert len(named) > 40
    for path, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), f"{path}::{name}"


def test_nothing_is_run_that_somebody_typed() -> None:
    """No module runs a text, or hands one to a shell."""
    calls = re.compile(r"(?<![\w.])(?:eval|exec|compile)\(|shell=True|os\.(?:system|popen)\(")
    assert len(MODULES) > 300
    for path in MODULES:
        found = [one for one in calls.findall(path.read_text()) if "re." not in one]
        assert not found, f"{path}: {found}"


def test_nothing_is_read_that_builds_objects() -> None:
    """No module reads XML, or a format that makes objects of what it reads; one writes XML and reads none."""
    readers = re.compile(
        r"^(pickle|marshal|shelve|yaml|lxml|xml\.(sax|dom|parsers)|xml\.etree\.ElementTree\.(parse|XML|from|iter))"
    )
    assert not [pair for pair in imported() if readers.match(pair[1])]


def test_no_broken_hash_is_used() -> None:
    """Neither MD5 nor SHA-1 stands anywhere, by name or by a name that is made."""
    for path in [*MODULES, *(ROOT / "audit").rglob("*.py")]:
        assert not re.search(r"\b(?:md5|sha1)\b|hashlib\.new\(", path.read_text()), path


@pytest.mark.parametrize("name", ["account/login.html", "staff/welcome.html"])
def test_passwords_are_masked_and_may_be_pasted(name: str) -> None:
    """Each field of a password masks it, names itself to managers, and keeps nobody from pasting."""
    page = (HOUSE / "page/staff/templates" / name).read_text()
    fields = re.findall(r"<input[^>]*password[^>]*>", page)
    assert fields
    for one in fields:
        assert 'type="password"' in one
        assert "autocomplete=" in one
        assert "onpaste" not in one
