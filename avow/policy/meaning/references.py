"""Check that every name in a policy leads somewhere, and that no purpose escapes its scope."""

from collections.abc import Callable, Iterable

from avow.policy.document import Policy, Purpose
from avow.policy.grammar.faults import Faults, suggest
from avow.terms import Default, MessageKind, RecipientClass

LineOf = Callable[[str, str, str], int]
"""Find the line of (table, id, key)."""


def references(policy: Policy, line_of: LineOf, faults: Faults) -> None:
    """Note every dangling name and every purpose whose kind, default and scope do not fit."""
    for channel in policy.channels.values():
        place = ("channel", channel.kind.value)
        _known(channel.collects, policy.categories, "category", (*place, "collects"), channel.clause, line_of, faults)
        _known(channel.states, policy.purposes, "purpose", (*place, "states"), channel.clause, line_of, faults)
    for purpose in policy.purposes.values():
        place = ("purpose", purpose.id)
        _known(
            sorted(purpose.categories),
            policy.categories,
            "category",
            (*place, "categories"),
            purpose.clause,
            line_of,
            faults,
        )
        _topical(policy, purpose, line_of, faults)
        _fits(policy, purpose, line_of, faults)
    for cookie in policy.cookies.values():
        named, at = [cookie.processor] * bool(cookie.processor), ("cookie", cookie.name, "processor")
        _known(named, policy.processors, "processor", at, cookie.clause, line_of, faults)
    for clause in policy.clauses.values():
        for rule in clause.rules:
            place = ("clause", clause.id)
            key = "permit" if rule.permit else "forbid"
            _known(sorted(rule.purposes or ()), policy.purposes, "purpose", (*place, key), clause.id, line_of, faults)
            _known(
                sorted(rule.categories or ()), policy.categories, "category", (*place, key), clause.id, line_of, faults
            )


def _topical(policy: Policy, purpose: Purpose, line_of: LineOf, faults: Faults) -> None:
    place = ("purpose", purpose.id, "topic")
    _known([purpose.topic] * bool(purpose.topic), policy.topics, "topic", place, purpose.clause, line_of, faults)
    if purpose.topic and purpose.scope != "marketing":
        message = f"purpose {purpose.id!r} has a topic and is no marketing"
        faults.add(message, line_of(*place), purpose.clause, "leave the topic out: it is a part of all marketing")


def _known(
    names: Iterable[str],
    known: Iterable[str],
    what: str,
    place: tuple[str, str, str],
    clause: str,
    line_of: LineOf,
    faults: Faults,
) -> None:
    words = tuple(known)
    for name in names:
        if name not in words:
            faults.add(f"there is no {what} {name!r}", line_of(*place), clause, suggest(name, words))


def _keeps_longer(purpose: Purpose, fault: Callable[[str, str, str], None]) -> None:
    if purpose.retention and purpose.default is not Default.ON_YES:
        fault("retention", "keeps data for longer without a yes", 'add default = "on-yes", or leave retention out')


def _fits(policy: Policy, purpose: Purpose, line_of: LineOf, faults: Faults) -> None:
    def fault(key: str, message: str, hint: str) -> None:
        faults.add(f"purpose {purpose.id!r} {message}", line_of("purpose", purpose.id, key), purpose.clause, hint)

    kind, scope, default = purpose.kind, purpose.scope, purpose.default
    _keeps_longer(purpose, fault)
    if kind and kind.marketing and scope != "marketing":
        fault("kind", f"is of the kind {kind.value!r} and not in the scope of marketing", 'write scope = "marketing"')
    if kind is MessageKind.POLICY_COURTESY and (scope, default) != ("courtesy", Default.ON_YES):
        fault("kind", "is a courtesy to those who asked for it", 'write scope = "courtesy" and default = "on-yes"')
    if RecipientClass.OUTSIDE in purpose.recipients and (scope, default) != ("disclosure", Default.ON_YES):
        fault("recipients", "gives data outside without a yes", 'write scope = "disclosure" and default = "on-yes"')
    if scope and default is None:
        fault(
            "scope", "can be refused and does not say what silence means", 'add default = "until-refused" or "on-yes"'
        )
    if default and not scope:
        fault("default", "is optional and has no scope that a refusal could name", 'add scope = "optional"')
    if default is Default.ON_YES and not purpose.box:
        fault("default", "waits for a yes and has no box to give it", 'add box = "Yes, ..."')
    if purpose.box and default is None:
        fault("box", "has a box and cannot be refused", "leave the box out, or write default and scope")
    if kind and kind.value.startswith("exempt.") and kind not in policy.exemptions:
        fault(
            "kind",
            f"is of the kind {kind.value!r}, which is not declared exempt",
            f'declare [exemption."{kind.value}"]',
        )
