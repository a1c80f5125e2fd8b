"""Give outside what people agreed to by name and what the law orders, read by firms, and take facts from others."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from avow.cli.demo.company.scene import STAFF, Scene
from avow.cli.demo.company.words import FACTS
from avow.disclosure.legal.follow import follow
from avow.disclosure.legal.instrument import Instrument, instrument
from avow.disclosure.outside.disclose import Wanted, disclose
from avow.gate.seen.reader import Reader
from avow.gate.seen.run import run
from avow.page.staff.models import Staff
from avow.record.attested.attest import Prepared, attest
from avow.record.outside.order import call_back
from avow.record.taken.sheets.report import Report
from avow.terms import ChannelKind, Role
from avow.uses.enrich import Order, enrich

_OFFICER: Final = STAFF[0][0]
_PAGES: Final = 3
_FACTS: Final = 2_000


def given(scene: Scene) -> None:
    """Give one file to an organization, follow one order of the law and take another, read by firms, merge facts."""
    with TemporaryDirectory(prefix="avow-company-") as folder:
        _enrich(scene, Path(folder) / "facts.csv")
        wanted = Wanted("tern", "their spring letter", _OFFICER)
        _attested(disclose(wanted, Path(folder) / "tern.csv").waits)
        disclose(wanted, Path(folder) / "tern.csv")
        _law(scene, Path(folder) / "order.csv")
    scene.told["files given outside"] = 2
    _read(scene)


def _attested(waits: Prepared | None) -> None:
    """Let two of the staff attest what waits."""
    for email, _, _ in STAFF[:2] if waits else ():
        attest(waits.digest, email)  # type: ignore[union-attr]  # mypy does not see that nobody attests where it is None


def _law(scene: Scene, path: Path) -> None:
    people = scene.some(scene.past.of(ChannelKind.ORDER), scene.people, 3)
    followed, waits = (_order(f"4 C {number}/26", [str(one.person) for one in people]) for number in (311, 402))
    call_back(followed, _OFFICER, "the registry, at the number that stands on its own pages")
    _attested(follow(followed, path, _OFFICER).waits)
    follow(followed, path, _OFFICER)
    scene.told["orders of the law"] = len({followed, waits})


def _order(docket: str, people: list[str]) -> UUID:
    now = datetime.now(UTC)
    span = (now - timedelta(days=700), now - timedelta(days=10), now + timedelta(days=20))
    words = "All orders of the persons named, of the last two years."
    return instrument(Instrument("District Court of Portsmouth", docket, words, people, ["order"], *span), _OFFICER)


def _read(scene: Scene) -> None:
    """Let the firms that work for the company read some pages."""
    for agreement, purpose in (("cargo", "orders"), ("night-desk", "support")):
        seat = Staff.objects.get(email=f"{agreement}@example.net")
        bar, after = scene.bar("pages read by firms", _PAGES), UUID(int=0)
        for _ in range(_PAGES):
            page = run(Reader(seat.id, Role.PROCESSOR, agreement), purpose, after)
            bar(1)
            if page.after is None:
                break
            after = page.after


def _enrich(scene: Scene, path: Path) -> None:
    """Merge facts about people's companies; of those who were not told, or said no, none is kept."""
    about = scene.some(scene.past.of(ChannelKind.REGISTRATION), 50, _FACTS)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["email", "fact"])
        lines.writerows([one.address, scene.luck.choice(FACTS)] for one in about)
    bar = scene.step("facts from others", len(about))
    order = Order(path, "Fathom Directories", "one year, for marketing", datetime.now(UTC).date())
    found = enrich(order, Report(leave_out=True), bar)
    scene.told["facts from others"] = found.taken
