"""Compare a mail server's own log with what was let out: what it carried without a decision went round the gate."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from avow_audit.report import Report

_LINE = re.compile(r"\b(?:postfix[^/\s]*/(?:\S*/)?|(?=sendmail|sm-mta))([a-z-]+)\[\d+\]: ([0-9A-Za-z]{5,}): (.*)")
_ID = re.compile(r"\b(?:message-id|msgid)=<([^>]*)>")
_OUT = re.compile(r"^to=(<[^>]*>(?:,<[^>]*>)*),.*\b(?:status=sent|stat=Sent)\b")
_MAILER = re.compile(r"\bmailer=(?:e?smtp|relay)\b")
_NULL = re.compile(r"^from=<>,")
_DIGITS = 32
_REPORTS = "reports that the mail server itself sent, by nobody: to whom they went is not shown"


@dataclass(slots=True)
class Mail:
    """One message of a mail server: its place in the queue, its id, if nobody sent it, to how many it was carried."""

    queue: str
    id: str = ""
    null: bool = False
    carried: int = 0


@dataclass(slots=True)
class Carried:
    """What logs tell was carried to other servers, and how often the export tells that each message was handed over."""

    mails: list[Mail] = field(default_factory=list)
    let_out: dict[str, int] = field(default_factory=dict)

    def read(self, lines: Iterable[str]) -> None:
        """Read the log of a Postfix or a Sendmail."""
        self.mails += [one for one in _mails(lines) if one.carried]

    def message(self, key: str, reach: str, attempts: int) -> None:
        """Know that a message was let out; its id is made of key and mailbox, so that of the forgotten is known too."""
        if self.mails:
            digest = sha256(bytes.fromhex(key.replace("-", "") + reach)).hexdigest()
            self.let_out[digest[:_DIGITS]] = max(attempts, 1)

    def tell(self, report: Report) -> None:
        """Report whatever was carried and no decision let out, and what was carried to more mailboxes or more often."""
        for one in self.mails:
            name = one.id.partition("@")[0]
            left = self.let_out.get(name)
            told = f"mail {one.queue} of the mail server, with the id <{one.id}>"
            if left is None and one.null:
                report.note(_REPORTS)
            elif left is None:
                report.add(f"{told}: no decision let it out: it went round the gate")
            elif one.carried > 1:
                report.add(f"{told}: it was carried to {one.carried} mailboxes, and a decision is about one")
            elif left == 0:
                report.add(f"{told}: it was carried more often than it was handed over")
            if left:
                self.let_out[name] = left - 1
        report.checked["mails carried"] += len(self.mails)


def _mails(lines: Iterable[str]) -> Iterator[Mail]:
    """Gather the lines about each place in the queue; where a second id is told, it is another message's now."""
    waiting: dict[str, Mail] = {}
    for line in lines:
        found = _LINE.search(line)
        if found is None:
            continue
        program, queue, words = found.groups()
        named, out = _ID.search(words), _OUT.match(words)
        if named and waiting.get(queue, Mail(queue)).id:
            yield waiting.pop(queue)
        mail = waiting.setdefault(queue, Mail(queue))
        mail.id = named[1] if named else mail.id
        mail.null |= bool(_NULL.match(words))
        if out and (program == "smtp" or _MAILER.search(words)):
            mail.carried += out[1].count("<")
    yield from waiting.values()
