"""Invent people: names, companies and addresses of nobody, the same on every run."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_FIRST = "Ada Bela Carl Dora Emil Fay Gus Hana Ivo Jana Kai Lea Max Nora Olaf Pia Quin Rosa Sven Tara Udo Vera"
_LAST = "Archer Baker Cooper Draper Ember Fisher Glover Hooper Ironside Joiner Keeler Lorimer Mercer Naylor Ostler"
_FIRMS = ("", "", "Quayside Supplies", "Lantern Press", "Mill Lane Dairy", "Northgate School", "Tern & Daughters")
_TAGGED, _CAPITALS = 0.03, 0.1
_COUNTRIES = ("US", "US", "GB", "DE", "CA", "FR")
_DOMAINS = ("example.org", "example.net", "mail.example.com")


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented person: what they type into a form."""

    address: str
    name: str
    company: str
    country: str


def people(count: int, seed: int = 1) -> Iterator[Invented]:
    """Invent people with addresses of their own; some with plus tags and capitals, as people write them."""
    luck = Random(seed)  # noqa: S311 -- invented people need to be the same on every run, not to be secret
    for number in range(count):
        first, last = luck.choice(_FIRST.split()), luck.choice(_LAST.split())
        tag = f"+{luck.choice(('news', 'shop'))}" if luck.random() < _TAGGED else ""
        local = f"{first}.{last}.{number}{tag}"
        local = local if luck.random() < _CAPITALS else local.lower()
        yield Invented(
            f"{local}@{luck.choice(_DOMAINS)}", f"{first} {last}", luck.choice(_FIRMS), luck.choice(_COUNTRIES)
        )
