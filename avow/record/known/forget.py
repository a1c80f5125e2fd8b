"""Forget people: the data goes, its salts die, what was refused stays."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.record.agreed.passed import ERASED, pass_on
from avow.record.declare import keeping
from avow.record.journal.whose import owe
from avow.record.kept import KEPT, UNKEPT
from avow.record.key import NOBODY
from avow.record.mask import CHOICES, bits_of, to_bits
from avow.record.matters.enclosed import let_go
from avow.record.pinned.aside import settle as settle_aside
from avow.record.said.choices import act
from avow.record.said.chosen import Aim, no_more
from avow.record.said.circle import circle
from avow.record.said.effect import settle
from avow.record.said.fold import Target
from avow.record.said.withheld import withdrawn
from avow.record.shown.versions import history
from avow.terms import Actor, Answer, EntryKind, Role, Scope

_LOCK_REACHES: Final = """
SELECT id FROM reach WHERE id IN (SELECT reach_id FROM address WHERE person_id = ANY(%s)) ORDER BY id FOR NO KEY UPDATE
"""
_KEEP_REFUSALS: Final = """
UPDATE reach SET refused = reach.refused | said.own FROM (
    SELECT a.reach_id, bit_or(p.own & %s::bit(256)) AS own FROM address a JOIN person p ON p.id = a.person_id
    WHERE p.id = ANY(%s) GROUP BY 1
) AS said WHERE reach.id = said.reach_id AND reach.refused | said.own <> reach.refused RETURNING reach.id
"""
_KEEP_LISTS: Final = """
INSERT INTO unlisted (reach_id, list_id, at)
SELECT DISTINCT a.reach_id, s.list_id, now() FROM address a JOIN subscription s ON s.person_id = a.person_id
WHERE a.person_id = ANY(%s) AND NOT s.joined ON CONFLICT DO NOTHING
"""
_LEFT: Final = "SELECT list_id FROM subscription WHERE person_id = %s AND NOT joined ORDER BY 1"
_LEAVES: Final = """
WITH items AS (DELETE FROM item WHERE person_id = ANY(%s) RETURNING entry, pos),
owned AS (DELETE FROM possession WHERE person_id = ANY(%s) RETURNING entry, pos),
cases AS (DELETE FROM rights_case WHERE person_id = ANY(%s) RETURNING entry, pos),
links AS (DELETE FROM link WHERE person_id = ANY(%s) OR other_id = ANY(%s) RETURNING entry, pos),
petitions AS (DELETE FROM petition WHERE person_id = ANY(%s) RETURNING entry, pos, salt),
restraints AS (DELETE FROM restraint WHERE person_id = ANY(%s) RETURNING entry, pos),
following AS (DELETE FROM followed WHERE person_id = ANY(%s) RETURNING entry, pos),
files AS (DELETE FROM enclosed WHERE person_id = ANY(%s) RETURNING entry, pos, salt),
choices AS (
    SELECT entry, pos FROM choice WHERE person_id = ANY(%s) AND salt <> ''
),
readings AS (
    SELECT entry, pos FROM reading WHERE person_id = ANY(%s) AND salt <> ''
),
given AS (
    SELECT entry, pos FROM disclosed WHERE person_id = ANY(%s) AND salt <> ''
)
SELECT 'item', entry, pos FROM items UNION ALL SELECT 'link', entry, pos FROM links
UNION ALL SELECT 'choice', entry, pos FROM choices
UNION ALL SELECT 'reading', entry, pos FROM readings UNION ALL SELECT 'case', entry, pos FROM cases
UNION ALL SELECT 'petition', entry, pos FROM petitions WHERE salt <> ''
UNION ALL SELECT 'file', entry, pos FROM files WHERE salt <> ''
UNION ALL SELECT 'restraint', entry, pos FROM restraints UNION ALL SELECT 'followed', entry, pos FROM following
UNION ALL SELECT 'owned', entry, pos FROM owned UNION ALL SELECT 'given', entry, pos FROM given ORDER BY 2, 3
"""
_BLANK: Final = "UPDATE choice SET person_id = %s, evidence = '', salt = '' WHERE person_id = ANY(%s)"
_BLANK_READINGS: Final = "UPDATE reading SET person_id = %s, salt = '' WHERE person_id = ANY(%s)"
_READ_BY_OTHERS: Final = "SELECT DISTINCT person_id FROM reading WHERE person_id = ANY(%s) AND role = %s"
_BLANK_PASSED: Final = "UPDATE passed SET person_id = %s WHERE person_id = ANY(%s) AND acknowledged IS NOT NULL"
_BLANK_GIVEN: Final = """
UPDATE disclosed SET person_id = %s, reach = NULL, salt = '', decision_salt = NULL WHERE person_id = ANY(%s)
"""
_BLANK_POSTS: Final = "UPDATE post SET person_id = %s, state = 'removed', why = '' WHERE person_id = ANY(%s)"
_BLANK_REPORTS: Final = "UPDATE report SET person_id = %s, item = NULL, exact = NULL WHERE person_id = ANY(%s)"
_ONE: Final = f"""
{KEPT} DELETE FROM item WHERE person_id = %s AND id = %s AND refused & %s::bit(256) = 0::bit(256)
    AND person_id {UNKEPT}
