"""Answer what is asked in a person's name: the paper read by two, the person told, who asks only with their yes."""

from typing import Final

from avow.errors import AvowError, RecordError
from avow.mail.outside.notice import notify
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
)
from avow.record.petitions.petition import Petition
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


def tell(found: Mandate | None, one: Petition, reply: str, *, granted: bool) -> bool:
    """Tell who asked what was answered, with the person's own yes alone; say whether they were told.

    It holds the words of the answer and nothing of what is held; what cannot be handed over now is not sent later.
    """
    if found is None or found.answer != YES or not found.mailbox:
        return False
    done = "It is done." if granted else "It is refused."
    words = f"You asked {policy().front.company} for something in somebody's name, who agrees that we answer you.\n\n"
    try:
        notify(one.id, found.mailbox, "What you asked for in somebody's name", f"{words}{done}\n\n{reply}")
    except (AvowError, OSError):
        return False
    return True
