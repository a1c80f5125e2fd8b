"""Walk the addresses of the site: each with what stands in its place, each as who may see it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID, uuid4

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from avow.accuracy.session import COOKIE
from avow.disclosure.processors.enter import account, token
from avow.mail import capture
from avow.mail.links import token as choices
from avow.page.signed.session import Signed, sealed
from avow.page.staff.models import Staff
from avow.record.known.address import parse
from avow.record.known.session import session
from avow.record.own.opened import kept_of, made_of
from avow.record.shown.versions import in_force
from avow.terms import Role
from avow.web.desk.matters.place import PLACES
from tests.units.page.staff.cast import seated, staff
from tests.units.web.marked import Marked, address

_NOBODYS: Final = uuid4()
"""What stands in a place for which there is nothing."""


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """Give every address of the site, as the patterns say it."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        whole = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, whole)
        else:
            yield whole


class Walk:
    """Browsers of everybody, tokens with the categories that each may see, and what stands in places of an address."""

    def __init__(self, world: Marked) -> None:
        """Seat everybody, and look up what there is."""
        self.world, first = world, world.people[0]
        self.visitor = Client(headers={"host": "localhost"})
        self.person = signed_in(first, address(0))
        self.staff = seated(Client(headers={"host": "localhost"}), everything())
        self.firm, self.program = firm()
        self.tokens = {self.program: {"contact", "order"}}
        item = next(one.id for one in kept_of(first) if one.category == "profile")
        keys = world.keys
        self.places: dict[str, dict[str, object]] = {
            "choices/": {"token": choices(first, parse(address(0)).reach_id, "updates")},
            "desk/": {"token": "none"},
            **{f"desk/{one.name}/": world.matter(one.channel) for one in PLACES},
            "desk/agreed/": {"person": first},
            "desk/change/": {"digest": "0" * 64},
            "desk/forum/": {"post": world.posts[-1]},
            "desk/letters/": {"letter": keys["letter"]},
            "desk/mailings/": {"key": keys["mailing"]},
            "desk/outside/": {"name": "firm-0"},
            "desk/outside/law/": {"key": keys["order"]},
            "desk/outside/notices/": {"notice": uuid4()},
            "desk/people/": {"person": first, "item": item},
            "desk/processors/": {"name": "agreement-0", "key": uuid4()},
            "desk/programs/": {"token": uuid4()},
            "desk/requests/": {"key": keys["petition"]},
            "forum/": {"name": "board-0"},
            "forum/post/": {"key": world.posts[-1]},
            "forum/t/": {"key": world.threads[0]},
            "lists/": {"name": "updates", "joins": "newsletter"},
            "lists/issues/": {"key": keys["mailing"]},
            "log/": {"path": "entries/000"},
            "mail/": {"name": next((one.name for one in capture.messages()), "none")},
            "me/said/": world.matter(PLACES[0].channel),
            "me/": {"item": item, "petition": keys["petition"], "choice": made_of(first)[0].id},
            "policy/": {"name": in_force().front.version, "token": "none"},
            "": {"token": "none", "file": uuid4()},
        }

    def path(self, route: str, odd: str = "") -> str:
        """Put what there is into the places of an address, or what is odd into those that take any text."""
        known: dict[str, object] = {}
        for begin in sorted(self.places, key=len):
            known |= self.places[begin] if route.startswith(begin) else {}
        parts = route.replace("<", ">").split(">")
        return "/" + "".join(self._placed(part, known, odd) if n % 2 else part for n, part in enumerate(parts))

    @staticmethod
    def _placed(part: str, known: Mapping[str, object], odd: str) -> str:
        kind, _, name = part.partition(":")
        return odd if odd and kind in {"str", "path"} else str(known.get(name, _NOBODYS))

    def get(self, route: str, odd: str = "", asked: Sequence[str] = ()) -> HttpResponseBase:
        """Open an address as whoever it is for; whatever is `asked` in its query is odd, written as in an address."""
        browser, more = self.person, dict[str, str]()
        if route.startswith("processor/"):
            more = {"authorization": f"Bearer {self.program}"}
        elif route.startswith("desk/agreed/"):
            browser = self.firm
        elif route.startswith("desk/"):
            browser = self.staff
        query = "?" + "&".join(f"{name}={odd}" for name in asked) if asked else ""
        found = browser.get(f"{self.path(route, odd)}{query}", headers=more)
        assert isinstance(found, HttpResponseBase)
        return found


def signed_in(person: UUID, at: str) -> Client:
    """Give a browser of somebody who signed in."""
    known = parse(at)
    number = session(person, known.exact_id)
    assert number is not None
    browser = Client(headers={"host": "localhost"})
    browser.cookies[COOKIE] = sealed(Signed(person, known.exact_id, known.reach_id, number))
    return browser


def everything() -> Staff:
    """Give somebody who has every role of the company."""
    found = Staff.objects.filter(email="all@example.com").first()
    return found or staff(*(role for role in Role if role is not Role.PROCESSOR), email="all@example.com")


def firm() -> tuple[Client, str]:
    """Seat somebody of a firm that works for the company, and give a token for its program."""
    if not Staff.objects.filter(email="firm@example.net").exists():
        account("agreement-0", "firm@example.net", "Firm")
    one = Staff.objects.get(email="firm@example.net")
    return seated(Client(headers={"host": "localhost"}), one), token("agreement-0", "orders", "a program")
