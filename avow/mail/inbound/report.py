"""Read what a report of delivery or of abuse says: whom it is about, and for how long."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from avow.mail.inbound.letter import Letter

PERMANENT, TEMPORARY, NONE = "permanent", "temporary", "none"
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<!\d)([45])\d\d[ -]")
_ADDRESS = re.compile(r"<?([A-Za-z0-9_.+=/~'-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,24})>?")
_ALIVE = re.compile(r"5\.(2\.[23]|3\.\d+|4\.[567]|6\.\d+|7\.\d+)")
"""Full, a message too long, a system in trouble, a loop or too long a way, content, policy (RFC 3463, section 3)."""
_FIELD = re.compile(r"^([A-Za-z-]{1,40}):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_HARD = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|address|recipient|person)|does not exist|doesn't exist|not found"
    r"|mailbox unavailable|invalid (recipient|address|mailbox)|permanent|fatal|unrouteable|disabled"
    r"|not known|account (is|has)"
    r""
    r"|unknown (recipient|address|local)|no mailbox|address rejected|recipient rejected|not (a )?valid|not listed",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"delayed|will (be )?(retr|try|keep)|temporar|still trying|quota|mailbox (is )?full|no action", re.IGNORECASE
)
_OWN = frozenset({"mailer-daemon", "postmaster"})


@dataclass(frozen=True, slots=True)
class Failure:
    """One mailbox that a report is about: its address as told, the status (RFC 3463), permanent or temporary."""

    recipient: str
    status: str
    kind: str

    @property
    def dead(self) -> bool:
        """Say whether the mailbox itself is at its end: not where it is full, or this message alone was refused."""
        return self.kind == PERMANENT and not _ALIVE.fullmatch(self.status)


def failures(letter: Letter) -> tuple[Failure, ...]:
    """Give each recipient of a report of delivery (RFC 3464); of one without fields what its words tell."""
    told = [one for part in letter.parts if part.kind.endswith("delivery-status") for one in _fields(part.text)]
    return tuple(told) or _worded(letter)


def complaint(letter: Letter) -> str:
    """Give the kind of a report of abuse (RFC 5965): abuse, fraud, opt-out, not-spam and so on; "" if it says none."""
    for part in letter.parts:
        if part.kind == "message/feedback-report":
            fields = {name.lower(): value for name, value in _FIELD.findall(part.text)}
            return str(fields.get("feedback-type", "abuse")).strip().lower()
    return ""


def _fields(text: str) -> Iterator[Failure]:
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        fields = {name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(block)}
        whom = fields.get("final-recipient") or fields.get("original-recipient") or ""
        action = fields.get("action", "").lower()
        status = _status(fields.get("status", ""), fields.get("diagnostic-code", ""))
        if whom:
            yield Failure(_bare(whom), status, _kind(action, status[:1]))


def _status(told: str, diagnostic: str) -> str:
    """Give the status of a failure: of the server that refused, where it is of the class that the report tells.

    Sendmail tells 5.1.1 of every 550, whatever the other server said.
    """
    ours, theirs = _STATUS.search(told), _STATUS.search(diagnostic)
    found = theirs if theirs and (ours is None or ours[1] == theirs[1]) else ours
    return found[0] if found else ""


def _bare(whom: str) -> str:
    found = _ADDRESS.search(whom.partition(";")[2] or whom)
    return found[1] if found else (whom.partition(";")[2] or whom).strip(" <>")[:254]


def _kind(action: str, first: str) -> str:
    if action.startswith(("delivered", "relayed", "expanded")) or first == "2":
        return NONE
    if action.startswith("delayed") or first == "4":
        return TEMPORARY
    return PERMANENT if first == "5" or action.startswith("fail") else NONE


def _worded(letter: Letter) -> tuple[Failure, ...]:
    """Read the words of a report that is none by its form."""
    text = f"{letter.first('subject')}\n{letter.plain}"[:20_000]
    status, code = _STATUS.search(text), _CODE.search(text)
    first = status[1] if status else code[1] if code else ""
    soft = _SOFT.search(text)
    hard = _HARD.search(text)
    kind = _kind("", first) if first else PERMANENT if hard and not soft else TEMPORARY if soft else NONE
    named = _ADDRESS.findall(letter.first("x-failed-recipients")) or _ADDRESS.findall(letter.plain[:20_000])
    own = {one.lower() for one in letter.addresses("from", "to", "sender")}
    whom = [one for one in named if one.lower() not in own and one.partition("@")[0].lower() not in _OWN]
    return (Failure(whom[0] if whom else "", status[0] if status else "", kind),)
