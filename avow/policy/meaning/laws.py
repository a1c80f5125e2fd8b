"""Add the laws: forbids that hold for every policy, because no policy can drop them.

Each is a clause in the namespace `law.*` with its sentence and its rules, so that whoever decides
finds them in Policy.rules and treats them like any other.
"""

from collections.abc import Iterable, Iterator

from avow.policy.document import Clause, Policy, Rule
from avow.policy.meaning.clauses import RULE_SCOPES
from avow.policy.meaning.needs import NEEDS, RECIPIENT_NEEDS
from avow.terms import ClauseClass, MessageKind, Relation, Scope

PREFIX = "law."
_LIGHTEST = frozenset({MessageKind.RIGHTS_CASE, MessageKind.LEGAL_MANDATED})
_CONTESTED = _LIGHTEST | {MessageKind.SUPPORT}
_SUSPENDED = _LIGHTEST | {MessageKind.POLICY_CHANGE, MessageKind.IDENTITY}
_LEGAL = frozenset({MessageKind.LEGAL_MANDATED})
_STRANGERS = frozenset({MessageKind.INFO_REPLY, MessageKind.POLICY_CHANGE})
_OPTIONAL = Scope.OPTIONAL.name.lower()
_NEEDED = {
    Relation.JOINED: "A newsletter goes only to those who joined it.",
    Relation.OWNS: "A security message goes only to those who own what it is about.",
    Relation.DOWNLOADED: "A message about a download goes only to those who downloaded it.",
    Relation.MEMBER: "A message of a community goes only to its members.",
    Relation.NOTICED: "A message that a refusal does not stop needs a notice given before.",
    Relation.ORDERED: "A message about an order needs that order.",
    Relation.TICKET: "A message of support needs an open question to support.",
    Relation.APPLIED: "A message about an application needs that application.",
    Relation.ASKED: "An answer needs a question.",
    Relation.POSTED: "Anybody reads only what its author posted, and a notice of abuse goes only to those who posted.",
    Relation.AFFECTED: "A question about a different use goes only to those whose data it touches.",
    Relation.CASE: "A message about a right needs an open case.",
    Relation.OPTED_IN: "A courtesy note goes only to those who asked for such notes.",
    Relation.AGREEMENT: "Those who work for the company see data only under an agreement in force.",
    Relation.CONSENTED: "Nobody outside gets data without that person's own prior consent.",
    Relation.INSTRUMENT: "An authority gets data only by an order that names it.",
}


def laws(policy: Policy) -> Iterator[Clause]:
    """Give the laws as clauses over the purposes and kinds of this policy."""
    yield _law(
        "unstated", "Data is used only as was stated when it was collected, or accepted since.", [{}], "unstated"
    )
    yield _law(
        "refused",
        "Who refused a use is not made subject to it.",
        [{"scope": scope} for scope in RULE_SCOPES],
        "refused",
    )
    yield _law("held", "Data under a legal hold serves the law alone.", _but(policy, _LEGAL), "held")
    dead: list[dict[str, object]] = [{"kinds": frozenset(MessageKind)}, {"scope": _OPTIONAL}]
    yield _law("deceased", "The dead get no mail, and nothing optional is done with their data.", dead, "deceased")
    contested = (
        "What somebody says is wrong is not used until that is settled, but to settle it, for support and by law."
    )
    yield _law("contested", contested, _but(policy, _CONTESTED), "contested")
    suspended = "A use that waits for an answer does not happen, but to ask, to answer and by law."
    yield _law("suspended", suspended, _but(policy, _SUSPENDED), "suspended")
    bounced = "An address that mail bounces from serves nothing optional."
    yield _law("bounced", bounced, [{"scope": _OPTIONAL}], "bounced")
    unverified = (
        "An address that nobody proved to be theirs serves nothing optional, gets no answer to a question, and is"
        " asked none about its data."
    )
    strangers: list[dict[str, object]] = [{"scope": _OPTIONAL}, {"kinds": _STRANGERS}]
    yield _law("unverified", unverified, strangers, "unverified")
    for relation, sentence in _NEEDED.items():
        name = relation.name.lower().replace("_", "-")
        if selectors := list(_needing(policy, relation)):
            yield _law(name, sentence, selectors, f"no-{name}")


def _law(name: str, sentence: str, selectors: Iterable[dict[str, object]], when: str) -> Clause:
    rules = tuple(Rule(PREFIX + name, permit=False, when=when, **selector) for selector in selectors)  # type: ignore[arg-type]  # each selector is named by its field
    return Clause(PREFIX + name, sentence, "law", 0, ClauseClass.ENFORCED, rules=rules)


def _but(policy: Policy, kinds: frozenset[MessageKind]) -> list[dict[str, object]]:
    """Select every purpose whose message is of none of these kinds."""
    return [{"purposes": frozenset(p.id for p in policy.purposes.values() if p.kind not in kinds)}]


def _needing(policy: Policy, relation: Relation) -> Iterator[dict[str, object]]:
    """Select the kinds and recipients that always need a relation, and the purposes whose author asks for it."""
    kinds = frozenset(kind for kind, needed in NEEDS.items() if relation in needed)
    recipients = frozenset(kind for kind, needed in RECIPIENT_NEEDS.items() if needed is relation)
    purposes = frozenset(p.id for p in policy.purposes.values() if relation in p.needs and p.kind not in kinds)
    if kinds:
        yield {"kinds": kinds}
    if purposes:
        yield {"purposes": purposes}
    if recipients:
        yield {"recipients": recipients}
