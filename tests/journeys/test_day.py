"""Live a company's day in a real browser: people come by every way, five of the staff see and do their own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.audited import audited
from tests.journeys.crew import AFTER, SEES, looks, works
from tests.journeys.guest import ALICE, answers, hands_in, is_told, seen, talks, visits, writes
from tests.journeys.place import Place, ground
from tests.journeys.seats import BOB
from tests.journeys.test_faults import served
from tests.journeys.test_letters import door
from tests.journeys.test_pages import check, chromium, free_port, mail, picture, register, sign_in

__all__ = ["chromium"]

_SEATS = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.seats import seats\nseats()"
_COMMANDS = """
import sys
from avow.cli.main import app
for line in {lines!r}:
    app(line, standalone_mode=False)
"""


@dataclass(frozen=True)
class Day:
    """A place that is open: its site, its door for letters, its folder, and the session of each of the staff."""

    place: Place
    site: str
    letters: Path
    folder: Path
    sessions: dict[str, str]

    def page(self, chromium: Browser, session: str = "") -> Page:
        """Give a browser of one's own, at the desk where there is a session; whatever goes wrong in it is an error."""
        context = chromium.new_context(base_url=self.site, viewport=ViewportSize(width=1200, height=800))
        if session:
            own = {"name": "avow_desk", "value": session, "domain": "127.0.0.1", "path": "/desk/"}
            context.add_cookies([own])  # type: ignore[list-item]  # a cookie as the browser wants it, in a plain dict
        return context.new_page()

    def commands(self, *lines: tuple[str, ...]) -> None:
        """Run several commands in one process."""
        process = self.place.python(_COMMANDS.format(lines=lines))
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """Serve a site with its staff seated, and take letters beside it."""
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        with served(place) as (site, _), door(place, folder / "letters.sock"):
            said, _ = place.python(_SEATS).communicate(timeout=120)
            sessions = json.loads(said.strip().rpartition("\n")[2])
            yield Day(place, site, folder / "letters.sock", folder, sessions)


def test_a_companys_day(chromium: Browser, day: Day) -> None:
    """A visitor becomes Alice, who meets each desk; each of the staff sees the own alone; the ledger tells the day."""
    alice, wrong = day.page(chromium), list[str]()
    alice.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    alice.on("pageerror", lambda error: wrong.append(str(error)))
    visits(alice)
    register(alice, ALICE)
    hands_in(alice)
    writes(day.letters)
    sign_in(alice, ALICE)
    talks(alice)
    _sends(day)
    desks = {name: day.page(chromium, session) for name, session in day.sessions.items()}
    met = set[str]()
    for name, desk in desks.items():
        desk.on("pageerror", lambda error: wrong.append(str(error)))
        assert works(desk, name, met) == SEES[name], name
    for name, desk in desks.items():
        assert looks(desk, met) == AFTER[name], f"{name}, at the addresses of the others"
    is_told(alice)
    answers(alice, day.letters)
    assert "It is advertising." in mail(alice, BOB, "About your post in the forum")
    assert ALICE not in alice.content()
    _tells(day, desks["Erin"])
    assert wrong == []


def _sends(day: Day) -> None:
    """Take in who downloaded what, and write to them and to the community."""
    for name, words in (
        ("owned.csv", f"address,product,series\n{ALICE},harbour-mail,first-steps\n"),
        ("step.md", "# The first step\n\nSet it up in the harbour.\n"),
        ("friday.md", "# We meet on Friday\n\nAt the pier, at noon. Bring a rope.\n"),
    ):
        (day.folder / name).write_text(words)
    day.commands(
        ("product", "owned", str(day.folder / "owned.csv")),
        ("mailing", "send", "series.first-steps", str(day.folder / "step.md"), "--yes"),
        ("mailing", "send", "community.knots", str(day.folder / "friday.md"), "--yes"),
    )


def _tells(day: Day, officer: Page) -> None:
    """Look at the visits and at the ledger: its entries stand in order, tell of nobody, and two checkers agree."""
    officer.goto("/desk/visits/")
    assert officer.get_by_role("cell", name="home", exact=True).is_visible()
    officer.goto("/desk/ledger/")
    picture(officer, "day-ledger")
    check(officer)
    rows = officer.get_by_role("region", name="Entries").locator("tbody tr td:first-child").all_inner_texts()
    assert len(rows) > 20
    assert [int(one) for one in rows] == sorted(map(int, rows), reverse=True), "in order, the newest first"
    assert seen(officer.content()) == set()
    day.commands(("ledger", "fsck"), ("evidence", "export", str(day.folder / "export")))
    report = audited(day.folder / "export")
    assert report.findings == []
