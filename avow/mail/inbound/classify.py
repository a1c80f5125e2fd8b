"""Say what a letter is: machine mail first, then our own tokens, and only then the words of who wrote it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from avow.mail.inbound.intents import Asked, Intent, Width, asked
from avow.mail.inbound.letter import Letter, read
from avow.mail.inbound.machine import Machine, machine
from avow.mail.inbound.report import Failure, complaint, failures
from avow.mail.inbound.stripped import stripped

NO_QUEUE, STOP, PRIVACY = "none", "stop", "privacy"
"""Who has to do with a letter: nobody, the stopping of mail alone, the people of the privacy mailbox."""
_SUBJECT = re.compile(r"^\s*stop\s+([A-Za-z0-9_-]{20,400})\s*$", re.IGNORECASE)
_TAG = re.compile(r"\+([A-Za-z0-9_-]{20,400})@")
_LINK = re.compile(r"/choices/([A-Za-z0-9_-]{40,400})")
_MAILTO = re.compile(r"subject=stop(?:%20|\+| )([A-Za-z0-9_-]{40,400})", re.IGNORECASE)
_OURS = re.compile(r"<([0-9a-f]{32})@([A-Za-z0-9.-]{1,253})>")
_NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dmarc", "virus"})
_MOST = 50


@dataclass(frozen=True, slots=True)
class Asking:
    """What the reading of letters has to know of us, and nothing of anybody else.

    `own` are our addresses and `hosts` the names in our Message-IDs, in lower case; `topics` maps ids to titles;
    `opens` gives the list of a token that is ours, `returned` the id of the message whose return path bears a tag;
    `authserv` is whose results of authentication are trusted.
    """

    own: Collection[str] = ()
    hosts: Collection[str] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    opens: Callable[[str], str | None] = lambda _: None
    returned: Callable[[str], str | None] = lambda _: None
    authserv: str = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """What a letter is and asks for.

    `address` is who wrote it, "" where nobody is named; `token` is one of ours that it holds, `ours` the id of a
    message of ours that it answers or brings back; `reply` is whether a program may answer it; `because` is how all
    this is known; `to` are its recipients, those of its envelope first, in lower case.
    """

    machine: Machine
    failures: tuple[Failure, ...] = ()
    intents: tuple[Intent, ...] = ()
    width: Width | None = None
    topic: str = ""
    address: str = ""
    token: str = ""
    ours: str = ""
    reply: bool = False
    queue: str = NO_QUEUE
    because: tuple[str, ...] = ()
    authentic: bool = False
    words: str = ""
    subject: str = ""
    message_id: str = ""
    to: tuple[str, ...] = ()


def classify(raw: bytes, asking: Asking, recipients: Collection[str] = ()) -> Classified:
    """Classify the bytes of a letter, sent to these recipients of its envelope; whatever comes in, this ends."""
    letter = read(raw)
    kind, because = machine(letter, asking.own)
    token, listed, whence = _token(letter, asking, recipients)
    known = _made(letter, kind, asking)
    to = tuple(one.lower() for one in _recipients(letter, recipients))
    known = replace(known, token=token, ours=_ours(letter, asking, recipients), because=(because,), to=to)
    if kind is Machine.ARF and complaint(letter) not in _NO_COMPLAINT:
        told = (f"{because}: {complaint(letter)}",)
        return _with(known, Asked((Intent.OPTOUT,), Width.MARKETING), told)
    if kind is not Machine.NONE and not (kind is Machine.AUTOREPLY and whence == "subject"):
        return known
    place = (f"our token in the {whence}",) if token else ()
    if whence in {"subject", "recipient"} or _SUBJECT.match(letter.first("subject")):
        return _with(known, _clicked(letter, asking, known, listed), (*place, "a mail program's way to say stop"))
    subject = "" if _quotes(letter) else letter.first("subject")
    found = asked(subject, stripped(letter.plain), asking.topics)
    alone = ("HTML alone",) if letter.marked else ()
    return _with(known, found, (*place, f"its own words: {', '.join(found.intents)}", *alone))


def _clicked(letter: Letter, asking: Asking, known: Classified, listed: str) -> Asked:
    """Give what a letter asks for that a mail program addressed: a stop, and what its writer added in words."""
    own = stripped(letter.plain)
    more = asked("", own, asking.topics) if own and known.machine is Machine.NONE else Asked(())
    intents = (Intent.OPTOUT, *(one for one in more.intents if one not in {Intent.OPTOUT, Intent.COMMENT}))
    return Asked(intents, _widest(Width.LIST if known.token and listed else Width.MARKETING, more.width), more.topic)


def _with(known: Classified, found: Asked, because: tuple[str, ...]) -> Classified:
    """Add what a letter asks for; whatever is more than a no, somebody has to answer."""
    work = known.machine is Machine.NONE and any(one is not Intent.OPTOUT for one in found.intents)
    queue = PRIVACY if work else STOP if found.intents else NO_QUEUE
    return replace(known, intents=found.intents, width=found.width, topic=found.topic, because=because, queue=queue)


def _widest(*widths: Width | None) -> Width | None:
    order = [*Width]
    return max((one for one in widths if one), key=order.index, default=None)


def _quotes(letter: Letter) -> bool:
    """Say whether a subject is another's: that of the letter which this one answers or sends on."""
    answers = re.match(r"^\W*(re|aw|sv|antw|fwd?|wg|tr|rv|enc|res)\s*:", letter.first("subject"), re.IGNORECASE)
    return bool(answers) and bool(letter.first("in-reply-to") or letter.first("references"))


