"""Say as whom and by which way a mailing goes out, how it is signed, where answers go, and what to mend of that."""

from email.utils import parseaddr
from functools import lru_cache
from time import time
from typing import Final

from avow.config import config
from avow.errors import AvowError
from avow.mail.course.relay import Relay, relay
from avow.mail.form.form import Form
from avow.mail.form.given.sender import answers, sender
from avow.mail.form.letterhead import letterhead
from avow.policy.document import Policy
from avow.record.shown.versions import in_force
from avow.store.dkim.keys import aligned
from avow.uses.checked.point import Point

_MOMENT: Final = 30
"""Seconds for which what the mail server said is not asked again: a page is looked at often."""


def carried(form: Form) -> tuple[Point, ...]:
    """Give sender, signature, answers and mail server of a message, each with what to do where something is amiss."""
    policy = in_force()
    return _sender(policy, form), _signed(policy, form), _answered(policy, form), _relay()


def _sender(policy: Policy, form: Form) -> Point:
    title = "Who it comes from"
    try:
        found = sender(policy, form.sender)
    except AvowError as error:
        return Point(title, False, str(error.args[0]), error.hint)
    domain = found.mailbox.rpartition("@")[2].lower()
    known = {*policy.front.sites, policy.front.mailbox.rpartition("@")[2].lower()}
    ours = any(one == domain or one.endswith(f".{domain}") or domain.endswith(f".{one}") for one in known)
    if not ours:
        words = f"{found.words}; {domain} is none of the policy's sites, so people and mail servers cannot place it"
        return Point(title, False, words, "write from a mailbox of your own domain", must=False)
    return Point(title, True, found.words)


def _signed(policy: Policy, form: Form) -> Point:
    title = "Signed with DKIM"
    try:
        keys = letterhead(policy, form.sender, form.answers).keys
    except AvowError as error:
        return Point(title, False, str(error.args[0]), error.hint)
    if not keys:
        do = "have the keys made (`avow mailing dkim`), publish them, set AVOW_DKIM"
        return Point(title, False, "it is not signed, and large receivers refuse what is not", do, must=False)
    mailbox = sender(policy, form.sender).mailbox
    if not aligned(mailbox, keys[0].domain):
        words = f"{keys[0].domain} signs for {mailbox}, which receivers do not take for the sender's own"
        return Point(title, False, words, "write from a mailbox of the domain that signs", must=False)
    return Point(title, True, f"{keys[0].domain} signs it, as {', '.join(key.selector for key in keys)}")


def _answered(policy: Policy, form: Form) -> Point:
    title = "Where answers go"
    try:
        to = answers(policy, form.answers) or sender(policy, form.sender).mailbox
    except AvowError as error:
        return Point(title, False, str(error.args[0]), error.hint)
    address = parseaddr(to)[1]
    if not (config().lmtp or config().imap):
        words = f"{address}; letters to it do not come in here, so a stop in an answer waits for who reads them"
        return Point(title, False, words, "have letters taken in: AVOW_LMTP or AVOW_IMAP", must=False)
    return Point(title, True, f"{address}; an answer that says stop is taken as one")


def _relay() -> Point:
    title = "The mail server"
    if not (config().smtp or config().production):
        return Point(title, True, "captured on this machine, for development: nothing leaves it")
    found = _asked(int(time()) // _MOMENT, config().smtp)
    if not found.answers:
        return Point(title, False, f"{found.where}: {found.wrong}", found.do, must=False)
    offers = f", offers {', '.join(found.offers)}" if found.offers else ""
    return Point(title, True, f"{found.where}, answers{offers}")


@lru_cache(maxsize=1)
def _asked(moment: int, url: str) -> Relay:
    """Greet the mail server, once for a moment and an address."""
    _ = moment, url
    return relay()
