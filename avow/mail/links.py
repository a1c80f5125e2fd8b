"""Make the links of a message: to the page of choices, and the one click that says no."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from uuid import UUID

from avow.config import config
from avow.record.token import seal


@dataclass(frozen=True, slots=True)
class Links:
    """One person's links out of one list; they can be used again and can only tighten."""

    choices: str
    one_click: str
    mailto: str


def links(person: UUID, reach: bytes, list_id: str, mailbox: str) -> Links:
    """Seal who, which mailbox and which list into a token for the act "choose", and give its links.

    GET on `choices` shows a page; a POST of `List-Unsubscribe=One-Click` to `one_click` acts
    (RFC 8058), as does a letter to `mailto`.
    """
    return links_of(token(person, reach, list_id), mailbox)


def token(person: UUID, reach: bytes, list_id: str) -> str:
    """Seal who, which mailbox and which list for the act "choose"."""
    return seal("choose", person.hex, reach.hex(), list_id)


def links_of(token: str, mailbox: str) -> Links:
    """Give the links of a token."""
    page = f"{site()}/choices/{token}/"
    return Links(page, f"{page}one-click/", f"mailto:{quote(mailbox, safe='@')}?subject=stop%20{token}")


QUESTION = "question"
"""The act of a link that answers a question about the policy."""


def question_link(person: UUID, reach: bytes, version: str) -> str:
    """Give the link to the page on which a person answers what they are asked about a version; good for ever."""
    return f"{site()}/policy/question/{seal(QUESTION, person.hex, reach.hex(), version)}/"


def site() -> str:
    """Give the public address of the site, without a last slash."""
    found = config()
    return (found.site or f"http://{found.bind}").rstrip("/")


def host() -> str:
    """Give the name of the site, which names us to mail servers too."""
    return urlsplit(site()).hostname or "localhost"
