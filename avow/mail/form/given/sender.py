"""Find as whom a mailing goes out and where answers to it go: one of those that are set up, and nobody else."""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from avow.config import config, senders
from avow.errors import MailError
from avow.policy.document import Policy


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mailing is from, as mail programs show it: a name and its mailbox."""

    name: str
    mailbox: str

    @property
    def words(self) -> str:
        """Give both in one line, as a message names them."""
        return f"{self.name} <{self.mailbox}>"

    @property
    def line(self) -> str:
        """Give both as a header takes them."""
        return formataddr((self.name, self.mailbox))


def known(policy: Policy) -> tuple[Sender, ...]:
    """Give every sender that is set up: the policy's own company first, then those of AVOW_SENDERS."""
    own = Sender(policy.front.company, policy.front.mailbox)
    more = (Sender(name, mailbox) for mailbox, name in senders(config().senders).items() if mailbox != own.mailbox)
    return own, *more


def mailboxes(policy: Policy) -> tuple[str, ...]:
    """Give every mailbox that answers may go to: AVOW_REPLY_TO first where it is set, then those of the senders."""
    usual = (config().reply_to,) if config().reply_to else ()
    return tuple(dict.fromkeys((*usual, *(one.mailbox for one in known(policy)))))


def sender(policy: Policy, words: str) -> Sender:
    """Give the sender that a message names, by its mailbox; the first for none; raise MailError if it is not set up."""
    found = known(policy)
    if not words:
        return found[0]
    wanted = parseaddr(words)[1].lower()
    for one in found:
        if one.mailbox.lower() == wanted:
            return one
    names = ", ".join(one.words for one in found)
    raise MailError(f"nobody is set up as the sender {words[:80]!r}", f"name one of: {names}; AVOW_SENDERS adds more")


def answers(policy: Policy, words: str) -> str:
    """Give where answers go, "" for the sender's own mailbox; raise MailError for a mailbox that is not set up."""
    if not words:
        return config().reply_to
    found = mailboxes(policy)
    wanted = parseaddr(words)[1].lower()
    for one in found:
        if one.lower() == wanted:
            return one
    raise MailError(f"answers cannot go to {words[:80]!r}", f"name one of: {', '.join(found)}; AVOW_SENDERS adds more")
