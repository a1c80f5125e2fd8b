"""Prove what the opening of the policy promises: that it is complete, and that the page is what was published."""

from html import escape, unescape

import psycopg
import pytest

from avow.errors import SchemaError
from avow.page.site import policy
from avow.policy.proof.evidence import EVIDENCE
from avow.policy.proof.keeps import proves
from avow.policy.proof.processors import CHOICE
from avow.policy.shown.page import page, page_hash
from avow.record.inventory import census, inventory
from avow.terms import ClauseClass, Promise
from tests.promises.conftest import Site

HELD = """
SELECT DISTINCT category, jsonb_object_keys(fields) FROM item
"""


@proves(Promise.PAGE_COMPLETE, "S1", "S2")
def test_the_page_is_the_policy_whose_hash_is_in_the_ledger(site: Site, owner: psycopg.Connection) -> None:
    """What is shown is what was published, to the byte; a sentence that only informs wears no badge."""
    shown = site.browser.get("/policy/").content.decode()
    assert page(policy()) in shown
    assert owner.execute("SELECT page_hash FROM version").fetchall() == [(page_hash(policy()),)]
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'published'").fetchone() == (1,)
    assert policy().clauses["opening.care"].kind is ClauseClass.INFORMATIONAL
    assert not policy().clauses["opening.care"].promises
    for slug, one in EVIDENCE.items():
        claimed = any(slug == promise.slug for clause in policy().clauses.values() for promise in clause.promises)
        assert claimed or not one.keepers, slug


@proves(Promise.PAGE_COMPLETE, "S2")
def test_everything_in_the_store_is_named_on_the_page(site: Site, owner: psycopg.Connection) -> None:
    """Each field that is held, each purpose stated for it, each recipient and cookie stands there in plain words."""
    site.register("alice@example.org", profile__name="Alice", profile__phone="1", yes__newsletter="on")
    question = {"contact__email": "bob@example.org", "inquiry__subject": "s", "inquiry__message": "m"}
    site.browser.post("/inquiry/", site.form("/inquiry/", **question))
    site.sign_in("alice@example.org")
    shown = unescape(site.browser.get("/policy/").content.decode())
    held = owner.execute(HELD).fetchall()
    assert {category for category, _ in held} == {"contact", "profile", "inquiry"}
    for category, field in held:
        found = policy().categories[category]
        assert found.title in shown
        assert next(one.label for one in found.fields if one.id == field) in shown
    rows = owner.execute("SELECT purposes FROM stamp").fetchall()
    stated = {name for (purposes,) in rows for name in purposes.split()}
    assert len(stated) > 5
    for name in stated:
        purpose = policy().purposes[name]
        assert purpose.title in shown
        assert all(policy().recipients.get(one, policy().front.company) in shown for one in purpose.recipients)
    assert all(name in shown for name in site.browser.cookies)


@proves(Promise.PAGE_COMPLETE, "S2")
def test_nothing_is_stored_that_is_not_declared(site: Site, owner: psycopg.Connection) -> None:
    """Every column of the store has its class, its reason and its end; a column more, and the store does not open."""
    assert site.browser.get("/policy/").status_code == 200
    census()
    assert all(line.why and line.retention for line in inventory())
    cookies = {line.name.partition(".")[2] for line in inventory() if line.table == "cookie"}
    assert cookies == {*policy().cookies, CHOICE}, "a choice is kept where there is something to choose"
    owner.execute("ALTER TABLE person ADD COLUMN shoe_size int")
    with pytest.raises(SchemaError, match=r"person\.shoe_size"):
        census()


@proves(Promise.PAGE_COMPLETE, "S2")
def test_types_of_information_tracking_use_and_sharing_are_on_the_page() -> None:
    """Each kind of data with its fields and time, each purpose, recipient, cookie and right stands on the page."""
    shown = page(policy())
    told = [one.title for one in policy().categories.values()]
    told += [one.title for one in policy().purposes.values()] + [one.title for one in policy().rights.values()]
    told += [field.label for one in policy().categories.values() for field in one.fields]
    told += [f"{one.retention} days" for one in policy().categories.values() if one.retention]
    told += [words for one in policy().cookies.values() for words in (one.name, one.title)]
    told += [
        words
        for kind, words in policy().recipients.items()
        if any(kind in purpose.recipients for purpose in policy().purposes.values())
    ]
    assert len(told) > 60
    assert [words for words in told if escape(words) not in shown] == []
