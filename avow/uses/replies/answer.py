"""Answer a matter by a message of its own kind, if the gate lets it out; what it may not be is refused before."""

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from avow.decision.request import Request
from avow.errors import MailError, RecordError
from avow.gate.clear import clear
from avow.mail.form.form import address_of, purpose_of
from avow.mail.form.limits import legible
from avow.mail.form.promotion import check_service
from avow.mail.message import REPLY_TO, THREAD
from avow.mail.outgoing import post
from avow.mail.taken.over import FOLLOWING, KINDS
from avow.page.site import policy
from avow.policy.document import Purpose
from avow.policy.proof.keeps import keeps
from avow.record.known.identity import addresses_of
from avow.record.matters.matter import ANSWERED, CLOSED, Matter, Reply, reply, turns_of
from avow.record.shown.language import speaking
from avow.terms import ChannelKind, MessageKind, Promise
from avow.tongue import marked
from avow.uses.replies.linked import check_links

WORDS: Final = "reply"
"""The name of the words around an answer."""
_WHAT: Final[Mapping[ChannelKind, str]] = {
    ChannelKind.SUPPORT: marked("Your question to our support"),
    ChannelKind.INQUIRY: marked("Your question"),
    ChannelKind.ORDER: marked("Your order"),
    ChannelKind.APPLICATION: marked("Your application"),
}
_ASKS: Final = re.compile(
    r"\b(?:how satisfied|satisfaction|survey|questionnaire|rate (?:us|our|your|this|the)|how (?:did|are) we do(?:ing)?"
    r"|leave (?:us )?a review|review us|recommend us|out of (?:5|five|10|ten)|umfrage|zufrieden)\b",
    re.IGNORECASE,
)
_STATED: Final = re.compile(r"satisf|how well|survey", re.IGNORECASE)


@keeps(Promise.SUPPORT, Promise.INQUIRIES, Promise.ORDERS, Promise.PURPOSES_ONLY)
def answer(found: Matter, staff: UUID, words: str, step: str = "", *, close: bool = False) -> None:
    """Answer a matter as it was read, in its thread, at the address that was given with it.

    Raises MailError where the words promote, hold a link that takes somebody along, ask how satisfied somebody is
    though no sentence states that, or follow as often as a question may be answered; RecordError where the gate denies
    it, or something was said meanwhile.
    """
    kind = KINDS[found.channel]
    purpose = purpose_of(policy(), kind)
    words = legible(words).strip()
    check_service(kind, words)
    check_links(words)
    _no_survey(purpose, words)
    if kind is MessageKind.INFO_REPLY and found.ours >= FOLLOWING:
        raise MailError(
            f"they have {found.ours} answers and wrote nothing since, so one more is marketing",
            "wait until they write again, or write it to a list of marketing",
        )
    with transaction.atomic():
        exact = _released(found, purpose)
        letters = [one.letter for one in turns_of([found.id]) if one.letter]
        thread = {THREAD: letters[-1]} if letters else {}
        with speaking(found.person):
            message = post(kind, found.person, exact, WORDS, _given(found, words, step) | thread)
        reply(found, Reply(staff, words, message, CLOSED if close else ANSWERED, step))


def _given(found: Matter, words: str, step: str) -> dict[str, str]:
    """Give what an answer says, with what stands around it in the language that is spoken."""
    return {
        "step": _("How it stands: {step}.").format(step=_(step)) + "\n" if step else "",
        "what": _(_WHAT[found.channel]),
        "mark": found.mark,
        "words": words,
        REPLY_TO: policy().channels[found.channel].mailbox or policy().front.mailbox,
    }


def _released(found: Matter, purpose: Purpose) -> bytes:
    """Give the address to answer at, if the gate says at this instant that it may be used for this."""
    held = {exact: reach for exact, reach, _proven in addresses_of(found.person)}
    exact = found.exact if found.exact in held else next(iter(held), None)
    category, _field = address_of(policy(), purpose)
    if exact is not None:
        request = Request(purpose.id, frozenset({category}))
        cleared = clear(request, [found.person], None, {found.person: held[exact]})
        if cleared.allowed:
            return exact
        clauses = policy().clauses
        because = [clauses[name].text for name in sorted(cleared.denied[found.person].because) if name in clauses]
        raise RecordError(f"nothing was sent: {' '.join(because) or 'nothing permits it.'}", "wait until that changes")
    raise RecordError("nothing was sent: no address of theirs is on file any more", "there is nobody to answer")


def _no_survey(purpose: Purpose, words: str) -> None:
    asks = _ASKS.search(words)
    if asks and not _STATED.search(purpose.states):
        raise MailError(
            f"{asks[0]!r} asks how satisfied they are, which no sentence of the policy states for this purpose",
            "take it out, or write it to a list of marketing",
        )
