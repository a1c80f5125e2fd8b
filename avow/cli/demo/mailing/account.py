"""Account for everybody exactly once, and for every final dot: compare the rows, the servers and the answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from avow.cli.demo.mailing.play import LIST, SECOND
from avow.cli.demo.mailing.saying.said import Acknowledged
from avow.cli.demo.mailing.saying.ways import LETTERS, WAYS
from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.stage import WORKERS, Stage
from avow.cli.demo.mailing.told import Told, Way
from avow.cli.demo.mailing.trouble import Played
from avow.gate.clear import clear
from avow.mail.course.copies import Line, copies
from avow.mail.links import host
from avow.mail.mailing import compiled, listed, report
from avow.mail.message import message_id
from avow.record.known.address import parse
from avow.record.token import unseal

_TAKEN: Final = 250
_HANDED: Final = frozenset({"sent", "doubt"})
_PAGE: Final = 5_000
_OUTSIDE: Final = "not in the audience"


@dataclass(frozen=True, slots=True)
class Books:
    """What is compared: the copy of each mailbox, the whole messages of each that are this mailing's."""

    lines: Mapping[bytes, Line]
    dots: Mapping[bytes, Sequence[Dot]]


def account(played: Played, stage: Stage) -> Told:
    """Give the report of the second issue, the ledger and the checker not yet asked."""
    books = _books(played, stage)
    told = Told(people=len(played.known), mailboxes=report(played.mailing).expected)
    told.workers = WORKERS + bool(stage.debian)
    told.killed = f"{played.killed} was killed with -9" if played.killed else "nobody was killed"
    told.fault("workers that were to be killed and were not", int(not played.killed))
    told.moods = dict(Counter(str(mood) for mood in stage.sink.met))
    told.dropped, told.sending_seconds = stage.sink.dropped, round(played.seconds, 1)
    told.dots = sum(map(len, books.dots.values()))
    if stage.debian:
        told.dots_at_smtp_sink = sum(bool(dot.list) for dot in stage.debian.dots())
    _everybody(told, books, played)
    compare(told, books, played.said)
    _letters(told, stage, played)
    return told


def _books(played: Played, stage: Stage) -> Books:
    lines = {line.reach: line for line in copies(played.mailing)}
    named = {message_id(played.mailing, reach, host()).strip("<>"): reach for reach in lines}
    dots: dict[bytes, list[Dot]] = {}
    for dot in stage.dots():
        if dot.id in named:
            dots.setdefault(named[dot.id], []).append(dot)
    return Books(lines, dots)


def _everybody(told: Told, books: Books, played: Played) -> None:
    """Count each person once: by the copy they have, or by why they have none."""
    holders = Counter(line.person for line in books.lines.values())
    states = {line.person: line for line in books.lines.values()}
    outcomes: Counter[str] = Counter(line.state for line in states.values())
    denied = Counter(line.because or line.outcome for line in states.values() if line.state == "denied")
    outside = _reasons([person for person in played.known if person not in states])
    outcomes[_OUTSIDE] = sum(outside.values())
    told.outcomes, told.denied, told.outside = (dict(c.most_common()) for c in (outcomes, denied, outside))
    told.fault("people accounted for twice", sum(count > 1 for count in holders.values()))
    told.fault("people unaccounted for", abs(told.people - sum(outcomes.values())))
    told.fault("copies of nobody", len(states.keys() - {*played.known}))
    told.fault("mailboxes unaccounted for", abs(told.mailboxes - len(books.lines)))
    told.fault("people left out without a reason", denied[""] + outside[""])
    told.fault("copies that have not ended", sum(outcomes[one] for one in ("waiting", "sending", "deferred")))


def _reasons(persons: Sequence[UUID]) -> Counter[str]:
    """Count by clause why people are not in the audience; who might be has no reason."""
    request = compiled(listed(LIST), SECOND).request
    found: Counter[str] = Counter()
    for start in range(0, len(persons), _PAGE):
        cleared = clear(request, persons[start : start + _PAGE], LIST)
        found.update(" ".join(sorted(decision.because)) for decision in cleared.denied.values())
        found[""] += len(cleared.allowed)
    return +found


