"""Test the forms against what is too much, odd or hostile."""

import psycopg
import pytest
from django.test import Client

from tests.units.collection.cast import count, filled


def test_what_the_record_refuses_is_no_failure_of_ours(site: Client, owner: psycopg.Connection) -> None:
    """A value that a field shows and the record does not take is named; nothing is kept."""
    answer = site.post("/register/", filled(site, profile__name="Alice\u0085Bob"))
    assert answer.status_code in {400, 422}
    assert count(owner, "person") == 0


def test_too_much_is_refused(site: Client, owner: psycopg.Connection) -> None:
    """A form of more than a megabyte is refused and nothing of it is kept."""
    assert site.post("/register/", filled(site) | {"profile.name": "x" * 1_000_001}).status_code == 413
    assert count(owner, "person") == 0


def test_another_sites_form_is_refused(site: Client, owner: psycopg.Connection) -> None:
    """A form inside another site's page is not taken."""
    assert site.post("/register/", filled(site), headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert count(owner, "person") == 0


def test_no_cookie(site: Client) -> None:
    """The forms set no cookie."""
    site.post("/register/", filled(site))
    assert not site.cookies


@pytest.mark.parametrize(
    "address", ["жанна@пример.рф", "jürgen@bücher.example", '"a b"@example.org', "a@xn--bcher-kva.example"]
)
def test_takes_addresses_of_every_script(site: Client, owner: psycopg.Connection, address: str) -> None:
    """What can be mailed to is kept, the domain in its one form, and asked for a proof."""
    assert site.post("/register/", filled(site) | {"contact.email": address}).status_code == 200
    row = owner.execute("SELECT fields->>'email' FROM item WHERE category = 'contact'").fetchone()
    assert row is not None
    assert row[0].rpartition("@")[2].isascii()
    assert row[0].rpartition("@")[0] == address.rpartition("@")[0]
    assert count(owner, "outgoing") == 1


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\0", "\u2028", "\x1b", "\u200b@"])
def test_no_sign_breaks_out_of_a_line(site: Client, owner: psycopg.Connection, sign: str) -> None:
    """A line end or control sign in an address, or in a name of one line, is refused, and nothing is kept."""
    for field in ("contact.email", "profile.name"):
        if (field, sign) not in {("profile.name", "\u200b@"), ("profile.name", "\u2028")}:
            answer = site.post("/register/", filled(site) | {field: f"alice{sign}Bcc: bob@example.org"})
            assert answer.status_code in {400, 422}, (field, sign)
    assert count(owner, "person") == count(owner, "item") == 0


@pytest.mark.parametrize("field", ["contact.email", "profile.name"])
def test_almost_a_megabyte_is_named_at_its_field(site: Client, owner: psycopg.Connection, field: str) -> None:
    """What is just within the size of a form is refused at its field, quickly, and nothing is kept."""
    answer = site.post("/register/", filled(site) | {field: "a" * 900_000 + "@example.org"})
    assert answer.status_code == 422
    assert count(owner, "person") == count(owner, "reach") == 0
