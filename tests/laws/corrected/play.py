"""Play a history in a store of its own, beside the model: corrections, feeds, imports, merges, restores, and more."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from avow.accuracy.again.replay import replay
from avow.accuracy.answer.ask import ask
from avow.accuracy.answer.decide import answer
from avow.accuracy.correct.correction import correct, correction
from avow.accuracy.held import right_of
from avow.accuracy.move import NEW, OLD, ask_both, move
from avow.accuracy.session import Signed
from avow.config import config
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.policy.wish import Wish
from avow.record.journal.keep import keep as journal
from avow.record.known.address import Address, parse
from avow.record.known.link import link, unlink
from avow.record.known.session import session
from avow.record.seen.cases import open_case
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force, publish
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.record.upkeep import upkeep
from avow.terms import Actor, ChannelKind
from tests.conftest import emptied
from tests.laws.corrected.model import Model
from tests.laws.corrected.readers import Seen, seen
from tests.laws.corrected.words import FIELDS
from tests.units.accuracy.again.older import Older, older
from tests.units.policy.example import ROOT
from tests.units.record.cast import given_as, stamped

PEOPLE = 3
Step = tuple[str, int, int, str]
"""What is done: the verb, to whom, with whom or of which item, and which word is said."""


class Played:
    """A store in which people are on file, the model of it, and what was copied to go back to."""

    def __init__(self, start: Older, folder: Path) -> None:
        self.start, self.folder, self.past, self.moves = start, folder, start, 0
        self.model = Model(PEOPLE)
        self.addresses = [f"human{number}@example.org" for number in range(PEOPLE)]
        self.people = [given_as(f"Aspen{number}", address) for number, address in enumerate(self.addresses)]
        self.case()

    def case(self) -> None:
        """Let the case of everybody be open, so that every reader has something to read."""
        for person in self.people:
            open_case(person, person, "asked")

    def step(self, step: Step) -> None:
        """Do one thing, if there is anything to do."""
        verb, one, other, word = step
        one, other = one % len(self.people), other % len(self.people)
        getattr(self, verb)(one, other, word)
        self.case()

    def wrong(self) -> list[Seen]:
        """Give what a reader shows as current and the model does not permit."""
        who = {person: number for number, person in enumerate(self.people)}
        told = [one for one in seen(self.people) if one[2] in FIELDS]
        assert told or self._crossed(), "there is something that could be wrong"
        return [one for one in told if not self.model.may(who[one[1]], one[2], one[3])]

    def _crossed(self) -> bool:
        """Say whether two who are taken for one both put something right: then each may set the other's aside."""
        circles = [self.model.circle(one) for one in range(len(self.people))]
        return any(sum(bool(self.model.humans[one].corrected) for one in circle) > 1 for circle in circles)

    def correct(self, one: int, other: int, word: str) -> None:
        """Let somebody put a field of one of their items right, or empty it."""
        self._put_right(one, other, word, asked=False)

    def decide(self, one: int, other: int, word: str) -> None:
        """Let somebody propose it, and staff grant it."""
        self._put_right(one, other, word, asked=True)

    def _put_right(self, one: int, other: int, word: str, *, asked: bool) -> None:
        person, name = self.people[one], _field(word)
        found = sorted(right_of(person, "profile").items())
        if not found:
            return
        item, values = found[other % len(found)]
        put = {name: "" if word == "-" else word}
        if asked:
            if not put[name]:
                return
            key = ask(person, Wish.CORRECTION, "it is so", item=item, proposed=put)
            answer(key, UUID(int=9), "done", granted=True)
        else:
            shown = correction(person, item, values)
            correct(shown.as_proposed(put), shown.seen)
        for changed in _changed(values, {**values, **put}):
            self.model.corrected(one, changed, put[changed], values.get(changed, ""))

    def feed(self, one: int, other: int, word: str) -> None:
        """Let a shop hand in what it knows of somebody, perhaps at an address that they left."""
        left = sorted(self.model.humans[one].left)
        address = left[0] if left and other == 1 else self.addresses[one]
        given = [Given("contact", {"email": address}), Given("profile", {_field(word): word.strip("-") or "Ash"})]
        keep(stamped(ChannelKind.ORDER, "shop"), given, parse(address), person=self.people[one])

    def bring(self, one: int, other: int, word: str) -> None:
        """Bring a file in which somebody stands; who is known is left out, or is made anew and, perhaps, merged."""
        fields = {"contact": {"email": self.addresses[one]}, "profile": {_field(word): word.strip("-") or "Elm"}}
        shown = show(in_force(), ChannelKind.REGISTRATION, "en")
        came = Arrival(shown, "old list", parse(self.addresses[one]), fields, proven=True)
        if other == 0 or len(self.people) > PEOPLE + 2:
            left_out: list[Arrival] = []
            take([came], known=left_out.append)
            assert left_out == [came]
            return
        take([came])
        self.people.append(came.person)
        self.addresses.append(self.addresses[one])
        new = self.model.stranger(one)
        if other == 1:
            self.join(one, new, word)

    def join(self, one: int, other: int, _: str) -> None:
        """Take two for one."""
        if other not in self.model.circle(one):
            link(self.people[one], self.people[other], Actor.STAFF)
            self.model.links.add(frozenset({one, other}))

    def part(self, one: int, other: int, _: str) -> None:
        """Take two for two again."""
        if frozenset({one, other}) in self.model.links:
            unlink(self.people[one], self.people[other])
            self.model.links.discard(frozenset({one, other}))

    def move(self, one: int, _: int, __: str) -> None:
        """Let somebody move to another address, with a code from each."""
        if one >= PEOPLE:
            return
        self.moves += 1
        old, new = parse(self.addresses[one]), parse(f"moved{self.moves}@example.net")
        number = session(self.people[one], old.exact_id)
        assert number is not None
        who = Signed(self.people[one], old.exact_id, old.reach_id, number)
        assert move(who, new, ask_both(who, new), (_code(old, OLD), _code(new, NEW)))
        self.model.humans[one].left.add(self.addresses[one])
        self.addresses[one] = new.display

    def copy(self, *_: object) -> None:
        """Make a backup, unless somebody came who is not in the first one."""
        _settle()
        if len(self.people) == PEOPLE:
            self.past = older(self.start.server)

    def back(self, *_: object) -> None:
        """Restore the backup, and replay what people had a right to since; who was brought in since is gone."""
        if self.past is self.start or len(self.people) > PEOPLE:
            return
        _settle()
        self.past.back()
        replay()
        publish(load(self.folder))

    def change(self, *_: object) -> None:
        """Let a version of the policy come into force that states something else."""
        publish(load(next_version(self.folder)))
        sleep(max(0.0, (load(self.folder).policies[-1].front.effective - datetime.now(UTC)).total_seconds()) + 0.05)


