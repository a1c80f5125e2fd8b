"""Tell what became of the changes: what was planned, what happened, and where the two differ."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass
class Version:
    """One version: what its plan said, who was asked and what came back, where processes were killed, what is wrong.

    `wrongly_asked` and `not_asked` are people of whom the brute force says otherwise, use by use; `asked_twice` those
    who got two different questions; `misheard` those whose answers the store has otherwise than they gave them.
    """

    version: str
    planned: int
    asked: int = 0
    late: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    plan_differs: int = 0
    wrongly_asked: int = 0
    not_asked: int = 0
    asked_twice: int = 0
    misheard: int = 0
    refused_mail: int = 0


@dataclass
class Mailing:
    """A mailing across the instant of a version: how many copies arrived before and after, and how many wrongly."""

    list: str
    version: str
    before: int
    after: int
    wrongly: int
    missing: int
    twice: int


@dataclass
class Told:
    """The report: versions, mailings, and for each use how many are permitted and where brute force disagrees."""

    people: int = 0
    arrived: dict[str, int] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    mailings: list[Mailing] = field(default_factory=list)
    uses: list[dict[str, object]] = field(default_factory=list)
    decisions: int = 0
    disagreements: int = 0
    ledger: dict[str, object] = field(default_factory=dict)
    seconds: float = 0

    @property
    def wrong(self) -> dict[str, int]:
        """Give what must not have happened, by name, with how often it did."""
        found = {
            "people who were asked and should not have been": sum(one.wrongly_asked for one in self.versions),
            "people who were not asked and should have been": sum(one.not_asked for one in self.versions),
            "people who were asked twice": sum(one.asked_twice for one in self.versions),
            "people whose answers were taken otherwise": sum(one.misheard for one in self.versions),
            "numbers of a plan that brute force does not find": sum(one.plan_differs for one in self.versions),
            "copies of a mailing to who is not permitted": sum(one.wrongly for one in self.mailings),
            "copies of a mailing that are missing": sum(one.missing for one in self.mailings),
            "copies of a mailing that came twice": sum(one.twice for one in self.mailings),
            "mailings that did not run across the change": sum(not (one.before and one.after) for one in self.mailings),
            "uses of people on which gate and brute force disagree": self.disagreements,
            "disagreements in the ledger": 0 if self.ledger.get("ok") else 1,
        }
        return {name: number for name, number in found.items() if number}


def tell(told: Told, console: Console) -> None:
    """Print the report."""
    console.print(f"{told.people:,} invented people: " + ", ".join(f"{n:,} {k}" for k, n in told.arrived.items()))
    for one in told.versions:
        said = ", ".join(f"{number:,} {what}" for what, number in sorted(one.answers.items()))
        console.print(f"version {one.version}: {one.planned:,} to ask by its plan, {one.late:,} came since; {said}")
        console.print(f"  killed with SIGKILL: {'; '.join(one.killed) or 'nothing lived long enough'}")
        console.print(f"  {one.asked:,} asked, {one.asked_twice} of them twice; {one.refused_mail:,} boxes were gone")
    for copy in told.mailings:
        console.print(
            f"mailing to {copy.list} across {copy.version}: {copy.before:,} copies before its instant,"
            f" {copy.after:,} after it, {copy.wrongly} to who is not permitted"
        )
    table = Table("use", "seen by", "permitted", "denied", "disagreements", box=None)
    for line in told.uses:
        names = ("purpose", "recipient", "permitted", "denied", "disagreements")
        table.add_row(*(f"{line[name]:,}" if isinstance(line[name], int) else str(line[name]) for name in names))
    console.print(table)
    console.print(f"{told.decisions:,} decisions equal brute force but for {told.disagreements}; {told.seconds:.0f} s")
    console.print("all as promised" if not told.wrong else f"WRONG: {told.wrong}")
