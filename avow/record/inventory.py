"""Name every column, log field and cookie, with why it is there; what is not named may not exist."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from django.db import connection

from avow.errors import SchemaError
from avow.policy.proof.keeps import keeps
from avow.terms import Promise

_FILE: Final = Path(__file__).parent / "inventory.toml"
_COLUMNS: Final = """
SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relpersistence <> 't'
"""
_UNGUARDED: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND c.relname = ANY(%s)
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
"""
_OPEN_VIEWS: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT coalesce(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'], false)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is stored: table.column, log.field or cookie.name; its class, why, and how long."""

    name: str
    kind: Literal["content", "upkeep", "library", "ledger", "staff"]
    why: str
    retention: str

    @property
    def table(self) -> str:
        """Give the table, or "log" or "cookie"."""
        return self.name.partition(".")[0]


@cache
def inventory() -> tuple[Line, ...]:
    """Give every line, in the order of the file."""
    lines = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Line(name, line["class"], line["why"], line["retention"]) for name, line in lines.items())


@keeps(Promise.PAGE_COMPLETE)
def census() -> None:
    """Compare the inventory with the database: columns both ways, the row guard, the views.

    Raises SchemaError that names what is stored and not declared, declared and not stored, or unguarded.
    """
    declared = {line.name for line in inventory() if line.table not in {"log", "cookie"}}
    about = sorted({line.table for line in inventory() if line.kind in {"content", "upkeep"}} - {"log", "cookie"})
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        stored = {row[0] for row in cursor.fetchall()}
        cursor.execute(_UNGUARDED, [about])
        unguarded = [row[0] for row in cursor.fetchall()]
        cursor.execute(_OPEN_VIEWS)
        views = [row[0] for row in cursor.fetchall()]
    _refuse("stored, and not in the inventory", stored - declared, "declare them in avow/record/inventory.toml")
    _refuse("in the inventory, and not stored", declared - stored, "take them out of avow/record/inventory.toml")
    _refuse("about people, and without a forced row guard", unguarded, "enable and force row security on them")
    _refuse("views that step over the row guard", views, "create them WITH (security_invoker = true)")


def _refuse(what: str, names: Iterable[str], hint: str) -> None:
    if found := sorted(names):
        raise SchemaError(f"{', '.join(found)}: {what}", hint)
