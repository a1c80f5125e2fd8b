"""Know which tests run a line, so that a mutant meets only those that can notice it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.mutants import Mutant

ROOT = Path(__file__).parents[2]
Lines = Mapping[int, frozenset[str]]


@dataclass(slots=True)
class Cover:
    """The tests of each line of each file, the seconds that each test takes, and how often each noticed a mutant."""

    lines: Mapping[Path, Lines]
    seconds: Mapping[str, float]
    kills: dict[tuple[Path, str], int] = field(default_factory=dict)

    def tests(self, mutant: Mutant) -> list[str]:
        """Give the tests of a mutant, likely and quick ones first."""
        found = self._found(mutant)
        return sorted(found, key=lambda name: self.seconds[name] / (1 + self.kills.get((mutant.path, name), 0)))

    def noticed(self, mutant: Mutant, test: str) -> None:
        """Remember that a test noticed a mutant."""
        key = (mutant.path, test)
        self.kills[key] = self.kills.get(key, 0) + 1

    def _found(self, mutant: Mutant) -> set[str]:
        held = _holder(ast.parse(mutant.path.read_text("utf-8")), mutant.line)
        lines = self.lines.get(mutant.path, {})
        match held:
            case ast.FunctionDef():
                exact = lines.get(mutant.line, frozenset())
                span = range(held.body[0].lineno, (held.end_lineno or held.lineno) + 1)
                return set(exact) or {name for line in span for name in lines.get(line, ())}
            case ast.Assign() | ast.AnnAssign():
                return {
                    name
                    for path, line in _used(mutant.path, mutant.where, list(self.lines))
                    for name in self.lines[path].get(line, ())
                }
        return {name for tests in lines.values() for name in tests} or set(self.seconds)


def _holder(tree: ast.Module, line: int) -> ast.stmt | None:
    """Give the innermost function, or the statement of the module, that holds a line."""
    best: ast.stmt | None = None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0):
            best = node
    if best is None:
        return next((one for one in tree.body if one.lineno <= line <= (one.end_lineno or 0)), None)
    return best


def _used(path: Path, name: str, files: list[Path]) -> Iterator[tuple[Path, int]]:
    """Give every line in a function that uses a value of a module, or one that is built from it."""
    asked, known = [(path, name)], {(path, name)}
    while asked:
        home, word = asked.pop()
        for file in files:
            tree = ast.parse(file.read_text("utf-8"))
            if file != home and word not in _imports(tree, home):
                continue
            for top in tree.body:
                built = _target(top)
                for node in ast.walk(top):
                    if isinstance(node, ast.Name) and node.id == word and isinstance(node.ctx, ast.Load):
                        if built is None:
                            yield file, node.lineno
                        elif (file, built) not in known:
                            known.add((file, built))
                            asked.append((file, built))


def _target(top: ast.stmt) -> str | None:
    match top:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _imports(tree: ast.Module, home: Path) -> set[str]:
    module = ".".join(home.relative_to(ROOT).with_suffix("").parts)
    return {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }
