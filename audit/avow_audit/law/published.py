"""Check what was published: versions, their files and pages, what the bits mean, what was shown where."""

from hashlib import sha256

from avow_audit.export import Export, Line
from avow_audit.law.meaning import History
from avow_audit.law.page import page_says
from avow_audit.law.policy import Policy, policy
from avow_audit.log.canonical import commitment, instant, key, listed, micros, octets, sized, text
from avow_audit.log.entries import Entries

_PUBLISHED = frozenset({"published"})


class Published:
    """The versions that were published, and the library that says what was shown where."""

    def __init__(self, export: Export, entries: Entries) -> None:
        """Read and check all of it."""
        self.export, self.entries, self.report = export, entries, export.report
        self.policies: list[Policy] = []
        self.notices: dict[str, tuple[str, str]] = {}
        self.stamps: dict[str, Line] = {}
        self.lists: dict[str, Line] = {}
        export.each("versions", self._version)
        self.history = History(self.policies)
        export.each("bits", self._bit)
        export.each("notices", self._notice)
        export.each("stamps", self._stamp)
        export.each("lists", self._list)

    def _version(self, line: Line) -> None:
        """Check a version: its commitment, its file, its page."""
        name, told = str(line["name"]), f"version {line['name']}"
        effective = micros(line["effective"])
        record = listed(
            text("version"),
            text(name),
            instant(effective),
            octets(line["source_hash"]),
            octets(line["page_hash"]),
            instant(micros(line["published"])),
        )
        self.entries.open(told, line["entry"], line["pos"], commitment(line["salt"], record), _PUBLISHED)
        self.report.checked["versions"] += 1
        source, page = self.export.text(f"policies/{name}.md"), self.export.text(f"policies/{name}.page")
        if sha256(source.encode()).hexdigest() != line["source_hash"]:
            self.report.add(f"{told}: its file is not the one that was published")
        if sha256(page.encode()).hexdigest() != line["page_hash"]:
            self.report.add(f"{told}: its page is not the one that was published")
        found = policy(source)
        if (found.version, found.effective) != (name, effective):
            self.report.add(f"{told}: its file names another version, or another instant")
        parts = page_says(found, page)
        if parts:
            self.report.add(f"{told}: its page is not its policy's: {parts}")
        self.policies.append(found)

    def _bit(self, line: Line) -> None:
        """Check that a bit means what the order of the versions makes it mean."""
        known = {told.id: bit for told, bit in self.history.bits.items()}
        known |= {f"topic:{topic}": bit for topic, bit in self.history.topics.items()}
        if known.get(line["id"]) != line["bit"]:
            self.report.add(f"bit {line['bit']}: it stands for {line['id']}, which no version says")

    def _notice(self, line: Line) -> None:
        """Check that the words that were shown are those that their hash names."""
        words = f"{line['version']}\n{line['channel']}\n{line['language']}\n{line['text']}"
        if sha256(words.encode()).hexdigest() != line["hash"]:
            self.report.add(f"notice {line['hash']}: its words are not those that its hash names")
        self.notices[line["hash"]] = (line["version"], line["channel"])

    def _stamp(self, line: Line) -> None:
        """Check that a stamp bears its own digest, and that its notice and purposes are those of its place."""
        told = f"stamp {line['id']}"
        parts = (text(line["channel"]), text(line["source"]), text(line["version"]))
        record = listed(*parts, octets(line["notice"]), text(line["purposes"]))
        digest = int.from_bytes(sha256(record).digest()[:16])
        id_ = digest & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62
        if key(line["id"]) != sized(b"u", id_.to_bytes(16)):
            self.report.add(f"{told}: it is not what its id is the digest of")
        version, notice = line["version"], line["notice"]
        if notice is not None and self.notices.get(notice) != (version, line["channel"]):
            self.report.add(f"{told}: its notice was not shown there")
        if version is not None:
            self._states(told, line, self.history.named[version])
        self.stamps[line["id"]] = line

    def _states(self, told: str, line: Line, found: Policy) -> None:
        """Check that a stamp names the purposes that its channel states; an import may name what it was attested."""
        purposes = line["purposes"].split()
        if not set(purposes) <= found.purposes.keys():
            self.report.add(f"{told}: it names purposes that version {found.version} does not state")
        elif line["channel"] != "import" and purposes != list(found.channels[line["channel"]]["states"]):
            self.report.add(f"{told}: its purposes are not those that its channel states")

    def _list(self, line: Line) -> None:
        """Take a list; one of a purpose that is no marketing serves nothing."""
        self.lists[line["id"]] = line