def compare(told: Told, books: Books, said: Sequence[Acknowledged]) -> None:
    """Compare each copy with what the mail servers have of it, and each answer with what came after it."""
    _servers(told, books)
    _refusals(told, books, said)


def _servers(told: Told, books: Books) -> None:
    """Compare each copy with what the mail servers have of it."""
    for reach, line in books.lines.items():
        dots = books.dots.get(reach, ())
        taken = sum(dot.answer == _TAKEN for dot in dots)
        told.fault("messages that came twice", int(len(dots) > 1))
        told.fault("sent, and no mail server took it", int(line.state == "sent" and taken != 1))
        told.fault("came whole, and is told neither as sent nor as in doubt", int(_untold(line, dots)))
        told.fault("answered as closed, and not told as in doubt", int(_unanswered(dots) and line.state != "doubt"))
        if line.state == "doubt":
            told.doubt_arrived += bool(dots)
            told.doubt_never_arrived += not dots
        for dot in dots:
            told.fault("final dots begun after their lease", int(dot.asked > _lease(line)))
            told.fault("messages whose link is missing or another's", int(not _theirs(dot, reach)))
            told.fault("messages to another mailbox", int(parse(dot.recipient).reach_id != reach))


def _lease(line: Line) -> float:
    return line.lease.timestamp() if line.lease else 0.0


def _untold(line: Line, dots: Sequence[Dot]) -> bool:
    return any(dot.answer in {0, _TAKEN} for dot in dots) and line.state not in _HANDED


def _unanswered(dots: Sequence[Dot]) -> bool:
    return any(dot.answer == 0 for dot in dots)


def _theirs(dot: Dot, reach: bytes) -> bool:
    return bool(dot.token) and unseal("choose", dot.token)[1:] == (reach.hex(), LIST)


def _refusals(told: Told, books: Books, said: Sequence[Acknowledged]) -> None:
    """Compare each acknowledgement with the final dots of its mailbox: what came later must have been in doubt then.

    In doubt then was what an acknowledgement did not wait for: it is given while something is on the wire only when
    its lease is over, and no final dot is begun after that.
    """
    told.opted_out, told.ways = len(said), {name: Way() for name in WAYS}
    for one in said:
        way, line = told.ways[one.way], books.lines[one.who.reach]
        dots = books.dots.get(one.who.reach, ())
        late = [dot for dot in dots if dot.at > one.at]
        doubt = _in_doubt(line, one.at)
        way.acknowledged += 1
        way.kept += one.kept
        way.slowest = max(way.slowest, round(one.at - one.said, 2))
        way.before += bool(dots) and not late
        way.never += not dots
        way.doubt += doubt
        told.late += len(late)
        told.late_in_doubt += len(late) if doubt else 0
        told.fault("final dots after an acknowledgement", 0 if doubt else len(late))
        told.fault("in doubt, and the answer did not say so", int(bool(late) and one.doubt is False))
        if doubt:
            came = f"came {dots[0].at - one.at:+.2f} s after the answer" if dots else "never came"
            heard = {True: "the answer said so", False: "the answer did not say so", None: "this way tells nobody"}
            told.in_doubt.append(f"{one.who.address}: {line.state}; {came}; {heard[one.doubt]} ({one.way})")


def _in_doubt(line: Line, at: float) -> bool:
    """Say whether a copy was in doubt at an instant: its lease was over and nothing was known of it yet, or ever."""
    if line.lease is None or line.ended is None or line.state not in {*_HANDED, "refused"}:
        return False
    over, ended = line.lease.timestamp() <= at, line.ended.timestamp() <= at
    return over or ended if line.state == "doubt" else over and not ended


def _letters(told: Told, stage: Stage, played: Played) -> None:
    """Compare what was sent to people besides: who wrote is answered once at most, and others get nothing."""
    wrote = Counter(one.who.address for one in played.said if one.way in LETTERS)
    others = Counter(dot.recipient for dot in stage.dots() if not dot.list)
    told.fault("answers to who wrote no letter, or twice to who did", sum((others - wrote).values()))
