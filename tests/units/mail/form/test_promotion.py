"""Hold mail that no refusal stops to what it is for."""

import psycopg
import pytest

from avow.errors import MailError
from avow.mail.course.draft import draft, mailing
from avow.mail.course.move import schedule
from avow.mail.form.promotion import check_service
from avow.mail.queue.still import MailingState
from avow.terms import MessageKind

PROMOTES = (
    "Update now. And 20% off all else!",
    "Use the coupon HARBOUR.",
    "Buy now.",
    "A special offer for you",
    "See [it](https://www.example.com/?utm_source=patch)",
    "Brought to you by a sponsored partner",
)
SERVES = (
    "# Pier 4.2.1 closes CVE-2026-1234\n\nPlease install it: [the patch](https://www.example.com/pier/4.2.1).",
    "Your order of 20 boats left today. It was not offered to anybody else.",
    "The sale of your licence to another company is noted.",
)


@pytest.mark.parametrize("words", PROMOTES)
def test_promotion_is_refused(words: str) -> None:
    """Each kind that refusals do not stop refuses it, and names the line; marketing may promote."""
    for kind in MessageKind:
        if kind.marketing:
            check_service(kind, words)
        else:
            with pytest.raises(MailError, match="line 2 promotes something"):
                check_service(kind, f"# Hello\n{words}")


@pytest.mark.parametrize("words", SERVES)
def test_service_is_not(words: str) -> None:
    """A patch, a delivery, a notice go out."""
    for kind in MessageKind:
        check_service(kind, words)


@pytest.mark.usefixtures("published")
def test_it_is_refused_before_the_first_message(owner: psycopg.Connection) -> None:
    """A warning to the owners of a product that promotes something stays a draft."""
    owner.execute(
        "INSERT INTO list (id, title, purpose, topic, joined_only)"
        " VALUES ('patches', 'Patches', 'security', NULL, false)"
    )
    key = draft("patches", f"# A patch\n\n{PROMOTES[0]}\n")
    with pytest.raises(MailError, match="promotes something"):
        schedule(key, 0, None)
    assert mailing(key).state is MailingState.DRAFT
