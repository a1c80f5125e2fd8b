"""Find what other companies would do on our pages without an agreement, or before a visitor decides."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from avow.errors import PolicyError
from avow.policy.document import Cookie, Policy, Processor

CHOICE: Final = "avow_cookies"
"""The cookie in which a visitor's choice about the others is kept."""
_OURS: Final = frozenset({"localhost", "127.0.0.1"})


def processors(policy: Policy) -> Iterator[PolicyError]:
    """Give every error: a cookie of nobody bound, an agreement that is over, an address read on the way, no choice."""
    for cookie in policy.cookies.values():
        yield from _cookie(policy, cookie)
    for processor in policy.processors.values():
        yield from _processor(policy, processor)
    chosen = policy.cookies.get(CHOICE)
    asks = [cookie for cookie in policy.cookies.values() if not cookie.necessary]
    if (asks or policy.processors) and not (chosen and chosen.necessary and not chosen.processor):
        clause = asks[0].clause if asks else next(iter(policy.processors.values())).clause
        hint = f'declare [cookie.{CHOICE}] with party = "us" and necessary = true'
        yield _error(policy, clause, "visitors decide about cookies, and no cookie keeps what they decide", hint)


def _error(policy: Policy, clause: str, message: str, hint: str) -> PolicyError:
    found = policy.clauses.get(clause)
    return PolicyError(message, path=policy.path, line=found.line if found else 0, clause=clause, hint=hint)


def _cookie(policy: Policy, cookie: Cookie) -> Iterator[PolicyError]:
    told = f"the cookie {cookie.name!r}"
    if cookie.party != "us" and not cookie.processor:
        hint = 'declare [processor.name] with its agreement, and write processor = "name"'
        yield _error(policy, cookie.clause, f"{told} is set by another company, without an agreement", hint)
    if cookie.party == "us" and cookie.processor:
        hint = 'write party = "processor", or leave the processor out'
        yield _error(policy, cookie.clause, f"{told} is said to be ours and to be a processor's", hint)
    if cookie.processor and cookie.necessary:
        hint = "leave necessary out: a visitor decides about what another company sets"
        yield _error(policy, cookie.clause, f"{told} of a processor would be set before anybody said yes", hint)


def _processor(policy: Policy, processor: Processor) -> Iterator[PolicyError]:
    if processor.until is not None and processor.until <= max(processor.since, policy.front.effective):
        message = f"the agreement with {processor.title!r} is over before it or this version begins"
        yield _error(policy, processor.clause, message, "leave the processor out, or renew the agreement")
    for address in (*processor.scripts, *processor.images, *processor.sends):
        if not _safe(address):
            message = f"{address!r} of the processor {processor.id!r} is no address that only it can answer at"
            yield _error(policy, processor.clause, message, "write https://host/path, one address, without * or ;")


def _safe(address: str) -> bool:
    """Say whether a page may load from an address: over https, and with nothing that the browser's rule misreads."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = address.isascii() and not any(sign in " \t\r\n;,*'\"<>" for sign in address)
    quiet = not (parts.username or parts.password or parts.query or parts.fragment) and port != 0
    return plain and quiet and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _OURS))
