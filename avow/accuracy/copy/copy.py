"""Gather all that is held about one person, from where, under which words, what may be done and what was done."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from avow.accuracy.copy.lines import (
    Line,
    answer_lines,
    asked_lines,
    given_lines,
    message_lines,
    owned_lines,
    read_lines,
    said_lines,
    use_lines,
)
from avow.accuracy.held import own_purposes, title_of
from avow.accuracy.seen.given import lines_of
from avow.decision.request import Request
from avow.gate.seen.held import Held, held
from avow.gate.seen.may import may
from avow.mail.queue.posted import messages_of
from avow.page.site import history, policy
from avow.page.visitor.spoken import said, spelt, told
from avow.policy.document import Policy
from avow.policy.meaning.highest import highest_ever
from avow.policy.proof.keeps import keeps
from avow.policy.shown.labelled import labelled
from avow.record.matters.enclosed import enclosed_in
from avow.record.matters.matter import Matter, Turn, matters_of, turns_of
from avow.record.own.opened import Kept, kept_of
from avow.record.petitions.petition import petitions_of
from avow.record.products.possess import possessions_of
from avow.record.seen.cases import answering
from avow.record.seen.past import choices_of, links_of
from avow.record.seen.reading import reads_of
from avow.terms import ChannelKind, Promise

_MOST = 100_000
"""Lines of each kind that a copy holds: all of them, for anybody."""
_WORDS = "asked for a copy, signed in and with a second code"


@dataclass(frozen=True, slots=True)
class Given:
    """What one item holds, in words: what it is, its fields by label, and where, when, under what it came.

    `stands` says that it is set aside, because a correction says otherwise, or contested; "" is that it counts.
    `origin` says of what others said under which licence they gave it to us and when, and when the person was told.
    """

    id: UUID
    title: str
    fields: tuple[tuple[str, str], ...]
    at: datetime
    channel: str
    source: str
    version: str
    states: tuple[str, ...]
    words: str
    until: datetime | None
    stands: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is held about a person at an instant; of each kind of line the latest first.

    `withheld` says, by kind of data, how many items are held and not shown; there should be none. `late` says how much
    is shown only when the most private parts are.
    """

    at: datetime
    company: str
    version: str
    given: tuple[Given, ...]
    uses: tuple[Line, ...]
    choices: tuple[Line, ...]
    messages: tuple[Line, ...]
    reads: tuple[Line, ...]
    outside: tuple[Line, ...]
    owned: tuple[Line, ...]
    asked: tuple[Line, ...]
    answers: tuple[Line, ...]
    joined: tuple[Line, ...]
    withheld: tuple[tuple[str, int], ...]
    late: tuple[tuple[str, int], ...] = ()


@keeps(Promise.ACCESS)
def copy(person: UUID, *, opened: bool) -> Copy:
    """Gather the copy of one person, released by the gate for the answer to their own case; nobody else's is in it.

    The case is open while it is answered and no longer; what was decided and released stands in the ledger. Until the
    most private parts are `opened`, none of them is read.
    """
    private = frozenset() if opened else highest_ever(history().policies)
    with answering(person, _WORDS):
        items = _items(person, private)
        kept, matters = kept_of(person, most=_MOST), matters_of(person)
        waits, turns = [one for one in kept if one.category in private], turns_of([one.id for one in matters])
        return Copy(
            at=datetime.now(UTC),
            company=policy().front.company,
            version=policy().front.version,
            given=tuple(_given(item) for item in items),
            uses=use_lines(may(person)),
            choices=said_lines(choices_of(person, _MOST)),
            messages=message_lines(messages_of(person, _MOST)),
            reads=read_lines(reads_of(person, _MOST)),
            outside=given_lines(lines_of(person)) if opened else (),
            owned=owned_lines(possessions_of(person)),
            asked=asked_lines(petitions_of(person, _MOST)),
            answers=answer_lines(matters, turns, opened=opened),
            joined=tuple(
                Line(one.at, _("taken for one with another entry of ours"), (_until(one.ended),))
                for one in links_of(person)
            ),
            withheld=tuple(_withheld(kept, items, private)),
            late=() if opened else tuple(_late(person, waits, matters, turns)),
        )


def _items(person: UUID, private: frozenset[str]) -> Sequence[Held]:
    """Read every item that is not private once, by whichever purpose of one's own releases it; the latest first."""
    found: dict[UUID, Held] = {}
    for purpose in own_purposes():
        asked = purpose.categories - private
        for item in (held(Request(purpose.id, asked), person) if asked else None) or ():
            found.setdefault(item.id, item)
    return sorted(found.values(), key=lambda item: (item.at, item.id), reverse=True)


def _withheld(kept: Sequence[Kept], shown: Sequence[Held], private: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Count by kind of data what is held, may be shown now, and was not released."""
    known = {item.id for item in shown}
    missing = Counter(one.category for one in kept if one.category not in private and one.id not in known)
    for category, count in sorted(missing.items()):
        yield title_of(category), count


def _late(
    person: UUID, waiting: Sequence[Kept], matters: Sequence[Matter], turns: Sequence[Turn]
) -> Iterator[tuple[str, int]]:
    """Count by kind what is most private, in words: of items, files, notes, and what was given to others."""
    for category, count in sorted(Counter(one.category for one in waiting).items()):
        yield title_of(category), count
    rest = (
        (_("Files that you sent"), sum(not one.why for one in enclosed_in([one.id for one in matters]))),
        (_("Notes of our people"), sum(bool(one.staff) and not one.message for one in turns)),
        (_("To whom outside it went"), len(lines_of(person))),
    )
    yield from (one for one in rest if one[1])


def _given(item: Held) -> Given:
    then = said(next((one for one in history().policies if one.front.version == item.version), policy()))
    category = then.categories.get(item.category) or told().categories.get(item.category)
    return Given(
        id=item.id,
        title=category.title if category else item.category,
        fields=labelled(category, item.fields),
        at=item.at,
        channel=_channel(then, item.channel),
        source=item.source,
        version=item.version or "",
        states=tuple(then.purposes[name].states for name in item.purposes if name in then.purposes),
        words=item.words or "",
        until=item.until,
        stands="aside" if item.aside else "contested" if item.contested else "",
        origin=_origin(item),
    )


def _origin(item: Held) -> str:
    if item.origin is None:
        return ""
    words = _("from {source}, under {licence}, given to us on {day}; our next message tells you")
    if item.origin.told:
        words = _("from {source}, under {licence}, given to us on {day}; you were told on {told}")
    return words.format(
        source=item.source,
        licence=item.origin.licence,
        day=spelt(item.origin.obtained),
        told=spelt(item.origin.told) if item.origin.told else "",
    )


def _channel(known: Policy, kind: str) -> str:
    channel = known.channels.get(ChannelKind(kind))
    return channel.title if channel else kind


def _until(ended: datetime | None) -> str:
    return _("until {day}").format(day=spelt(ended)) if ended else _("still so")
