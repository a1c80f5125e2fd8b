"""Check what was collected: each item against the log, and the uses stated for it against what was shown."""

from dataclasses import dataclass

from avow_audit.export import Line
from avow_audit.law.published import Published
from avow_audit.log.canonical import commitment, instant, key, listed, micros, number, octets, text
from avow_audit.log.entries import Entries

_COLLECTED = frozenset({"collected", "imported", "amended"})
_FILED = frozenset({"collected"})
_ATTESTED = "items that an import states as attested, beyond what its channel states of itself"
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """What a decision may rest on: since which entry it is held, if it was amended since by which, what was stated."""

    category: str
    since: int
    amended: int
    stated: int
    reach: str | None
    version: str | None
    until: int | None


class Items:
    """Check items one by one, and give of each what a decision may rest on."""

    def __init__(self, entries: Entries, published: Published) -> None:
        """Know the log and the policy."""
        self.entries, self.published, self.report = entries, published, entries.report
        self._told: dict[tuple[str, str, int], int] = {}
        self._masks: dict[tuple[int, ...], int] = {}

    def item(self, line: Line) -> Item | None:
        """Check one item; None if it is not what was committed to."""
        told, entry, category = f"item {line['id']}", line["entry"], line["category"]
        bits = tuple(line["stated"])
        stated = self._masks.get(bits)
        if stated is None:
            stated = self._masks[bits] = sum(1 << bit for bit in set(bits))
        at = micros(line["at"])
        record = listed(
            text("item"),
            key(line["person"]),
            key(line["id"]),
            text(category),
            key(line["stamp"]),
            instant(at),
            key(line["event"]),
            octets(line["reach"]),
            octets(line["inner"]),
            number(stated),
        )
        if not self.entries.open(told, entry, line["pos"], commitment(line["outer"], record), _COLLECTED):
            return None
        self.report.checked["items"] += 1
        since = self.entries.first(entry)
        wanted = self._wanted(line["stamp"], category, since)
        if stated != wanted:
            self.report.add(
                f"{told}: other uses are held as stated than {line['stamp']} stated: {_more(stated, wanted)}"
            )
        version = self.published.stamps[line["stamp"]]["version"]
        days = self.published.history.named[version].kept.get(category) if version is not None else None
        until = None if days is None else at + days * _DAY
        return Item(category, since, entry if entry != since else 0, stated, line["reach"], version, until)

    def enclosed(self, line: Line) -> None:
        """Check one file that came with an item, whose uses are its own."""
        record = listed(
            text("enclosed"),
            *(key(line[name]) for name in ("person", "id", "matter", "turn", "item")),
            instant(micros(line["at"])),
            octets(line["inner"]),
        )
        opens = commitment(line["outer"], record)
        if self.entries.open(f"file {line['id']}", line["entry"], line["pos"], opens, _FILED):
            self.report.checked["files"] += 1

    def possession(self, line: Line) -> None:
        """Check that somebody owns or downloaded something, told before by which notice."""
        record = listed(
            text("possession"),
            *(key(line[name]) for name in ("person", "id")),
            *(text(line[name]) for name in ("product", "version", "series")),
            octets(line["notice"]),
            instant(micros(line["at"])),
        )
        opens = commitment(line["salt"], record)
        if self.entries.open(f"possession {line['id']}", line["entry"], line["pos"], opens, _FILED):
            self.report.checked["possessions"] += 1

    def _wanted(self, stamp: str, category: str, since: int) -> int:
        """Give the mask that was stated under a stamp for a category: by its version's words, or duties alone."""
        place = (stamp, category, since if self.published.stamps[stamp]["version"] is None else 0)
        found = self._told.get(place)
        if found is None:
            found = self._told[place] = self._stated(self.published.stamps[stamp], category, since)
        return found

    def _stated(self, stamp: Line, category: str, since: int) -> int:
        history = self.published.history
        if stamp["version"] is None:
            policy = history.in_force(self.entries.at(since))
            return history.duty(policy, category) if policy else 0
        policy, purposes = history.named[stamp["version"]], stamp["purposes"].split()
        if stamp["channel"] == "import" and purposes != list(policy.channels.get("import", {}).get("states", [])):
            self.report.note(_ATTESTED)
        return history.told(policy, purposes, category)


def _more(stated: int, wanted: int) -> str:
    more, less = _bits(stated & ~wanted), _bits(wanted & ~stated)
    return ", ".join(f"{words} {bits}" for words, bits in (("more by bits", more), ("less by bits", less)) if bits)


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
