"""Prove who is looked at for other openings: who ticked that, as long as they want it, and for nothing else."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from avow.accuracy.forgotten.sweep import sweep
from avow.decision.request import Request
from avow.gate.audience import members
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.matters.matter import matters_of
from avow.record.said.choices import Chosen, choose
from avow.terms import Actor, Answer, Promise, Role, Scope
from tests.promises.conftest import CONTACT, Site
from tests.promises.writing import ALICE, BOB, CAROL, read
from tests.units.page.staff.cast import at_desk

JOB = {"application__position": "Keeper", "application__letter": "I like the sea."}
POOL = "/desk/applications/pool/"


def apply(site: Site, address: str, *, ticked: bool, agreed: bool = True) -> UUID:
    """Apply, with or without the tick, and prove the address, with or without the yes that waits for that."""
    typed = JOB | ({"yes__talent": "on"} if ticked else {})
    form = site.form("/apply/", contact__email=address, profile__name=address.partition("@")[0].title(), **typed)
    assert site.browser.post("/apply/", form).status_code == 200
    exact = parse(address).exact_id
    (person,) = persons_at(exact)
    verify(person, exact, "the link that was mailed", None if agreed else ())
    return person


def in_pool(hirer: Client) -> set[str]:
    """Give whose cards the pool leads to."""
    page = read(hirer, POOL)
    return {part[:36] for part in page.split("/desk/people/")[1:]}


def until(owner: psycopg.Connection, person: UUID) -> timedelta | None:
    """Give how long an application is kept from when it came; None if it is gone."""
    row = owner.execute("SELECT until - at FROM item WHERE category = 'application' AND person_id = %s", [person])
    found = row.fetchone()
    return found[0] if found else None


@pytest.fixture
def hirer(site: Site) -> Client:
    """Give the browser of somebody who hires."""
    assert site.server.url
    return at_desk(Role.HIRING)[0]


@proves(Promise.PURPOSES_ONLY, Promise.CONFIDENTIAL, "S17", "S19")
def test_other_openings_only_for_who_ticked_that(site: Site, hirer: Client) -> None:
    """Nothing is ticked beforehand; the pool lists whose yes stands, to those who hire alone, and never an audience."""
    page = site.browser.get("/apply/")
    assert isinstance(page, HttpResponse)
    box = page.content.decode().partition('name="yes.talent"')[2].partition(">")[0]
    assert box
    assert "checked" not in box
    alice = apply(site, ALICE, ticked=True)
    bob = apply(site, BOB, ticked=False)
    carol = apply(site, CAROL, ticked=True, agreed=False)
    assert in_pool(hirer) == {str(alice)}
    assert [site.may(one, "talent") for one in (alice, bob, carol)] == [True, False, False]
    assert [site.may(one, "hiring") for one in (alice, bob, carol)] == [True, True, True]
    assert "I like the sea." in read(hirer, f"/desk/people/{alice}/?for=talent")
    assert "I like the sea." not in read(hirer, f"/desk/people/{bob}/?for=talent")
    for role in (Role.SUPPORT, Role.ORDERS, Role.MARKETING, Role.OPERATOR, Role.PRIVACY_OFFICER):
        assert at_desk(role, email=f"{role.value}@example.com")[0].get(POOL).status_code == 403
    for name in ("offers", "newsletter", "updates"):
        assert alice not in {one for one, _ in members(Request(name, CONTACT))}


@proves(Promise.PURPOSES_ONLY, Promise.OPTOUT_ANY_TIME, "S17", "S25")
@pytest.mark.parametrize("no", [Chosen(Answer.NO, purpose="talent"), Chosen(Answer.NO, scope=Scope.OPTIONAL)])
def test_taking_it_back_holds_at_once(site: Site, hirer: Client, no: Chosen) -> None:
    """The next look at the pool does not show them; the application itself is looked at for its job still."""
    alice = apply(site, ALICE, ticked=True)
    assert in_pool(hirer) == {str(alice)}
    choose(no, Actor.PERSON_VERIFIED, "signed in", alice)
    assert in_pool(hirer) == set()
    assert not site.may(alice, "talent")
    assert site.may(alice, "hiring")


@proves(Promise.PURPOSES_ONLY, "S17")
@pytest.mark.parametrize("no", [Chosen(Answer.NO, purpose="talent"), Chosen(Answer.NO, scope=Scope.OPTIONAL)])
def test_it_is_kept_longer_only_with_the_tick(site: Site, hirer: Client, owner: psycopg.Connection, no: Chosen) -> None:
    """With it two years, without it the time of an application; once it is taken back, what is past that time goes."""
    alice, bob = apply(site, ALICE, ticked=True), apply(site, BOB, ticked=False)
    sweep()
    assert [until(owner, one) for one in (alice, bob)] == [timedelta(days=365)] * 2, "none is due yet"
    owner.execute("UPDATE item SET at = at - interval '365 days', until = until - interval '365 days'")
    sweep()
    assert [until(owner, one) for one in (alice, bob)] == [timedelta(days=730), None]
    assert in_pool(hirer) == {str(alice)}
    assert matters_of(alice)
    choose(no, Actor.PERSON_VERIFIED, "signed in", alice)
    assert in_pool(hirer) == set()
    sweep()
    assert until(owner, alice) is None
