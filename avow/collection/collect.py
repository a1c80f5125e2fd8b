"""Take a form: stamp it with what was shown, keep it, ask whether the address is right."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.collection.seen.form import Form
from avow.collection.seen.named import Named, listed, named
from avow.collection.seen.sealed import Seen
from avow.mail.links import links
from avow.mail.outgoing import post
from avow.page.site import address as site
from avow.policy.proof.keeps import keeps
from avow.record.known.address import Address
from avow.record.limits import allow
from avow.record.said.choices import Chosen
from avow.record.said.confirm import Ticked
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history
from avow.record.taken.store import Given, keep
from avow.record.taken.whole import whole
from avow.record.token import seal
from avow.terms import Answer, MessageKind, Promise, Scope

CONFIRM: Final = "confirm"
"""The act of the link that proves an address, and the name of its message."""
MOST_A_DAY: Final = 3
"""Such messages that one mailbox gets in a day, whoever asks for them."""
_DAY = timedelta(days=1)


@keeps(
    Promise.REGISTRATION,
    Promise.OPTOUT_AT_REGISTRATION,
    Promise.INQUIRIES,
    Promise.ORDERS,
    Promise.SUPPORT,
    Promise.CHANNELS_ONLY,
)
def collect(form: Form, seen: Seen, address: Address, source: str) -> UUID | None:
    """Keep what a form holds, with the choices ticked on it, in one transaction; a form sent twice is kept once.

    Gives the person that it made, or None the second time.

    A mailbox that stopped everything optional is not asked: anybody can type its address, and its holder can
    still ask for the link. What is done is the same for both.
    """
    with whole():
        if not allow(f"form:{_digest(form, seen)}", 1, _DAY):
            return None
        given = [Given(category, fields) for category, fields in form.given.items()]
        now = datetime.now(UTC)
        person = keep(stamp(history(), seen.shown, source, now), given, address, _chosen(form))
        found = named(Ticked(history().version(seen.version), frozenset(form.accepted)))
        ask(person, address.exact_id, address.reach_id, found, unless=Scope.OPTIONAL)
    return person


def _chosen(form: Form) -> tuple[Chosen, ...]:
    yes = (Chosen(Answer.YES, purpose=purpose) for purpose in form.accepted)
    no = (Chosen(Answer.NO, scope=scope) for scope in form.refused)
    return (*yes, *no)


def ask(person: UUID, exact: bytes, reach: bytes, ticked: Sequence[Named], unless: Scope | None = None) -> None:
    """Post the link that proves an address, what was ticked with it, and the link that ends such messages.

    None is sent if its mailbox had enough of them today, or refuses the scope `unless`.
    """
    if allow(f"{CONFIRM}:{reach.hex()}", MOST_A_DAY, _DAY):
        token = seal(CONFIRM, person.hex, exact.hex())
        stop = f"{links(person, reach, '', '').choices}?stop=optional"
        given = {"link": f"{site()}/confirm/{token}/", "ticked": listed(ticked), "stop": stop, "most": str(MOST_A_DAY)}
        post(MessageKind.IDENTITY, person, exact, CONFIRM, given, unless)


def _digest(form: Form, seen: Seen) -> str:
    """Give the digest of one showing of a form and what was typed into it."""
    typed = repr((seen.showing, form.given, form.accepted, form.refused))
    return hashlib.sha256(typed.encode()).hexdigest()[:32]
