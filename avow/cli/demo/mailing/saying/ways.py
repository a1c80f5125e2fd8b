"""Say no as people do: by a click, on a page, by a letter; and stamp the instant at which it was acknowledged."""

import http.client
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.db import connection

from avow.cli.demo.mailing.saying.letter import letter
from avow.cli.demo.mailing.saying.said import Acknowledged, Company, Reader
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
    "Please stop sending me your offers.",
    "Bitte schicken Sie mir keine Mails mehr.",
    "Merci de ne plus m'envoyer votre lettre.",
    "Please take me off your mailing list.",
    "unsubscribe",
)


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
    return letter(company, who, way, [f"Subject: stop {who.token}"], "")


def _reply(company: Company, who: Reader, way: str) -> Acknowledged:
    answers = [f"In-Reply-To: <{who.message}>", f"References: <{who.message}>"]
    text = "Please unsubscribe me.\r\n\r\n> You get this message because you registered.\r\n"
    return letter(company, who, way, ["Subject: Re: The first issue", *answers], text)


def _words(company: Company, who: Reader, way: str) -> Acknowledged:
    text = _WORDS[who.reach[0] % len(_WORDS)]
    return letter(company, who, way, ["Subject: your mail"], text)


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
    "a reply to the mailing": _reply,
    "plain words to the privacy mailbox": _words,
    "staff, on the telephone": _staff,
}
"""The ways to say no, and what does it."""
LETTERS: Final = frozenset(name for name, act in WAYS.items() if act in {_mailto, _reply, _words})
"""The ways that are letters, which a program may answer."""
PAGES: Final = tuple(name for name, act in WAYS.items() if act in {_one_click, _link, _page})
"""The ways that a page answers."""
