"""Say what is chosen, and find what it is about: a scope, a topic, a list or a purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from avow.errors import CollectionError
from avow.policy.document import Policy
from avow.policy.history import History, scope_named
from avow.record.changed.different import Different, different
from avow.record.mask import CHOICES
from avow.record.said.fold import Target
from avow.terms import Answer, Default, RecipientClass, Relation, Scope


@dataclass(frozen=True, slots=True)
class Chosen:
    """A no or a yes to exactly one of: a scope, a topic, a list, a purpose."""

    answer: Answer
    scope: Scope | None = None
    topic: str | None = None
    list: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """One target of a choice, with the lists that it touches and the meanings that it accepts or takes back.

    `accepts` maps a category to the mask of uses; of a no it is every meaning that the purpose ever had. `relations`
    are what the yes puts on file, and a no takes off it. `question` is the version that asked for it, if one did.
    """

    answer: Answer
    target: Target
    lists: tuple[str, ...] = ()
    accepts: tuple[tuple[str, int], ...] = ()
    relations: int = 0
    question: str = ""

    @property
    def mask(self) -> int:
        """Give the bit of a scope or topic as a mask; 0 for the rest."""
        return 1 << int(self.target.id) if self.target.kind == "scope" else 0

    @property
    def spreads(self) -> bool:
        """Say whether it spreads to others: every no but that of a condition."""
        return self.answer is Answer.NO and (self.target.kind != "scope" or bool(self.mask & CHOICES))


def aims(cursor: CursorWrapper, history: History, policy: Policy, chosen: Sequence[Chosen]) -> list[Aim]:
    """Give what each choice aims at; raise CollectionError for one that aims at nothing we know.

    A no to a purpose that holds until refused is a no to its lists, or to its scope if it has none. A yes to a purpose
    that is for others joins nobody's list: it takes a yes to each organization by its name. A purpose may be
    the name of a different use, as a question asks for it: what is accepted is that one meaning.
    """
    lists = _lists(cursor, chosen)
    return [aim for one in chosen for aim in _aims(one, history, policy, lists)]


def _aims(chosen: Chosen, history: History, policy: Policy, lists: Sequence[tuple[str, str]]) -> Iterable[Aim]:
    match chosen:
        case Chosen(answer, scope=Scope() as scope, topic=None, list=None, purpose=None):
            return [Aim(answer, Target("scope", int(scope)))]
        case Chosen(answer, scope=None, topic=str() as topic, list=None, purpose=None) if topic in history.topics:
            return [Aim(answer, Target("scope", history.topics[topic]))]
        case Chosen(answer, scope=None, topic=None, list=str() as name, purpose=None) if name in dict(lists):
            return _list(answer, name, dict(lists)[name], history, policy)
        case Chosen(answer, scope=None, topic=None, list=None, purpose=str() as purpose):
            asked = different(purpose)
            if asked is not None and asked.known(history):
                return _answer(answer, asked, history, [name for name, bound in lists if bound == asked.purpose])
            return _purpose(answer, purpose, history, policy, [name for name, bound in lists if bound == purpose])
    raise CollectionError(
        f"nobody can choose {chosen}", "name one scope, topic, list or purpose that the policy declares"
    )


def _list(answer: Answer, name: str, purpose: str, history: History, policy: Policy) -> Iterable[Aim]:
    """Give the answer to a list; a yes to an organization's is also the yes to what it is for, of what is held now."""
    aim, known = Aim(answer, Target("list", name), (name,)), policy.purposes.get(purpose)
    outside = known is not None and RecipientClass.OUTSIDE in known.recipients
    return [aim, _yes(purpose, history, policy)] if outside and answer is Answer.YES else [aim]


