"""Keep what was told of a month for ever as it was told, and give it to the role that sees nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping, telling
from avow.terms import EntryKind, Promise

_INSERT: Final = """
INSERT INTO insight (month, version, least, step, code, tables, at, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""
_COLUMNS: Final = "month, version, least, step, code, tables, at"


@dataclass(frozen=True, slots=True)
class Release:
    """What was told of a month: under which version of the policy, by which rules, by which code, the tables as JSON.

    `least` is how many people a figure is about at least, `step` what it is rounded to, `code` the SHA-256 of the code.
    """

    month: str
    version: str
    least: int
    step: int
    code: str
    tables: str
    at: datetime


@keeps(Promise.INSIGHT_KINDS)
def keep(told: Release) -> None:
    """Keep what is told of a month, with its entry; raise RecordError if that month was told, for it is told once."""
    salt = new_salt()
    row: list[Any] = [told.month, told.version, told.least, told.step, told.code, told.tables, told.at]
    try:
        with transaction.atomic(), keeping() as cursor:
            entry = append(EntryKind.RELEASED, told.at, [commit(salt, insight_record(row))])
            cursor.execute(_INSERT, [*row, salt, entry])
    except IntegrityError as error:
        raise again(told.month) from error


def again(month: str) -> RecordError:
    """Give the refusal to tell a month again."""
    return RecordError(
        f"{month} was told before",
        "a month is told once: a second count, after somebody left, would tell of them by the difference",
    )


def months() -> list[str]:
    """Give every month that was told, the latest first."""
    with telling() as cursor:
        cursor.execute("SELECT month FROM insight ORDER BY month DESC")
        return [month for (month,) in cursor.fetchall()]


def told(month: str) -> Release | None:
    """Give what was told of a month, if it was."""
    with telling() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM insight WHERE month = %s", [month])
        row = cursor.fetchone()
    return Release(*row) if row else None


def insight_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a month that was told: all of it."""
    return ["insight", *row]
