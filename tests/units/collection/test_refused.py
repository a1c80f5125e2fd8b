"""Test that a no on a form is taken as firmly as on any other page."""

from http import HTTPStatus
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from django.test import Client

from avow.mail.mailing import expand
from avow.mail.stop import apply
from avow.record.said.choices import state
from avow.store.server.embedded import Embedded
from avow.store.spool import drain, waiting
from avow.terms import Scope
from tests.units.collection.cast import count, filled
from tests.units.record.cast import arrive, reach_of
from tests.units.store.away import answering, taking_writes

ALICE = "alice@example.org"


def refused() -> int:
    """Give what Alice's mailbox refuses."""
    return state(reach=reach_of(ALICE)).refused


def test_a_no_is_thanked_for_when_nothing_is_under_way(site: Client, owner: psycopg.Connection) -> None:
    """Who ticks no while a mailing is on the wire to their mailbox waits until that is over."""
    arrive(ALICE, proven=True)
    typed, usual = filled(site, no__marketing="on"), filled(site)
    expand("offers", "# An offer\n\nHere is an offer.\n")
    under_way = "SELECT count(*) FROM delivery WHERE state = 'sending' AND lease > clock_timestamp()"
    owner.execute("UPDATE delivery SET state = 'sending', lease = clock_timestamp() + interval '1500 milliseconds'")
    assert site.post("/register/", usual).status_code == 200
    assert owner.execute(under_way).fetchone() == (1,), "who says no no waits for nothing"
    assert site.post("/register/", typed).status_code == 200
    assert owner.execute(under_way).fetchone() == (0,)


def test_a_no_is_written_once(site: Client, owner: psycopg.Connection) -> None:
    """Waiting for the no writes it no second time, nor does sending the form again."""
    typed = filled(site, no__marketing="on")
    for _ in range(2):
        assert site.post("/register/", typed).status_code == 200
    assert count(owner, "choice") == 1


@pytest.mark.parametrize("damage", [{}, {"shown": "damaged"}, {"profile.shoe": "43"}])
def test_a_no_is_received_when_the_store_is_gone(site: Client, store: Embedded, damage: dict[str, str]) -> None:
    """The form is not kept, and says so; its no is on the disk, and is applied when the store is back."""
    form = filled(site, yes__newsletter="on")
    answering(store, yes=False)
    answer = site.post("/register/", form | {"no.marketing": "on"} | damage)
    assert answer.status_code == 202
    assert b"nothing else of the form was kept" in answer.content
    assert site.post("/register/", form).status_code == 503
    assert site.post("/register/", form | {"no.marketing": "on", "contact.email": "alice"}).status_code == 503
    assert waiting() == 1
    answering(store, yes=True)
    connection.close()
    assert drain(apply) == 1
    assert refused() == Scope.MARKETING.mask


def test_a_no_is_received_when_the_store_takes_no_writes(site: Client, store: Embedded) -> None:
    """A database that can only be read, as in a failover, loses no refusal of a form."""
    typed = filled(site, no__marketing="on")
    taking_writes(store, yes=False)
    assert site.post("/register/", typed).status_code == 202
    taking_writes(store, yes=True)
    assert drain(apply) == 1
    assert refused() == Scope.MARKETING.mask


def test_a_no_holds_though_its_form_is_not_taken(site: Client, owner: psycopg.Connection) -> None:
    """A field that is wrong or undeclared, words never shown, other letters, one form too many: each no holds."""
    typed = filled(site, no__marketing="on")
    wrong = [
        ({"profile.name": "A" * 5_000}, 422),
        ({"profile.shoe": "43"}, 400),
        ({"shown": "forged"}, 400),
        ({"profile.name": "@"}, 400),
        ({}, 429),
    ]
    for number, (changed, wanted) in enumerate(wrong):
        mailbox = f"alice.{number}@example.org"
        if wanted == HTTPStatus.TOO_MANY_REQUESTS:
            owner.execute("UPDATE attempt SET count = 60")
        body = urlencode(typed | changed | {"contact.email": mailbox}).replace("name=%40", "name=Ö").encode("latin-1")
        answer = site.post("/register/", body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == wanted, changed
        assert state(reach=reach_of(mailbox)).refused & Scope.MARKETING.mask, changed
    assert count(owner, "person") == 0
