"""Prove that what is most private is shown days after it was asked for, when no address of its person stopped it."""

import json
import re
from html import unescape
from pathlib import Path
from uuid import UUID

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from avow.page import site as sites
from avow.page.site import policy
from avow.policy.folder import load
from avow.policy.meaning.highest import highest
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.record.known.identity import end_address, verify
from avow.record.matters.matter import matters_of
from avow.record.own.awaited import awaited, begin_anew, sweep
from avow.record.shown.versions import publish
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Promise, Role
from tests.promises.conftest import Site, person_at
from tests.promises.writing import ALICE, paths, read, say, sent, text_of
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import stamped

OTHER = "alice@example.net"
CV = '{ id = "cv", label = "Your CV", type = "file" },'
JOB = {"application__position": "Keeper", "application__letter": "I like the sea."}
PRIVATE = ("I like the sea.", "my-life.txt", "bXkgbGlmZQ==", "In a hurry, it seems.")
"""What she applied with, her file's name, its bytes in base64, and what our people noted of her."""
_DAYS = "UPDATE awaited SET at = at - %s::interval, stopped = stopped - %s::interval"


def hers(site: Site) -> UUID:
    """Let Alice apply with a file, be noted about, and prove two addresses."""
    form: dict[str, object] = dict(site.form("/apply/", contact__email=ALICE, **JOB))
    site.browser.post("/apply/", form | {"application.cv": SimpleUploadedFile("my-life.txt", b"my life")})
    alice = person_at(ALICE, prove=True)
    hirer, _ = at_desk(Role.HIRING)
    (path,) = paths(hirer, "applications")
    say(hirer, path, PRIVATE[-1], "note")
    keep(stamped(ChannelKind.ORDER, "shop"), [Given("contact", {"email": OTHER})], parse(OTHER), person=alice)
    verify(alice, parse(OTHER).exact_id, "promise")
    return alice


def asked(site: Site, owner: psycopg.Connection) -> tuple[str, str]:
    """Ask for the copy with a second code; give the page and the JSON."""
    owner.execute("DELETE FROM attempt")
    page = hidden(site.browser.post("/me/copy/"), "token")
    row = owner.execute("SELECT given->>'code' FROM outgoing WHERE words ~ 'code-copy' ORDER BY at DESC").fetchone()
    assert row
    shown = site.browser.post("/me/copy/", {"token": page, "code": row[0]})
    answer = site.browser.post("/me/copy/", {"proven": hidden(shown, "proven"), "as": "json"})
    assert isinstance(shown, HttpResponse)
    assert isinstance(answer, HttpResponse)
    return shown.content.decode(), answer.content.decode()


def hidden(page: object, name: str) -> str:
    """Give what a page carries under a name."""
    assert isinstance(page, HttpResponse)
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found
    return unescape(found[1])


def held_back(told: tuple[str, str]) -> bool:
    """Say whether nothing of what is most private is told; raise AssertionError where a part of it is."""
    found = [words in "".join(told) for words in PRIVATE]
    assert len(set(found)) == 1
    return not found[0]


@proves(Promise.ACCESS, "S29")
def test_what_is_most_private_comes_three_days_later(site: Site, owner: psycopg.Connection) -> None:
    """Until then its kinds are told, and why; each address is told once; then it is shown for a week, and no longer."""
    alice = hers(site)
    (matter,) = matters_of(alice)
    site.sign_in(ALICE)
    for _ in range(2):
        shown, file = asked(site, owner)
        assert held_back((shown, file))
        assert ALICE in file, "what is less private is shown at once"
        assert "Your application: 1" in shown
        late = dict(json.loads(file)["late"])
        assert late == {"Your application": 1, "Files that you sent": 1, "Notes of our people": 1}
    told = owner.execute("SELECT encode(exact, 'hex') FROM outgoing WHERE words = 'copy-awaited'").fetchall()
    assert sorted(row[0] for row in told) == sorted(parse(one).exact_id.hex() for one in (ALICE, OTHER))
    (message,) = (one for one in sent(site, OTHER) if "three days" in str(one["Subject"]))
    assert not any(words in text_of(message) for words in PRIVATE)
    page = f"/me/said/{matter.id}/"
    key = owner.execute("SELECT id FROM enclosed").fetchone()
    assert key
    assert PRIVATE[0] not in read(site.browser, page)
    assert site.browser.get(f"{page}file/{key[0]}/").status_code == 403
    for gone, expected in (("71 hours", True), ("2 hours", False), ("8 days", True)):
        owner.execute(_DAYS, [gone, gone])
        assert held_back(asked(site, owner)) is expected
        assert (PRIVATE[0] not in read(site.browser, page)) is expected
    assert begin_anew() == 1, "in a store that was restored it is asked for anew"


