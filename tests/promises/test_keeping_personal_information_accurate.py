"""Prove what the policy says of keeping information accurate: who asks gets all of theirs, and nobody else's."""

import json
import re
from collections.abc import Iterator, Mapping
from random import Random
from uuid import UUID

import pytest
from django.test import Client

from avow.accuracy.copy.copy import Copy, copy
from avow.accuracy.copy.file import as_csv, as_json
from avow.decision.request import Request
from avow.gate.clear import clear
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.own.opened import kept_of
from avow.record.seen.cases import case_of, open_case
from avow.record.shown.notice import show
from avow.record.taken.bulk import Arrival, take
from avow.terms import Actor, ChannelKind, Promise, Role
from tests.promises.conftest import Site
from tests.units.page.staff.cast import at_desk

CROWD, SAMPLED = 10_000, 200
MARK = re.compile(r"mark-\d+-[a-z]+-[a-z]+")
KINDS = (ChannelKind.REGISTRATION, ChannelKind.INQUIRY, ChannelKind.ORDER, ChannelKind.SUPPORT, ChannelKind.APPLICATION)


def marked(number: int, category: str) -> Mapping[str, str]:
    """Give every field of a category a mark of its own."""
    values = {
        field.id: f"mark-{number}-{category}-{field.id}"
        for field in policy().categories[category].fields
        if not field.options
    }
    return values | ({"email": f"mark-{number}-contact-email@example.org"} if category == "contact" else {})


def _typed(number: int, kind: ChannelKind) -> Mapping[str, Mapping[str, str]]:
    return {one: marked(number, one) for one in policy().channels[kind].collects}


def crowd() -> Iterator[Arrival]:
    """Let people arrive by each channel in turn, and every third of them by another one later."""
    shown = {kind: show(policy(), kind, "en") for kind in KINDS if kind in policy().channels}
    kinds = list(shown)
    for number in range(CROWD):
        address = parse(f"mark-{number}-contact-email@example.org")
        first, second = (
            Arrival(shown[kind], kind.value, address, _typed(number, kind), proven=True)
            for kind in (kinds[number % len(kinds)], kinds[(number + 1) % len(kinds)])
        )
        yield Arrival(
            first.shown, first.source, address, first.given, proven=True, later=(second,) if number % 3 == 0 else ()
        )


def given(one: Arrival) -> set[str]:
    """Give the marks of somebody."""
    return {
        mark
        for part in (one, *one.later)
        for fields in part.given.values()
        for value in fields.values()
        for mark in MARK.findall(value)
    }


@proves(Promise.ACCESS, "S29")
@pytest.mark.usefixtures("site")
def test_the_copy_holds_all_of_theirs_and_nothing_of_anybody_else() -> None:
    """Of ten thousand people with a mark in every field, two hundred get each mark of their own and no other."""
    people = list(crowd())
    take(people)
    for one in Random(29).sample(people, SAMPLED):  # noqa: S311 -- the same people on every run
        found: Copy = copy(one.person, opened=True)
        theirs = given(one)
        assert set(MARK.findall(as_json(found))) == theirs
        assert set(MARK.findall(as_csv(found))) == theirs
        assert len(found.given) == len(kept_of(one.person))
        assert not found.withheld
        assert case_of(one.person) is None


@proves(Promise.ACCESS, "S29")
def test_the_copy_says_from_where_under_which_words_and_what_was_done(site: Site) -> None:
    """Each item comes with time, channel, version and the words shown; messages and choices are in it."""
    alice = site.register("alice@example.org")
    site.mail()
    found = json.loads(as_json(copy(alice, opened=True)))
    assert found["given"]
    for item in found["given"]:
        assert all(item[name] for name in ("at", "channel", "source", "version", "states", "words"))
    assert any(line["what"].startswith("marketing") for line in found["messages"])
    assert found["uses"]


def _profile(person: UUID) -> UUID:
    return next(one.id for one in kept_of(person) if one.category == "profile")


def _seen(person: UUID, browser: Client) -> str:
    """Give all that any reader is shown of somebody: the gate, the copy, the card, who is found by a name."""
    open_case(person, person, "asked")
    card = browser.get(f"/desk/people/{person}/?for=rights").content.decode()
    sought = [{"text": name, "for": "rights"} for name in ("Wrongname", "Rightname")]
    found = [str(person) for one in sought if str(person) in browser.post("/desk/", one).content.decode()]
    assert len(found) == 1, "by one of the two names they are found"
    cleared = clear(Request("account", frozenset({"contact", "profile"})), [person]).allowed
    return " ".join([card, *found, as_json(copy(person, opened=True)), *(str(one.use()) for one in cleared)])


@proves(Promise.CORRECTION, "S30")
def test_what_is_corrected_is_gone_everywhere_and_stays_gone(site: Site) -> None:
    """A person puts their name right: no reader is shown the old one again, not after an import or a merge either."""
    alice = site.register("alice@example.org", profile__name="Wrongname")
    browser, _ = at_desk(Role.PRIVACY_OFFICER)
    assert _seen(alice, browser).count("Wrongname") > 2, "there is something that could be shown again"
    site.sign_in("alice@example.org")
    page = site.browser.get(f"/me/correct/{_profile(alice)}/").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    typed = {"seen": seen[1], "profile.name": "Rightname"}
    assert site.browser.post(f"/me/correct/{_profile(alice)}/", typed).status_code == 302
    again = Arrival(
        show(policy(), ChannelKind.REGISTRATION, "en"),
        "old list",
        parse("alice@example.org"),
        {"contact": {"email": "alice@example.org"}, "profile": {"name": "Wrongname"}},
    )
    left_out: list[Arrival] = []
    take([again], known=left_out.append)
    link(alice, site.register("alice.other@example.org"), Actor.STAFF)
    assert left_out == [again]
    shown = _seen(alice, browser)
    assert "Rightname" in shown
    assert "Wrongname" not in shown


@proves(Promise.CORRECTION, "S30")
def test_staff_put_right_what_signing_in_alone_does_not_open(site: Site) -> None:
    """An order is put right on the desk while a case is open, by a privacy officer alone; never by who is signed in."""
    alice = site.register("alice@example.org")
    order = Arrival(
        show(policy(), ChannelKind.ORDER, "en"),
        "shop",
        parse("bob@example.org"),
        {
            "contact": {"email": "bob@example.org"},
            "order": {"product": "Lighthouse", "number": "7", "billing": "Quay 1"},
        },
        proven=True,
    )
    take([order])
    item = next(one.id for one in kept_of(order.person) if one.category == "order")
    site.sign_in("bob@example.org")
    assert site.browser.get(f"/me/correct/{item}/").status_code == 404
    site.sign_in("alice@example.org")
    assert site.browser.get(f"/me/correct/{item}/").status_code == 404
    assert alice != order.person
    agent, _ = at_desk(Role.SUPPORT, email="sam@example.com")
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    path = f"/desk/people/{order.person}/correct/{item}/?for=rights"
    assert agent.get(path).status_code in {403, 404}
    assert officer.get(path).status_code == 404, "without a case nobody is read for their rights"
    open_case(order.person, order.person, "wrote that it was eight")
    page = officer.get(path).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    typed = {
        "seen": seen[1],
        "for": "rights",
        "order.product": "Lighthouse",
        "order.number": "8",
        "order.billing": "Quay 1",
    }
    assert officer.post(path, typed).status_code == 302
    assert ("Number of licences", "8") in {pair for one in copy(order.person, opened=True).given for pair in one.fields}
    assert officer.post(path, typed).status_code == 409, "of two corrections at once none is lost unseen"
