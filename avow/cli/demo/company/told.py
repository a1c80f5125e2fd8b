"""Tell what stands in the company's store, and how to look at it."""

from pathlib import Path
from typing import Final

from rich.markup import escape

from avow.cli.demo.company.scene import STAFF, Scene
from avow.cli.screen import screen, table
from avow.config import config
from avow.ledger.checked.report import Report

_HONEST: Final = (
    "What people handed in bears the day on which they did, over three years. Choices, mailings, requests and readings"
    " bear today's date: the ledger is told when it is written, and nobody can write it into the past."
)


def tell(scene: Scene, ledger: Report, seconds: float, place: Path) -> None:
    """Print what there is, how it was checked, how to start, and who can sign in."""
    console, lines = screen(highlight=False), table("what", "how many")
    for words, count in scene.told.items():
        lines.add_row(words, f"{count:,}")
    console.print(lines)
    console.print(_HONEST)
    checked = "it verifies" if ledger.ok else f"wrong: {ledger.wrong}"
    console.print(f"The ledger holds {ledger.entries:,} entries over {ledger.rows:,} rows; {checked}.")
    console.print(f"It took {seconds:.0f} s. Start it by:\n")
    console.print(escape(f"  AVOW_DATA={config().data} AVOW_POLICIES={place} avow serve"), soft_wrap=True)
    console.print(
        "\nEach link lets one of the staff in, once, within a day (`avow staff reset ADDRESS` gives another):\n"
    )
    roles = {email: f"{name}: {', '.join(role.words.lower() for role in roles)}" for email, name, roles in STAFF}
    for email, link in scene.links.items():
        console.print(escape(f"  {roles.get(email, f'{email}: works for us')}\n    {link}"), soft_wrap=True)
