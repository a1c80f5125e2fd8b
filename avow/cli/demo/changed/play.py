"""Play the changes: people arrive under three versions, two changes are made, and all is proved by brute force."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

from avow.cli.demo.bar import Step, steps
from avow.cli.demo.changed.answer import Page, answer
from avow.cli.demo.changed.brute import Brute
from avow.cli.demo.changed.come import Come, come, instants, kill_workers
from avow.cli.demo.changed.crowd import Somebody, arrive
from avow.cli.demo.changed.post import World, fate
from avow.cli.demo.changed.told import Mailing, Told, Version
from avow.cli.demo.people import people
from avow.cli.demo.prove import uses
from avow.cli.ledger import verified
from avow.decision.request import Request
from avow.gate.clear import clear
from avow.ledger.sequencer import sequence
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.record.asked.question import everybody_asked
from avow.record.shown.versions import history, in_force
from avow.updates.ask import ask

FIRST, SECOND, THIRD = "2025-01-01", "2027-03-01", "2027-09-01"
_STARTS, _EACH, _SLOWEST = 8.0, 1 / 1_500, 15.0
"""How often as long as the site took to begin it takes until a version is in force: at least, and for each person.

A site that took more seconds than the last number was held up by what does not last.
"""
_PAGE = 5_000
_LATE = 50
_SHARES = {FIRST: 0.5, SECOND: 0.3, THIRD: 0.2}
_WORDS = "# News\n\nA letter that was on its way while the policy changed.\n"


@dataclass(frozen=True, slots=True)
class Ground:
    """What it is played on: the mail that arrives, the page of questions, folders of versions, how long starts take."""

    caught: World
    page: Page
    source: Path
    folder: Path
    pace: float


class Played:
    """A demo that is being played: what is told of it, what it is played on, who is there, and who is to come."""

    def __init__(self, count: int, ground: Ground, seed: int) -> None:
        """Begin with nobody."""
        self.told, self.ground, self.caught = Told(people=count), ground, ground.caught
        self.luck, self.seed = Random(seed), seed  # noqa: S311 -- the demo's luck is the same on every run
        self.crowd = people(count)
        self.everybody: list[Somebody] = []

    def play(self) -> Told:
        """Play it all, with a bar for each step."""
        with steps() as step:
            self._arrive(FIRST, step)
            for version, list_id in ((SECOND, "offers"), (THIRD, "beacon-letter")):
                self._change(version, list_id, step)
                self._arrive(version, step)
                ask(version)
            self.told.arrived = dict(Counter(one.channel.value for one in self.everybody))
            self._prove(step)
        return self.told

    def _arrive(self, version: str, step: Step) -> None:
        """Let as many people arrive under a version as are its share, less those who came late for the one before."""
        wanted = int(self.told.people * _SHARES[version]) - (self._late if version != FIRST else 0)
        self.everybody += arrive([next(self.crowd) for _ in range(wanted)], self.seed, step)

    @property
    def _late(self) -> int:
        return self.told.people // _LATE

    def _change(self, version: str, list_id: str, step: Step) -> None:
        """Ask about a version, let some people come late and many answer, and send a mailing across its instant."""
        kills = instants(self.luck)
        lead = sum(kills) + min(self.ground.pace, _SLOWEST) * (_STARTS + self.told.people * _EACH)
        found = come(self.ground.source, self.ground.folder, version, lead, kills, step)
        line = Version(version, found.plan["mail"], killed=found.killed)
        self._expect(version)
        line.plan_differs = _differs(found, self.everybody)
        self.everybody += arrive([next(self.crowd) for _ in range(self._late)], self.seed + 1, step)
        kill_workers(found, kills, step)
        line.late = ask(version)
        self._expect(version)
        _send(step(f"{version}: mail sent", 0))
        copies = self._begin(list_id)
        tick = step(f"{version}: answers", 0)
        line.answers = dict(answer(self.caught, self.ground.page, self.everybody, version, self.luck, tick))
        found.wait()
        self.told.mailings.append(self._end(list_id, version, copies, step))
        self._compare(line)
        self.told.versions.append(line)

    def _expect(self, version: str) -> None:
        """Find by brute force what everybody is to be asked about a version."""
        brute = Brute(history(), in_force())
        for one in self.everybody:
            if version not in one.asked:
                touched = brute.touched(one, version)
                one.asked[version] = touched if touched and brute.reached(one) else frozenset()
                one.touched[version] = touched

    def _begin(self, list_id: str) -> Counter[str]:
        """Send the first half of a mailing; give its copies."""
        made = report(expand(list_id, _WORDS)).expected
        work(max(made // 2, 1))
        return Counter(self._copies(list_id))

    def _end(self, list_id: str, version: str, copies: Counter[str], step: Step) -> Mailing:
        """Send the rest after the instant, and hold every copy against brute force under the version of its time."""
        _send(step(f"{version}: the rest of the mailing", 0))
        known, every = history(), self._copies(list_id)
        old = Brute(known, known.version(str(known.version(version).front.follows)))
        new = Brute(known, known.version(version))
        of = {one.exact: one for one in self.everybody}
        after = every - copies
        wrongly = sum(not old.gets(of[one], list_id) for one in copies) + sum(
            not new.gets(of[one], list_id) for one in after
        )
        both = [one for one in self.everybody if old.gets(one, list_id) and new.gets(one, list_id)]
        missing = sum(one.exact not in every and fate(one.exact) != "gone" for one in both)
        twice = sum(number > 1 for number in every.values())
        return Mailing(list_id, version, len(copies), len(after), wrongly, missing, twice)

    def _copies(self, list_id: str) -> Counter[str]:
        self.caught.look()
        return Counter(self.caught.copies[list_id])

    def _compare(self, line: Version) -> None:
        """Hold whom the store asked, what it took for their answers, and who was written to, against brute force."""
        stored = everybody_asked(line.version)
        for one in self.everybody:
            said = stored.get(one.person, {})
            wanted, got = (
                one.asked.get(line.version, frozenset()),
                self.caught.questions.get((one.exact, line.version), {}),
            )
            line.asked += bool(said)
            line.wrongly_asked += bool(said.keys() - wanted or (got and not wanted))
            lost = wanted and not got and fate(one.exact) != "gone"
            line.not_asked += bool(wanted - said.keys() or lost)
            line.asked_twice += len(got) > 1
            line.misheard += any(one.answers.get(use) is not answered for use, answered in said.items())
        line.refused_mail = len(self.caught.bounced)

    def _prove(self, step: Step) -> None:
        """Decide every use of everybody by the gate and by brute force, and check the ledger."""
        brute, requests = Brute(history(), in_force()), list(uses())
        tick = step("decisions", len(requests) * len(self.everybody))
        for request in requests:
            permitted = _permitted(request, self.everybody, tick)
            expected = {one.person for one in self.everybody if brute.may(one, request)}
            differ = len(permitted ^ expected)
            self.told.uses.append(
                {
                    "purpose": request.purpose,
                    "recipient": request.recipient.value,
                    "permitted": len(permitted),
                    "denied": len(self.everybody) - len(permitted),
                    "disagreements": differ,
                }
            )
            self.told.disagreements += differ
            self.told.decisions += len(self.everybody)
        while sequence():
            pass
        found = verified()
        self.told.ledger = {"entries": found.entries, "rows": found.rows, "wrong": found.wrong, "ok": found.ok}


def _permitted(request: Request, everybody: Sequence[Somebody], tick: Callable[[int], object]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(everybody), _PAGE):
        page = [one.person for one in everybody[start : start + _PAGE]]
        found.update(clearance.person for clearance in clear(request, page).allowed)
        tick(len(page))
    return found


def _send(tick: Callable[[int], None]) -> None:
    """Send what waits, until nothing does."""
    while work(_PAGE, tick):
        pass


def _differs(found: Come, everybody: Sequence[Somebody]) -> int:
    """Count the numbers of a plan that brute force does not find: people by use, asked, untouched, all."""
    version, told = found.version, found.plan
    hit = [(one.touched[version], one.asked[version]) for one in everybody]
    expected = {
        "people": len(everybody),
        "mail": sum(bool(asked) for _, asked in hit),
        "untouched": sum(not touched for touched, _ in hit),
    }
    wrong: int = sum(told[name] != number for name, number in expected.items())
    uses = {use for touched, _ in hit for use in touched}
    planned = {
        (one["use"]["purpose"], one["use"]["recipient"]): (one["people"], one["reachable"]) for one in told["ask"]
    }
    counted = {
        (use.purpose, use.recipient.value): (
            sum(use in touched for touched, _ in hit),
            sum(use in asked for _, asked in hit),
        )
        for use in uses
    }
    return wrong + sum(planned.get(key) != counted.get(key) for key in planned.keys() | counted.keys())