RETURNING entry, pos
"""
_HELD: Final = "SELECT 1 FROM restraint WHERE person_id = ANY(%s) AND kind = 'hold' AND ended IS NULL LIMIT 1"
_DELETE: Final = (
    "DELETE FROM ordered WHERE person_id = ANY(%s)",
    "DELETE FROM poster WHERE person_id = ANY(%s)",
    "DELETE FROM turn WHERE person_id = ANY(%s)",
    "DELETE FROM matter WHERE person_id = ANY(%s)",
    "DELETE FROM code WHERE person_id = ANY(%s)",
    "DELETE FROM awaited WHERE person_id = ANY(%s)",
    "DELETE FROM pin WHERE person_id = ANY(%s)",
    "DELETE FROM aside WHERE person_id = ANY(%s)",
    "DELETE FROM aside WHERE by = ANY(%s)",
    "DELETE FROM clock WHERE person_id = ANY(%s)",
    "DELETE FROM mandate WHERE person_id = ANY(%s)",
    "DELETE FROM question WHERE person_id = ANY(%s)",
    "DELETE FROM subscription WHERE person_id = ANY(%s)",
    "DELETE FROM address WHERE person_id = ANY(%s)",
    "DELETE FROM person WHERE id = ANY(%s)",
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, what remains, and who else may be the same human (linked to them until now)."""

    items: int
    choices: int
    mailboxes: int
    linked: tuple[UUID, ...]
    given: int = 0

    @property
    def gone(self) -> str:
        """Say in words how much is gone."""
        return f"{_counted(self.items, 'item')} {'is' if self.items == 1 else 'are'} gone."

    @property
    def remains(self) -> tuple[str, ...]:
        """Say in words what remains, and why; what there is none of is not told."""
        hashes = "as a keyed hash" if self.mailboxes == 1 else "as keyed hashes"
        whose = "whose it was" if self.choices == 1 else "whose they were"
        mailboxes = _counted(self.mailboxes, "mailbox", "mailboxes")
        told = (
            (self.mailboxes, f"{mailboxes}, {hashes}: so that what is refused there stays refused"),
            (
                self.choices,
                f"{_counted(self.choices, 'choice')}, without {whose}: so that what was sent can be checked",
            ),
            (1, "when which of our staff read somebody, without whom it was"),
            (
                self.given,
                "that somebody was in a file which was given outside: whoever got it is told to let go",
            ),
            (1, "entries of the ledger, which hold no personal data and cannot be linked to any row any more"),
            (
                1,
                "what the database left on the disk: `avow scrub` takes it off, within a day where Avow runs it",
            ),
            (1, "backups that were made before: until you delete them; a restore forgets this person again"),
        )
        return tuple(line for number, line in told if number)


