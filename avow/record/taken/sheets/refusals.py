"""Read who refuses from a file, as listmonk, Mailchimp, Mautic and HubSpot export it, or from a plain list."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from avow.errors import AddressError, CollectionError
from avow.record.known.address import parse
from avow.record.taken.sheets.formats import FORMATS, PLAIN, Column, Format, Meaning, named, recognised, says
from avow.record.taken.sheets.report import Outcome, Report
from avow.record.taken.sheets.rows import Rows
from avow.terms import Scope

_SOME: Final = 1_000
_LIST: Final = "list."
_SCOPES: Final = {Meaning.ALL: Scope.OPTIONAL, Meaning.MARKETING: Scope.MARKETING, Meaning.BOUNCED: Scope.BOUNCED}
_EVERY: Final = Column("", {}, Meaning.MARKETING)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mailbox (its reach) that refuses a scope or a list, or is under a condition; and what was read of it."""

    reach: bytes
    scope: Scope | None
    list: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file of refusals, and how to read it.

    `format` is recognised by the heading if it is None; `every` says that each line is a no, whatever it says;
    `only` is the list of ours that they left, where it is not all marketing; `mapping` names for a heading of one of
    their lists the list of ours (`list.newsletter`), or "-" to leave it out.
    """

    path: Path
    format: str | None = None
    every: bool = False
    only: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Counted:
    """Which format was read, and how many of its lines say what."""

    format: str = ""
    lines: int = 0
    meanings: Counter[Meaning] = field(default_factory=Counter)


def refusals(
    source: Source, report: Report, counted: Counted, tick: Callable[[int], object] = lambda _: None
) -> Iterator[Refusal]:
    """Give each refusal of a file; memory stays flat. `tick` is told of some thousand lines at a time.

    A value that is not known is taken for a no to all marketing, and told. A line without an address that can be
    read is told as bad. Raises CollectionError where no column holds addresses, or the format is not known.
    """
    rows = Rows(source.path, report)
    found: _Reader | None = None
    for row in rows:
        if found is None:
            found = _Reader(source, rows.heading)
            counted.format = found.format.id
        counted.lines += 1
        if counted.lines % _SOME == 0:
            tick(_SOME)
        meanings = found.meanings(row)
        for meaning, _ in meanings:
            counted.meanings[meaning] += 1
            if meaning is Meaning.UNSURE:
                report.tell(Outcome.UNSURE, rows.at, "what it says is not known, so it is taken for a no")
        if meanings:
            try:
                reach = parse(row[found.address]).reach_id
            except AddressError as error:
                report.bad(rows.at, str(error))
                continue
            yield from found.refusals(reach, meanings)
    tick(counted.lines % _SOME)
    if found is None:
        counted.format = _Reader(source, rows.heading).format.id


class _Reader:
    """How the rows of one file are read."""

    def __init__(self, source: Source, heading: Sequence[str]) -> None:
        """Recognise the format, and find its columns."""
        self.source = source
        self.format = _format(source, heading)
        titles = [title.strip().lower() for title in heading]
        mapped = next(
            (title for title, name in source.mapping.items() if name == "email" or name.endswith(".email")), None
        )
        wanted = [mapped.strip().lower()] if mapped else list(self.format.address)
        place = next((titles.index(name) for name in wanted if name in titles), None)
        if place is None:
            raise CollectionError(f"{source.path}:1: no column holds addresses", "map one: --map 'TITLE=contact.email'")
        self.address = place
        said = [(place, _EVERY)] if source.every or self.format is PLAIN else list(says(self.format, heading))
        self.columns = [(number, column, heading[number]) for number, column in said]

    def meanings(self, row: Sequence[str]) -> list[tuple[Meaning, str]]:
        """Give what a row says, with the heading that says so; each meaning once."""
        found: dict[tuple[Meaning, str], None] = {}
        for number, column, title in self.columns:
            for meaning in column.means(row[number]):
                found[meaning, title if meaning is Meaning.ONE else ""] = None
        return list(found)

    def refusals(self, reach: bytes, meanings: Sequence[tuple[Meaning, str]]) -> Iterator[Refusal]:
        """Give the refusals that a row comes to."""
        for meaning, title in meanings:
            evidence = f"{self.format.id} {self.source.path.name}: {meaning.value}"
            if meaning in {Meaning.BOUNCED, Meaning.ALL}:
                yield Refusal(reach, _SCOPES[meaning], None, evidence)
                continue
            ours = self.source.mapping.get(title, "") if meaning is Meaning.ONE else ""
            if ours == "-":
                continue
            name = ours.removeprefix(_LIST) if ours.startswith(_LIST) else self.source.only
            yield Refusal(reach, None if name else Scope.MARKETING, name, evidence)


def _format(source: Source, heading: Sequence[str]) -> Format:
    if source.format:
        found = named(source.format)
        if found is None:
            raise CollectionError(
                f"there is no format {source.format!r}", f"known: {', '.join(one.id for one in FORMATS)}"
            )
        return found
    return recognised(heading) or PLAIN