def _purpose(answer: Answer, purpose: str, history: History, policy: Policy, lists: Sequence[str]) -> Iterable[Aim]:
    known = next((p.purposes[purpose] for p in (policy, *reversed(history.policies)) if purpose in p.purposes), None)
    if known is None:
        raise CollectionError(f"there is no purpose {purpose!r}", "name one that the policy declares")
    named = answer is Answer.YES and RecipientClass.OUTSIDE in known.recipients
    found = [Aim(answer, Target("list", name), (name,)) for name in ([] if named else lists)]
    if known.default is Default.ON_YES:
        found.append(_yes(purpose, history, policy) if answer is Answer.YES else no_more(history, purpose))
    elif not found and known.scope:
        found.append(Aim(answer, Target("scope", int(scope_named(known.scope)))))
    if not found:
        raise CollectionError(f"{known.title} is not optional", "it can be neither refused nor accepted")
    return found


def _answer(answer: Answer, asked: Different, history: History, lists: Sequence[str]) -> list[Aim]:
    """Give the answer to a question: one meaning, accepted of all that it is over, or taken back.

    A yes to a purpose that is new joins its list, for without that it would come to nothing.
    """
    policy, purpose = asked.of(history)
    mask, yes = asked.mask(history), answer is Answer.YES
    accepts = tuple((category, mask) for category in sorted(purpose.categories))
    known = history.version(policy.front.follows).purposes if policy.front.follows else {}
    new = yes and asked.recipient is RecipientClass.COMPANY and asked.purpose not in known
    opted = Relation.OPTED_IN.mask if new and Relation.OPTED_IN in purpose.needs else 0
    aim = Aim(answer, Target("purpose", asked.name), (), accepts, opted, asked.version)
    return [aim, *(Aim(answer, Target("list", name), (name,)) for name in lists if new and purpose.joined_only)]


def no_more(history: History, purpose: str) -> Aim:
    """Give the no to a purpose that needs a yes: it takes back all that was ever accepted of it.

    The no to a different use takes back that one alone.
    """
    asked = different(purpose)
    if asked is not None and asked.known(history):
        return next(iter(_answer(Answer.NO, asked, history, ())))
    categories = sorted({category for policy in history.policies for category in policy.categories})
    mask = ever(history, purpose)
    accepts = tuple((category, mask) for category in categories)
    known = (policy.purposes[purpose] for policy in history.policies if purpose in policy.purposes)
    opted = any(Relation.OPTED_IN in one.needs for one in known)
    return Aim(Answer.NO, Target("purpose", purpose), (), accepts, Relation.OPTED_IN.mask if opted else 0)


def ever(history: History, purpose: str) -> int:
    """Give the mask of every meaning that a purpose ever had; of a different use that was asked for, its own."""
    asked = different(purpose)
    if asked is not None:
        return asked.mask(history)
    return sum(1 << bit for told, bit in history.bits.items() if told.purpose == purpose)


def _yes(purpose: str, history: History, policy: Policy) -> Aim:
    """Give the yes to a purpose: to what the version asks, and to nothing where it asks no more."""
    if purpose not in policy.purposes:
        return Aim(Answer.YES, Target("purpose", purpose))
    found = policy.purposes[purpose]
    accepts = tuple((category, history.asked(policy, purpose, category)) for category in sorted(found.categories))
    opted = Relation.OPTED_IN.mask if Relation.OPTED_IN in found.needs else 0
    return Aim(Answer.YES, Target("purpose", purpose), (), accepts, opted)


def _lists(cursor: CursorWrapper, chosen: Sequence[Chosen]) -> list[tuple[str, str]]:
    """Find the lists that are named, by themselves or by their purpose: (id, purpose)."""
    names = [one.list for one in chosen if one.list]
    named = [one.purpose for one in chosen if one.purpose]
    purposes = [asked.purpose if (asked := different(name)) else name for name in named]
    if not names and not purposes:
        return []
    cursor.execute(
        "SELECT id, purpose FROM list WHERE id = ANY(%s) OR purpose = ANY(%s) ORDER BY id", [names, purposes]
    )
    return [(name, purpose) for name, purpose in cursor.fetchall()]
