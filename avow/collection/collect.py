"""Take a form: stamp it with what was shown, keep it, ask whether the address is right."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from avow.collection.ask import ask
from avow.collection.matters.written import worded
from avow.collection.seen.form import Form
from avow.collection.seen.named import named
from avow.collection.seen.sealed import Seen
from avow.mail.taken.over import KINDS
from avow.policy.proof.keeps import keeps
from avow.record.key import new_key
from avow.record.known.address import Address
from avow.record.limits import allow
from avow.record.matters.enclosed import File, enclose
from avow.record.matters.matter import begin
from avow.record.said.choices import Chosen
from avow.record.said.confirm import Ticked
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history
from avow.record.taken.store import Given, keep
from avow.record.taken.whole import whole
from avow.terms import Answer, Promise, Scope

_DAY = timedelta(days=1)


@keeps(
    Promise.REGISTRATION,
    Promise.OPTOUT_AT_REGISTRATION,
    Promise.INQUIRIES,
    Promise.ORDERS,
    Promise.SUPPORT,
    Promise.CHANNELS_ONLY,
)
def collect(form: Form, seen: Seen, address: Address, source: str, files: Sequence[File] = ()) -> UUID | None:
    """Keep what a form holds, with the choices ticked on it, in one transaction; a form sent twice is kept once.

    Its files are cleaned already, and are kept with the words that somebody has to answer.

    Gives the person that it made, or None the second time.

    A mailbox that stopped everything optional is not asked: anybody can type its address, and its holder can
    still ask for the link. What is done is the same for both.
    """
    with whole():
        if not allow(f"form:{_digest(form, seen, files)}", 1, _DAY):
            return None
        given = [Given(category, fields) for category, fields in form.given.items()]
        now = datetime.now(UTC)
        key, words = new_key(), _worded(form, seen)
        person = keep(stamp(history(), seen.shown, source, now), given, address, _chosen(form), thread=key)
        if words:
            _, turn = begin(person, key, form.channel, address.exact_id, (words, ""))
            enclose(person, key, turn, files)
        found = named(Ticked(history().version(seen.version), frozenset(form.accepted)))
        ask(person, address.exact_id, address.reach_id, found, unless=Scope.OPTIONAL)
    return person


def _worded(form: Form, seen: Seen) -> str:
    """Give the category of what somebody has to answer; "" where nobody has."""
    words = worded(history().version(seen.version), form.channel) if form.channel in KINDS else ""
    return words if words in form.given else ""


def _chosen(form: Form) -> tuple[Chosen, ...]:
    yes = (Chosen(Answer.YES, purpose=purpose) for purpose in form.accepted)
    no = (Chosen(Answer.NO, scope=scope) for scope in form.refused)
    return (*yes, *no)


def _digest(form: Form, seen: Seen, files: Sequence[File]) -> str:
    """Give the digest of one showing of a form and what was typed into it, or chosen for it."""
    sent = [hashlib.sha256(one.data).hexdigest() for one in files]
    typed = repr((seen.showing, form.given, form.accepted, form.refused, *sent))
    return hashlib.sha256(typed.encode()).hexdigest()[:32]
