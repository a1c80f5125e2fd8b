"""Read a segment: a few lines in a closed small language, all of which must hold of whoever is in it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from django.db import connection

from avow.errors import GateError
from avow.gate.counted.things import countries
from avow.policy.document import FormField, Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.products.register import products
from avow.terms import FieldType, MessageKind, Promise

MOST: Final = 8
"""Lines of a segment, and values of a line five times as many."""
_IS: Final = re.compile(r"(?P<of>[\w.-]+) is (?P<no>not )?(?P<values>.+)")
_OWNS: Final = re.compile(r"owns (?P<of>[\w-]+)(?: (?P<values>\S+))?")
_JOINED: Final = re.compile(r"(?P<no>never )?joined (?P<of>[\w.-]+)")
_OR: Final = re.compile(r"\s*,\s*or\s+|\s*,\s*|\s+or\s+")
_TYPES: Final = frozenset({FieldType.TEXT, FieldType.COUNTRY, FieldType.CHOICE})
_NOTED: Final = frozenset({MessageKind.EXEMPT_SECURITY, MessageKind.EXEMPT_DOWNLOAD})
"""The kinds of message that people are told of where it is noted what they own: it is used for nothing else."""
_LISTS: Final = "SELECT id FROM list WHERE purpose = %s ORDER BY id"


@unique
class Act(Enum):
    """What a line asks: what a field says, what somebody owns, which list they joined."""

    IS = "is"
    OWNS = "owns"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: of a field (with its category), a product or a list; `no` turns it round.

    `values` are as they are compared: every way to write what is meant. Whoever said nothing meets no line about a
    field, turned round or not, so nobody comes in by taking something away.
    """

    words: str
    act: Act
    of: str
    values: tuple[str, ...] = ()
    category: str = ""
    no: bool = False

    def meets(self, said: str) -> bool:
        """Say whether a field that says so meets the line; letter case, width and gaps do not matter."""
        word = _alike(said)
        return bool(word) and (word in self.values) is not self.no


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines that must all hold; without any everybody is in it."""

    lines: tuple[Line, ...] = ()

    def __bool__(self) -> bool:
        """Say whether it leaves anybody out."""
        return bool(self.lines)

    @property
    def categories(self) -> frozenset[str]:
        """Give the categories that are looked at."""
        return frozenset(line.category for line in self.lines if line.category)


EVERYBODY: Final = Segment()
"""The segment without a line."""


@keeps(Promise.PURPOSES_ONLY)
def segment(policy: Policy, purpose: Purpose, lines: Sequence[str]) -> Segment:
    """Read the lines of a segment of those whom a purpose reaches.

    They read `country is Germany or Austria`, `company is not Acme`, `owns pier 2.1`, `joined beta`,
    `never joined beta`.
    Raises GateError for what is no such line, and for a field, a product or a list that the purpose may not go by.
    """
    if len(lines) > MOST:
        raise GateError(f"a segment has at most {MOST} lines, and this has {len(lines)}", "say it in fewer")
    return Segment(tuple(_line(policy, purpose, " ".join(words.split())) for words in lines))


def usable(policy: Policy, purpose: Purpose) -> Iterator[tuple[str, FormField]]:
    """Give (category, field) of whatever a line of a purpose may ask for: closed lists and short words alone."""
    for category in policy.categories.values():
        for field in category.fields if category.id in purpose.categories else ():
            if field.type in _TYPES:
                yield category.id, field


def _line(policy: Policy, purpose: Purpose, words: str) -> Line:
    if found := _JOINED.fullmatch(words):
        return Line(words, Act.JOINED, _list(purpose, found["of"]), no=bool(found["no"]))
    if found := _OWNS.fullmatch(words):
        return Line(words, Act.OWNS, _product(purpose, found["of"]), (found["values"],) if found["values"] else ())
    if found := _IS.fullmatch(words):
        category, field = _field(policy, purpose, found["of"])
        return Line(words, Act.IS, field.id, _values(field, found["values"]), category, no=bool(found["no"]))
    raise GateError(
        f"this is no line of a segment: {words[:80]!r}",
        "write `field is this or that`, `field is not this`, `owns product`, `joined list` or `never joined list`",
    )


def _field(policy: Policy, purpose: Purpose, name: str) -> tuple[str, FormField]:
    """Find a field that a purpose may see, named alone or with its category."""
    known = list(usable(policy, purpose))
    found = [(category, field) for category, field in known if name in {field.id, f"{category}.{field.id}"}]
    if len(found) == 1:
        return found[0]
    if found:
        raise GateError(f"more than one thing is called {name!r}", _named(f"{one}.{field.id}" for one, field in found))
    raise GateError(
        f"the purpose {purpose.id} may not choose people by {name!r}", _named(field.id for _, field in known)
    )


def _values(field: FormField, words: str) -> tuple[str, ...]:
    """Give every way to write the values that are named; raise GateError for one that nobody can have."""
    wanted = [word for word in _OR.split(words.strip()) if word]
    if not wanted or len(wanted) > 5 * MOST:
        raise GateError(f"{field.id} is compared with {len(wanted)} values", f"name from 1 to {5 * MOST}")
    known = [(one.lower(), one) for one in field.options]
    known += countries() if field.type is FieldType.COUNTRY else ()
    if not known:
        return tuple(map(_alike, wanted))
    means = {_alike(written): one for written, one in known}
    strange = [word for word in wanted if _alike(word) not in means]
    if strange:
        of = "" if field.type is FieldType.COUNTRY else _named(field.options)
        raise GateError(f"{field.id} is never {strange[0]!r}", of or "name a country, in English")
    meant = {means[_alike(word)] for word in wanted}
    return tuple(written for written, one in means.items() if one in meant)


def _alike(words: str) -> str:
    """Write words as they are compared."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _product(purpose: Purpose, name: str) -> str:
    if purpose.kind not in _NOTED:
        raise GateError(
            f"the purpose {purpose.id} may not choose people by what they own",
            "that is noted for warnings and for messages with a download, and used for nothing else",
        )
    known = [one.id for one in products()]
    if name not in known:
        raise GateError(f"there is no product {name!r}", _named(known))
    return name


def _list(purpose: Purpose, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_LISTS, [purpose.id])
        known = [one for (one,) in cursor.fetchall()]
    if name not in known:
        raise GateError(f"{name!r} is no list of the purpose {purpose.id}", _named(known))
    return name


def _named(names: Iterable[str]) -> str:
    return f"there are: {', '.join(names) or 'none'}"
