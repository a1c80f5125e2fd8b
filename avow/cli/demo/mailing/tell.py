"""Tell what became of everybody, of every no, and of every final dot; and what must not have happened."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from avow.cli.demo.mailing.told import Told, Way


def tell(told: Told, console: Console) -> None:
    """Print the report: everybody once, each way to say no, what the servers saw, what the checkers say."""
    console.print(
        f"\n[bold]{told.people:,} people[/bold], a mailing to {told.mailboxes:,} mailboxes by {told.workers} workers"
        f" in {told.sending_seconds:.0f} s; {told.killed}."
    )
    console.print(_outcomes(told))
    console.print(_ways(told.ways))
    console.print(f"The mail server: {', '.join(f'{count} x {mood}' for mood, count in told.moods.items())}.")
    console.print(f"It stopped reading for a while, and once closed all {told.dropped} connections.")
    beside = "Debian's smtp-sink is not installed" if told.dots_at_smtp_sink is None else "by Debian's smtp-sink"
    count = "" if told.dots_at_smtp_sink is None else f"{told.dots_at_smtp_sink:,} "
    console.print(
        f"Final dots: {told.dots:,}, {count}{beside}. After an acknowledgement: {told.late - told.late_in_doubt},"
    )
    console.print(f"besides {told.late_in_doubt} that were in doubt at that instant:")
    for line in told.in_doubt:
        console.print(f"- {line}")
    console.print(
        f"In doubt at the end: {told.doubt_arrived + told.doubt_never_arrived}, of which the mail servers say that"
        f" {told.doubt_arrived} arrived and {told.doubt_never_arrived} never did."
    )
    console.print(f"The ledger: {told.ledger.get('entries', 0):,} entries, {told.ledger.get('rows', 0):,} rows.")
    console.print(_checked(told.checker))
    console.print(f"{told.seconds:.0f} s.")
    for name, number in told.wrong.items():
        console.print(f"[bold red]{number} {name}[/bold red]")
    if not told.wrong:
        console.print("[bold green]Everybody is accounted for exactly once, and everything agrees.[/bold green]")


def _outcomes(told: Told) -> Table:
    table = Table(title="Everybody, exactly once", title_justify="left")
    table.add_column("people", justify="right")
    table.add_column("what became of them", overflow="fold")
    for outcome, count in told.outcomes.items():
        table.add_row(f"{count:,}", outcome)
        for because, some in _reasons(told).get(outcome, {}).items():
            table.add_row("", f"  {some:,} by {because}")
    return table


def _reasons(told: Told) -> Mapping[str, Mapping[str, int]]:
    return {"denied": told.denied, "not in the audience": told.outside}


def _ways(ways: Mapping[str, Way]) -> Table:
    table = Table(title="Who said no while it ran, and how", title_justify="left")
    table.add_column("way", overflow="fold")
    for heading in ("acknowledged", "got it before", "never got it", "in doubt then", "slowest (s)"):
        table.add_column(heading, justify="right")
    for name, way in ways.items():
        numbers = (way.acknowledged, way.before, way.never, way.doubt)
        table.add_row(name, *(f"{number:,}" for number in numbers), f"{way.slowest:.2f}")
    return table


def _checked(checker: Mapping[str, object] | None) -> str:
    if checker is None:
        return "The independent checker (avow-audit) is not installed; with it, it would be asked too."
    return f"The independent checker agrees: {checker.get('ok')}; it checked {checker.get('checked')}."
