"""Say no as people do: by a click, on a page, by a letter; and stamp the instant at which it was acknowledged."""

import http.client
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection

from avow.errors import MailError
from avow.mail.stop import stop
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, Scope

_HOST: Final = "127.0.0.1"
_PATIENCE: Final = 60.0
_TOLD: Final = b"being handed over at that very moment"
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_ALL_MARKETING: Final = Chosen(Answer.NO, scope=Scope.MARKETING)
_WORDS: Final = (
    "Please stop sending me your newsletter.",
    "Bitte schicken Sie mir keine Mails mehr.",
    "Merci de ne plus m'envoyer votre lettre.",
    "Please take me off your mailing list.",
    "unsubscribe",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who got the first issue: the person, how they write their address, mailbox, its link's token and its id."""

    person: UUID
    address: str
    reach: bytes
    token: str
    message: str


@dataclass(frozen=True, slots=True)
class Company:
    """Where the company is reached: the ports of its site and of its door for letters, and its privacy mailbox."""

    site: int
    letters: int
    mailbox: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A no that was acknowledged: whose, by which way, when it was said and answered, and what the answer told.

    `kept` is whether it was only received, to hold before anything is sent; `doubt` is whether the answer said that a
    message was on its way at that very moment, or None where this way never tells.
    """

    who: Reader
    way: str
    said: float
    at: float
    kept: bool = False
    doubt: bool | None = None


def _post(company: Company, path: str, form: Mapping[str, str]) -> tuple[float, int, bytes]:
    """Post a form without cookies; give the instant of the answer, its status and its page."""
    site = http.client.HTTPConnection(_HOST, company.site, timeout=_PATIENCE)
    try:
        site.request("POST", path, urlencode(form), _FORM)
        answer = site.getresponse()
        return time.time(), answer.status, answer.read()
    finally:
        site.close()


def _click(company: Company, who: Reader, way: str, path: str, form: Mapping[str, str]) -> Acknowledged:
    said = time.time()
    at, status, page = _post(company, path, form)
    if status not in {http.HTTPStatus.OK, http.HTTPStatus.ACCEPTED}:
        raise MailError(f"a no was answered with {status}", f"see {path.split('/')[1]}")
    told = None if path == "/choices/" else _TOLD in page
    return Acknowledged(who, way, said, at, status == http.HTTPStatus.ACCEPTED, told)


def _one_click(company: Company, who: Reader, way: str) -> Acknowledged:
    return _click(company, who, way, f"/choices/{who.token}/one-click/", {"List-Unsubscribe": "One-Click"})


def _link(company: Company, who: Reader, way: str) -> Acknowledged:
    return _click(company, who, way, f"/choices/{who.token}/", {"stop": "list"})


def _page(company: Company, who: Reader, way: str) -> Acknowledged:
    return _click(company, who, way, "/choices/", {"address": who.address, "act": "stop", "stop": "marketing"})


def _mailto(company: Company, who: Reader, way: str) -> Acknowledged:
    return _letter(company, who, way, [f"Subject: stop {who.token}"], "")


def _reply(company: Company, who: Reader, way: str) -> Acknowledged:
    answers = [f"In-Reply-To: <{who.message}>", f"References: <{who.message}>"]
    text = "Please unsubscribe me.\r\n\r\n> You get this newsletter because you subscribed.\r\n"
    return _letter(company, who, way, ["Subject: Re: The first issue", *answers], text)


def _words(company: Company, who: Reader, way: str) -> Acknowledged:
    text = _WORDS[who.reach[0] % len(_WORDS)]
    return _letter(company, who, way, ["Subject: your mail"], text)


def _staff(company: Company, who: Reader, way: str) -> Acknowledged:
    _ = company
    said = time.time()
    try:
        taken = stop([_ALL_MARKETING], "telephone", None, who.reach, Actor.STAFF)
        return Acknowledged(who, way, said, time.time(), taken.number is None, taken.doubt)
    finally:
        connection.close()  # each thread has its own


WAYS: Final[Mapping[str, Callable[[Company, Reader, str], Acknowledged]]] = {
    "one click of the mail program": _one_click,
    "the page behind the visible link": _link,
    "the page of choices, address typed": _page,
    "a letter to the address of List-Unsubscribe": _mailto,
    "a reply to the newsletter": _reply,
    "plain words to the privacy mailbox": _words,
    "staff, on the telephone": _staff,
}
"""The ways to say no, and what does it."""
LETTERS: Final = frozenset(name for name, act in WAYS.items() if act in {_mailto, _reply, _words})
"""The ways that are letters, which a program may answer."""
PAGES: Final = tuple(name for name, act in WAYS.items() if act in {_one_click, _link, _page})
"""The ways that a page answers."""


def _letter(company: Company, who: Reader, way: str, lines: list[str], text: str) -> Acknowledged:
    """Deliver a letter by LMTP; its answer acknowledges it."""
    said = time.time()
    head = [f"From: {who.address}", f"To: {company.mailbox}", *lines, f"Message-ID: <{who.reach.hex()[:20]}@demo>"]
    head.append("Content-Type: text/plain; charset=utf-8")
    letter = "\r\n".join([*head, "", text or "\r\n"]).encode()
    with socket.create_connection((_HOST, company.letters), _PATIENCE) as door, door.makefile("rb") as answers:
        _expect(answers.readline(), b"220")
        door.sendall(b"LHLO demo\r\n")
        while answers.readline()[3:4] == b"-":
            pass
        for line in (f"MAIL FROM:<{who.address}>", f"RCPT TO:<{company.mailbox}>", "DATA"):
            door.sendall(line.encode() + b"\r\n")
            _expect(answers.readline(), b"354" if line == "DATA" else b"250")
        door.sendall(letter + b"\r\n.\r\n")
        answer = answers.readline()
        at = time.time()
        _expect(answer, b"250")
    return Acknowledged(who, way, said, at)


def _expect(answer: bytes, code: bytes) -> None:
    if not answer.startswith(code):
        raise MailError(f"the door for letters answered {answer!r}", "see what `avow lmtp` says")
