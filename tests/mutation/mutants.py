"""Make the mutants of a module: its syntax tree with one node changed."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.mutation.sql import is_sql, steps

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
Change = tuple[str, str, Callable[[ast.AST], ast.AST]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: its lasting name, where it stands, and the changed module."""

    name: str
    path: Path
    line: int
    where: str
    change: str
    node: int
    step: int

    def tree(self) -> ast.Module:
        """Give the module with the change."""
        tree = ast.parse(self.path.read_text("utf-8"))
        for at, (node, replace, _) in enumerate(_nodes(tree)):
            if at == self.node:
                _, _, make = list(_changes(node))[self.step]
                replace(ast.fix_missing_locations(ast.copy_location(make(deepcopy(node)), node)))
        return ast.fix_missing_locations(tree)


def mutants(path: Path) -> list[Mutant]:
    """Give every mutant of a module, in the order of its lines."""
    seen: Counter[str] = Counter()
    found = []
    for at, (node, _, where) in enumerate(_nodes(ast.parse(path.read_text("utf-8")))):
        for step, (was, now, _) in enumerate(_changes(node)):
            change = f"{was} -> {now}"
            seen[f"{where}: {change}"] += 1
            count = seen[f"{where}: {change}"]
            name = f"{where}: {change}" + (f" ({count})" if count > 1 else "")
            found.append(Mutant(name, path, _line(node), where, change, at, step))
    return found


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None], str]]:
    """Give every node that may be changed, with the way to put another in its place, and the name of what holds it."""
    yield from _within(tree, "")


def _within(parent: ast.AST, where: str) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None], str]]:
    for name, value in ast.iter_fields(parent):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params"} or isinstance(parent, ast.Raise):
            continue
        for at, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or _is_words(node) or _is_alias(node):
                continue
            inner = _named(node, where)

            def replace(new: ast.AST, name: str = name, at: int = at, value: object = value) -> None:
                if isinstance(value, list):
                    value[at] = new
                else:
                    setattr(parent, name, new)

            yield node, replace, inner or "module"
            yield from _within(node, inner)


def _named(node: ast.AST, where: str) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return f"{where}.{name}" if where else name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if not where:
            return name
    return where


def _is_words(node: ast.AST) -> bool:
    """Say whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_alias(node: ast.AST) -> bool:
    """Say whether a statement only names a type, imports, or fixes the values of an enum."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.ClassDef(bases=[ast.Name(id="StrEnum" | "IntEnum" | "Enum")]):
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp(left=ast.Subscript())):
            return name.lstrip("_")[:1].isupper() and not name.isupper()
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


def _changes(node: ast.AST) -> Iterator[Change]:
    """Give every change of one node."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.Constant():
            yield from _constants(node)
        case ast.expr() | ast.comprehension():
            yield from _reckoned(node)
        case ast.stmt():
            yield from _done(node)


def _reckoned(node: ast.expr | ast.comprehension) -> Iterator[Change]:
    """Give the changes of what is reckoned."""
    match node:
        case ast.BoolOp():
            yield _text(node), _text(_flipped(deepcopy(node))), _flipped
        case ast.BinOp(op=op) if type(op) in COUNTED:
            yield _text(node), _text(_counted(deepcopy(node))), _counted
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield _text(node), _text(operand), _bare
        case ast.IfExp():
            yield f"if {_text(node.test)}", f"if not ({_text(node.test)})", _turned
        case ast.comprehension(ifs=[_, *_]):
            yield f"if {_text(node.ifs[0])}", "if True", _unfiltered
        case ast.Call(args=[ast.Name(id=one), ast.Name(id=two), *_]) if one != two:
            yield _text(node), f"{two}, {one} swapped", _swapped


def _done(node: ast.stmt) -> Iterator[Change]:
    """Give the changes of what is done."""
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield _text(node), "return None", lambda _: ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield _text(node), "pass", lambda _: ast.Pass()
        case ast.AugAssign(op=op):
            if type(op) in COUNTED:
                yield _text(node), _text(_counted(deepcopy(node))), _counted
            yield _text(node), "pass", lambda _: ast.Pass()
        case ast.If():
            yield f"if {_text(node.test)}", f"if not ({_text(node.test)})", _turned
        case ast.Continue():
            yield "continue", "break", lambda _: ast.Break()


def _compared(node: ast.Compare) -> Iterator[Change]:
    for at, op in enumerate(node.ops):

        def other(new: ast.AST, at: int = at, op: ast.cmpop = op) -> ast.AST:
            assert isinstance(new, ast.Compare)
            new.ops[at] = COMPARED[type(op)]()
            return new

        yield _text(node), _text(other(deepcopy(node))), other


def _constants(node: ast.Constant) -> Iterator[Change]:
    match node.value:
        case bool() as value:
            yield str(value), str(not value), lambda _: ast.Constant(not value)
        case int() as value:
            yield str(value), str(value + 1), lambda _: ast.Constant(value + 1)
        case str() as text if is_sql(text):
            for at, was, now, whole in steps(text):
                near = " ".join(text[max(0, at - 24) : at].split()), " ".join(text[at : at + 32].split())
                yield f"{' '.join(near)!r}: {was}", now or "nothing", partial(_told, text=whole)
        case str() as text if text:
            yield repr(text), repr(f"{text}?"), lambda _: ast.Constant(f"{text}?")


def _told(_: ast.AST, text: str) -> ast.AST:
    return ast.Constant(text)


def _flipped(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _counted(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BinOp | ast.AugAssign)
    node.op = COUNTED[type(node.op)]()
    return node


def _bare(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.UnaryOp)
    return node.operand


def _turned(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.If | ast.IfExp)
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node


def _unfiltered(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.comprehension)
    node.ifs = node.ifs[1:]
    return node


def _swapped(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Call)
    node.args[0], node.args[1] = node.args[1], node.args[0]
    return node


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _line(node: ast.AST) -> int:
    """Give the line of a node; a comprehension has that of what it binds."""
    found: int = getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 1)
    return found
