"""Read the front matter: TOML between two lines of `+++` at the top of the file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from avow.policy.document import Front
from avow.policy.grammar.blocks import block
from avow.policy.grammar.faults import Faults
from avow.policy.grammar.table import Table

FENCE = "+++"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
MAILBOX = re.compile(r"[^@\s<>]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Opened:
    """The front matter and the number of lines before the prose."""

    front: Front | None
    lines: int


def front(text: str, faults: Faults) -> Opened:
    """Read the front matter; None, with a fault, where it is wrong."""
    table, lines = opening(text, faults)
    return Opened(_front(table, faults) if table else None, lines)


def opening(text: str, faults: Faults) -> tuple[Table | None, int]:
    """Give the table that opens a file and the number of lines before the prose; None, with a fault, if it is wrong."""
    rows = text.split("\n")
    if not rows or rows[0].rstrip() != FENCE:
        faults.add("the file does not begin with front matter", 1, hint=f"open it with a line {FENCE}")
        return None, 0
    end = next((number for number, row in enumerate(rows[1:], 1) if row.rstrip() == FENCE), None)
    if end is None:
        faults.add("the front matter does not end", 1, hint=f"close it with a line {FENCE}")
        return None, len(rows)
    found = block("\n".join(rows[1:end]), 2, 0, faults)
    return (Table(found, (), found.values, faults) if found else None), end + 1


def _front(table: Table, faults: Faults) -> Front | None:
    before = len(faults.found)
    effective = table.instant("effective")
    result = (
        Front(
            name=table.text("name", required=True),
            version=matching(table, "version", _VERSION, "letters, digits, dots and dashes, such as 2025-01-01"),
            effective=effective,
            timezone=_timezone(table),
            company=table.text("company", required=True),
            postal=table.text("postal", required=True),
            mailbox=matching(table, "mailbox", MAILBOX, "an address such as privacy@example.com"),
            sites=_sites(table),
            language=matching(table, "language", LANGUAGE, 'a language tag such as "en"'),
            follows=table.text("follows") or None,
            same_meaning=table.texts("same_meaning"),
        )
        if effective
        else None
    )
    if result is None:
        return None
    table.close()
    return result if len(faults.found) == before else None


def matching(table: Table, key: str, shape: re.Pattern[str], what: str) -> str:
    """Take a text of a certain shape; what it should look like is said where it does not."""
    value = table.text(key, required=True)
    if value.strip() and not shape.fullmatch(value):
        table.fault(f"{key!r} cannot be {value!r}", key, f"write {what}")
    return value


def _timezone(table: Table) -> str:
    value = table.text("timezone", required=True)
    table.known("timezone", (value,) if value else (), _zones().get, _zones())
    return value


@cache
def _zones() -> Mapping[str, str]:
    """Give the names of time zones that this machine knows: it looks through a whole folder for them."""
    return {zone: zone for zone in available_timezones()}


def _sites(table: Table) -> tuple[str, ...]:
    hosts = table.texts("sites", required=True)
    for host in hosts:
        if not _HOST.fullmatch(host):
            table.fault(
                f"'sites' cannot hold {host!r}", "sites", "write the host alone, in lower case, such as example.com"
            )
    return hosts
