"""Prove what becomes of an application: its file, who sees it, and that nothing in it does harm."""

import base64
import json
import re
from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_json
from avow.accuracy.forgotten.forget import forget
from avow.accuracy.forgotten.sweep import sweep
from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.snapshot import snapshot
from avow.policy.proof.keeps import proves
from avow.record.covered import covered
from avow.record.known.forget import forget_item
from avow.record.matters.enclosed import files_of
from avow.record.matters.matter import matters_of, turns_of
from avow.record.opening.parts import part
from avow.store.server.embedded import Embedded
from avow.terms import Promise, Role
from tests.promises.conftest import Site, person_at
from tests.promises.test_how_we_collect_data import ORDER
from tests.promises.writing import ALICE, BOB, CANARY, bomb, document, hand_in, letter, pages, paths, read, unpacked
from tests.units.ledger.shelf import public, sequence_all
from tests.units.page.staff.cast import at_desk

JOB = {"application__position": "Keeper", "application__letter": "I like the sea."}
PROBLEM = {"support__product": "Lighthouse", "support__problem": "It does not start."}
EVIL = "<script>alert(1)</script>"
GIGABYTE = 1_000_000_000


def applied(site: Site, name: str, data: bytes, **typed: str) -> HttpResponse:
    """Apply with a file."""
    form = site.form("/apply/", **{"contact__email": ALICE, **JOB, **typed})
    answer = site.browser.post("/apply/", {**form, "application.cv": SimpleUploadedFile(name, data)})
    assert isinstance(answer, HttpResponse)
    return answer


def wrong(store: Embedded) -> list[str]:
    """Check the whole ledger against the store; tell what disagrees."""
    sequence_all()
    address = store.url("avow_backup", settings.DATABASES["default"]["NAME"])
    with psycopg.connect(address) as backup, snapshot() as source:
        return fsck(source, covered(backup), public()).disagreements


@pytest.fixture
def hirer(site: Site) -> Client:
    """Give the browser of somebody who hires."""
    assert site.server.url
    return at_desk(Role.HIRING)[0]


@proves(Promise.REGISTRATION, Promise.CHANNELS_ONLY, "S3", "S4")
def test_a_cv_is_cleaned_and_seen_by_those_who_hire_alone(site: Site, hirer: Client) -> None:
    """It is kept without its maker, opens to those who hire as a file that no browser runs, and stands in the copy."""
    assert any(CANARY.encode() in one for one in unpacked(pages()))
    assert applied(site, "../Harry's CV.pdf", pages()).status_code == 200
    person = person_at(ALICE, prove=True)
    (path,) = paths(hirer, "applications")
    page = read(hirer, path)
    found = re.search(rf'href="({path}file/[0-9a-f-]+/)">Harry_s CV.pdf', page)
    assert found
    got = hirer.get(found[1])
    assert isinstance(got, HttpResponse)
    assert not any(CANARY.encode() in one for one in unpacked(got.content))
    assert got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    for role in (Role.SUPPORT, Role.ORDERS, Role.MARKETING, Role.OPERATOR, Role.PRIVACY_OFFICER):
        assert at_desk(role, email=f"{role.value}@example.com")[0].get(found[1]).status_code == 403
    told = copy(person, opened=True)
    assert ("Your CV", "Harry_s CV.pdf") in next(one.fields for one in told.given if one.title == "Your application")
    assert any("Harry_s CV.pdf" in words for line in told.answers for words in line.words)
    (file,) = json.loads(as_json(told, files_of(person)))["files"]
    assert base64.b64decode(file["data"]) == got.content


@proves(Promise.REGISTRATION, "S4")
@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("cv.docx", bomb, "it unpacks to more than it may"),
        ("cv.pdf", lambda: b"MZ\x00\x01", "we keep pictures, PDF, text and office documents, and nothing else"),
        ("cv.txt", lambda: b"a" * 2_000_001, "it is larger than 2 MB"),
    ],
)
def test_a_file_that_is_not_kept_is_said_to_be_so(
    site: Site, owner: psycopg.Connection, name: str, data: Callable[[], bytes], why: str
) -> None:
    """A bomb, a program, what is too large: the form says so at its field, in plain words, and nothing is kept."""
    answer = applied(site, name, data())
    assert answer.status_code == 422
    assert f"This file was not kept: {why}" in answer.content.decode()
    assert "I like the sea." in answer.content.decode(), "what was typed is not lost"
    assert owner.execute("SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM enclosed)").fetchone() == (0,)