@proves(Promise.ACCESS, "S29")
def test_whoever_reads_one_mailbox_is_stopped_from_another(
    policies: Path, site: Site, owner: psycopg.Connection
) -> None:
    """A link, without signing in, shows nobody anything, ends each session, and keeps what is private for a week.

    A version under which applications are nothing special opens none that came before.
    """
    alice = hers(site)
    site.sign_in(ALICE)
    assert held_back(asked(site, owner))
    link = stop_link(owner)
    for path in (link, link[:-9] + "AAAAAAAA/"):
        assert PRIVATE[0] not in read(site.browser, path)
    assert awaited(alice), "to look at a link stops nothing"
    assert site.browser.post(link[:-9] + "AAAAAAAA/").status_code == 404
    assert "It is stopped" in text(site.browser.post(link))
    assert site.browser.post("/me/copy/")["Location"] == "/signin/"
    assert "Nothing waits" in read(site.browser, link)
    site.sign_in(ALICE)
    owner.execute(_DAYS, ["4 days", "4 days"])
    told = asked(site, owner)
    assert held_back(told)
    assert "Somebody stopped this" in told[0]
    assert owner.execute("SELECT count(*) FROM outgoing WHERE words = 'copy-awaited'").fetchone() == (2,)
    owner.execute(_DAYS, ["4 days", "4 days"])
    assert sweep() == 1
    words = policy().source.replace('version = "2025-01-01"', 'version = "2026-01-01"\nfollows = "2025-01-01"')
    words = words.replace("effective = 2025", "effective = 2026").replace(CV, "")
    (policies / "2026-01-01.md").write_text(words.replace('"support"]\nstates', '"support", "application"]\nstates'))
    sites.folder.cache_clear()
    publish(load(policies))
    assert highest(policy()).isdisjoint({"application"})
    assert held_back(asked(site, owner))


@proves(Promise.ACCESS, "S29")
def test_what_was_asked_before_a_change_of_address_is_asked_anew(site: Site, owner: psycopg.Connection) -> None:
    """Whoever waits out the week after they took an address over waits three days more, and the other is told.

    They are told in the language that they read, whatever whoever asks chose.
    """
    alice = hers(site)
    site.sign_in(ALICE)
    site.browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    asked(site, owner)
    link = stop_link(owner)
    end_address(alice, parse(OTHER).exact_id)
    owner.execute("UPDATE address SET ended = ended - interval '8 days' + interval '1 hour'")
    owner.execute(_DAYS, ["8 days", "8 days"])
    assert held_back(asked(site, owner))
    found = awaited(alice)
    assert found
    assert not found.opened
    words = "SELECT DISTINCT words FROM outgoing WHERE words ~ 'copy' ORDER BY words"
    assert owner.execute(words).fetchall() == [("copy-awaited",), ("de/code-copy",)]
    del site.browser.defaults["HTTP_ACCEPT_LANGUAGE"]
    assert "It is stopped" in text(site.browser.post(link)), "a link of before stops what was asked for since"
    found = awaited(alice)
    assert found
    assert found.stopped


def stop_link(owner: psycopg.Connection) -> str:
    """Give the one link by which what waits is stopped, as it was mailed."""
    links = {row[0] for row in owner.execute("SELECT given->>'stop' FROM outgoing WHERE words = 'copy-awaited'")}
    (link,) = links
    return str(link)[str(link).index("/me/") :]


def text(page: object) -> str:
    """Give the words of an answer."""
    assert isinstance(page, HttpResponse)
    return page.content.decode()
