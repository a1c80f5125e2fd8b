"""Begin a matter from a letter to a mailbox that the policy declares, or go on with the one that it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from avow.collection.ask import ask
from avow.collection.matters.cleaned.cleaned import cleaned
from avow.collection.matters.written import sayable, worded, written
from avow.mail.inbound.classify import Classified
from avow.mail.inbound.enclosed import enclosed
from avow.mail.inbound.stripped import stripped
from avow.mail.message import THREAD
from avow.mail.outgoing import post
from avow.mail.taken.found import sent
from avow.mail.taken.over import KINDS
from avow.mail.taken.seldom import seldom
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.key import NOBODY, new_key
from avow.record.known.address import Address
from avow.record.known.identity import addresses_of
from avow.record.matters.enclosed import File, enclose
from avow.record.matters.matter import CLOSED, Matter, answered_by, begin, marked, matter_at, note, still, take_up
from avow.record.shown.language import speaking
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history
from avow.record.taken.store import keep
from avow.terms import ChannelKind, Promise

RECEIVED: Final = "received"
"""The message that says that a letter is with those who answer it."""
UNPROVEN: Final = (
    "It names {mark}, which is ended. Our mail server does not vouch for its sender, so it takes nothing up again and"
    " begins anew."
)
"""What our staff are told of a letter that may be forged."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Where a letter belongs: the channel, the matter that it goes on with (None: it begins one), its files.

    `why` says to our staff why it begins one in spite of a mark that it bears; "" if it bears none.
    """

    channel: ChannelKind
    matter: Matter | None
    files: tuple[File, ...] = ()
    why: str = ""


def meant(policy: Policy, found: Classified, address: Address | None, raw: bytes) -> Meant | None:
    """Say where a letter of a human belongs; None where it belongs to no channel of its own.

    It goes on with a matter if it bears its mark, or answers a message of it, and comes from a mailbox of whoever
    began it; from any other it begins one of its own, so that nobody writes into what is another's. What is ended is
    taken up again only by a letter that our border server vouches for: its words are read again then, and a sender
    is soon forged.
    """
    if address is None or not found.reply:
        return None
    known = _known(found)
    mailboxes = {one.mailbox.lower(): one.kind for one in policy.channels.values() if one.mailbox}
    channel = known.channel if known else next((mailboxes[to] for to in found.to if to in mailboxes), None)
    if channel is None or channel not in KINDS or channel not in policy.channels or not sayable(policy, channel):
        return None
    if known and address.reach_id not in {reach for _exact, reach, _proven in addresses_of(known.person)}:
        known = None
    why = _unproven(found, known)
    known = None if why else known
    files = enclosed(raw)
    if not (found.words.strip() or files):
        return None
    return Meant(channel, known, cleaned(files) if files else (), why)


@keeps(Promise.SUPPORT, Promise.INQUIRIES, Promise.LETTERS)
def mailed(policy: Policy, found: Classified, to: Meant, address: Address, person: UUID | None) -> UUID:
    """Keep a letter as what its channel collects, and put it where it belongs; give whose it is.

    `person` is who wrote it, None for somebody new, as of what may be forged: nothing of theirs is open again for it.
    Whoever begins something is told its mark, once a week.
    """
    channel, matter = policy.channels[to.channel], still(to.matter) if to.matter else None
    why = _unproven(found, matter)
    if to.matter and (matter is None or why):  # it ended, or its person was forgotten, since it was read
        to, matter, person = replace(to, matter=None, why=why), None, None
    shown = show(policy, to.channel, policy.front.language)
    source = f"letter to {channel.mailbox or policy.front.mailbox}"
    told = stamp(history(), shown, source, datetime.now(UTC))
    said = worded(policy, to.channel), found.message_id
    if matter is not None:
        own = replace(found, words=stripped(found.words) or found.words)
        keep(told, list(written(policy, to.channel, own, None)), None, person=matter.person, thread=matter.id)
        enclose(matter.person, matter.id, take_up(matter, said), to.files)
        return matter.person
    key = new_key()
    whose = keep(told, list(written(policy, to.channel, found, address)), address, person=person, thread=key)
    mark, turn = begin(whose, key, to.channel, address.exact_id, said)
    enclose(whose, key, turn, to.files)
    if to.why and (new := matter_at(key)):
        note(new, NOBODY, to.why)
    _tell(found, to.channel, whose, address, mark, to.files)
    return whose


def _unproven(found: Classified, known: Matter | None) -> str:
    """Say why a letter does not take up again what it names; "" where it may, or where that is not ended."""
    ended = known is not None and (known.over is not None or known.state == CLOSED)
    return UNPROVEN.format(mark=known.mark) if known and ended and not found.authentic else ""


def _known(found: Classified) -> Matter | None:
    """Give the matter whose mark a letter bears, or one of whose messages it answers."""
    by_mark = marked(found.subject)
    one = None if by_mark else sent(found.ours)
    return by_mark or (answered_by(one.key) if one else None)


def _tell(
    found: Classified, channel: ChannelKind, person: UUID, address: Address, mark: str, files: Sequence[File]
) -> None:
    """Say that a letter arrived, and which of its files were not kept: once a week to one mailbox, as of any letter.

    Whoever asks a question is sent the link that proves their address, for no stranger gets an answer.
    """
    if channel is ChannelKind.INQUIRY:
        with speaking(person):
            ask(person, address.exact_id, address.reach_id, ())
        return
    if seldom(address.reach_id):
        left = "".join(f"- {one.name}: {one.why}\n" for one in files if one.why)
        with speaking(person):
            said = _("These files were not kept:")
            given = {THREAD: found.message_id, "mark": mark, "files": f"\n{said}\n\n{left}" if left else ""}
            post(KINDS[channel], person, address.exact_id, RECEIVED, given)
