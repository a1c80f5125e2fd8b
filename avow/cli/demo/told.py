"""Tell what the demo did and found: who is permitted for what, and why the others are not."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from avow.cli.demo.prove import Line
from avow.record.shown.versions import in_force


@dataclass
class Told:
    """The demo's report; `dealt` is by channel, `refusals` by scope and way, `mailing_denied` by clause."""

    people: int = 0
    arrived: dict[str, int] = field(default_factory=dict)
    confirmed: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    came_back: int = 0
    dealt: dict[str, int] = field(default_factory=dict)
    merged: int = 0
    unmerged: int = 0
    not_restored: int = 0
    mailing: dict[str, int] = field(default_factory=dict)
    mailing_denied: dict[str, int] = field(default_factory=dict)
    received: int = 0
    received_by_refused: int = 0
    received_twice: int = 0
    lacking_headers: int = 0
    unaccounted: int = 0
    uses: list[Line] = field(default_factory=list)
    decisions: int = 0
    disagreements: int = 0
    ledger: dict[str, object] = field(default_factory=dict)
    seconds: float = 0

    @property
    def wrong(self) -> dict[str, int]:
        """Give what must not have happened, by name, with how often it did."""
        found = {
            "newsletters to who refused": self.received_by_refused,
            "newsletters received twice": self.received_twice,
            "newsletters without a way out": self.lacking_headers,
            "people unaccounted for": self.unaccounted,
            "people who do not stand as before their merge, though it was undone": self.not_restored,
            "uses that could be permitted and are to nobody": sum(
                not (line.permitted or line.lacks) for line in self.uses
            ),
            "disagreements between gate, audience and database": self.disagreements,
            "disagreements in the ledger": 0 if self.ledger.get("ok") else 1,
        }
        return {name: count for name, count in found.items() if count}


def tell(told: Told, console: Console) -> None:
    """Print what happened, the table of uses, and what is wrong, if anything is."""
    arrived = ", ".join(f"{number:,} by {way}" for way, number in told.arrived.items())
    console.print(f"\n[bold]{told.people:,} people[/bold] arrived: {arrived}; {told.confirmed:,} proved their address.")
    console.print(
        f"{sum(told.refusals.values()):,} refused, {told.came_back} came back, {told.merged} pairs were merged,"
        f" {told.unmerged} of them un-merged."
    )
    dealt = ", ".join(f"{number:,} by {way}" for way, number in told.dealt.items())
    console.print(f"Some dealt with the company besides: {dealt}.")
    console.print(_refusals(told))
    states = ", ".join(f"{number:,} {state}" for state, number in told.mailing.items())
    console.print(f"The newsletter: {states}; the mail server received {told.received:,}.")
    console.print(_uses(told))
    console.print(_legend(told))
    console.print(_not_yet(told))
    console.print(
        f"{told.decisions:,} decisions, three ways each; the ledger holds {told.ledger.get('entries', 0):,} entries"
        f" that vouch for {told.ledger.get('rows', 0):,} rows. {told.seconds} s."
    )
    for name, number in told.wrong.items():
        console.print(f"[bold red]{number} {name}[/bold red]")
    if not told.wrong:
        console.print("[bold green]Everybody is accounted for, and everything agrees.[/bold green]")


def _refusals(told: Told) -> Table:
    table = Table(title="Who said no, and how", title_justify="left")
    table.add_column("scope and way", overflow="fold")
    table.add_column("people", justify="right")
    for way, number in sorted(told.refusals.items(), key=lambda pair: -pair[1]):
        table.add_row(way, f"{number:,}")
    return table


def _uses(told: Told) -> Table:
    table = Table(title="Who is permitted for what, and why the others are not", title_justify="left")
    for heading in ("purpose", "towards"):
        table.add_column(heading, overflow="fold")
    for heading in ("gate", "audience", "visible"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("visible, not permitted", overflow="fold")
    table.add_column("the others, by clause", overflow="fold")
    for line in told.uses:
        numbers = (f"{number:,}" for number in (line.permitted, line.audience, line.visible))
        table.add_row(line.purpose, line.recipient, *numbers, _counted(line.further), _counted(line.denied))
    return table


def _legend(told: Told) -> Table:
    """Give the sentence of every clause that denied somebody something."""
    clauses = in_force().clauses
    table = Table(title="What these clauses say", title_justify="left", show_header=False)
    for name in sorted({name for line in told.uses for name in line.denied} & clauses.keys()):
        table.add_row(name, " ".join(clauses[name].text.split()))
    return table


def _not_yet(told: Told) -> Table:
    """Give the uses that nobody can be permitted yet, because nothing brings what they need; denied they are shown."""
    table = Table(title="What cannot be shown as permitted yet", title_justify="left")
    for heading in ("purpose", "towards", "it needs a relation that nothing in Avow brings yet"):
        table.add_column(heading)
    for line in (line for line in told.uses if line.lacks):
        table.add_row(line.purpose, line.recipient, ", ".join(line.lacks))
    return table


def _counted(counts: dict[str, int]) -> str:
    return "\n".join(f"{number:,} {name}" for name, number in counts.items())
