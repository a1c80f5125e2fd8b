"""Prove what the policy says of keeping information accurate: who asks gets all of theirs, and nobody else's."""

import json
import re
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from avow.accuracy.copy.copy import Copy, copy
from avow.accuracy.copy.file import as_csv, as_json
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.record.own.opened import kept_of
from avow.record.seen.cases import case_of
from avow.record.shown.notice import show
from avow.record.taken.bulk import Arrival, take
from avow.terms import ChannelKind, Promise
from tests.promises.conftest import Site

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
        found: Copy = copy(one.person)
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
    found = json.loads(as_json(copy(alice)))
    assert found["given"]
    for item in found["given"]:
        assert all(item[name] for name in ("at", "channel", "source", "version", "states", "words"))
    assert any(line["what"].startswith("marketing") for line in found["messages"])
    assert found["uses"]