def forget(person: UUID, named: Container[tuple[int, int]] = ()) -> Forgotten:
    """Forget all that was given by a person; what they refused outlives it, by their mailboxes and who is linked.

    The entry *forgotten* names each leaf whose row is gone, save those in `named`, of which another entry says so.
    Raises RecordError if there is no such person, or while a legal hold stands on them or on who is linked.
    Mail's rows name the person still: `accuracy.forgotten.forget` is the whole act.
    """
    with keeping() as cursor:
        around = circle(cursor, person, None)
        cursor.execute(_HELD, [list(around.persons)])
        if cursor.fetchone():
            raise RecordError("a legal hold keeps this person", "it is done when the hold ends: /desk/requests/barred/")
        cursor.execute(_LEFT, [person])
        left = [str(row[0]) for row in cursor.fetchall()]
        refused = withdrawn(cursor, [person])[person]
        done = erase(cursor, [person], named)
        others = {one: own for one, (own, _) in around.persons.items() if one != person}
        settle_aside(cursor, list(others))
        _hand_on(cursor, around.persons[person][0] & CHOICES, left, sorted(refused), others)
    return replace(done, linked=tuple(others))


def forget_item(person: UUID, item: UUID) -> bool:
    """Forget one item of a person; say no if there is none, or a legal hold keeps it, unseen but by the law.

    The entry *forgotten* names its leaf, and those of its files, so that no older copy of the store brings it back.
    """
    with keeping() as cursor:
        cursor.execute("SELECT id FROM person WHERE id = %s FOR NO KEY UPDATE", [person])
        cursor.execute(_ONE, [person, item, to_bits(Scope.HELD.mask)])
        leaves = [(int(entry), int(pos)) for entry, pos in cursor.fetchall()]
        if leaves:
            files = let_go(cursor, "person_id = %s AND item = %s", [person, item])
            append(EntryKind.FORGOTTEN, datetime.now(UTC), [], sorted([*leaves, *files]))
        return bool(leaves)


def erase(cursor: CursorWrapper, persons: Sequence[UUID], named: Container[tuple[int, int]] = ()) -> Forgotten:
    """Forget persons who are locked and, but for one alone, linked to nobody: a fixed number of statements.

    Each organization that works for us and read one of them is told; till it acknowledges, its name for them is kept.
    """
    whom = list(persons)
    cursor.execute(_LOCK_REACHES, [whom])
    mailboxes = len(cursor.fetchall())
    cursor.execute(_KEEP_REFUSALS, [to_bits(CHOICES), whom])
    tightened = [bytes(row[0]) for row in cursor.fetchall()]
    if tightened:
        settle(cursor, [], tightened)
    cursor.execute(_KEEP_LISTS, [whom])
    cursor.execute(_READ_BY_OTHERS, [whom, Role.PROCESSOR.value])
    for (person,) in cursor.fetchall():
        pass_on(cursor, person, ERASED)
    cursor.execute(_LEAVES, [whom] * 12)
    leaves = cursor.fetchall()
    cursor.execute(_BLANK, [NOBODY, whom])
    choices = int(cursor.rowcount)
    for statement in (_BLANK_READINGS, _BLANK_PASSED, _BLANK_GIVEN, _BLANK_POSTS, _BLANK_REPORTS):
        cursor.execute(statement, [NOBODY, whom])
    for statement in _DELETE:
        cursor.execute(statement, [whom])
    owe(
        cursor,
        append(EntryKind.FORGOTTEN, datetime.now(UTC), [], [(e, pos) for _, e, pos in leaves if (e, pos) not in named]),
        whom,
    )
    count = Counter(kind for kind, *_ in leaves)
    return Forgotten(count["item"], choices, mailboxes, (), count["given"])


def _hand_on(
    cursor: CursorWrapper, own: int, left: Sequence[str], purposes: Sequence[str], others: Mapping[UUID, int]
) -> None:
    """Let those who were linked to the forgotten person refuse what that one did: they are one human."""
    for other, theirs in others.items():
        aims = [Aim(Answer.NO, Target("scope", bit)) for bit in bits_of(own & ~theirs)]
        aims += [Aim(Answer.NO, Target("list", name), (name,)) for name in left]
        aims += [no_more(history(), name) for name in purposes]
        if aims:
            act(cursor, aims, Actor.SYSTEM, "refused by who was linked, and is forgotten", (other, None), near=True)


def _counted(number: int, one: str, several: str = "") -> str:
    """Say how many of something there are: 1 choice, 2 choices."""
    return f"{number} {one if number == 1 else several or one + 's'}"
