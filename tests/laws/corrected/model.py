"""Say in plain Python what any reader may see as current, after any history of corrections."""

from dataclasses import dataclass, field
from itertools import count


@dataclass
class Human:
    """A person on file: the corrections (when, field, value), the addresses left, what was wrong when they came."""

    corrected: list[tuple[int, str, str]] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    wrong: dict[str, set[str]] = field(default_factory=dict)


class Model:
    """Some people, their corrections and links; what is fed, imported or restored changes nothing of it."""

    def __init__(self, people: int) -> None:
        self.humans = [Human() for _ in range(people)]
        self.links: set[frozenset[int]] = set()
        self.was: dict[tuple[int, str], set[str]] = {}
        self.clock = count()

    def circle(self, one: int) -> set[int]:
        """Give who is taken for one with somebody, themselves included."""
        found, grown = set[int](), {one}
        while found != grown:
            found = set(grown)
            grown |= {other for pair in self.links if pair & found for other in pair}
        return found

    def corrected(self, one: int, name: str, value: str, before: str) -> None:
        """Note that somebody put a field right."""
        self.humans[one].corrected.append((next(self.clock), name, value))
        self.was.setdefault((one, name), set()).add(before)

    def stranger(self, at: int) -> int:
        """Note that somebody was brought in at the address of one on file; give who that is now."""
        came = Human()
        for (one, name), old in self.was.items():
            if one in self.circle(at):
                came.wrong.setdefault(name, set()).update(old - {self.latest(at, name), ""})
        self.humans.append(came)
        return len(self.humans) - 1

    def latest(self, one: int, name: str) -> str | None:
        """Give what a field was put right to last, by anybody of the circle; None if by nobody."""
        said = [put for other in self.circle(one) for put in self.humans[other].corrected if put[1] == name]
        return max(said)[2] if said else None

    def may(self, one: int, name: str, value: str) -> bool:
        """Say whether a value may be seen as current: what was put right last, and nothing beside it."""
        latest = self.latest(one, name)
        if latest is not None:
            return value == latest
        return value not in self.humans[one].wrong.get(name, set())
