"""Test the policy's pages: complete, kept for ever, the same for machines."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from avow.config import config
from avow.page.site import policy
from avow.policy.document import Clause
from avow.policy.proof.check import check
from avow.policy.proof.evidence import EVIDENCE, Evidence
from avow.policy.proof.notyet import NotYet
from avow.policy.reader import read
from avow.policy.shown.page import page, page_hash
from avow.terms import Promise
from avow.updates.kept import kept, tally
from avow.updates.shown.difference import Piece, difference

SITE = Client(headers={"host": "localhost"})


def test_shows_the_rendered_policy_whole() -> None:
    """The page holds the very bytes that the hash covers, every clause beside its promises, and the hash."""
    shown = SITE.get("/policy/").content.decode()
    assert page(policy()) in shown
    assert page_hash(policy()).hex() in shown
    for clause in policy().clauses.values():
        for promise in clause.promises:
            assert promise.meaning in shown.replace("&#x27;", "'")


@pytest.mark.parametrize("end", ["", "policy.txt", "policy.jsonld"])
def test_every_version_has_its_own_address(end: str) -> None:
    """A version stays at its address, as a page, as plain text and for machines."""
    assert SITE.get(f"/policy/{policy().front.version}/{end}").status_code == 200
    assert SITE.get(f"/policy/1999/{end}").status_code == 404


def test_machines_read_json() -> None:
    """The JSON-LD is JSON under its own type, and is not sent again to who has it."""
    path = f"/policy/{policy().front.version}/policy.jsonld"
    answer = SITE.get(path)
    assert answer["Content-Type"].startswith("application/ld+json")
    assert json.loads(answer.content)
    assert SITE.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_the_first_version_has_no_changes() -> None:
    """Nothing stands before the first version."""
    assert SITE.get(f"/policy/{policy().front.version}/changes/").status_code == 404


def test_each_clause_stands_beside_its_promises() -> None:
    """Nothing that the policy says is left out of how it is kept."""
    shown = {clause.id for section in kept(policy(), {}) for clause in section.clauses}
    assert shown == {name for section in policy().sections for name in section.clauses}


OPEN = Promise.OPTOUT


@pytest.fixture
def one_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one promise have no proof."""
    lacks = {**EVIDENCE, OPEN.slug: Evidence(EVIDENCE[OPEN.slug].keepers, ())}
    monkeypatch.setattr("avow.updates.kept.EVIDENCE", lacks)


def _waits(clause: Clause) -> bool:
    return OPEN in clause.promises


@pytest.mark.usefixtures("one_open")
def test_what_is_not_kept_yet_is_said_so_at_its_sentence() -> None:
    """The line of a sentence whose promise no code keeps says so before anything is opened, and no other line does."""
    shown = unescape(SITE.get("/policy/").content.decode())
    lines = dict(re.findall(r"<summary>(.+?) <span class=\"tag[^\"]*\">([^<]+)</span></summary>", shown, re.DOTALL))
    clauses = [policy().clauses[name] for section in policy().sections for name in section.clauses]
    assert {_waits(clause) for clause in clauses} == {True, False}
    for clause in clauses:
        assert (lines[clause.text] == "not kept yet") is _waits(clause), clause.id
        assert lines[clause.text] != "enforced"


@pytest.mark.usefixtures("one_open")
def test_the_page_counts_what_is_not_kept_yet() -> None:
    """The page begins with how many of its sentences are kept and how many are not, as the check counts them."""
    report = check(policy(), open_promises=NotYet((OPEN.slug,), 1))
    assert report.open
    counted = tally(kept(policy(), {}))
    assert (counted.sentences, counted.open, counted.informing) == (report.clauses, report.open, report.informational)
    assert counted.kept + counted.open + counted.informing == counted.sentences
    top, _, below = SITE.get("/policy/").content.decode().partition('<article class="prose">')
    assert f"{counted.kept} of its {counted.sentences} sentences are kept by code" in top
    assert f"{counted.open} are not kept by code yet" in top
    assert f"{counted.open} are <strong>not kept by code yet</strong>" in below


def test_a_page_of_which_all_is_kept_says_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is open, no line and no count says that something is."""
    whole = {promise.slug: Evidence(("avow.mail.stop:stop",), ("tests/x.py::test_y",)) for promise in Promise}
    monkeypatch.setattr("avow.updates.kept.EVIDENCE", whole)
    shown = SITE.get("/policy/").content.decode()
    assert "not kept" not in shown
    assert "Each sentence that promises something is" in shown


def test_proofs_are_named_in_words() -> None:
    """A proof stands in words under its sentence; where it is in the source is one level deeper."""
    found = kept(policy(), {})
    promise = next(one for section in found for clause in section.clauses for one in clause.promises if one.whole)
    assert promise.proofs[0].place.startswith("tests/")
    assert re.fullmatch(r"[A-Z0-9][a-z0-9 ]+", promise.proofs[0].words)
    assert re.fullmatch(r"[a-z]+: [a-z ]+", promise.keepers[0].words)
    shown = SITE.get("/policy/").content.decode()
    outside = re.sub(r"<details><summary class=\"soft\">.*?</details>", "", shown, flags=re.DOTALL)
    assert promise.proofs[0].place in shown
    assert promise.proofs[0].words in outside
    assert "tests/promises" not in outside


def test_differences_are_word_by_word() -> None:
    """What is new and what is gone is marked; what stays is not; clause ids are no words."""
    old = read(next(config().policies.glob("*.md")))
    first = old.sections[0]
    new = replace(old, sections=(replace(first, prose="Brand new. " + first.prose), *old.sections[1:-1]))
    opening, gone = difference(old, new)
    assert opening.pieces[0] == Piece("new", "Brand new. ")
    assert {piece.how for piece in opening.pieces[1:]} == {"same"}
    assert gone.title == old.sections[-1].title
    assert {piece.how for piece in gone.pieces} == {"gone"}
    assert "{#" not in gone.pieces[0].words
    assert difference(old, old) == ()


def test_works_without_a_store() -> None:
    """The policy can be read while the database is away: no test here has one."""
    assert SITE.head("/policy/").status_code == 200
