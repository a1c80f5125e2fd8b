"""Say in words what was chosen, sent, read and may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from avow.accuracy.held import title_of
from avow.accuracy.seen.given import Line as Outside
from avow.gate.seen.may import May
from avow.mail.queue.posted import Told
from avow.page.kept.receipt import about, outside
from avow.page.site import policy
from avow.record.matters.enclosed import enclosed_in
from avow.record.matters.matter import Matter, turns_of
from avow.record.petitions.petition import Petition
from avow.record.products.possess import Possession
from avow.record.seen.past import Said
from avow.record.seen.reading import Read
from avow.terms import Role


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is so, or was done at an instant: what, and what is to be said of it."""

    at: datetime | None
    what: str
    words: tuple[str, ...]


def use_lines(found: Sequence[May]) -> tuple[Line, ...]:
    """Say of each purpose whether it may be done now, in the policy's own sentences."""
    return tuple(
        Line(None, f"{one.purpose.title}: {'yes' if one.decision.allowed else 'no'}", one.sentences) for one in found
    )


def said_lines(found: Sequence[Said]) -> tuple[Line, ...]:
    """Say what was chosen, by whom and how that is known."""
    titles = outside()
    return tuple(Line(one.at, f"{one.answer} to {about(one, titles)}", (one.actor, one.evidence)) for one in found)


def message_lines(found: Sequence[Told]) -> tuple[Line, ...]:
    """Say which messages were made for a person, and what became of each."""
    return tuple(Line(one.at, f"{one.kind}: {one.what}", (one.state,)) for one in found)


def owned_lines(found: Sequence[Possession]) -> tuple[Line, ...]:
    """Say what a person owns or downloaded, and whether they were told before which messages that brings."""
    return tuple(
        Line(
            one.at,
            f"downloaded {one.product}, series {one.series}" if one.series else f"{one.product} {one.version}".strip(),
            ("you were told before which messages it brings" if one.told else "it brings you no messages",)
            + ((f"until {one.ended:%-d %B %Y}",) if one.ended else ()),
        )
        for one in found
    )


def asked_lines(found: Sequence[Petition]) -> tuple[Line, ...]:
    """Say what a person asked for by right, what they proposed, and what was answered."""
    return tuple(_asked(one) for one in found)


def answer_lines(found: Sequence[Matter], *, notes: bool) -> tuple[Line, ...]:
    """Say what we answered in what a person began with us, what we noted if `notes`, and which files came with it."""
    keys = [one.id for one in found]
    ours = [one for one in turns_of(keys) if one.staff and (notes or one.message)]
    said = [Line(one.at, "we answered" if one.message else "we noted", (one.words,)) for one in ours]
    files = tuple(f"{one.name}: {one.why or f'{one.size} bytes of {one.kind}'}" for one in enclosed_in(keys))
    return (*reversed(said), *((Line(None, "files that came with your letters", files),) if files else ()))


def given_lines(found: Sequence[Outside]) -> tuple[Line, ...]:
    """Say to whom outside something was given, what for, which data, because of which words, what was taken back."""
    return tuple(
        Line(
            one.given.at,
            f"{one.given.to} ({one.given.what}): {one.purpose}",
            (", ".join(one.categories), one.because, f"Taken back: {one.back}", f"Named there: {one.given.id}"),
        )
        for one in found
    )


def read_lines(found: Sequence[Read]) -> tuple[Line, ...]:
    """Say in which role people of the company, or which processor, read what, for which purpose, how often that day."""
    return tuple(_read(one) for one in found)


def _asked(one: Petition) -> Line:
    proposed = "; ".join(f"{name}: {value}" for name, value in (one.proposed or {}).items())
    told = (one.words, f"it should say {proposed}" if proposed else "", one.state, one.reply)
    return Line(one.at, f"{one.wish}, by {one.way}", tuple(words for words in told if words))


def _read(one: Read) -> Line:
    role = one.organization or next((role.words for role in Role if role.value == one.role), one.role)
    purpose = policy().purposes.get(one.purpose)
    kinds = ", ".join(title_of(category) for category in one.categories)
    times = "once" if one.times == 1 else f"{one.times} times"
    return Line(one.last, f"{role}, for {purpose.title if purpose else one.purpose}", (kinds, times))
