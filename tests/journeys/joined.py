"""Let invented people join the newsletter, and some of them say no before it comes."""

from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.said.choices import choose
from avow.record.taken.store import Given, keep
from avow.terms import Actor
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, stamped

_FIRST = ("Ada", "Ben", "Cleo", "Dan", "Esme", "Finn", "Gwen", "Hugo", "Ida", "Jon", "Kit", "Lea", "Max", "Nell")
_LAST = ("Harbour", "Pier", "Quay", "Mole", "Buoy", "Anchor", "Beacon")
_DOMAINS = {"example.org": 38, "example.com": 24, "example.net": 14, "pier.example.org": 2}
_COUNTRIES = ("Germany", "France", "Deutschland")
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
    """Register and confirm everybody, with a tick at the newsletter; every ninth did not tick it; not all say where."""
    for number, (name, address) in enumerate(people()):
        country = {"country": _COUNTRIES[number % 4]} if number % 4 < len(_COUNTRIES) else {}
        given = [Given("contact", {"email": address}), Given("profile", {"name": name, **country})]
        person = keep(stamped(), given, parse(address), [NEWSLETTER] if number % 9 else [])
        verify(person, parse(address).exact_id, "test")
        if address.partition("@")[0] in NO_MORE:
            choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "page of choices, link", reach=parse(address).reach_id)
