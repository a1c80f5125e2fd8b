"""Give the promises people who post in the forum, and visitors who read it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from avow.record.forum.boards import add_board
from tests.promises.conftest import Site

CHARTER = "Questions about knots, and nothing else."


def visitor() -> Client:
    """Give a browser of nobody."""
    return Client(headers={"host": "localhost"})


def text(page: object) -> str:
    """Give what stands on a page, as it is read."""
    assert isinstance(page, HttpResponse)
    return unescape(page.content.decode())


@dataclass(frozen=True)
class Member:
    """Somebody who signed in, with a browser of their own."""

    site: Site
    person: UUID
    address: str

    def send(self, path: str, **typed: str) -> HttpResponse:
        """Open a form of the forum, fill it in and send it."""
        answer = self.site.browser.post(path, self.site.form(path, **typed))
        assert isinstance(answer, HttpResponse)
        return answer

    def named(self, name: str) -> "Member":
        """Choose a name."""
        assert self.send("/forum/name/", handle__handle=name).status_code == 302
        return self

    def begin(self, subject: str, words: str, board: str = "knots") -> UUID:
        """Begin a thread, and give it."""
        answer = self.send(f"/forum/{board}/new/", forum__subject=subject, forum__post=words)
        found = re.match(r"/forum/t/([0-9a-f-]{36})/", answer.get("Location", ""))
        assert found, answer.content
        return UUID(found[1])

    def reply(self, thread: UUID, words: str) -> HttpResponse:
        """Post a reply."""
        return self.send(f"/forum/t/{thread}/", forum__post=words)


def member(site: Site, address: str, **typed: str) -> Member:
    """Let somebody register and sign in, in a browser of their own."""
    own = Site(visitor(), site.server)
    person = own.register(address, **typed)
    own.sign_in(address)
    return Member(own, person, address)


def board(name: str = "knots", *, community: bool = False) -> str:
    """Add a board, and give the list of a community."""
    return add_board(name, f"About {name}", CHARTER, community=community)


def read(path: str) -> str:
    """Give what a visitor reads."""
    return text(visitor().get(path))


def crawl() -> str:
    """Give all that a visitor reads on every page of the forum that can be reached, followed from the first."""
    seen: dict[str, str] = {}
    waits = ["/forum/"]
    while waits:
        path = waits.pop()
        if path not in seen:
            page = read(path)
            seen[path] = page
            waits += re.findall(r'href="(/forum/[^"#]*)', page)
    return "\n".join(seen.values())


def today() -> str:
    """Give the year, which stands on every page that shows a post."""
    return str(datetime.now(UTC).year)
