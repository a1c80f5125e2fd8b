"""Keep what people write to us, as a case that somebody has to answer, and tell them that it arrived."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from avow.collection.matters.mailed import mailed, meant
from avow.collection.matters.written import written
from avow.errors import AddressError
from avow.mail.inbound.classify import PRIVACY, Classified
from avow.mail.inbound.intents import Intent, Width
from avow.mail.links import links
from avow.mail.message import THREAD
from avow.mail.outgoing import post
from avow.mail.taken import cases
from avow.mail.taken.cause import cause
from avow.mail.taken.found import sent
from avow.mail.taken.seldom import seldom
from avow.page.site import address as site
from avow.policy import due as calendar
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.key import NOBODY, new_key
from avow.record.known.address import Address, parse
from avow.record.known.identity import on_file
from avow.record.seen.cases import open_case
from avow.record.shown.language import speaking
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import keep
from avow.record.taken.whole import whole
from avow.store.server.prepared import often
from avow.terms import ChannelKind, MessageKind, Promise
from avow.tongue import SOURCE, marked

WORDS: Final = "letter"
"""The message that says that a letter arrived."""
_RIGHTS: Final = {
    Intent.ACCESS: "access",
    Intent.CORRECTION: "correction",
    Intent.ERASURE: "erasure",
    Intent.COMPLAINT: "explanation",
    Intent.COMMENT: "comment",
}
_DAYS: Final = 30


@keeps(Promise.LETTERS, Promise.COMMENTS_READ)
@often()
def keep_letter(found: Classified, digest: bytes, at: datetime, raw: bytes = b"") -> UUID | None:
    """Keep a letter, in one transaction: as an item of who wrote it, and as a case if somebody has to answer it.

    Gives its id; None if it was taken before, of which nothing is kept twice. What machines write is noted, and makes
    no person. `raw` are its bytes; what belongs to a channel of its own waits there, and for a right here as well.
    """
    policy, address = in_force(), _address(found)
    to = meant(policy, found, address, raw)
    with whole():
        key = new_key()
        waits = found.queue == PRIVACY and not (to and found.intents == (Intent.COMMENT,))
        due = calendar.due(policy, at, _days(policy, found)) if waits else None
        right = found.reply and not (to and found.intents == (Intent.COMMENT,))
        state = cases.OPEN if waits else cases.ANSWERING if right else cases.DONE
        if not cases.add(key, at, digest, found, state, due):
            return None
        person = None
        if address is not None and to:
            person = mailed(policy, found, to, address, None if to.why else _person(found, address))
            cases.own(key, person, address.reach_id)
        if address is not None and right and ChannelKind.LETTER in policy.channels:
            _from_somebody(policy, found, key, address, due)
        return key


def _from_somebody(policy: Policy, found: Classified, key: UUID, address: Address, due: datetime | None) -> None:
    known = _person(found, address)
    shown = show(policy, ChannelKind.LETTER, policy.front.language)
    marked = stamp(history(), shown, f"letter to {policy.front.mailbox}", datetime.now(UTC))
    person = keep(marked, list(written(policy, ChannelKind.LETTER, found, address)), address, person=known)
    open_case(person, NOBODY, f"wrote a letter: {', '.join(found.intents)}", new=known is None)
    cases.own(key, person, address.reach_id, _answer(policy, found, person, address, due))


def _person(found: Classified, address: Address) -> UUID | None:
    """Give whose letter it is: who proved the address, if our border server vouches for it, or who wrote before.

    Else it is somebody new: whoever writes an address into a letter is not yet known to be who holds it.
    """
    held = {one.person: one for one in on_file(address) if one.exact == address.exact_id}
    if not held:
        return None
    proven = next((one.person for one in held.values() if one.proven), None) if found.authentic else None
    before = (one for one in cases.writers(address.reach_id) if one in held and not held[one].proven)
    return proven or next(before, None)


def _answer(policy: Policy, found: Classified, person: UUID, address: Address, due: datetime | None) -> UUID | None:
    """Post the answer that a program may give: once a week to one mailbox, and so many an hour to all."""
    if not seldom(address.reach_id):
        return None
    with speaking(person):
        given = {
            THREAD: found.message_id,
            "done": "\n\n".join(_done(policy.told(get_language() or SOURCE), found, address, due)),
            "link": links(person, address.reach_id, "", policy.front.mailbox).choices,
            "signin": f"{site()}/signin/",
        }
        return post(MessageKind.RIGHTS_CASE, person, address.exact_id, WORDS, given)


def _done(policy: Policy, found: Classified, address: Address, due: datetime | None) -> Iterator[str]:
    """Say what was done, and what will be."""
    if Intent.OPTOUT in found.intents:
        stops = _(_STOPS[found.width or Width.MARKETING])
        yield _("You said no, and it holds from now on: {stops}.").format(stops=stops)
    if Intent.COMPLAINT in found.intents:
        yield cause(policy, sent(found.ours), address.reach_id)
    if {Intent.ACCESS, Intent.CORRECTION, Intent.ERASURE} & {*found.intents}:
        yield _(
            "What we hold about you is shown to you alone, and changed by you alone: sign in at {signin} with"
            " a code that we send to an address of yours that we have on file."
        ).format(signin=f"{site()}/signin/")
    if due:
        yield _("A person reads your letter and answers by {due}.").format(due=f"{due:%Y-%m-%d}")


_STOPS: Final = {
    Width.LIST: marked("this list sends you nothing more"),
    Width.TOPIC: marked("we send you no more marketing about this"),
    Width.MARKETING: marked("we send you no marketing mail"),
    Width.EVERYTHING: marked("we send you nothing that is optional"),
}


def _address(found: Classified) -> Address | None:
    try:
        return parse(found.address)
    except AddressError:
        return None


def _days(policy: Policy, found: Classified) -> int:
    """Give the days in which a letter is to be answered: the shortest of what it asks for by right."""
    asked = [policy.rights[_RIGHTS[one]].days for one in found.intents if _RIGHTS.get(one) in policy.rights]
    return min(asked, default=_DAYS)
