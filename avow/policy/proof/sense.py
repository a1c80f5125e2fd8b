"""Find what a well-formed policy leaves without sense: words without a class, purposes that nobody states."""

from collections.abc import Iterator

from avow.errors import PolicyError
from avow.policy.document import Channel, Clause, Policy, Purpose, Rule
from avow.policy.grammar.chunks import chunks
from avow.policy.grammar.sections import loose, markdown, marks
from avow.policy.meaning.laws import PREFIX
from avow.terms import ChannelKind, ClauseClass, FieldType, MessageKind, RecipientClass

_ENRICHED = frozenset({"marketing", "enrichment"})
"""The scopes that what others tell may serve."""
_ANSWERED = frozenset({ChannelKind.APPLICATION, ChannelKind.SUPPORT, ChannelKind.ORDER, ChannelKind.INQUIRY})
"""The channels by which people begin what staff answer: a file is kept beside its words."""
DUTIES = frozenset({MessageKind.POLICY_CHANGE, MessageKind.RIGHTS_CASE, MessageKind.LEGAL_MANDATED})
"""What is owed to people whose data it is, and to the law."""


def sense(policy: Policy) -> Iterator[PolicyError]:
    """Give every error of sense in a version, clause by clause and then declaration by declaration."""
    for clause in policy.clauses.values():
        if not clause.id.startswith(PREFIX):
            yield from _clause(policy, clause)
    yield from _prose(policy)
    for purpose in policy.purposes.values():
        yield from _purpose(policy, purpose)
    for channel in policy.channels.values():
        yield from _channel(policy, channel)
    if ChannelKind.ENRICHMENT in policy.channels:
        yield from _enrichment(policy, policy.channels[ChannelKind.ENRICHMENT])
    yield from _categories(policy)


def _error(policy: Policy, clause: str, message: str, hint: str) -> PolicyError:
    found = policy.clauses.get(clause)
    return PolicyError(message, path=policy.path, line=found.line if found else 0, clause=clause, hint=hint)


def _clause(policy: Policy, clause: Clause) -> Iterator[PolicyError]:
    says = bool(clause.promises or clause.rules or clause.id in _declaring(policy))
    if clause.kind is ClauseClass.INFORMATIONAL and says:
        message = "the clause is informational and has promises, rules or declarations"
        yield _error(policy, clause.id, message, 'leave out class = "informational", or what it says beside it')
    if clause.kind is ClauseClass.EVIDENCED and not clause.promises:
        yield _error(policy, clause.id, "the clause is evidenced and makes no promise", 'add promises = ["..."]')
    if clause.kind is ClauseClass.ENFORCED and not says:
        hint = f'beneath it write [clause."{clause.id}"] with promises or rules, or class = "informational"'
        yield _error(policy, clause.id, "the clause is neither enforced, evidenced nor informational", hint)


def _declaring(policy: Policy) -> frozenset[str]:
    people = (policy.categories, policy.purposes, policy.channels, policy.topics)
    kinds = (*people, policy.cookies, policy.processors, policy.rights, policy.exemptions)
    found = {one.clause for declared in kinds for one in declared.values()}
    return frozenset(found | ({policy.changes.clause} if policy.changes else set()))


def _prose(policy: Policy) -> Iterator[PolicyError]:
    """Find words that belong to no clause, and links to mailboxes that are none."""
    for section in policy.sections:
        for chunk in chunks(section.prose):
            for words in loose(chunk):
                after = next(iter(marks(chunk)), section.id)
                hint = "write a clause id such as {#section.name} behind the sentence"
                yield _error(policy, after, f"these words belong to no clause: {words[:60]!r}", hint)
        for token in markdown().parse(section.prose):
            for child in token.children or ():
                href = str(child.attrGet("href") or "")
                if href.startswith("mailto:") and ("%20" in href or "@" not in href):
                    clause = section.clauses[0] if section.clauses else section.id
                    yield _error(policy, clause, f"no mail reaches {href!r}", f"write mailto:{policy.front.mailbox}")


def _purpose(policy: Policy, purpose: Purpose) -> Iterator[PolicyError]:
    if not any(purpose.id in channel.states for channel in policy.channels.values()):
        hint = f'add "{purpose.id}" to the states of a channel'
        yield _error(policy, purpose.clause, f"no channel states the purpose {purpose.id!r}", hint)
    for recipient in RecipientClass:
        if recipient in purpose.recipients:
            yield from _permitted(policy, purpose, recipient)
    if purpose.scope and not any(_refusable(rule, purpose.scope) for rule in policy.rules):
        hint = f'add forbid = {{ scope = "{purpose.scope}", when = "refused" }} to the clause that lets people refuse'
        message = f"no clause lets people refuse the purpose {purpose.id!r} of the scope {purpose.scope!r}"
        yield _error(policy, purpose.clause, message, hint)


