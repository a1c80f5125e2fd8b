"""Say why, in the policy's own sentences."""

from collections.abc import Iterable

from avow.decision.decide import selects
from avow.decision.decision import Decision
from avow.decision.request import Request
from avow.policy.document import Policy, Purpose


def explain(policy: Policy, decision: Decision, request: Request | None = None) -> tuple[str, ...]:
    """Give the sentences of the clauses that determined a decision, in the order of the policy.

    Where no clause did (deny by default), say in plain words what would have permitted the
    request. A clause that is not of this version is given by its id.
    """
    known = [clause.text for clause in policy.clauses.values() if clause.id in decision.because]
    unknown = sorted(decision.because - policy.clauses.keys())
    if decision.because:
        return (*known, *unknown)
    if request is None:
        return ("Nothing in this policy permits this use.",)
    return tuple(_missing(policy, request))


def _missing(policy: Policy, request: Request) -> Iterable[str]:
    """Say what keeps every permit from covering; where the words are right, that nobody was told."""
    purpose = policy.purposes.get(request.purpose)
    if purpose is None:
        return [f"This policy states no purpose {request.purpose!r}; a use needs a purpose that it states."]
    return list(_unstated(policy, purpose, request)) or list(_untold(policy, purpose))


def _unstated(policy: Policy, purpose: Purpose, request: Request) -> Iterable[str]:
    if not request.categories:
        yield "No kind of data is named; a use needs the data that it is about."
    beyond = request.categories - purpose.categories
    if beyond:
        yield f"{purpose.title} is stated for {_list(purpose.categories)}, not for {_list(beyond)}."
    if request.recipient not in purpose.recipients:
        yield f"{purpose.title} is stated towards {_list(purpose.recipients)}, not towards {request.recipient}."
    if request.topic is not None and request.topic not in policy.topics:
        yield f"This policy knows no topic {request.topic!r}."
    if not any(rule.permit and rule.when is None and selects(policy, rule, request) for rule in policy.rules):
        yield f"No clause permits {purpose.title} over {_list(request.categories)} towards {request.recipient}."


def _untold(policy: Policy, purpose: Purpose) -> Iterable[str]:
    yield "This was not stated when the data was collected, nor accepted since."
    yield f"It is permitted where this was said: {purpose.states}"
    titles = [channel.title for channel in policy.channels.values() if purpose.id in channel.states]
    if titles:
        yield f"That is said at {_list(titles)}."
    if purpose.default:
        yield "Or the person can say yes to it."


def _list(words: Iterable[str]) -> str:
    *rest, last = sorted(words) or ["nothing"]
    return f"{', '.join(rest)} and {last}" if rest else last
