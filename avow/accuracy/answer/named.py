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
    checked,
    mandate_of,
    note,
    untold,
)
from avow.record.petitions.petition import GOING, GRANTED, WITHDRAWN, Petition, petition_at
from avow.terms import Promise

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


@keeps(Promise.PURPOSES_ONLY)
def tell(found: Mandate | None, one: Petition, reply: str, *, granted: bool) -> str:
    """Tell who asked what was answered, with the person's own yes and the gate's alone; give why they were not told.

    "" is given where they were, or are not to be. It holds the words of the answer and nothing of what is held. The
    desk shows whoever was not told until `tell_again` has them told.
    """
    if found is None or found.answer != YES or not found.mailbox:
        return ""
    why = _denied(one)
    if not why:
        done = "It is done." if granted else "It is refused."
        company = policy().front.company
        words = f"You asked {company} for something in somebody's name, who agrees that we answer you.\n\n{done}\n\n"
        try:
            notify(one.id, found.mailbox, "What you asked for in somebody's name", f"{words}{reply}")
        except (AvowError, OSError) as error:
            why = " ".join(str(error).split()) or "the mail server did not take it"
    note(one.id, why)
    return why


def tell_again(key: UUID) -> str:
    """Tell who asked by a petition what was answered, if that failed; give why they are still not told.

    Whoever was told is not told twice, and nobody before there is an answer.
    """
    one = petition_at(key)
    if all(key != failed for failed, _, _ in untold()):
        return ""
    return tell(mandate_of(key), one, one.reply, granted=one.state in {GRANTED, GOING, WITHDRAWN})


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
