"""Put an agreement on file, if the policy in force lets it be; end it; keep that what was held was given back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from avow.errors import RecordError
from avow.page.site import policy
from avow.policy.document import Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.agreed import agreement, ending
from avow.record.agreed.agreement import Terms
from avow.record.journal.journal import journalled
from avow.terms import Promise, RecipientClass

_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_Wrong = tuple[str, str]


@keeps(Promise.PROCESSORS_BOUND)
def agree(terms: Terms) -> int:
    """Put an agreement on file, and give the entry of the ledger that covers it.

    Raises RecordError if it names what the policy in force does not state towards those who work for us, is unclear,
    has ended before, or overlaps another of the same organization.
    """
    asked = replace(
        terms,
        organization=" ".join(terms.organization.split()),
        purposes=tuple(dict.fromkeys(terms.purposes)),
        categories=tuple(dict.fromkeys(terms.categories)),
        confidentiality=" ".join(terms.confidentiality.split()),
        below=tuple(filter(None, (" ".join(one.split()) for one in terms.below))),
    )
    for message, hint in wrong(policy(), asked):
        raise RecordError(message, hint)
    return agreement.agree(asked)


def end(name: str, words: str) -> datetime:
    """End an agreement now; when this returns, nothing is seen under it, nor by whoever was just reading."""
    ended = ending.end(name, words)
    journalled()
    return ended


def give_back(name: str, words: str) -> None:
    """Keep how it was attested that what was held under an agreement that ended was returned or deleted."""
    ending.give_back(name, words)


def offered(found: Policy) -> tuple[Purpose, ...]:
    """Give the purposes that a policy states towards those who work for us, in its order."""
    return tuple(one for one in found.purposes.values() if RecipientClass.PROCESSOR in one.recipients)


def wrong(found: Policy, terms: Terms) -> Iterator[_Wrong]:
    """Give what is wrong with an agreement under a policy, each with what to do."""
    if not _NAME.fullmatch(terms.id):
        yield f"{terms.id!r} is no name", "give small letters, digits and dashes, at most 40"
    if not terms.organization:
        yield "an agreement needs an organization", "say who works for you"
    if not terms.confidentiality:
        yield "an agreement needs a word on confidentiality", "say how they are bound: by which contract, of when"
    yield from _data(found, terms)
    yield from _times(terms)


def _data(found: Policy, terms: Terms) -> Iterator[_Wrong]:
    services = {one.id: one for one in offered(found)}
    known = ", ".join(services) or "none"
    if not terms.purposes:
        yield "an agreement needs a purpose", f"towards those who work for you the policy states: {known}"
    for name in terms.purposes:
        if name not in found.purposes:
            yield f"the policy states no purpose {name!r}", f"towards those who work for you it states: {known}"
        elif name not in services:
            yield (
                f"the policy states {name!r} towards {', '.join(sorted(found.purposes[name].recipients))} alone",
                f"towards those who work for you it states: {known}",
            )
    about = {category for name in terms.purposes if name in services for category in services[name].categories}
    if not terms.categories:
        yield "an agreement needs the kinds of data that it is about", f"these purposes are about: {_list(about)}"
    for name in terms.categories:
        if name not in found.categories:
            yield f"the policy knows no kind of data {name!r}", f"these purposes are about: {_list(about)}"
        elif name not in about:
            yield f"no purpose of the agreement is about {name!r}", f"these purposes are about: {_list(about)}"


def _times(terms: Terms) -> Iterator[_Wrong]:
    if terms.ends is None:
        return
    if terms.ends <= terms.begins:
        yield "an agreement ends after it begins", "give a later end"
    elif terms.ends <= datetime.now(UTC):
        yield f"this agreement ended on {terms.ends:%-d %B %Y}", "give an end to come, or none"


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
