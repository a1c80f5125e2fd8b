"""Let invented people join the newsletter, and some of them say no before it comes."""

from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.terms import Actor
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, given_as

_FIRST = ("Ada", "Ben", "Cleo", "Dan", "Esme", "Finn", "Gwen", "Hugo", "Ida", "Jon", "Kit", "Lea", "Max", "Nell")
_LAST = ("Harbour", "Pier", "Quay", "Mole", "Buoy", "Anchor", "Beacon")
_DOMAINS = {"example.org": 38, "example.com": 24, "example.net": 14, "pier.example.org": 2}
NO_MORE = ("ada.pier", "dan.buoy", "gwen.mole", "kit.quay")
"""Who joined, and said no to all marketing since."""


def people() -> list[tuple[str, str]]:
    """Give name and address of everybody, no name twice."""
    names = [(first, last) for last in _LAST for first in _FIRST]
    domains = [domain for domain, count in _DOMAINS.items() for _ in range(count)]
    return [
        (f"{first} {last}", f"{first}.{last}@{domain}".lower())
        for (first, last), domain in zip(names, domains, strict=False)
    ]


def join() -> None:
    """Register and confirm everybody, with a tick at the newsletter; every ninth did not tick it."""
    for number, (name, address) in enumerate(people()):
        given_as(name, address, *([NEWSLETTER] if number % 9 else []))
        if address.partition("@")[0] in NO_MORE:
            choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "page of choices, link", reach=parse(address).reach_id)