@contextmanager
def played(start: Older, folder: Path) -> Iterator[Played]:
    """Begin in a store as it was at the start, with an empty journal."""
    for path in folder.glob("*.md"):
        path.unlink()
    (folder / "2025-01-01.md").write_text((ROOT / "policies/example/2025-01-01.md").read_text())
    with pytest.MonkeyPatch.context() as patch, emptied():
        patch.setenv("AVOW_POLICIES", str(folder))
        config.cache_clear()
        start.back()
        assert in_force().front.version == "2025-01-01"
        yield Played(start, folder)
        _tidy(start)


def _tidy(start: Older) -> None:
    """Let the copies go that a history made."""
    connections.close_all()
    with psycopg.connect(start.server.url("avow_owner", "postgres"), autocommit=True) as owner:
        rows = owner.execute("SELECT datname FROM pg_database WHERE datname ~ '^o[0-9a-f]{12}$'").fetchall()
        for (name,) in rows:
            if name != start.name:
                owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def next_version(folder: Path) -> Path:
    """Write a version that follows the last one in a moment; odd ones leave the telephone out."""
    paths = sorted(folder.glob("*.md"))
    last, text = load(folder).policies[-1].front, paths[0].read_text()
    name = f"2031-01-{len(paths):02}"
    at = max(datetime.now(UTC), last.effective) + timedelta(seconds=0.3)
    head = f'version = "{name}"\nfollows = "{last.version}"\neffective = {at.isoformat(timespec="milliseconds")}'
    text = text.replace('version = "2025-01-01"\neffective = 2025-01-01T00:00:00+00:00', head)
    new = f"to make you an occasional offer of kind {len(paths)}, until you say no"
    text = text.replace("to make you an occasional offer, until you say no", new)
    (folder / f"{name}.md").write_text(text)
    return folder


def _settle() -> None:
    while sequence():
        pass
    journal()


def _field(word: str) -> str:
    return "name" if word in {"Ash", "Birch", "Cedar", "Elm", "-"} else "company"


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[str]:
    return [name for name in {*before, *after} if before.get(name, "") != after.get(name, "")]


def _code(address: Address, act: str) -> str:
    words = "code-old" if act == OLD else "code-new"
    with upkeep() as cursor:
        cursor.execute(
            "SELECT given->>'code' FROM outgoing WHERE words = %s AND exact = %s ORDER BY at DESC LIMIT 1",
            [words, address.exact_id],
        )
        return str(cursor.fetchone()[0])
