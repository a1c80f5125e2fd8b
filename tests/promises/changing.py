"""Let a version of the policy come, as the staff do: plan, approve, apply, ask; and answer, as people do."""

import re
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from avow.mail.links import question_link
from avow.mail.outbox import work
from avow.policy.folder import load
from avow.record.attested.attest import attest
from avow.record.known.address import parse
from avow.updates.apply import apply
from avow.updates.ask import ask
from avow.updates.plan import changed, plan
from tests.promises.conftest import Site
from tests.units.policy.example import ROOT

CHANGES = ROOT / "policies/changes"
SECOND, THIRD = "2027-03-01", "2027-09-01"
QUESTION = "May we use your data in another way? Your answer counts"
NOTE = "Our privacy policy changes"
FRAGE = "Dürfen wir Ihre Daten anders verwenden? Ihre Antwort zählt"
_GERMAN = (
    ('translates = "2025-01-01"', f'translates = "{SECOND}"'),
    (
        "{#uses.newsletter}\n",
        "{#uses.newsletter}\n- Um Ihnen den Beacon-Brief zu senden, wenn Sie ihn bestellen. {#uses.beacon}\n",
    ),
    ("{#disclosure.processors}", "{#disclosure.processors} Wir haben Partner in Ihrer Nähe. {#disclosure.partners}"),
    (
        "[topic.versions]",
        """[topic.beacon]
title = "Beacon"

[purpose.beacon-letter]
title = "Der Beacon-Brief"
states = "um Ihnen den Beacon-Brief zu senden, wenn Sie sein Kästchen ankreuzen"
box = "Bitte senden Sie mir den Beacon-Brief."

[purpose.partners]
title = "Das Partnerprogramm"
states = "um Sie mit dem nächsten Partner bekannt zu machen, wenn Sie das ankreuzen"
box = "Ja, der nächste Partner darf sich an mich wenden."

[topic.versions]""",
    ),
)
"""What the second version adds in German to the first."""


def begin(folder: Path) -> None:
    """Put the first version alone into a folder; under it a change need not stand for days before it counts."""
    for one in folder.glob("*.md"):
        one.unlink()
    _put(folder, "2025-01-01", None)


def come(folder: Path, version: str, *, soon: bool = False) -> dict[str, Any]:
    """Let a version come into force in an hour, or in a moment that can be waited for; give its plan as applied."""
    _put(folder, version, datetime.now(UTC) + timedelta(hours=1))
    if soon:
        _put(folder, version, datetime.now(UTC) + _moment(folder, version))
    told = plan(changed(load(folder), version), "the reviewer")
    waits = apply(load(folder), told, "erin@example.com").waits
    assert waits
    for staff in ("erin@example.com", "frank@example.com"):
        attest(waits.digest, staff)
    assert version in apply(load(folder), told, "erin@example.com").versions
    assert ask(version) == told["mail"] + told["courtesy"]
    return told


def _moment(folder: Path, version: str) -> timedelta:
    """Give how long a version is to be on its way here and now: many times as long as a plan of it takes."""
    began = time.monotonic()
    plan(changed(load(folder), version), "the reviewer")
    return timedelta(seconds=5 + 8 * (time.monotonic() - began))


def _put(folder: Path, version: str, effective: datetime | None) -> None:
    words = (CHANGES / f"{version}.md").read_text().replace("notice_days = 30", "notice_days = 0")
    if effective:
        words = re.sub(r"(?m)^effective = .*$", f"effective = {effective.isoformat()}", words, count=1)
    (folder / f"{version}.md").write_text(words)


def translate(folder: Path, version: str) -> None:
    """Put the German of the first version, or of the second, into the folder of both."""
    words = (ROOT / "policies/example/2025-01-01.de.md").read_text()
    for before, after in _GERMAN if version == SECOND else ():
        assert before in words
        words = words.replace(before, after, 1)
    (folder / f"{version}.de.md").write_text(words)


def wait_for(folder: Path, version: str) -> None:
    """Wait until a version is in force."""
    front = load(folder).version(version).front
    time.sleep(max((front.effective - datetime.now(UTC)).total_seconds(), 0) + 0.05)


def mailed(site: Site, subject: str = QUESTION) -> dict[str, EmailMessage]:
    """Send what waits, and give who got a message of this subject."""
    while work():
        pass
    return site.received(f"# {subject}")


def link(person: UUID, address: str, version: str = SECOND) -> str:
    """Give the path of the link by which somebody answers."""
    return "/" + question_link(person, parse(address).reach_id, version).split("/", 3)[3]


def answer(site: Site, path: str, use: str, said: str) -> str:
    """Press a button of the page behind a link, and give the page that comes then."""
    page = site.browser.post(path, {"use": use, "answer": said})
    assert page.status_code == 200, page.content.decode()
    return str(page.content.decode())
