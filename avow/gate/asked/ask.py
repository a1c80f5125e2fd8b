"""Decide uses that programs ask about, many at once, and remember that it was decided; no field is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.decision.decision import Decision, Outcome
from avow.decision.explain import explain
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.clear import decision_record
from avow.gate.facts import Held, Lists, facts, lists
from avow.gate.ruling import Ruling, Verdict, ruling, verdict
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salts
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import NOBODY
from avow.record.mask import from_bits
from avow.terms import EntryKind, Promise

_MAILBOXES: Final = """
SELECT id, refused, choice_no, ARRAY(SELECT DISTINCT person_id FROM address WHERE reach_id = r.id ORDER BY 1)
FROM reach r WHERE id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: which program (its token's id) asks for which use, on which list, of a person or of a mailbox."""

    program: UUID
    request: Request
    list: str | None = None
    person: UUID | None = None
    reach: bytes | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the decision, the sentences behind it by clause, or plain words where no clause decided.

    `people` are those of a mailbox whom it permits; `entry`, `pos` and `salt` open its leaf in the ledger.
    """

    decision: Decision
    version: str
    sentences: Mapping[str, str]
    otherwise: tuple[str, ...]
    people: tuple[UUID, ...]
    choice_no: int
    entry: int
    pos: int
    salt: bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of everybody who is asked about: who holds which mailbox, and what each mailbox refuses."""

    holders: Mapping[bytes, Sequence[UUID]]
    reaches: Mapping[bytes, tuple[int, int]]

    def persons(self, one: Asked) -> Sequence[UUID]:
        """Give the persons whom a question is about."""
        return [one.person] if one.person is not None else self.holders.get(one.reach or b"", [])


@keeps(Promise.PURPOSES_ONLY)
def ask(questions: Sequence[Asked]) -> list[Told | GateError]:
    """Answer in the order of the questions; of questions alike but for the person, all are decided in two queries.

    A mailbox may be used where somebody who holds it may be, by what was given with it; who holds it and refuses
    refuses for it. Decided from what is committed when this is called. A list that serves another use is an error,
    which is given in the place of its answer.
    """
    answers: dict[int, Told | GateError] = {}
    groups: dict[tuple[Request, str | None], list[int]] = {}
    for place, one in enumerate(questions):
        groups.setdefault((one.request, one.list), []).append(place)
    with keeping() as cursor:
        known = _known(cursor, [one.reach for one in questions if one.reach is not None])
        for (request, name), places in groups.items():
            alike = [questions[place] for place in places]
            try:
                found: Iterable[Told | GateError] = _group(cursor, ruling(request), name, alike, known)
            except GateError as error:
                found = [error] * len(places)
            answers |= zip(places, found, strict=True)
    return [answers[place] for place in range(len(questions))]


def _known(cursor: CursorWrapper, reaches: list[bytes]) -> _Known:
    if not reaches:
        return _Known({}, {})
    cursor.execute(_MAILBOXES, [reaches])
    rows = [
        (bytes(reach), from_bits(refused), number, persons) for reach, refused, number, persons in cursor.fetchall()
    ]
    return _Known({reach: persons for reach, *_, persons in rows}, {reach: (no, at) for reach, no, at, _ in rows})


def _group(
    cursor: CursorWrapper, ruled: Ruling, name: str | None, alike: Sequence[Asked], known: _Known
) -> list[Told | GateError]:
    """Decide questions that are alike but for whom they are about, and cover them by one entry."""
    on = lists(cursor, ruled.plan.request, name)
    persons = list(dict.fromkeys(person for one in alike for person in known.persons(one)))
    of: dict[UUID, list[Held]] = {person: [] for person in persons}
    for held in facts(cursor, ruled.plan.request, persons, on) if persons else ():
        of[held.person].append(held)
    found = [_about(ruled, on, one, of, known) for one in alike]
    now, salts = datetime.now(UTC), new_salts(len(alike))
    records = [_record(one, ruled, on, each[0], now) for one, each in zip(alike, found, strict=True)]
    entry = append(EntryKind.DECIDED, now, [commit(*pair) for pair in zip(salts, records, strict=True)])
    return [_told(ruled, *each, entry, pos, salt) for pos, (each, salt) in enumerate(zip(found, salts, strict=True))]


def _about(
    ruled: Ruling, on: Lists, one: Asked, of: Mapping[UUID, Sequence[Held]], known: _Known
) -> tuple[Verdict, tuple[UUID, ...]]:
    """Decide one question: of a mailbox, by whoever holds it; of nobody's, by what it refuses itself."""
    verdicts = {person: verdict(ruled, on, _there(of[person], one.reach)) for person in known.persons(one)}
    allowed = [(person, each) for person, each in verdicts.items() if each.decision.allowed]
    if allowed:
        return allowed[0][1], tuple(person for person, _ in allowed)
    refused, number = known.reaches.get(one.reach or b"", (0, 0))
    if not verdicts:
        return Verdict(ruled.plan.decide(Facts(refused=refused)), number, {}), ()
    because = frozenset[str]().union(*(each.decision.because for each in verdicts.values()))
    last = max(verdicts.values(), key=lambda each: each.choice_no)
    return replace(last, decision=Decision(Outcome.DENY, because), choice_no=max(number, last.choice_no)), ()


def _there(held: Sequence[Held], reach: bytes | None) -> list[Held]:
    """Keep the items of no mailbox, and those of the one that is asked about."""
    return [one for one in held if reach is None or one.reach is None or one.reach == reach]


def _record(one: Asked, ruled: Ruling, on: Lists, found: Verdict, at: datetime) -> object:
    """Give what the ledger commits to of an answer: which program asked, about whom, and the decision."""
    _, person, *rest = decision_record(one.person or NOBODY, ruled, on, found, at)
    return ["asked", one.program, person, one.reach, *rest]


def _told(ruled: Ruling, found: Verdict, people: tuple[UUID, ...], entry: int, pos: int, salt: bytes) -> Told:
    decision, clauses = found.decision, ruled.policy.clauses
    sentences = {name: clauses[name].text for name in sorted(decision.because) if name in clauses}
    otherwise = () if decision.because else explain(ruled.policy, decision, ruled.plan.request)
    return Told(decision, ruled.version, sentences, otherwise, people, found.choice_no, entry, pos, salt)
