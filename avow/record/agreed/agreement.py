"""Keep an agreement with an organization that works for us, and say what holds at this instant."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.terms import EntryKind, Promise

_STANDS: Final = "begins <= clock_timestamp() AND clock_timestamp() < coalesce(least(ends, ended), 'infinity')"
_COVERS: Final = f"""
SELECT EXISTS (SELECT FROM agreement WHERE id = %s AND {_STANDS} AND %s = ANY(string_to_array(purposes, ' '))
    AND %s::text[] <@ string_to_array(categories, ' '))
"""
_HELD: Final = "SELECT id FROM agreement WHERE id = %s FOR SHARE"
_READ: Final = """
SELECT id, organization, purposes, categories, confidentiality, below, begins, ends, ended, at,
    (SELECT words FROM agreement_act WHERE agreement = agreement.id AND act = 'returned')
FROM agreement
"""
_OVERLAP: Final = """
SELECT id FROM agreement WHERE (id = %s OR lower(organization) = lower(%s)
    AND string_to_array(purposes, ' ') && %s::text[]
    AND begins < coalesce(%s, 'infinity'::timestamptz) AND coalesce(least(ends, ended), 'infinity') > %s)
ORDER BY id <> %s LIMIT 1
"""
_INSERT: Final = """
INSERT INTO agreement
    (id, organization, purposes, categories, confidentiality, below, begins, ends, at, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: by whom, for which purposes, over which categories, how they are bound, who works below them.

    It holds from `begins` on, until `ends` (UTC; None until it is ended).
    """

    id: str
    organization: str
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    confidentiality: str
    below: tuple[str, ...]
    begins: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement as it stands: its terms, since when it is on file, when it was ended, how return was attested."""

    terms: Terms
    ended: datetime | None
    at: datetime
    returned: str

    @property
    def until(self) -> datetime | None:
        """Give the instant from which nothing is seen under it; None while none is known."""
        return min((one for one in (self.terms.ends, self.ended) if one is not None), default=None)

    @property
    def over(self) -> bool:
        """Say whether it has ended."""
        return self.until is not None and self.until <= datetime.now(UTC)

    @property
    def stands(self) -> bool:
        """Say whether it is in force by this machine's clock; what is shown goes by the database's."""
        return self.terms.begins <= datetime.now(UTC) and not self.over


def agree(terms: Terms) -> int:
    """Keep an agreement, and give the entry that covers it.

    Raises RecordError if there is one by this name, or one of the same organization for one of the purposes at the
    same time: which of the two would hold could not be said.
    """
    now, salt = datetime.now(UTC), new_salt()
    row = [*_words(terms), now]
    with keeping() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agreement'))")
        asked = [terms.id, terms.organization, list(terms.purposes), terms.ends, terms.begins, terms.id]
        cursor.execute(_OVERLAP, asked)
        other = cursor.fetchone()
        if other and other[0] == terms.id:
            raise RecordError(f"there is an agreement {terms.id!r}", "give another name")
        if other:
            raise RecordError(
                f"{terms.organization} has an agreement for this at that time: {other[0]}",
                f"let the new one begin when the old one ends, or end it: `avow processor end {other[0]}`",
            )
        entry = append(EntryKind.AGREED, now, [commit(salt, agreement_record(row))])
        cursor.execute(_INSERT, [*row, salt, entry])
    return entry


def every() -> list[Agreement]:
    """Give every agreement that there is or was, the newest first."""
    with keeping() as cursor:
        cursor.execute(f"{_READ} ORDER BY begins DESC, id")
        return [_agreement(row) for row in cursor.fetchall()]


def find(name: str) -> Agreement:
    """Find an agreement; raise RecordError if there is none by this name."""
    with keeping() as cursor:
        cursor.execute(f"{_READ} WHERE id = %s", [name])
        row = cursor.fetchone()
    if row is None:
        raise RecordError(f"there is no agreement {name!r}", "`avow processor list` names them")
    return _agreement(row)


@keeps(Promise.PROCESSORS_BOUND)
def standing(name: str) -> Agreement | None:
    """Give an agreement that is in force at this instant, and hold off its end until this transaction ends.

    Whoever ends it waits for those who are just reading, and who comes later finds that it has ended. What is read
    must be read in a *later* statement: this one may have waited.
    """
    with keeping() as cursor:
        cursor.execute(_HELD, [name])
        cursor.execute(f"{_READ} WHERE id = %s AND {_STANDS}", [name])
        row = cursor.fetchone()
    return _agreement(row) if row else None


@keeps(Promise.PROCESSORS_BOUND)
def covers(name: str, purpose: str, categories: Collection[str]) -> bool:
    """Say whether an agreement is in force at this instant and names a purpose and all of some categories."""
    with keeping() as cursor:
        cursor.execute(_COVERS, [name, purpose, sorted(categories)])
        return bool(cursor.fetchone()[0])


def agreement_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of an agreement.

    The row holds id, organization, purposes, categories, confidentiality, below, begins, ends, at.
    """
    return ["agreement", *row]


def _words(terms: Terms) -> list[str | datetime | None]:
    lists = " ".join(terms.purposes), " ".join(terms.categories)
    return [
        terms.id,
        terms.organization,
        *lists,
        terms.confidentiality,
        "\n".join(terms.below),
        terms.begins,
        terms.ends,
    ]


def _agreement(row: Sequence[Any]) -> Agreement:
    name, organization, purposes, categories, bound, below, begins, ends, ended, at, returned = row
    named = tuple(purposes.split()), tuple(categories.split())
    terms = Terms(name, organization, *named, bound, tuple(below.splitlines()), begins, ends)
    return Agreement(terms, ended, at, returned or "")
