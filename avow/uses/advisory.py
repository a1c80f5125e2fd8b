"""Warn the owners of affected versions of a product: exactly them, whatever else they refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from avow.errors import MailError
from avow.mail.exempt.promotion import mends_only, unpromotional
from avow.mail.mailing import Report
from avow.policy.proof.keeps import keeps
from avow.record.products.register import add_advisory, products
from avow.terms import MessageKind, Promise
from avow.uses.mailings import Foreseen, foresee, send


@dataclass(frozen=True, slots=True)
class Advisory:
    """What is warned of: its id, the product, the versions that are affected and those that mend it."""

    id: str
    product: str
    affected: tuple[str, ...]
    fixed: tuple[str, ...] = ()


@keeps(Promise.EXEMPTIONS_LIMITED)
def advise(advisory: Advisory, words: str, tick: Callable[[int, int], None] = lambda _done, _all: None) -> Report:
    """Send an advisory to whoever owns an affected version and was told before that such messages come.

    The message cites the advisory and says what is affected. Raises MailError if it promotes anything, sends people
    elsewhere than to what mends it, or went out before; and RecordError if it names nothing, or another's id.
    """
    return send(*_addressed(advisory, words), tick)


def foresee_advisory(advisory: Advisory, words: str) -> Foreseen:
    """Say whom an advisory would reach and whom not, and send nothing; raise as `advise` does."""
    return foresee(*_addressed(advisory, words))


def _addressed(advisory: Advisory, words: str) -> tuple[str, str]:
    cited = cite(advisory, words)
    unpromotional(MessageKind.EXEMPT_SECURITY, cited)
    mends_only(cited, advisory.fixed)
    return add_advisory(advisory.id, advisory.product, advisory.affected), cited


def cite(advisory: Advisory, words: str) -> str:
    """Give the message with what it is about below it; raise MailError if there is no such product."""
    title = next((one.title for one in products() if one.id == advisory.product), "")
    if not title:
        raise MailError(f"there is no product {advisory.product!r}", "`avow product list` shows them")
    lines = [f"Advisory {advisory.id}.", f"Affected: {title} {_listed(advisory.affected)}."]
    lines += [f"Mended in: {title} {_listed(advisory.fixed)}."] if advisory.fixed else []
    return f"{words.rstrip()}\n\n{' '.join(lines)}\n"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
