"""No different use without a yes: whatever happens, in whatever order, against a small model of who said what."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from avow.accuracy.forgotten.forget import forget
from avow.config import config
from avow.errors import RecordError
from avow.mail.asked import ask as asking
from avow.policy.folder import load
from avow.policy.history import History, number
from avow.record.asked.question import questions_of
from avow.record.changed.different import Different
from avow.record.known.address import parse
from avow.record.known.bounced import bounced
from avow.record.known.identity import verify
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose
from avow.record.shown import versions
from avow.record.shown.stamp import UNKNOWN
from avow.record.shown.versions import history, publish
from avow.record.taken.bulk import Arrival, take
from avow.terms import Actor, Answer, ChannelKind, RecipientClass, Scope
from avow.updates.ask import ask
from tests.units.gate.cast import arrive
from tests.units.policy.example import ROOT

RUNS = 20_000 if os.environ.get("SOAK") else 500
NAMES = ["2025-01-01", "2027-03-01", "2027-09-01"]
EFFECTIVE = ["2025-01-01", "2025-02-01", "2025-03-01"]
PURPOSES = {"2027-03-01": ["beacon-letter", "partners"], "2027-09-01": ["offers"]}
TABLES = ["item", "question", "outgoing", "choice", "subscription", "unlisted", "link", "address"]
TABLES += ["reach", "person", "policy_change"]
TOLD = "SELECT person_id, category, (stated | accepted)::text, s.version FROM item JOIN stamp s ON s.id = stamp_id"
AGAIN = [
    "BEGIN; SET LOCAL session_replication_role = replica",
    *(f"DELETE FROM {table}" for table in TABLES),
    "DELETE FROM list WHERE purpose <> ALL(string_to_array('{lists}', ' '))",
    f"DELETE FROM bit WHERE version <> '{NAMES[0]}'",
    f"DELETE FROM version WHERE name <> '{NAMES[0]}'; COMMIT",
]
"""Empties the store but for the first version, in one message to it."""
PEOPLE = st.integers(0, 4)


class Crash(Exception):
    """The process dies while it asks."""


@dataclass
class Model:
    """A person, and the names of the uses that they said yes to and not no since."""

    id: UUID
    yes: set[str] = field(default_factory=set)


def put(folder: Path) -> None:
    """Write the sequence with instants in the past: a version counts from when it is published."""
    for name, effective in zip(NAMES, EFFECTIVE, strict=True):
        words = (ROOT / "policies/changes" / f"{name}.md").read_text()
        words = re.sub(r"(?m)^effective = .*$", f"effective = {effective}T00:00:00+00:00", words, count=1)
        if name == NAMES[2]:
            offers = 'categories = ["contact", "profile", "enrichment"]\ndpv = "dpv:DirectMarketing"'
            words = words.replace(offers, f'recipients = ["company", "processor"]\n{offers}', 1)
        (folder / f"{name}.md").write_text(words)


class Changes(RuleBasedStateMachine):
    """People come, choose, answer and go, while versions come."""

    owner: psycopg.Connection
    until: Sequence[History]
    again: str
    leak = False

    @initialize()
    def begin(self) -> None:
        """Leave nothing in the store but the first version."""
        versions._histories[versions._here()] = self.until[0]  # noqa: SLF001 -- as a process that begins would read it
        self.owner.execute(self.again)
        self.people: dict[int, Model] = {}
        self.published = 1

    @rule(number=PEOPLE, channel=st.sampled_from([ChannelKind.REGISTRATION, ChannelKind.ORDER]), tick=st.booleans())
    def come(self, number: int, channel: ChannelKind, tick: bool) -> None:
        """Somebody registers or buys; some tick a box, which counts for all that they gave."""
        address, known = _address(number), self.people.get(number)
        boxes = [Chosen(Answer.YES, purpose="beacon-letter")] if tick and self.published > 1 else []
        person = arrive(address, by=channel, person=known.id if known else None)
        if known is None:
            verify(person, parse(address).exact_id, "law")
            known = self.people[number] = Model(person)
        for box in boxes:
            choose(box, Actor.PERSON_VERIFIED, "a box", known.id, parse(address).reach_id)
            known.yes |= {one.name for one in self.asked() if one.purpose == "beacon-letter"}

    @rule(number=PEOPLE)
    def bring(self, number: int) -> None:
        """Somebody is imported of whom nobody knows what they were told."""
        if number not in self.people:
            address = _address(number)
            given = {"contact": {"email": address}, "profile": {"name": "Imported"}}
            arrival = Arrival(UNKNOWN, "old list", parse(address), given, proven=True)
            take([arrival])
            self.people[number] = Model(arrival.person)

    @precondition(lambda self: self.published < len(NAMES))
    @rule()
    def change(self) -> None:
        """Let the next version come into force."""
        publish(self.until[self.published], planned=set(NAMES))
        self.published += 1
        if self.leak:
            bits = sum(one.mask(history()) for one in self.asked())
            self.owner.execute("UPDATE item SET accepted = accepted | %s::bit(256)", [format(bits, "0256b")])

    @precondition(lambda self: self.published > 1)
    @rule(crash=st.booleans(), which=st.integers(1, 2))
    def ask(self, crash: bool, which: int) -> None:
        """Everybody is asked, and it may break off after anybody."""
        version = NAMES[min(which, self.published - 1)]

        def tick(_: int) -> None:
            if crash:
                raise Crash

        with suppress(Crash):
            ask(version, tick)
        twice = "SELECT count(*) - count(DISTINCT (person_id, given->>'about')) FROM outgoing WHERE words = 'question'"
        assert self.owner.execute(twice).fetchone() == (0,)

    @rule(number=PEOPLE, which=st.integers(0, 2), said=st.sampled_from(Answer))
    def answer(self, number: int, which: int, said: Answer) -> None:
        """Somebody who was asked answers: a yes is theirs alone, a no is everybody's who is linked to them."""
        known = self.people.get(number)
        uses = [use for one in questions_of(known.id) for use in one.answers] if known else []
        if known and uses:
            use = uses[which % len(uses)]
            chosen = Chosen(said, purpose=use.name)
            choose(chosen, Actor.PERSON_VERIFIED, "the link of a question", known.id, parse(_address(number)).reach_id)
            known.yes = known.yes | {use.name} if said is Answer.YES else known.yes - {use.name}

    @rule(number=PEOPLE, said=st.sampled_from([Scope.MARKETING, Scope.OPTIONAL]))
    def opt_out(self, number: int, said: Scope) -> None:
        """Somebody refuses a scope, which is an answer to no question."""
        choose(Chosen(Answer.NO, scope=said), Actor.PERSON_UNVERIFIED, "link", None, parse(_address(number)).reach_id)

    @rule(number=PEOPLE)
    def bounce(self, number: int) -> None:
        """Mail to somebody comes back for good."""
        bounced(parse(_address(number)).reach_id, "5.1.1", permanent=True)

    @rule(number=PEOPLE)
    def erase(self, number: int) -> None:
        """Somebody is forgotten, and may come again as a stranger."""
        if known := self.people.pop(number, None):
            forget(known.id)

    @rule(one=PEOPLE, other=PEOPLE, part=st.booleans())
    def merge(self, one: int, other: int, part: bool) -> None:
        """Two are taken for one, or for two again."""
        pair = [self.people.get(one), self.people.get(other)]
        if one != other and all(pair):
            first, second = (found.id for found in pair if found)
            with suppress(RecordError):  # two who were never taken for one cannot be parted
                if part:
                    unlink(first, second)
                else:
                    link(first, second, Actor.STAFF)

    @invariant()
    def no_different_use_without_a_yes(self) -> None:
        """Let what is stored serve a use that a later version gained only for whom said yes to it."""
        if not hasattr(self, "people"):
            return
        uses = {use: use.mask(history()) for use in self.asked()}
        rows = self.owner.execute(TOLD).fetchall()
        for known in self.people.values():
            for person, category, mask, version in rows:
                for use, bit in uses.items():
                    if (
                        person == known.id
                        and category in history().version(use.version).purposes[use.purpose].categories
                    ):
                        self.check(known, use, bool(int(mask, 2) & bit), version)

    def check(self, known: Model, use: Different, may: bool, version: str | None) -> None:
        """Hold one use of one item against the model."""
        stated = version is not None and NAMES.index(version) >= NAMES.index(use.version) and use.purpose == "offers"
        assert not may or stated or use.name in known.yes, f"{use.name} without a yes"

    def asked(self) -> list[Different]:
        """Give the uses that the versions published so far gained."""
        return [
            Different(purpose, version, recipient)
            for version in NAMES[1 : self.published]
            for purpose in PURPOSES[version]
            for recipient in RecipientClass
            if Different(purpose, version, recipient).known(history())
            and (purpose != "offers" or recipient is RecipientClass.PROCESSOR)
        ]


