"""Test what a marketer gives beside the text: whom of the list, as whom, pictures; and what the checks say of it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from avow.config import config
from avow.mail.course.draft import mailing, mailings
from avow.mail.course.tend import tend
from avow.mail.outbox import work
from avow.terms import Role
from tests.units.mail.cast import arrived, local
from tests.units.mail.conftest import Serve, example, published, serve
from tests.units.mail.test_segment import lives
from tests.units.page.staff.cast import at_desk
from tests.units.web.test_mailing_desk import HERE, marketer, page

__all__ = ["example", "published", "serve"]
pytestmark = pytest.mark.usefixtures("published")


def picked(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    """Pick a picture on one's machine."""
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile("pier.png", out.getvalue(), "image/png")


def told(edition: int, body: str = "Dear {{ name | friend }}.", **more: object) -> dict[str, object]:
    """Fill the form in."""
    return {"edition": str(edition), "list": "offers", "subject": "Pier", "body": body, "act": "check", **more}


def begun(browser: Client) -> UUID:
    """Begin a draft."""
    browser.post(f"{HERE}new/", {"list": "offers"})
    return mailings()[0].id


def test_to_some_as_another_with_a_picture(
    serve: Serve, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by line before, sent to them alone, from whom was picked, with the picture; shown so when it is sent."""
    to = serve(rcpt={"cy": "554 5.7.1 relaying denied"})
    monkeypatch.setenv("AVOW_SENDERS", "News of the harbour <news@example.com>")
    config.cache_clear()
    for who, where in (("ada", "Germany"), ("ben", "France"), ("cy", "Germany")):
        lives(who, where)
    browser = marketer()
    key = begun(browser)
    form = page(browser, f"{HERE}{key}/write/")
    assert "<code>country is Germany or Austria</code>" in form
    assert "News of the harbour &lt;news@example.com&gt;" in form
    given = {"segment": "country is Germany\r\n", "sender": "News <news@example.com>", "shown": "on"}
    for lacks in ({"picture": picked()}, {"alt": "The pier"}):
        assert browser.post(f"{HERE}{key}/picture/", told(0, **given, **lacks)).status_code == 422
    small = told(0, alt="x", picture=picked(size=(1, 1)), **given)
    assert "is there to be seen" in browser.post(f"{HERE}{key}/picture/", small).content.decode()
    assert owner.execute("SELECT count(*) FROM picture").fetchone() == (0,)
    answer = browser.post(f"{HERE}{key}/picture/", told(0, alt="The [old] pier", picture=picked(), **given))
    assert answer.status_code == 302
    words = mailing(key).words
    assert words.startswith("# Pier\nSegment: country is Germany\nFrom: News <news@example.com>\n\nDear")
    assert "![The (old) pier](picture:" in words
    assert 'src="data:image/png;base64,' in page(browser, f"{HERE}{key}/look/")
    ready = page(browser, f"{HERE}{key}/")
    assert "Send it now to fewer than 10 people" in ready
    assert "<code>country is Germany</code>" in ready
    for title in ("Who it comes from", "Signed with DKIM", "Where answers go", "The mail server"):
        assert f"<strong>{title}</strong>" in ready, title
    assert "News of the harbour &lt;news@example.com&gt;" in ready
    assert "AVOW_DKIM" in ready, "what to do stands beside what is missing"
    assert browser.post(f"{HERE}{key}/schedule/", {"edition": "1", "when": "now"}).status_code == 302
    tend()
    work()
    assert local(to.taken) == ["ada"]
    read = message_from_bytes(to.taken[0][1], policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert str(read["From"]) == "News of the harbour <news@example.com>"
    (image,) = (part for part in read.walk() if part.get_content_maintype() == "image")
    watched = page(browser, f"{HERE}{key}/")
    assert "<dt>Only to</dt><dd><code>country is Germany</code>" in watched
    assert "Try 1 again" in watched
    to.rcpt = {}
    assert browser.post(f"{HERE}{key}/again/").status_code == 302
    work()
    assert local(to.taken) == ["ada", "cy"]
    assert browser.post(f"{HERE}{key}/again/").status_code == 409
    _shown_to_everybody(key, image.get_content())


def _shown_to_everybody(key: UUID, image: bytes) -> None:
    """See that a past issue shows the picture from our own site, and says nothing of whom the issue was for."""
    visitor = Client(headers={"host": "localhost"})
    issue = page(visitor, f"/lists/issues/{key}/")
    assert "Segment" not in issue
    assert "Germany" not in issue
    file = issue.partition('src="/lists/pictures/')[2].partition('"')[0]
    answer = visitor.get(f"/lists/pictures/{file}")
    assert (answer.content, answer["Content-Type"]) == (image, "image/png")
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies
    for bad in (file.replace(".png", ".jpeg"), "x.png", f"{'0' * 32}.png", file.partition(".")[0]):
        assert visitor.get(f"/lists/pictures/{bad}").status_code == 404


def test_what_nobody_is_in_cannot_be_sent(serve: Serve) -> None:
    """The page says so, with each line and whom it leaves out; what may not be asked for is named."""
    serve()
    arrived("alice")
    browser = marketer()
    key = begun(browser)
    browser.post(f"{HERE}{key}/write/", told(0, segment="country is Malta"))
    ready = page(browser, f"{HERE}{key}/")
    assert "Nobody who may get it is in this segment" in ready
    assert "Send it now" not in ready
    answer = browser.post(f"{HERE}{key}/schedule/", {"edition": "1", "when": "now"})
    assert answer.status_code == 409
    assert "nobody who may get this is in its segment" in answer.content.decode().lower()
    browser.post(f"{HERE}{key}/write/", told(1, segment="product is Pier"))
    assert "may not choose people by" in page(browser, f"{HERE}{key}/")
    looked = browser.post(f"{HERE}{key}/look/", told(1, segment="joined nothing"))
    assert "is no list of the purpose" in looked.content.decode()
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    for path in ("picture/", "again/"):
        assert officer.post(f"{HERE}{key}/{path}").status_code == 403
