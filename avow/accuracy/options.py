"""List what a person can choose, both ways, and how it stands now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from avow.policy.document import Policy, Purpose, Topic
from avow.policy.history import History, scope_named
from avow.policy.proof.keeps import keeps
from avow.record.mask import CHOICES
from avow.record.outside.organization import PREFIX, Organization, outside_purpose
from avow.record.said.choices import Chosen, Standing
from avow.record.said.fold import Target
from avow.terms import Answer, Default, Promise, RecipientClass, Scope
from avow.tongue import marked

NOTHING = Standing(0, frozenset(), frozenset(), frozenset(), frozenset(), 0)
"""How somebody stands who chose nothing."""
ALL = replace(NOTHING, refused=CHOICES)
"""How somebody stands who refused all that there is: to them every option is shown."""
EVERYTHING = marked("Everything optional")
MARKETING = marked("All marketing mail")
OUTSIDE = marked("Each company that you say yes to")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its name in the form, its words, whether this very choice is on, what a change writes down.

    `under` says which wider refusal keeps it from happening even if it is on; `ticked` that somebody ticked
    it with the address, which is no yes until its holder gives it; `depth` in how many others it lies.
    """

    name: str
    title: str
    words: tuple[str, ...]
    on: bool
    yes: Chosen
    no: Chosen
    under: str = ""
    ticked: bool = False
    depth: int = 0

    @property
    def allowed(self) -> bool:
        """Say whether it happens: what the gate says, too."""
        return self.on and not self.under


@dataclass(frozen=True, slots=True)
class _Stand:
    """A version, the bits of its topics, and how somebody stands."""

    history: History
    policy: Policy
    standing: Standing

    def refuses(self, mask: int) -> bool:
        """Say whether any bit of a mask is refused."""
        return bool(self.standing.refused & mask)


def options(history: History, policy: Policy, standing: Standing = NOTHING) -> tuple[Option, ...]:
    """Give everything optional, then each scope, each topic, and what is within it."""
    return tuple(_options(_Stand(history, policy, standing)))


@keeps(Promise.NOT_GIVEN_OUT)
def given(history: History, policy: Policy, standing: Standing, to: Sequence[Organization]) -> tuple[Option, ...]:
    """Give each organization that one can let have one's data, by its name, and first the no to all of them.

    One that ended is shown to who said yes to it, so that they can take it back.
    """
    stand = _Stand(history, policy, standing)
    shown = [one for one in to if one.ended is None or one.list in standing.joined]
    return tuple(_given(stand, shown)) if shown else ()


def _options(stand: _Stand) -> Iterator[Option]:
    optional = [purpose for purpose in stand.policy.purposes.values() if _choosable(purpose)]
    yield _scope(stand, Scope.OPTIONAL, _(EVERYTHING), tuple(purpose.title for purpose in optional))
    under = _(EVERYTHING) if stand.refuses(Scope.OPTIONAL.mask) else ""
    for name in dict.fromkeys(purpose.scope for purpose in optional):
        yield from _within(stand, scope_named(name), [one for one in optional if one.scope == name], under)


def _within(stand: _Stand, scope: Scope, inside: list[Purpose], under: str) -> Iterator[Option]:
    """Give a scope and what is within it.

    A scope of one purpose that waits for a yes is shown only where it was refused: else nobody could allow it again.
    """
    alone, waits = len(inside) == 1, inside[0].default is Default.ON_YES
    like = _("Anything like this: {title}").format(title=inside[0].title)
    first = like if alone and waits else inside[0].title
    title = _(MARKETING) if scope is Scope.MARKETING else first
    if scope is not Scope.OPTIONAL and (not alone or not waits or stand.refuses(scope.mask)):
        words = _sentences(stand.policy, inside) if alone else tuple(one.title for one in inside)
        yield _scope(stand, scope, title, words, under)
    if scope is Scope.MARKETING or waits or not alone:
        closed = under or (title if stand.refuses(scope.mask) and scope is not Scope.OPTIONAL else "")
        yield from _parts(stand, scope, inside, closed)


