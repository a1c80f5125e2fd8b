"""Say who writes: the company, its mailbox, its postal address, its site."""

from dataclasses import dataclass

from avow.config import config
from avow.errors import MailError
from avow.mail.form.given.sender import answers as answers_to
from avow.mail.form.given.sender import sender as sent_as
from avow.mail.links import host, site
from avow.policy.document import Policy
from avow.store.dkim.keys import SigningKey, signing


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every message of one policy version says about its sender; `host` names ids and lists.

    `reply_to` is where answers to a mailing go, "" where it is the sender's mailbox; `keys` sign what goes out;
    `sender` is who a mailing is from, as a header takes it, "" for company and mailbox.
    """

    company: str
    mailbox: str
    postal: str
    language: str
    host: str
    reply_to: str = ""
    keys: tuple[SigningKey, ...] = ()
    sender: str = ""


def letterhead(policy: Policy, sender: str = "", answers: str = "") -> Letterhead:
    """Read the front matter of a version, and the sender and mailbox for answers that a mailing names.

    Raises MailError where it breaks the lines of a message, or names what is not set up.
    Raises KeyMissing if what goes out is to be signed and a key is not there, so that it waits.
    """
    front = policy.front
    postal = " ".join(front.postal.split())
    if postal and front.company not in postal:
        postal = f"{front.company}, {postal}"
    reply_to, writer = answers_to(policy, answers), sent_as(policy, sender).line if sender else ""
    head = Letterhead(front.company, front.mailbox, postal, front.language, host(), reply_to, signing(), writer)
    if any(not word.isprintable() for word in (head.company, head.mailbox, head.host, head.language)):
        raise MailError("company, mailbox or site hold a line break", "mend the front matter of the policy")
    return head


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that every marketing message carries: what it is, with which words ("" if none), what to do then."""

    title: str
    words: str
    lacks: str
    do: str

    @property
    def kept(self) -> bool:
        """Say whether it can be carried."""
        return bool(self.words)


def duties(head: Letterhead, list_id: str | None) -> tuple[Duty, ...]:
    """Give what a marketing message carries by duty, and whether this one would."""
    secure = site().startswith("https://") or not config().production
    return (
        Duty("A list that a link can end", list_id or "", "it goes to no list, so no link could end it", "name a list"),
        Duty(
            "Our postal address",
            head.postal,
            "it would carry no postal address",
            "give `postal` in the front matter of the policy",
        ),
        Duty(
            "A mailbox that takes a stop",
            head.mailbox,
            "it would carry no mailbox that takes a stop",
            "give `mailbox` in the front matter",
        ),
        Duty(
            "A way out that nobody can read on the way",
            site() if secure else "",
            "its link would not be https",
            "set AVOW_SITE to an https address",
        ),
    )


def check_marketing(head: Letterhead, list_id: str | None) -> None:
    """Refuse a marketing message that lacks a duty, before the first one is sent; raise MailError naming it."""
    for duty in duties(head, list_id):
        if not duty.kept:
            raise MailError(f"this marketing message cannot go out: {duty.lacks}", duty.do)
