"""Put a mutant in the place of a module that is loaded already, in this process alone."""

import ast
import sys
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

PLAIN = (int, str, bytes, float, tuple, frozenset, list, dict, set, type(None))


def put(module: ModuleType, tree: ast.Module) -> None:
    """Run a changed module beside the one that is loaded, and give the loaded one its functions and values.

    Whoever imported a function has the loaded one, which does now what the changed one does; a value that
    others imported, or built theirs from, is put there too.
    """
    name = module.__name__
    changed = _run(module, compile(tree, str(module.__file__), "exec"))
    values = _give(module, changed)
    for other in [one for one in sys.modules.values() if getattr(one, "__name__", "").startswith("avow.")]:
        if other is not module and values & _taken(other, name):
            put(other, ast.parse(Path(str(other.__file__)).read_text("utf-8")))


def _run(module: ModuleType, code: CodeType) -> dict[str, object]:
    found: dict[str, object] = {
        "__name__": module.__name__,
        "__file__": module.__file__,
        "__package__": module.__package__,
    }
    exec(code, found)  # noqa: S102 -- it is our own code, with one change
    return found


def _give(module: ModuleType, changed: dict[str, object]) -> set[str]:
    """Give a module what changed, and the names of the values that did."""
    values = set()
    for name, new in changed.items():
        old = vars(module).get(name)
        if name.startswith("__") or old is None:
            continue
        if isinstance(old, PLAIN):
            if repr(old) != repr(new):
                setattr(module, name, new)
                values.add(name)
        elif getattr(old, "__module__", None) == module.__name__:
            _function(old, new)
            if isinstance(old, type):
                for member, value in list(vars(old).items()):
                    _function(value, vars(new).get(member))
    return values


def _function(old: object, new: object) -> None:
    """Let a function (or what wraps one) do what another does."""
    for part in ("fget", "__func__", "__wrapped__"):
        if getattr(old, part, None) is not None:
            _function(getattr(old, part), getattr(new, part, None))
    if not isinstance(old, FunctionType) or not isinstance(new, FunctionType):
        return
    old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    if old.__code__.co_freevars == new.__code__.co_freevars:
        if not hasattr(old, "__wrapped__"):
            old.__code__ = new.__code__
        for mine, theirs in zip(old.__closure__ or (), new.__closure__ or (), strict=True):
            if isinstance(mine.cell_contents, PLAIN):
                mine.cell_contents = theirs.cell_contents


def _taken(module: ModuleType, name: str) -> set[str]:
    """Give the names that a module imports from another."""
    path = getattr(module, "__file__", None)
    if path is None:
        return set()
    found = set()
    for node in ast.parse(Path(path).read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module == name:
            found |= {alias.asname or alias.name for alias in node.names}
    return found