@proves(Promise.REGISTRATION, Promise.SUPPORT, "S4", "S9")
@pytest.mark.parametrize(("path", "words"), [("/apply/", JOB), ("/support/", PROBLEM)])
def test_what_says_that_it_is_a_gigabyte_is_not_read(
    site: Site, owner: psycopg.Connection, path: str, words: dict[str, str]
) -> None:
    """It is refused by its length, and where it tells none, before a byte of it is read; the next one is taken."""
    kind = "multipart/form-data; boundary=b"
    for headers, status in (
        ({"CONTENT_LENGTH": str(GIGABYTE)}, 413),
        ({"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    ):
        assert site.browser.generic("POST", path, b"--b", kind, **headers).status_code == status  # type: ignore[arg-type]  # names of CGI
    assert site.browser.post(path, site.form(path, contact__email=ALICE, **words)).status_code == 200
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (1,)


@proves(Promise.OPTOUT_AT_REGISTRATION, "S24")
def test_a_no_beside_files_that_are_too_large_is_kept(site: Site, owner: psycopg.Connection) -> None:
    """The form says that it is too large, and holds nothing but the no; past 32 MB it is not read."""
    form = site.form("/order/", contact__email=ALICE, no__insight="on", **ORDER)
    for size, kept in ((33_000_000, 0), (2_500_000, 1)):
        answer = site.browser.post("/order/", form | {"order.file": SimpleUploadedFile("a.pdf", b"a" * size)})
        assert answer.status_code == 413
        assert ("which holds" in answer.content.decode()) is bool(kept)
        assert owner.execute("SELECT count(*) FROM choice WHERE answer = 'no'").fetchone() == (kept,)
        assert owner.execute("SELECT count(*) FROM item").fetchone() == (0,)


@proves(Promise.REGISTRATION, "S4")
def test_a_file_where_none_is_declared_is_refused(site: Site, owner: psycopg.Connection) -> None:
    """A file that no field takes is undeclared, one for a field of words is no words, and a name alone is no file."""
    form = site.form("/support/", contact__email=ALICE, **PROBLEM)
    file = SimpleUploadedFile("cv.txt", b"words")
    assert site.browser.post("/support/", {**form, "support.file": file}).status_code == 400
    assert site.browser.post("/support/", {**form, "support.problem": file}).status_code == 422
    assert owner.execute("SELECT count(*) FROM item").fetchone() == (0,)
    form = site.form("/apply/", contact__email=ALICE, application__cv="cv.pdf", **JOB)
    assert site.browser.post("/apply/", form).status_code == 200
    found = owner.execute("SELECT count(*), count(fields->>'cv') FROM item WHERE category = 'application'").fetchone()
    assert found == (1, 0)


@proves(Promise.REGISTRATION, Promise.SUPPORT, "S4", "S9")
@pytest.mark.parametrize(
    ("path", "place", "role", "purpose"),
    [("/apply/", "applications", Role.HIRING, "hiring"), ("/support/", "support", Role.SUPPORT, "support")],
)
def test_a_script_in_every_field_is_words(site: Site, path: str, place: str, role: Role, purpose: str) -> None:
    """Whoever reads it sees the signs that were typed, and no page that they are a part of."""
    desk, _ = at_desk(role)
    page = site.browser.get(path)
    assert isinstance(page, HttpResponse)
    names = re.findall(r' name="((?:profile|application|support)\.[a-z]+)"', page.content.decode())
    typed = {name.replace(".", "__"): EVIL for name in names if name != "application.cv"}
    assert len(typed) == 6
    form: dict[str, object] = dict(site.form(path, contact__email=ALICE, **typed))
    form |= {"application.cv": SimpleUploadedFile(f"{EVIL}.txt", EVIL.encode())} if path == "/apply/" else {}
    assert site.browser.post(path, form).status_code == 200
    person = person_at(ALICE, prove=True)
    (one,) = paths(desk, place)
    for where in (one, f"/desk/{place}/", f"/desk/people/{person}/?for={purpose}"):
        said = read(desk, where)
        assert EVIL not in said
        assert "alert(1)" in said


@proves(Promise.LETTERS, Promise.ACCESS, "S6", "S29")
def test_the_ledger_knows_each_file_and_forgets_it_with_its_words(
    site: Site, store: Embedded, owner: psycopg.Connection
) -> None:
    """A changed byte, another name and another item for it are told; whoever is forgotten takes the files along."""
    assert applied(site, "cv.docx", document()).status_code == 200
    message = letter("See the file.", sender=BOB)
    for name in ("a.txt", "b.txt"):
        message.add_attachment(name, subtype="plain", filename=name)
    hand_in(message)
    assert wrong(store) == []
    owner.execute("CREATE TABLE files AS TABLE enclosed")
    for change in ("data = data || 'x'", "name = 'other'", "item = gen_random_uuid()"):
        owner.execute(f"UPDATE enclosed SET {change} WHERE name = 'a.txt'".encode())
        assert any("enclosed" in words and "was changed" in words for words in wrong(store)), change
        owner.execute("DELETE FROM enclosed")
        owner.execute("INSERT INTO enclosed SELECT * FROM files")
    assert wrong(store) == []
    with psycopg.connect(store.url("avow_backup", settings.DATABASES["default"]["NAME"])) as backup:
        lines = list(part(backup, "enclosed"))
    assert len(lines) == 3
    assert not any({"name", "data", "salt", "why"} & line.keys() for line in lines)
    person = person_at(ALICE)
    (turn,) = turns_of([one.id for one in matters_of(person)])
    assert turn.item
    assert forget_item(person, turn.item)
    assert owner.execute("SELECT name FROM enclosed ORDER BY 1").fetchall() == [("a.txt",), ("b.txt",)]
    forget(person_at(BOB))
    assert owner.execute("SELECT count(*) FROM enclosed").fetchone() == (0,)
    assert wrong(store) == []


@proves(Promise.REGISTRATION, "S4")
def test_a_file_ends_with_the_time_of_its_words(site: Site, store: Embedded, owner: psycopg.Connection) -> None:
    """When an application has had its time, its file goes in the same sweep, and the ledger says so."""
    assert applied(site, "cv.docx", document()).status_code == 200
    sweep()
    assert owner.execute("SELECT count(*) FROM enclosed").fetchone() == (1,)
    owner.execute("UPDATE item SET until = now() - interval '1 hour' WHERE category = 'application'")
    sweep()
    assert owner.execute("SELECT count(*) FROM enclosed").fetchone() == (0,)
    assert wrong(store) == []