def _made(letter: Letter, kind: Machine, asking: Asking) -> Classified:
    """Give what is known of a letter before its words are."""
    address = next(iter(letter.addresses("from") or letter.addresses("reply-to", "sender", "return-path")), "")
    return Classified(
        machine=kind,
        failures=failures(letter) if kind is Machine.DSN else (),
        address=address,
        reply=kind is Machine.NONE and bool(address),
        authentic=authentic(letter, asking.authserv),
        words=letter.plain,
        subject=letter.first("subject"),
        message_id=letter.first("message-id"),
    )


def authentic(letter: Letter, authserv: str) -> bool:
    """Say whether the results of our own border server, and of no other, let DMARC pass (RFC 8601, section 5)."""
    for line in letter.headers.get("authentication-results", ()):
        whose, _, results = line.partition(";")
        if authserv and whose.split(" ")[0].strip().lower() == authserv.lower():
            return bool(re.search(r"\bdmarc\s*=\s*pass\b", results, re.IGNORECASE))
    return False


def _token(letter: Letter, asking: Asking, recipients: Collection[str]) -> tuple[str, str, str]:
    """Find the first token of ours, its list, and where it stood; a forged one is none."""
    to = _recipients(letter, recipients)
    places = (
        ("subject", _SUBJECT.findall(letter.first("subject"))),
        ("recipient", [found for one in to for found in _TAG.findall(one)]),
        (
            "text",
            [
                one
                for part in letter.parts
                for text in (part.text,)
                for one in (*_LINK.findall(text), *_MAILTO.findall(text))
            ],
        ),
        ("headers", [one for line in letter.headers.get("list-unsubscribe", ()) for one in _LINK.findall(line)]),
    )
    for whence, found in places:
        for token in dict.fromkeys(found[:_MOST]):
            listed = asking.opens(token)
            if listed is not None:
                return token, listed, whence
    return "", "", ""


def _recipients(letter: Letter, envelope: Collection[str]) -> list[str]:
    return [*envelope, *letter.addresses("to", "cc", "delivered-to", "x-original-to", "envelope-to")][:_MOST]


def _ours(letter: Letter, asking: Asking, recipients: Collection[str]) -> str:
    """Find the id of a message of ours: one that this answers, or one that a report brings back."""
    for one in _recipients(letter, recipients):
        for tag in _TAG.findall(one):
            if found := asking.returned(tag):
                return found
    said = [one for name in ("in-reply-to", "references") for one in letter.headers.get(name, ())]
    within = [part.text for part in letter.parts if part.kind.startswith(("message/", "text/rfc822"))]
    quoted = [part.text[:50_000] for part in letter.parts if part.kind == "text/plain"]
    for text in (*said, *within, *quoted):
        for named in _OURS.finditer(text):
            if named[2].lower() in asking.hosts:
                return named[0]
    return ""
