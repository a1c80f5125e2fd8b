"""Show a message as it reads for somebody of whom nothing is known: every field is filled by its stand-in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from avow.mail.form.form import Form
from avow.mail.form.given.opening import opening
from avow.mail.form.letterhead import Letterhead
from avow.mail.form.markup import parts
from avow.mail.form.text import FITS, Hole, Text, escaped, markdown, text
from avow.mail.links import site
from avow.mail.pictured.carried import Picture
from avow.mail.pictured.picture import pictures
from avow.record.shown.versions import in_force

_ALWAYS = "…"
"""Stands for a field that everybody gave, so that nothing stands in for it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A message as nobody's: its subject, its text, its HTML."""

    subject: str
    text: str
    html: str


def sample(form: Form, head: Letterhead, choices: str = "") -> Sample:
    """Fill a form with what every message says and with stand-ins; no field of anybody is in it."""
    values = {
        "company": head.company,
        "postal": head.postal,
        "mailbox": head.mailbox,
        "choices": choices or f"{site()}/choices/",
        "source.date": f"{datetime.now(UTC):%Y-%m-%d}",
        "source.channel": "registration",
        "source.version": in_force().front.version,
        "added": "",
    }
    holes = (*form.subject.holes, *form.text.holes, *(form.html.holes if form.html else ()))
    values = _stand_ins(holes) | values
    rich = form.html.fill(values, escaped) if form.html else ""
    return Sample(form.subject.fill(values), form.text.fill(values), rich)


def shown(html: str, pictures: Iterable[Picture], where: Callable[[Picture], str]) -> str:
    """Give HTML for a page, on which each picture of a message stands where it can be had."""
    for one in pictures:
        html = html.replace(f'"cid:{one.cid}"', f'"{where(one)}"')
    return html


def issue(words: str) -> str:
    """Give the HTML of a message's own words, filled with stand-ins, as it may stand on a page; without its frame.

    Of one that brought its own HTML it is the text beside it: a page of ours shows no styles of others.
    """
    body, _ = parts(opening(words).body)
    ours = pictures(body)
    found: Text = markdown(body, ours)
    html = found.fill(_stand_ins(found.holes), escaped)
    return shown(html, ours.values(), lambda one: f"/lists/pictures/{one.file}").replace(FITS, "")


def issued_subject(words: str) -> str:
    """Give the subject filled with stand-ins."""
    found = text(words.strip().partition("\n")[0].removeprefix("# ").strip())
    return found.fill(_stand_ins(found.holes))


def _stand_ins(holes: Iterable[Hole]) -> dict[str, str]:
    return {hole.name: "" if hole.otherwise else _ALWAYS for hole in holes}