def _address(number: int) -> str:
    return f"p{number}@example.org"


@pytest.fixture
def changes(owner: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Changes]:
    """Give the machine a store and a folder of policies."""
    put(tmp_path)
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    monkeypatch.setattr(asking, "CHUNK", 1)
    monkeypatch.setattr(versions, "page_hash", lambda policy: policy.source.encode()[:32])  # nobody looks at the page
    config.cache_clear()
    policies = load(tmp_path).policies
    until = [number(policies[:count]) for count in (1, 2, 3)]
    publish(until[0])
    again = "; ".join(AGAIN).format(lists=" ".join(policies[0].purposes))
    return type("Machine", (Changes,), {"owner": owner, "until": until, "again": again})


def test_no_different_use_without_a_yes(changes: type[Changes]) -> None:
    """Register, buy, import, merge, refuse, ask, crash, answer, bounce, erase, in any order, under three versions."""
    quiet = settings(max_examples=RUNS, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(changes, settings=quiet)


def test_without_the_suspension_the_law_is_broken(changes: type[Changes]) -> None:
    """Where a version takes what is stored along, the machine finds it: the law is not kept by chance."""
    changes.leak = True
    quiet = settings(
        max_examples=40,
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError, match="without a yes"):
        run_state_machine_as_test(changes, settings=quiet)
