"""Say who writes: the company, its mailbox, its postal address, its site."""

from dataclasses import dataclass

from avow.config import config
from avow.errors import MailError
from avow.mail.links import host, site
from avow.policy.document import Policy
from avow.store.dkim.keys import SigningKey, signing


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every message of one policy version says about its sender; `host` names ids and lists, `keys` sign it."""

    company: str
    mailbox: str
    postal: str
    language: str
    host: str
    keys: tuple[SigningKey, ...] = ()


def letterhead(policy: Policy) -> Letterhead:
    """Read the front matter of a version; raise MailError where it breaks the lines of a message.

    Raises KeyMissing if what goes out is to be signed and a key is not there, so that it waits.
    """
    front = policy.front
    postal = " ".join(front.postal.split())
    if postal and front.company not in postal:
        postal = f"{front.company}, {postal}"
    head = Letterhead(front.company, front.mailbox, postal, front.language, host(), signing())
    if any(not word.isprintable() for word in (head.company, head.mailbox, head.host, head.language)):
        raise MailError("company, mailbox or site hold a line break", "mend the front matter of the policy")
    return head


def check_marketing(head: Letterhead, list_id: str | None) -> None:
    """Refuse a marketing message that lacks a duty, before the first one is sent; raise MailError naming it."""
    secure = site().startswith("https://") or not config().production
    for has, words, hint in (
        (list_id, "it goes to no list, so no link could end it", "send it to a list"),
        (head.postal, "it would carry no postal address", "give `postal` in the front matter of the policy"),
        (head.mailbox, "it would carry no mailbox that takes a stop", "give `mailbox` in the front matter"),
        (secure, "its link would not be https", "set AVOW_SITE to an https address"),
    ):
        if not has:
            raise MailError(f"this marketing message cannot go out: {words}", hint)
