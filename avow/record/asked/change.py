"""Keep what the staff planned: each plan by its hash, who brought it, when it was applied and everybody asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from avow.record.declare import keeping

_COLUMNS: Final = "hash, version, plan, prepared, at, applied, asked"
_KEEP: Final = """
INSERT INTO policy_change (hash, version, plan, prepared, at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (hash) DO NOTHING
"""
_APPLIED: Final = "UPDATE policy_change SET applied = %s WHERE hash = %s AND applied IS NULL"
_ASKED: Final = "UPDATE policy_change SET asked = %s WHERE version = %s AND applied IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Change:
    """A plan as it was brought: its hash, version, content, by whom and when; when applied, and asked last."""

    hash: str
    version: str
    plan: Mapping[str, Any]
    prepared: str
    at: datetime
    applied: datetime | None
    asked: datetime | None


def keep_plan(plan: Mapping[str, Any], by: str) -> None:
    """Keep a plan, once."""
    with keeping() as cursor:
        cursor.execute(_KEEP, [plan["hash"], plan["version"], json.dumps(plan), by, datetime.now(UTC)])


def mark_applied(digest: str) -> bool:
    """Note that a plan was applied, within the act; say whether it was not before."""
    with keeping() as cursor:
        cursor.execute(_APPLIED, [datetime.now(UTC), digest])
        return bool(cursor.rowcount)


def mark_asked(version: str, at: datetime) -> None:
    """Note that everybody whom a version touched at an instant has been asked."""
    with keeping() as cursor:
        cursor.execute(_ASKED, [at, version])


def changes(begin: str = "") -> list[Change]:
    """Give every plan that was kept, the newest first; those alone whose hash begins so, if that is given."""
    with keeping() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM policy_change WHERE starts_with(hash, %s) ORDER BY at DESC", [begin])
        return [Change(key, name, json.loads(plan), *rest) for key, name, plan, *rest in cursor.fetchall()]
