"""Give the promises a site, a person who registered on it, and what the gate says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from avow.config import config
from avow.decision.request import Request
from avow.gate.clear import clear
from avow.page import site as sites
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.shown.versions import publish
from avow.record.upkeep import upkeep
from avow.store.server.embedded import Embedded
from avow.uses.mailings import send
from tests.units.mail.sink import Sink, sink

OFFER = "# An offer\n\nCome and see.\n"
CONTACT = frozenset({"contact"})


def person_at(address: str, *, prove: bool = False) -> UUID:
    """Give who registered an address, and prove it if asked to."""
    exact = parse(address).exact_id
    person = persons_at(exact)[0]
    if prove:
        verify(person, exact, "promise")
    return person


@dataclass(frozen=True)
class Site:
    """A site with a browser before it, and a mail server that takes what it sends."""

    browser: Client
    server: Sink

    def form(self, path: str, **typed: str) -> dict[str, str]:
        """Open a form and fill it in; a dot in a name is written as two underscores."""
        page = self.browser.get(path)
        assert isinstance(page, HttpResponse)
        found = re.search(r'name="shown" value="([^"]+)"', page.content.decode())
        assert found
        return {"shown": unescape(found[1])} | {name.replace("__", "."): value for name, value in typed.items()}

    def register(self, address: str, **typed: str) -> UUID:
        """Register and prove the address; give the person."""
        known = persons_at(parse(address).exact_id)
        answer = self.browser.post("/register/", self.form("/register/", contact__email=address, **typed))
        assert answer.status_code == 200
        (person,) = set(persons_at(parse(address).exact_id)) - set(known)
        verify(person, parse(address).exact_id, "promise")
        return person

    def sign_in(self, address: str) -> None:
        """Sign in by the code that waits to be mailed."""
        page = self.browser.post("/signin/", {"address": address})
        found = re.search(r'name="token" value="([^"]+)"', page.content.decode())
        assert found
        with upkeep() as cursor:
            cursor.execute("SELECT given->>'code' FROM outgoing WHERE words = 'code' ORDER BY at DESC LIMIT 1")
            code = str(cursor.fetchone()[0])
        assert self.browser.post("/signin/", {"token": unescape(found[1]), "code": code}).status_code == 302

    def mail(self, list_id: str = "offers", words: str = OFFER) -> dict[str, EmailMessage]:
        """Send a mailing to a list through the mail server; give what each address received of it."""
        assert send(list_id, words).accounted
        return self.received(words)

    def received(self, words: str = OFFER) -> dict[str, EmailMessage]:
        """Give what each address received under the subject of these words since the last time."""
        read = ((address, message_from_bytes(data, policy=default)) for address, data in self.server.taken)
        subject = words.partition("\n")[0].removeprefix("# ")
        found = {to: one for to, one in read if one["Subject"] == subject}
        self.server.taken.clear()
        return found

    @staticmethod
    def may(person: UUID, purpose: str) -> bool:
        """Ask the gate whether a person's address may be used for a purpose."""
        return bool(clear(Request(purpose, CONTACT), [person]).allowed)


@pytest.fixture
def site(store: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Give a site whose policy is published."""
    assert store.url("avow_app")
    publish(load(config().policies))
    with sink() as server:
        monkeypatch.setenv("AVOW_SMTP", server.url)
        monkeypatch.setenv("AVOW_AUTHSERV", "mx.example.com")
        config.cache_clear()
        yield Site(Client(headers={"host": "localhost"}), server)
    monkeypatch.undo()
    config.cache_clear()


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with the policy in it, from which the site takes its policy."""
    first = next(config().policies.glob("*.md"))
    (tmp_path / first.name).write_text(first.read_text())
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    config.cache_clear()
    sites.folder.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    config.cache_clear()
    sites.folder.cache_clear()
