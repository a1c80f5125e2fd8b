"""Be Alice, who meets a company in a browser: reads, registers, orders, asks, posts, applies, joins, leaves."""

import re
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.test_letters import PRIVACY, hand
from tests.journeys.test_pages import check, mail, picture

ALICE = "alice@example.org"
MARKS = {
    "order": "14 Quay Street",
    "support": "The licence key is not taken",
    "support by mail": "It stops at page nine",
    "application": "nine years of mail servers",
    "report": "He posts this every day",
    "letter": "how long you keep letters",
}
"""What she gave by each way, and nobody but whom it is for may see."""
CV = "Curriculum vitae: harbour pilot since 2011"
POST = "Which knot for a hammock?"


def seen(text: str) -> set[str]:
    """Give the ways whose marks stand in a text."""
    return {way for way, mark in MARKS.items() if mark in text} | ({"CV"} if CV in text else set())


def visits(page: Page) -> None:
    """Read the policy as a visitor, who gets no cookie."""
    page.goto("/")
    check(page)
    page.get_by_role("link", name="Read the policy").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Privacy Policy"
    assert not page.context.cookies()


def hands_in(page: Page) -> None:
    """Order, ask support, apply for a job: each page says what it is for."""
    _fill(page, "/order/", Product="Harbour Mail", Number_of_licences="3", Billing_address=MARKS["order"])
    picture(page, "day-order")
    _send(page)
    _fill(page, "/support/", Product="Harbour Mail", What_is_wrong=f"{MARKS['support']}.")
    _send(page)
    _fill(page, "/apply/", Position="Writer of manuals", About_you=f"I bring {MARKS['application']}.")
    page.get_by_label("Your CV").set_input_files({"name": "cv.txt", "mimeType": "text/plain", "buffer": CV.encode()})
    picture(page, "day-apply")
    _send(page)


def _fill(page: Page, path: str, **typed: str) -> None:
    page.goto(path)
    page.get_by_label("E-mail address").fill(ALICE)
    for label, words in typed.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(words)


def _send(page: Page) -> None:
    page.locator("form button").last.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check your mail"


def writes(door: Path) -> None:
    """Write to support, and to the privacy mailbox."""
    for to, way, subject in (
        ("support@example.com", "support by mail", "The printed manual"),
        (PRIVACY, "letter", "A question about your policy"),
    ):
        assert hand(door, _letter(to, subject, f"{MARKS[way]}. Could you tell me?"), to)[0][0] == 250


def _letter(to: str, subject: str, words: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ALICE, to, subject
    message["Message-ID"] = f"<{abs(hash(subject))}@example.org>"
    message.set_content(words)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def answers(page: Page, door: Path) -> None:
    """Write back to what support answered: the mark in the subject keeps it together."""
    mail(page, ALICE, "Your question to our support")
    mark = re.search(r"\[[^]]+\]", page.content())
    assert mark
    words = "Now it works, and thank you for the quick help."
    assert hand(door, _letter("support@example.com", f"Re: {mark[0]}", words), "support@example.com")[0][0] == 250


def talks(page: Page) -> None:
    """Post under a name, report what another wrote, and join the community."""
    page.goto("/forum/name/")
    page.get_by_label("Name to show").fill("Ada")
    page.get_by_role("button", name="Post under this name").click()
    page.goto("/forum/knots/new/")
    page.get_by_label("Subject").fill(POST)
    page.get_by_label("Post", exact=True).fill("I use a bowline, and it slips.")
    picture(page, "day-post")
    page.get_by_role("button", name="Post it for anybody to read").click()
    page.goto("/forum/knots/")
    page.get_by_role("link", name="Ropes for everybody").click()
    page.get_by_role("link", name="Report post number 1").click()
    page.get_by_label("It is advertising.").check()
    page.get_by_label("What is wrong with it", exact=True).fill(f"{MARKS['report']}.")
    picture(page, "day-report")
    check(page)
    page.get_by_role("button", name="Report it").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Reported"
    page.goto("/forum/knots/join/")
    page.get_by_role("button", name="Join, and get its messages").click()
    assert page.get_by_text("You are a member").is_visible()


def is_told(page: Page) -> None:
    """Read what came of it all by mail, leave the community, and see who read what."""
    for subject, words in (
        ("Your order", "Your three licences are ready."),
        ("Your application", "Come and see us on Monday."),
        ("What you reported in the forum", "We have hidden it"),
        ("We meet on Friday", "Bring a rope."),
        ("The first step", "Set it up in the harbour."),
    ):
        assert words in mail(page, ALICE, subject), subject
    page.goto("/forum/knots/")
    page.get_by_role("button", name="Leave this community").click()
    assert page.get_by_text("You left").is_visible()
    page.goto("/me/reads/")
    assert page.get_by_role("row", name=re.compile("Moderation.*Conduct on our site")).count() == 1
    picture(page, "day-who-read")
    check(page)
