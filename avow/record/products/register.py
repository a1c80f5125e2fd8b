"""Register products, and lists that reach nobody but who owns one, or downloaded it within a series."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.record.shown.versions import in_force
from avow.terms import MessageKind

SECURITY, SERIES = "security", "series"
"""How the names of reserved lists begin."""
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_LISTED: Final = "SELECT min(most), max(until), min(product_id) FROM reserved WHERE list_id = %s"


@dataclass(frozen=True, slots=True)
class Product:
    """What people own or download."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a reserved list: how many messages at most, until when (None for an advisory), of which product."""

    most: int
    until: datetime | None
    product: str


def add_product(name: str, title: str) -> None:
    """Register a product; raise RecordError for a name that links do not take, or that is taken."""
    _check(name)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO product (id, title) VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, title])
        if not cursor.rowcount:
            raise RecordError(f"there is a product {name!r}", "give another name")


def products() -> tuple[Product, ...]:
    """Give every product."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, title FROM product ORDER BY id")
        return tuple(Product(*row) for row in cursor.fetchall())


def add_series(name: str, product: str, words: str, until: datetime, most: int) -> str:
    """Declare the messages that a download brings, before the first one: what is told beside it, its end, how many.

    Gives the list that they go to. Raises RecordError if it is declared, ends before it begins, or brings none.
    """
    if until <= datetime.now(UTC) or most < 1 or not words.strip():
        raise RecordError(
            "a series needs an end to come, a number of messages, and words beside the download",
            "say what comes, how often, and until when",
        )
    return _reserve(f"{SERIES}.{name}", product, [""], name, (words, until, most))


def add_advisory(name: str, product: str, versions: Sequence[str]) -> str:
    """Reserve a list for the owners of some versions of a product, for one message; give its id.

    Raises RecordError if it concerns no version, or if there is an advisory of this name for other versions.
    """
    if not versions:
        raise RecordError("an advisory concerns some versions", "name each version that is affected")
    return _reserve(f"{SECURITY}.{product}.{name.lower()}", product, versions, "", ("", None, 1))


def limits(list_id: str) -> Limits | None:
    """Give what bounds a list; None if it is not reserved."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [list_id])
        most, until, product = cursor.fetchone()
    return None if most is None else Limits(most, until, product)


def _reserve(
    list_id: str, product: str, versions: Sequence[str], series: str, told: tuple[str, datetime | None, int]
) -> str:
    for part in list_id.split("."):
        _check(part)
    kind = MessageKind.EXEMPT_DOWNLOAD if series else MessageKind.EXEMPT_SECURITY
    purpose = next((one for one in in_force().purposes.values() if one.kind is kind), None)
    title = next((one.title for one in products() if one.id == product), "")
    if purpose is None or not title:
        raise RecordError(
            f"there is no product {product!r}, or the policy states no purpose of kind {kind.value}",
            "`avow product add`, or state the purpose",
        )
    now, rows = datetime.now(UTC), sorted(set(versions))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO list (id, title, purpose, topic, joined_only) VALUES (%s, %s, %s, NULL, false)"
            " ON CONFLICT DO NOTHING",
            [list_id, f"{purpose.title}: {title}", purpose.id],
        )
        if not cursor.rowcount:
            return _again(cursor, list_id, product, rows, fixed=not series)
        cursor.executemany(
            "INSERT INTO reserved (list_id, product_id, version, series, words, at, until, most)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(list_id, product, version, series, told[0], now, *told[1:]) for version in rows],
        )
    return list_id


def _again(cursor: CursorWrapper, list_id: str, product: str, versions: list[str], *, fixed: bool) -> str:
    """Give a list that is there, if it is the very same; a series is declared once."""
    cursor.execute("SELECT version FROM reserved WHERE list_id = %s AND product_id = %s ORDER BY 1", [list_id, product])
    if not fixed or [row[0] for row in cursor.fetchall()] != versions:
        raise RecordError(f"{list_id} is there already, and is another", "give another name")
    return list_id


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise RecordError(f"{name!r} is no name", "give small letters, digits and dashes, at most 40")
