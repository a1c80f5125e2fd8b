"""Find who keeps and who proves each promise, by reading the code without running it, and write it down."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from avow.policy.grammar.toml import key, value
from avow.policy.proof.evidence import GENERATED, Evidence
from avow.policy.proof.notyet import not_yet, shrunk
from avow.terms import Promise

HEAD = "# Written by `python -m avow.policy.proof.scan`: who keeps and who proves each promise.\n"
OPEN = "policies/not-yet.toml"


def scan(root: Path) -> Mapping[str, Evidence]:
    """Read every module under avow/ and tests/ of a source tree for `@keeps(...)` and `@proves(...)`."""
    keepers = _marked(root, "avow", "keeps")
    proofs = _marked(root, "tests", "proves")
    return {
        promise.slug: Evidence(
            tuple(sorted(keepers.get(promise.name, ()))), tuple(sorted(proofs.get(promise.name, ())))
        )
        for promise in Promise
    }


def text(evidence: Mapping[str, Evidence]) -> str:
    """Give the text of the file, one table a promise in the order of the terms."""
    tables = (
        f"[{key(slug)}]\nkeepers = {_column(one.keepers)}\nproofs = {_column(one.proofs)}\n"
        for slug, one in evidence.items()
    )
    return HEAD + "\n" + "\n".join(tables)


def _column(names: tuple[str, ...]) -> str:
    return "[\n" + "".join(f"    {value(name)},\n" for name in names) + "]" if names else "[]"


def _marked(root: Path, folder: str, mark: str) -> dict[str, set[str]]:
    marked: dict[str, set[str]] = {}
    for path in sorted((root / folder).rglob("*.py")):
        source = path.read_text("utf-8")
        if f"@{mark}(" in source:
            for function, promise in _functions(ast.parse(source), mark):
                marked.setdefault(promise, set()).add(_place(path.relative_to(root), function, mark))
    return marked


def _functions(tree: ast.AST, mark: str, within: str = "") -> Iterator[tuple[str, str]]:
    """Give (qualified name of the function, name of the promise) for each mark."""
    for node in ast.iter_child_nodes(tree):
        name = f"{within}{node.name}" if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ""
        for call in getattr(node, "decorator_list", []):
            if isinstance(call, ast.Call) and _name(call.func) == mark:
                yield from ((name, argument.attr) for argument in call.args if isinstance(argument, ast.Attribute))
        yield from _functions(node, mark, f"{name}." if name else within)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _place(path: Path, function: str, mark: str) -> str:
    if mark == "proves":
        return f"{path.as_posix()}::{function.replace('.', '::')}"
    return f"{'.'.join(path.with_suffix('').parts).removesuffix('.__init__')}:{function}"


def files(root: Path) -> Mapping[Path, str]:
    """Give the text of each file that is written from the code: the evidence, and the open promises that are left."""
    evidence = scan(root)
    return {GENERATED: text(evidence), root / OPEN: shrunk(not_yet(root / OPEN), evidence)}


def main(arguments: list[str]) -> int:
    """Write the files anew; with --check only say whether they are fresh, by the status 1 if one is not."""
    written = files(Path(__file__).parents[3])
    if "--check" in arguments:
        return int(any(path.read_text("utf-8") != fresh for path, fresh in written.items()))
    for path, fresh in written.items():
        path.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
