"""Send to a segment: asked when it is made and again when each copy leaves; nobody in it is refused with the reason."""

from uuid import UUID

import psycopg
import pytest

from avow.errors import MailError
from avow.mail.course.draft import draft, mailing
from avow.mail.course.move import schedule
from avow.mail.course.sample import issue
from avow.mail.course.tend import tend
from avow.mail.form.given.opening import Opening, opening
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.record.known.address import parse
from avow.record.taken.store import Given, keep
from avow.uses.mailings import foresee
from tests.units.mail.cast import local, name
from tests.units.mail.conftest import Serve
from tests.units.record.cast import arrive, stamped

GERMANS = "# Harbours\nSegment: country is Germany or Austria\n\nDear {{ name | friend }}.\n"


def lives(who: str, country: str, person: UUID | None = None) -> UUID:
    """Let somebody register, or say anew where they live."""
    person = person or arrive(name(who), proven=True)
    keep(stamped(), [Given("profile", {"name": who, "country": country})], parse(name(who)), person=person)
    return person


@pytest.mark.usefixtures("published")
def test_it_reaches_the_segment_alone(serve: Serve, owner: psycopg.Connection) -> None:
    """Who is in gets it; who moved away before their copy left does not; the words keep what was asked."""
    to = serve()
    people = {who: lives(who, where) for who, where in (("ada", "Germany"), ("ben", "Österreich"), ("cy", "France"))}
    seen = foresee("offers", GERMANS)
    assert (seen.allowed, seen.segment) == (2, {"country is Germany or Austria": 1})
    key = expand("offers", GERMANS)
    assert report(key).expected == 2
    lives("ben", "France", people["ben"])
    work()
    assert local(to.taken) == ["ada"]
    found = report(key)
    assert (found.states, found.accounted) == ({"sent": 1, "denied": 1}, True)
    assert found.denied == {"not in the segment any more": 1}
    assert b"Segment" not in to.taken[0][1]
    assert "Segment: country is Germany or Austria" in mailing(key).words
    asked = owner.execute("SELECT asked FROM delivery WHERE state = 'sent'").fetchone()
    assert asked is not None
    assert "profile" in asked[0]["categories"], "that it was gone by stands with the decision"


@pytest.mark.usefixtures("published")
def test_a_segment_without_anybody_is_refused(serve: Serve) -> None:
    """With the lines that leave nobody: when it is sent, when it is scheduled, and when its time comes."""
    to = serve()
    ada = lives("ada", "Germany")
    maltese = GERMANS.replace("Germany or Austria", "Malta")
    with pytest.raises(MailError, match=r"nobody .* \(country is Malta\)"):
        expand("offers", maltese)
    key = draft("offers", maltese)
    with pytest.raises(MailError, match="nobody who may get this"):
        schedule(key, 0, None)
    key = draft("offers", GERMANS)
    schedule(key, 0, None)
    lives("ada", "France", ada)
    tend()
    assert mailing(key).state.value == "paused"
    assert "nobody who may get this" in mailing(key).note
    assert (work(), to.taken) == (0, [])


def test_what_stands_above_the_text() -> None:
    """Only directly below the subject; read and written again it is the same; no page of a past issue shows it."""
    words = "# Hi\nsegment: country is Malta\nSegment: never joined boats\nFrom: News <n@example.org>\n\nFrom: me.\n"
    found = opening(words)
    assert found == Opening("Hi", "From: me.", ("country is Malta", "never joined boats"), "News <n@example.org>", "")
    assert opening(found.words) == found
    assert opening("# Hi\n\nSegment: of an orange\n").segment == ()
    assert issue(words) == "<p>From: me.</p>\n"
    with pytest.raises(MailError, match="names Reply-To 2 times"):
        opening("# Hi\nReply-To: a@example.org\nReply-To: b@example.org\n\nx")