def _permitted(policy: Policy, purpose: Purpose, recipient: RecipientClass) -> Iterator[PolicyError]:
    if not any(_permits(rule, purpose, recipient) for rule in policy.rules):
        hint = f'add permit = {{ purposes = ["{purpose.id}"] }} to its clause'
        message = f"no rule permits the purpose {purpose.id!r} towards {recipient.value!r}"
        yield _error(policy, purpose.clause, message, hint)
    if recipient is not RecipientClass.COMPANY and recipient not in policy.recipients:
        hint = f'declare [recipient.{recipient.value}] with title = "..."'
        message = f"the purpose {purpose.id!r} names the recipient {recipient.value!r}, of whom people are told nothing"
        yield _error(policy, purpose.clause, message, hint)


def _permits(rule: Rule, purpose: Purpose, recipient: RecipientClass) -> bool:
    return (
        rule.permit
        and (rule.purposes is None or purpose.id in rule.purposes)
        and (rule.recipients is None or recipient in rule.recipients)
        and (rule.kinds is None or purpose.kind in rule.kinds)
        and (rule.categories is None or bool(rule.categories & purpose.categories))
        and (rule.scope is None or rule.scope in {purpose.scope, "optional" if purpose.scope else ""})
    )


def _refusable(rule: Rule, scope: str) -> bool:
    own = not rule.permit and not rule.clause.startswith(PREFIX)
    return own and rule.when == "refused" and rule.scope in {scope, "optional"}


def _channel(policy: Policy, channel: Channel) -> Iterator[PolicyError]:
    stated = [policy.purposes[name] for name in channel.states]
    for name in channel.collects:
        yield from _files(policy, channel, name)
        if not any(name in purpose.categories for purpose in stated):
            message = f"the channel {channel.kind.value!r} collects {name!r} and states nothing that it is for"
            yield _error(policy, channel.clause, message, "state a purpose that uses it, or do not collect it")
    for purpose in stated:
        if not purpose.categories & set(channel.collects):
            message = f"the channel {channel.kind.value!r} states {purpose.id!r}, which uses nothing that it collects"
            yield _error(policy, channel.clause, message, "collect what the purpose uses, or do not state it there")


def _files(policy: Policy, channel: Channel, name: str) -> Iterator[PolicyError]:
    """Find fields for a file where no words would stand beside it, or where a form could not be sent without one."""
    fields = policy.categories[name].fields
    words = next((one for one in channel.collects if _worded(policy, one)), "")
    for field in (one for one in fields if one.type is FieldType.FILE):
        if channel.kind not in _ANSWERED or name != words:
            message = f"the file {field.id!r} of {name!r} would come without the words that somebody answers"
            hint = "declare it beside the first long text of a channel for applications, support, orders or inquiries"
            yield _error(policy, channel.clause, message, hint)
        if field.required:
            message = f"the file {field.id!r} of {name!r} is required, and programs and letters bring none"
            yield _error(policy, channel.clause, message, "leave out required = true")


def _worded(policy: Policy, category: str) -> bool:
    return any(one.type is FieldType.LONG_TEXT for one in policy.categories[category].fields)


def _enrichment(policy: Policy, channel: Channel) -> Iterator[PolicyError]:
    """Find what would let facts from others serve anything but marketing, or pass for a person's own word."""
    for purpose in (policy.purposes[name] for name in channel.states):
        if purpose.scope not in _ENRICHED and purpose.kind not in DUTIES:
            message = f"facts from others would serve the purpose {purpose.id!r}, which is no marketing"
            yield _error(policy, channel.clause, message, "let it state marketing, enrichment and duties alone")
    own = {name for one in policy.channels.values() if one is not channel for name in one.collects}
    said = {field.id for name in own if name in policy.categories for field in policy.categories[name].fields}
    for name in channel.collects:
        if name in own:
            message = f"the category {name!r} holds people's own words, and facts from others would stand among them"
            yield _error(policy, channel.clause, message, "declare a category for what others tell")
        for field in policy.categories[name].fields:
            if name not in own and (field.id in said or field.type is FieldType.ADDRESS):
                message = f"the field {field.id!r} of {name!r} could be taken for what people said themselves"
                yield _error(policy, channel.clause, message, "give it an id of its own, and no address")


def _categories(policy: Policy) -> Iterator[PolicyError]:
    collected = {name for channel in policy.channels.values() for name in channel.collects}
    for category in policy.categories.values():
        if category.id not in collected:
            hint = f'add "{category.id}" to the collects of a channel'
            yield _error(policy, category.clause, f"no channel collects the category {category.id!r}", hint)
