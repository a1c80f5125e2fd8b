"""Write tables, keys and values as TOML."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from avow.terms import Relation


def table(header: str, keys: Mapping[str, object]) -> str:
    """Write a table; keys without a value are left out."""
    return "\n".join([header, *(f"{key} = {value(one)}" for key, one in keys.items() if one is not None)])


def key(name: str) -> str:
    """Write a name as a key, in quotes where it needs them."""
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _text(name)


def value(one: object) -> str:
    """Write a value; the members of a set stand in the order of their words."""
    return _plain(one) if isinstance(one, str | int | datetime | Enum) else _nested(one)


def _plain(one: str | int | datetime | Enum) -> str:
    match one:
        case Relation():
            return _text(one.name.lower().replace("_", "-"))
        case str():
            return _text(str(one))
        case datetime():
            return one.isoformat()
        case _:
            return str(one).lower()


def _nested(one: object) -> str:
    match one:
        case frozenset():
            return f"[{', '.join(sorted(value(member) for member in one))}]"
        case Mapping():
            return "{ " + ", ".join(f"{name} = {value(member)}" for name, member in one.items()) + " }"
        case list() | tuple():
            return f"[{', '.join(value(member) for member in one)}]"
    raise TypeError(f"a {type(one).__name__} has no form in TOML")


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
