"""Say a rule in words."""

from collections.abc import Iterator

from avow.policy.document import Policy, Rule
from avow.terms import RecipientClass

_WHEN = {
    "refused": "when that is refused",
    "unstated": "when it was neither stated at collection nor accepted since",
    "bounced": "when mail to the address bounces",
    "unverified": "while nobody has proven the address to be theirs",
    "held": "while a legal hold stands",
    "suspended": "while an answer is awaited",
    "deceased": "when the person is dead",
    "contested": "while it is contested",
}
_LACKS = {
    "no-joined": "without having joined",
    "no-owns": "without owning the product",
    "no-downloaded": "without that download",
    "no-member": "without membership",
    "no-ordered": "without an order",
    "no-ticket": "without an open question to support",
    "no-applied": "without an application",
    "no-asked": "without having asked",
    "no-posted": "without a posting",
    "no-noticed": "without a notice given before",
    "no-agreement": "without an agreement in force",
    "no-consented": "without that person's own prior consent",
    "no-case": "without an open case",
    "no-instrument": "without an order of the law",
    "no-affected": "when nothing of theirs is touched",
    "no-opted-in": "without having opted in",
}


def words(policy: Policy, rule: Rule) -> str:
    """Give one sentence that says what a rule permits or forbids, and when."""
    when = {**_WHEN, **_LACKS}.get(rule.when or "", "")
    return (
        " ".join(("May:" if rule.permit else "Never:", ", ".join(_selected(policy, rule)) or "any use", when)).strip()
        + "."
    )


def _selected(policy: Policy, rule: Rule) -> Iterator[str]:
    if rule.purposes is not None:
        yield "; ".join(
            policy.purposes[name].title if name in policy.purposes else name for name in sorted(rule.purposes)
        )
    if rule.kinds is not None:
        yield f"messages of the kind {' or '.join(sorted(kind.value for kind in rule.kinds))}"
    if rule.scope is not None:
        yield f"what lies in the scope {rule.scope}"
    if rule.categories is not None:
        yield f"with {' or '.join(sorted(rule.categories))}"
    if rule.recipients is not None:
        named = [policy.recipients.get(one, one.value) for one in RecipientClass if one in rule.recipients]
        yield f"towards {' or '.join(named)}"
