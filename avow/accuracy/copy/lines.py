"""Say in words what was chosen, sent, read and may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from avow.accuracy.held import title_of
from avow.accuracy.seen.given import Line as Outside
from avow.gate.seen.may import May
from avow.mail.form.form import headed
from avow.mail.queue.posted import Told
from avow.page.kept.receipt import about, outside
from avow.page.site import policy
from avow.page.visitor.spoken import spelt, told
from avow.record.matters.enclosed import enclosed_in
from avow.record.matters.matter import Matter, Turn
from avow.record.petitions.petition import Petition
from avow.record.products.possess import Possession
from avow.record.seen.past import Said
from avow.record.seen.reading import Read
from avow.terms import Answer, Role


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is so, or was done at an instant: what, and what is to be said of it."""

    at: datetime | None
    what: str
    words: tuple[str, ...]


def use_lines(found: Sequence[May]) -> tuple[Line, ...]:
    """Say of each purpose whether it may be done now, in the policy's own sentences, or those of the catalogue."""
    clauses = told().clauses
    words = {clause.text: clauses[name].text for name, clause in policy().clauses.items()}
    return tuple(
        Line(
            None,
            f"{_purpose(one.purpose.id)}: {_('yes') if one.decision.allowed else _('no')}",
            tuple(words.get(sentence) or _(sentence) for sentence in one.sentences),
        )
        for one in found
    )


def said_lines(found: Sequence[Said]) -> tuple[Line, ...]:
    """Say what was chosen, by whom and how that is known."""
    titles = outside()
    return tuple(Line(one.at, _said(one, titles), (_(one.actor), _(one.evidence))) for one in found)


def message_lines(found: Sequence[Told]) -> tuple[Line, ...]:
    """Say which messages were made for a person, and what became of each."""
    here, company = f"{get_language()}/", policy().front.company
    return tuple(
        Line(one.at, f"{_(one.kind)}: {headed(one.what, company) or _(one.what.removeprefix(here))}", (_(one.state),))
        for one in found
    )


def owned_lines(found: Sequence[Possession]) -> tuple[Line, ...]:
    """Say what a person owns or downloaded, and whether they were told before which messages that brings."""
    return tuple(
        Line(
            one.at,
            _("downloaded {product}, series {series}").format(product=one.product, series=one.series)
            if one.series
            else f"{one.product} {one.version}".strip(),
            (_("you were told before which messages it brings") if one.told else _("it brings you no messages"),)
            + ((_("until {day}").format(day=spelt(one.ended)),) if one.ended else ()),
        )
        for one in found
    )


def asked_lines(found: Sequence[Petition]) -> tuple[Line, ...]:
    """Say what a person asked for by right, what they proposed, and what was answered."""
    return tuple(_asked(one) for one in found)


def answer_lines(found: Sequence[Matter], turns: Sequence[Turn], *, opened: bool) -> tuple[Line, ...]:
    """Say what we answered in what a person began with us; if `opened`, what we noted and which files came with it."""
    keys = [one.id for one in found]
    said = [
        Line(one.at, _("we answered") if one.message else _("we noted"), (one.words,))
        for one in turns
        if one.staff and (opened or one.message)
    ]
    files = tuple(
        f"{one.name}: {_(one.why) if one.why else _('{count} bytes of {kind}').format(count=one.size, kind=one.kind)}"
        for one in (enclosed_in(keys) if opened else ())
    )
    return (*reversed(said), *((Line(None, _("files that came with your letters"), files),) if files else ()))


def given_lines(found: Sequence[Outside]) -> tuple[Line, ...]:
    """Say to whom outside something was given, what for, which data, because of which words, what was taken back."""
    back, there = _("Taken back: {when}"), _("Named there: {name}")
    return tuple(
        Line(
            one.given.at,
            f"{one.given.to} ({one.given.what}): {one.purpose}",
            (", ".join(one.categories), one.because, back.format(when=one.back), there.format(name=one.given.id)),
        )
        for one in found
    )


def read_lines(found: Sequence[Read]) -> tuple[Line, ...]:
    """Say in which role people of the company, or which processor, read what, for which purpose, how often that day."""
    return tuple(_read(one) for one in found)


def _asked(one: Petition) -> Line:
    proposed = "; ".join(f"{name}: {value}" for name, value in (one.proposed or {}).items())
    should = _("it should say {what}").format(what=proposed) if proposed else ""
    words = (one.words, should, _(one.state), one.reply)
    what = _("{wish}, by {way}").format(wish=_(one.wish), way=_(one.way))
    return Line(one.at, what, tuple(word for word in words if word))


def _read(one: Read) -> Line:
    role = one.organization or next((_(role.words) for role in Role if role.value == one.role), one.role)
    kinds = ", ".join(title_of(category) for category in one.categories)
    times = _("once") if one.times == 1 else _("{count} times").format(count=one.times)
    return Line(one.last, _("{role}, for {purpose}").format(role=role, purpose=_purpose(one.purpose)), (kinds, times))


def _purpose(name: str) -> str:
    """Give the title of a purpose, or its id where the policy in force has none."""
    found = told().purposes.get(name)
    return found.title if found else name


def _said(one: Said, titles: Mapping[str, str]) -> str:
    words = _("no to {what}") if one.answer == Answer.NO else _("yes to {what}")
    return words.format(what=about(one, titles))
