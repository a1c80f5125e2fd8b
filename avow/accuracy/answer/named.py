"""Answer what is asked in a person's name: the paper read by two, the person told, who asks only with their yes."""

from typing import Final
from uuid import UUID

from avow.accuracy.held import own_purposes
from avow.decision.request import Request
from avow.errors import AvowError, RecordError
from avow.gate.clear import clear
from avow.mail.outside.notice import notify
from avow.page.signed.address import place
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.record.attested.attest import Prepared, Words, prepare, use
from avow.record.petitions.followed import NO, YES
from avow.record.petitions.mandate import (
    AGENT,
    CHILD,
    EMPLOYER,
    HEIR,
    PARENT,
    Mandate,
    begin,
    checked,
    mandate_of,
    note,
)
from avow.record.petitions.petition import GOING, GRANTED, WITHDRAWN, Petition, petition_at
from avow.record.taken.whole import whole
from avow.terms import Promise

_NOT_YET: Final = "we have not tried yet"
AS: Final = {
    AGENT: "Somebody with a mandate",
    PARENT: "A parent, for a child",
    HEIR: "An heir, for somebody dead",
    CHILD: "A child, for itself",
    EMPLOYER: "An employer, or somebody at work",
}
"""As what somebody asks, in words."""
DO: Final = {
    AGENT: "Two of you read the mandate. The answer goes to the person's address on file; to who asks it goes only with"
    " that person's own yes, on their page.",
    PARENT: "Two of you read what shows the parent's right. Stop everything optional for the child at once, under Take"
    " a no; a child's yes to marketing is void.",
    HEIR: "Mark the person as dead, under What is barred: anybody's word is enough for that. To show or erase anything"
    " takes what proves the death and the right, read by two.",
    CHILD: "Stop everything optional at once, under Take a no. Answer in words that a child understands; where the law"
    " of their country has a parent act for them, write to the parent.",
    EMPLOYER: "What somebody gave as a customer is not their employer's: refuse it to the employer. Who asks from an"
    " address at work proves only that address: answer to the one on file.",
}
"""What to do with each, for the officer."""


def words_of(found: Mandate) -> Words:
    """Write what two readers attest of a mandate."""
    return {
        "act": "mandate",
        "what": f"{AS[found.kind]}: {found.name} may ask in somebody's name",
        "request": str(found.petition),
        "person": str(found.person),
        "paper": f"{found.media or 'none'}, SHA-256 {found.digest.hex()}",
    }


def prepared_for(found: Mandate, by: str) -> Prepared | None:
    """Prepare what two readers attest, or find it; None where they did."""
    return None if found.attested else prepare(words_of(found), by)


@keeps(Promise.ACCESS)
def check(found: Mandate | None, by: str) -> None:
    """Let a petition be granted that was asked in a person's name, once two read the paper; by itself it passes.

    Raises RecordError where they did not, or the person says that they do not know who asks.
    """
    if found is None or found.kind == CHILD:
        return
    if found.answer == NO:
        raise RecordError("the person says that they do not know who asks", "refuse it, and say so")
    waits = prepared_for(found, by)
    if waits is not None:
        checked(found, use(waits).digest)


def wait(key: UUID) -> None:
    """Note with the answer to a petition that who asked in the person's name, with their yes, is not told of it yet."""
    found = mandate_of(key)
    if found is not None and found.answer == YES and found.mailbox:
        note(key, _NOT_YET)


@keeps(Promise.PURPOSES_ONLY)
def tell(key: UUID) -> str | None:
    """Tell who asked by a petition what was answered, if they are not told yet; give why they still are not.

    "" is given where they are told now, None where nothing waits: nobody is told twice, or before there is an answer.
    It goes out with the person's own yes and the gate's alone, and holds the words of the answer and nothing of what
    is held. No lock lives while the mail server takes it: who is told just then is in doubt until that is over, and the
    desk shows whoever is not told until they are.
    """
    with whole():
        found = mandate_of(key) if begin(key) else None
        if found is None:
            return None
        one = petition_at(key)
        why = _denied(one)
        if why:
            note(key, why)
            return why
    why = _failed(found.mailbox, one)
    note(key, why)
    return why


def _failed(mailbox: str, one: Petition) -> str:
    """Send the words of an answer; give why they were not taken, "" where they were."""
    done = "It is done." if one.state in {GRANTED, GOING, WITHDRAWN} else "It is refused."
    company = policy().front.company
    words = f"You asked {company} for something in somebody's name, who agrees that we answer you.\n\n{done}\n\n"
    try:
        notify(one.id, mailbox, "What you asked for in somebody's name", f"{words}{one.reply}")
    except (AvowError, OSError) as error:
        return " ".join(str(error).split()) or "the mail server did not take it"
    return ""


def _denied(one: Petition) -> str:
    """Ask the gate whether this person's answer may go out now; give why not, "" where it may."""
    held = place()
    purpose = next(iter(own_purposes()), None)
    if held is None or purpose is None:
        return "the policy states no purpose to answer who asks by right"
    cleared = clear(Request(purpose.id, frozenset({held[1]})), [one.person])
    for allowed in cleared.allowed:
        allowed.use()
        return ""
    return f"the gate says no: {', '.join(sorted(cleared.denied[one.person].because)) or 'nothing permits it'}"
