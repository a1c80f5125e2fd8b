"""Register organizations outside: each has a list of its own, of those who said yes to it by its name."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from avow.errors import RecordError
from avow.policy.document import Policy, Purpose
from avow.record.declare import keeping
from avow.record.known.address import parse
from avow.record.shown.versions import in_force
from avow.terms import Default, RecipientClass

PREFIX: Final = "to."
"""How the names of the lists of organizations begin."""
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_COLUMNS: Final = "o.id, o.list, o.title, o.does, o.mailbox, l.purpose, o.at, o.ended"
_ALL: Final = f"SELECT {_COLUMNS} FROM outside o JOIN list l ON l.id = o.list ORDER BY o.title, o.id"
_LIST: Final = """
INSERT INTO list (id, title, purpose, topic, joined_only) VALUES (%s, %s, %s, %s, true) ON CONFLICT DO NOTHING
"""
_JOINED: Final = "SELECT count(*) FROM subscription WHERE list_id = %s AND joined"
_ADD: Final = "INSERT INTO outside (id, list, title, does, mailbox, at) VALUES (%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization outside: its name, what it does, where notices go, the purpose that data goes to it for."""

    id: str
    list: str
    title: str
    does: str
    mailbox: str
    purpose: str
    at: datetime
    ended: datetime | None


def outside_purpose(policy: Policy) -> Purpose:
    """Find the purpose for which a policy gives data to others; raise RecordError if it states none."""
    for purpose in policy.purposes.values():
        if RecipientClass.OUTSIDE in purpose.recipients and purpose.default is Default.ON_YES:
            return purpose
    raise RecordError(
        "the policy in force gives nothing to anybody outside",
        'state a purpose with recipients = ["outside"] and default = "on-yes"',
    )


def add_organization(name: str, title: str, does: str, mailbox: str) -> Organization:
    """Register an organization, to which nobody has said yes yet.

    Raises RecordError for a name that is none or is taken, without a title or a word of what it does, and where the
    policy gives nothing outside; AddressError for a mailbox that is none.
    """
    title, does = " ".join(title.split()), " ".join(does.split())
    if not _NAME.fullmatch(name) or not title or not does:
        raise RecordError(
            "an organization has a short name, a title, and words of what it does",
            "give small letters, digits and dashes, at most 40; people read the rest beside the box",
        )
    purpose, to = outside_purpose(in_force()), parse(mailbox).display
    with keeping() as cursor:
        cursor.execute(_LIST, [PREFIX + name, title, purpose.id, purpose.topic or None])
        if not cursor.rowcount:
            raise RecordError(f"there is an organization {name!r}", "give another name")
        cursor.execute(_ADD, [name, PREFIX + name, title, does, to, datetime.now(UTC)])
    return organization(name)


def end_organization(name: str) -> None:
    """Give nothing to an organization any more, and ask nobody for it; what was said and given stays on file."""
    organization(name)
    with keeping() as cursor:
        cursor.execute("UPDATE outside SET ended = %s WHERE id = %s AND ended IS NULL", [datetime.now(UTC), name])


def organizations() -> tuple[Organization, ...]:
    """Give every organization, those that ended too, by title."""
    with keeping() as cursor:
        cursor.execute(_ALL)
        return tuple(Organization(*row) for row in cursor.fetchall())


def organization(name: str) -> Organization:
    """Find an organization; raise RecordError that names those there are."""
    known = {one.id: one for one in organizations()}
    if name not in known:
        raise RecordError(f"there is no organization {name!r}", f"there are: {', '.join(known) or 'none'}")
    return known[name]


def joined(one: Organization) -> int:
    """Count the people who said yes to an organization by its name, and not no since."""
    with keeping() as cursor:
        cursor.execute(_JOINED, [one.list])
        return int(cursor.fetchone()[0])
