"""Re-decide each message that was let out, from what was stated, accepted and refused before its decision."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from avow_audit.acts.carried import Carried
from avow_audit.acts.items import Item
from avow_audit.acts.said import NOBODY, Said
from avow_audit.export import Line
from avow_audit.law.published import Published
from avow_audit.law.rule import Ruling, Use, ruling
from avow_audit.law.words import CONDITIONS, MARKETING, RELATIONS
from avow_audit.log.canonical import NOTHING, commitment, instant, key, listed, number, octets, text, texts
from avow_audit.log.entries import Entries

_DECIDED, _SENT = frozenset({"decided"}), frozenset({"sent"})
_HANDED = {"sent", "doubt"}
_JOINED, _MEMBER, _CASE = (1 << RELATIONS[name] for name in ("joined", "member", "case"))
_UNVERIFIED = CONDITIONS["unverified"]
_FORGOTTEN = "messages to people who are forgotten since: that they were let out is shown, to whom is not"
_SWEPT = "messages that rest on data whose time is over: it is forgotten, so they cannot be decided again"
_CLOSED = "messages that answered a case which was closed since: that it was theirs is not shown"
_AGAIN = "handings-over of messages in doubt, which were sent again under the same id"


@dataclass(slots=True)
class Person:
    """What is known of one person: relations on file, mailboxes and whether they are proven, items."""

    id: str
    relations: int = 0
    reaches: dict[str, bool] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """One use to one list under one version, ruled on; `before` and `after` are what its decisions have in common."""

    ruled: Ruling
    list: str | None
    joined_only: bool
    before: bytes
    targets: tuple[str, ...]


class Messages:
    """Check messages one by one; those of one use are ruled on once."""

    def __init__(self, entries: Entries, published: Published, said: Said, carried: Carried | None = None) -> None:
        """Know the log, the policy, what was said, and what the mail server carried, if its log is there."""
        self.carried = carried
        self.entries, self.published, self.said, self.report = entries, published, said, entries.report
        self.mailings: dict[str, Line] = {}
        self.again = 0
        self._asked: dict[tuple[object, ...], Asked] = {}

    def mailing(self, line: Line) -> None:
        """Take a mailing, whose list must serve its purpose."""
        of = self.published.lists.get(line["list"])
        if of is None or of["purpose"] != line["purpose"]:
            self.report.add(f"mailing {line['id']}: its list {line['list']!r} does not serve {line['purpose']!r}")
        self.mailings[line["id"]] = line
        self.report.checked["mailings"] += 1

    def message(self, line: Line, person: Person) -> None:
        """Check one message: its decision, its handing over, and that it had to be allowed."""
        told = f"message {line['key']} to {line['reach']}"
        self.report.checked["messages"] += 1
        self._limits(line)
        if self.carried:
            self.carried.message(line["key"], line["reach"], int(line["attempts"]))
        if line["person"] == NOBODY:
            self._nobody(told, line)
            return
        asked = self._use(told, line)
        if asked is None or not self._opens(told, line, asked):
            return
        self._redecide(told, line, person, asked)
        self.report.checked["acts re-decided"] += 1

    def end(self) -> None:
        """Account for every message that the log says was handed over, and that the mail server carried."""
        if self.carried:
            self.carried.tell(self.report)
        beyond = self.entries.unseen("sent")
        self.report.note(_AGAIN, min(beyond, self.again))
        if beyond > self.again:
            self.report.add(
                f"the log tells of more messages that were handed over than the export: {beyond - self.again}"
            )

    def _limits(self, line: Line) -> None:
        """Count how many handings-over of one message only the log can tell of: single ones are sent again in doubt."""
        kind = line["kind"] if line["mailing"] is None else self.mailings[line["mailing"]]["kind"]
        if kind not in MARKETING:
            self.again += int(line["attempts"]) - (line["entry"] is not None)

    def _nobody(self, told: str, line: Line) -> None:
        """Take a message whose person is forgotten: the log must say that somebody was, after it was decided."""
        self.report.note(_FORGOTTEN)
        if self.entries.last_forgotten < int(line["decision"]):
            self.report.add(f"{told}: whose it was is not told, and nobody was forgotten since")
        for word, kinds in (("decision", _DECIDED), ("entry", _SENT)):
            pos = line["decision_pos" if word == "decision" else "pos"]
            if pos is not None:
                self.entries.open(told, line[word], pos, None, kinds)

    def _use(self, told: str, line: Line) -> Asked | None:
        """Find which use was decided, and rule on it; report one that no version states."""
        asked, list_ = line["asked"], None
        if asked is None or line["decision_salt"] is None:
            self.report.add(f"{told}: it was let out, and no decision of its own opens")
            return None
        if line["mailing"] is not None:
            list_ = self.mailings[line["mailing"]]["list"]
        place = (line["version"], asked["purpose"], asked["recipient"], asked["topic"], *asked["categories"], list_)
        found = self._asked.get(place)
        if found is None:
            found = self._ruled(line["version"], asked, list_)
            self._asked[place] = found
        self._fits(told, line, found)
        return found

    def _ruled(self, version: str, asked: Line, list_: str | None) -> Asked:
        policy = self.published.history.named[version]
        purpose = policy.purposes[asked["purpose"]]
        use = Use(purpose, frozenset(asked["categories"]), asked["recipient"], asked["topic"])
        ruled = ruling(self.published.history, policy, use)
        common = (
            text(asked["purpose"]),
            text(asked["recipient"]),
            text(asked["topic"]),
            texts(sorted(asked["categories"])),
            NOTHING if list_ is None else text(list_),
            text(version),
            text("allow"),
        )
        targets = [f"scope:{bit}" for bit in sorted(ruled.bars)]
        targets += [f"list:{list_}"] if list_ is not None else []
        joined_only = list_ is not None and bool(self.published.lists[list_]["joined_only"])
        return Asked(ruled, list_, joined_only, b"".join(common), tuple(targets))

    def _fits(self, told: str, line: Line, asked: Asked) -> None:
        """Check that a message is what it was decided for: marketing by its list, a single message by its kind."""
        purpose = asked.ruled.use.purpose
        if line["mailing"] is None:
            if purpose.kind != line["kind"] or purpose.kind in MARKETING:
                self.report.add(f"{told}: a single message of kind {line['kind']} was decided as {purpose.id}")
            return
        mailing = self.mailings[line["mailing"]]
        of = self.published.lists[mailing["list"]]
        if (purpose.id, purpose.id) != (mailing["purpose"], of["purpose"]) or purpose.kind != mailing["kind"]:
            self.report.add(
                f"{told}: a mailing for {mailing['purpose']} ({mailing['kind']}) was decided as {purpose.id}"
            )
        elif asked.ruled.use.topic != of["topic"] and purpose.topic != asked.ruled.use.topic:
            self.report.add(f"{told}: it was decided under another topic than that of its list")

    def _opens(self, told: str, line: Line, asked: Asked) -> bool:
        """Open the decision and the handing over; each must be the one that the log committed to."""
        decision, person = int(line["decision"]), key(line["person"])
        if self.entries.kind(decision) != "decided":
            self.report.add(f"{told}: entry {decision}, which is to have let it out, decided nothing")
            return False
        at = self.entries.at(decision)
        because = texts(sorted(line["because"].split()))
        parts = (text("decided"), person, asked.before, because, number(line["choice_no"]), instant(at))
        opened = commitment(line["decision_salt"], listed(*parts))
        good = self.entries.open(f"{told}: its decision", decision, line["decision_pos"], opened, _DECIDED)
        if all(one.version != line["version"] for one in self.published.history.around(at)):
            self.report.add(f"{told}: it was decided by version {line['version']}, which was not in force")
        if line["entry"] is not None:
            self._handed(told, line, person, decision)
        elif line["state"] in _HANDED:
            self.report.add(f"{told}: it was handed over, and the log does not say so")
        return good

    def _handed(self, told: str, line: Line, person: bytes, decision: int) -> None:
        parts = (text("handed over"), key(line["key"]), octets(line["reach"]), person, number(decision))
        record = listed(*parts, text(line["message_id"]))
        self.entries.open(told, line["entry"], line["pos"], commitment(line["salt"], record), _SENT)
        if line["entry"] < decision:
            self.report.add(f"{told}: it was handed over before it was decided")

    def _redecide(self, told: str, line: Line, person: Person, asked: Asked) -> None:
        """Decide it anew; each reason against it is reported."""
        ruled, before, reach = asked.ruled, int(line["decision"]), line["reach"]
        if not ruled.permits or ruled.always:
            why = f"{', '.join(ruled.always)} forbids it" if ruled.always else "no clause permits it"
            self.report.add(f"{told}: {why}, in version {ruled.policy.version}")
        if sorted(line["because"].split()) != list(ruled.permits):
            self.report.add(f"{told}: it was let out because of {line['because']!r}, and {ruled.permits} permit it")
        self._told(told, line, person, asked, before)
        for target in asked.targets:
            no = self.said.refusal(person.id, reach, target, before)
            if no is not None:
                self.report.add(f"{told}: {_words(target)} was refused by choice {no.no} of entry {no.entry}")
            late = self.said.unseen(person.id, reach, target, before, int(line["choice_no"]))
            if late is not None:
                seen = f"the decision saw number {line['choice_no']}"
                self.report.add(f"{told}: choice {late.no} of entry {late.entry} stands before it, and {seen}")
        if _UNVERIFIED in ruled.bars and not person.reaches.get(reach, False):
            self.report.add(f"{told}: nobody proved this mailbox")
        lacking = ruled.needs & ~self._relations(person, asked, before)
        if lacking == _CASE and self.entries.in_case(before):
            self.report.note(_CLOSED)
        elif lacking:
            names = ", ".join(name for name, bit in RELATIONS.items() if lacking >> bit & 1)
            self.report.add(f"{told}: it needs what is not on file: {names}")
        elif asked.joined_only and not self.said.joined(person.id, str(asked.list), before):
            self.report.add(f"{told}: nobody joined the list {asked.list}")

    def _relations(self, person: Person, asked: Asked, before: int) -> int:
        """Give the relations on file; who had joined, and was a member therefore, follows from what was said."""
        if not asked.ruled.needs:
            return 0
        lists = [asked.list] if asked.list is not None else self._serving(asked.ruled.use)
        joined = any(self.said.joined(person.id, one, before) for one in lists)
        return person.relations & ~_JOINED | (_JOINED | _MEMBER if joined else 0)

    def _serving(self, use: Use) -> list[str]:
        return [name for name, of in self.published.lists.items() if of["purpose"] == use.purpose.id]

    def _told(self, told: str, line: Line, person: Person, asked: Asked, before: int) -> None:
        """Find an item at this mailbox for which the use was stated, or accepted since."""
        heads = [one for one in person.items if one.category in asked.ruled.heads and one.since < before]
        at = self.entries.at(before)
        live = [one for one in heads if one.until is None or one.until > at]
        stated = [one for one in live if one.stated & asked.ruled.word] or self._accepted(person, live, asked, before)
        if not stated:
            self._unstated(told, asked, before)
        elif not any(one.reach in {line["reach"], None} or one.amended > before for one in stated):
            self.report.add(f"{told}: what permits it was given with another address")

    def _accepted(self, person: Person, items: Sequence[Item], asked: Asked, before: int) -> list[Item]:
        """Give the items whose use was accepted by the person's own yes, in the words that were shown then."""
        use, history = asked.ruled.use, self.published.history
        if use.purpose.default != "on-yes":
            return []
        yes = self.said.accepted(person.id, use.purpose.id, before)
        if yes is None:
            return []
        shown = {one.version for one in person.items if one.version is not None and one.since < yes.entry}
        policies = [history.named[version] for version in sorted(shown)]
        policies += history.around(self.entries.at(yes.entry))

        def word(item: Item) -> int:
            mask = 0
            for policy in policies:
                mask |= history.asked(policy, use.purpose.id, item.category)
            return mask

        return [one for one in items if one.since < yes.entry and word(one) & asked.ruled.word]

    def _unstated(self, told: str, asked: Asked, before: int) -> None:
        """Report a use that nothing held states; where data has its time, what stated it may be forgotten since."""
        histories = self.published.history.policies
        timed = all(any(one.kept.get(head) is not None for one in histories) for head in asked.ruled.heads)
        if timed and self.entries.last_forgotten_item > before:
            self.report.note(_SWEPT)
            return
        self.report.add(f"{told}: the use {asked.ruled.use.purpose.id!r} was neither stated nor accepted")


def _words(target: str) -> str:
    kind, _, name = target.partition(":")
    return f"the list {name}" if kind == "list" else f"scope {name}"
