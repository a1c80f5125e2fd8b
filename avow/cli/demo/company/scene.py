"""Hold what the company's acts share: who is there, what decides by chance, a bar for each step, who works there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypeVar

from avow.cli.demo.bar import Bar, Step
from avow.cli.demo.company.past import Past
from avow.page.staff.models import Staff
from avow.terms import Role

STAFF: Final = (
    ("erin@example.com", "Erin", (Role.PRIVACY_OFFICER,)),
    ("frank@example.com", "Frank", (Role.PRIVACY_OFFICER, Role.OPERATOR)),
    ("sam@example.com", "Sam", (Role.SUPPORT,)),
    ("olga@example.com", "Olga", (Role.ORDERS,)),
    ("mira@example.com", "Mira", (Role.MARKETING, Role.INSIGHT)),
    ("hugo@example.com", "Hugo", (Role.HIRING,)),
    ("maya@example.com", "Maya", (Role.MODERATION,)),
)
"""Who works at the company: address, name, roles; the first two are who attests."""
Thing = TypeVar("Thing")


@dataclass(slots=True)
class Scene:
    """The company so far: how many people, its luck, its bars, who handed in what, links for staff, what came of it."""

    people: int
    luck: Random
    step: Step
    past: Past = field(default_factory=Past)
    links: dict[str, str] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def some(self, of: Sequence[Thing], each: int, most: int) -> list[Thing]:
        """Draw one for so many people, at least three and at most so many, as far as there are any."""
        return self.luck.sample(of, min(len(of), most, max(3, self.people // each)))

    def bar(self, words: str, total: int) -> Bar:
        """Begin a step, and note how many it is about."""
        self.told[words] = self.told.get(words, 0) + total
        return self.step(words, total)

    def staff(self, role: Role) -> Staff:
        """Give who of the staff has a role."""
        email = next(email for email, _, roles in STAFF if role in roles)
        return Staff.objects.get(email=email)