def _parts(stand: _Stand, scope: Scope, inside: list[Purpose], under: str) -> Iterator[Option]:
    """Give the topics of marketing mail, each with what is about it, and then what has no topic."""
    for topic in stand.policy.topics.values() if scope is Scope.MARKETING else ():
        about = [purpose for purpose in inside if purpose.topic == topic.id]
        found = _topic(stand, topic, about, under)
        yield found
        closed = under or ("" if found.on else found.title)
        yield from (replace(_purpose(stand, one, closed), depth=2) for one in about)
    rest = (_purpose(stand, one, under) for one in inside if one.topic not in stand.policy.topics)
    yield from (replace(one, depth=1) if scope is Scope.MARKETING else one for one in rest)


def _choosable(purpose: Purpose) -> bool:
    """Say whether a person chooses it here: it is optional, and no organization needs to be named for it."""
    return bool(purpose.scope) and purpose.default is not None and RecipientClass.OUTSIDE not in purpose.recipients


def option(history: History, policy: Policy, name: str) -> Option | None:
    """Find the option that a form names; an organization is taken by its name, for the store may be away."""
    stand = _Stand(history, policy, ALL)
    known = (*_options(stand), _scope(stand, Scope.DISCLOSURE, _(OUTSIDE), ()))
    found = next((one for one in known if one.name == name), None)
    kind, _dash, to = name.partition("-")
    return (
        _named(to, _("Giving your data to {to}").format(to=to), ())
        if found is None and (kind, bool(to)) == ("list", True)
        else found
    )


def _given(stand: _Stand, to: Sequence[Organization]) -> Iterator[Option]:
    purpose = outside_purpose(stand.policy)
    under = _(EVERYTHING) if stand.refuses(Scope.OPTIONAL.mask) else ""
    yield _scope(stand, Scope.DISCLOSURE, _(OUTSIDE), tuple(one.title for one in to), under)
    closed = under or (_(OUTSIDE) if stand.refuses(Scope.DISCLOSURE.mask) else "")
    for one in to:
        on = one.list in stand.standing.joined and purpose.id in stand.standing.accepted
        ticked = not on and Target("list", one.list) in stand.standing.pending
        yield replace(_named(one.id, one.title, (one.does, purpose.box)), on=on, under=closed, ticked=ticked)


def _named(to: str, title: str, words: tuple[str, ...]) -> Option:
    yes, no = (Chosen(answer, list=PREFIX + to) for answer in (Answer.YES, Answer.NO))
    return Option(f"list-{to}", title, words, True, yes, no, depth=1)


def _sentences(policy: Policy, purposes: list[Purpose]) -> tuple[str, ...]:
    """Give what the policy says of purposes; what they state at a form speaks of its boxes."""
    return tuple(dict.fromkeys(policy.clauses[purpose.clause].text for purpose in purposes))


def _scope(stand: _Stand, scope: Scope, title: str, words: tuple[str, ...], under: str = "") -> Option:
    yes, no = Chosen(Answer.YES, scope=scope), Chosen(Answer.NO, scope=scope)
    return Option(f"scope-{scope.name.lower()}", title, words, not stand.refuses(scope.mask), yes, no, under)


def _topic(stand: _Stand, topic: Topic, about: list[Purpose], under: str) -> Option:
    on, words = not stand.refuses(stand.history.topic_mask(topic.id)), tuple(purpose.title for purpose in about)
    yes, no = Chosen(Answer.YES, topic=topic.id), Chosen(Answer.NO, topic=topic.id)
    title = _("All about: {title}").format(title=topic.title)
    return Option(f"topic-{topic.id}", title, words, on, yes, no, under, depth=1)


def _purpose(stand: _Stand, purpose: Purpose, under: str) -> Option:
    """Give one purpose: it is on unless its list was left, and if it was said yes to and joined where that is asked."""
    standing, waits = stand.standing, purpose.default is Default.ON_YES
    given = not waits or purpose.id in standing.accepted
    on = given and purpose.id not in standing.left and (not purpose.joined_only or purpose.id in standing.joined)
    yes, no = Chosen(Answer.YES, purpose=purpose.id), Chosen(Answer.NO, purpose=purpose.id)
    ticked = not on and Target("purpose", purpose.id) in standing.pending
    return Option(
        f"purpose-{purpose.id}", purpose.title, _sentences(stand.policy, [purpose]), on, yes, no, under, ticked
    )
