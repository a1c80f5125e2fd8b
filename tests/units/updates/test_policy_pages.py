"""Test the policy's pages: complete, kept for ever, the same for machines."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from avow.config import config
from avow.page.site import policy
from avow.policy.reader import read
from avow.policy.shown.page import page, page_hash
from avow.updates.difference import Piece, difference
from avow.updates.kept import kept

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
