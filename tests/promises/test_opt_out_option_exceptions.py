"""Prove what the policy says about the few messages that a refusal does not stop."""

from datetime import UTC, datetime
from html import escape
from uuid import UUID

import psycopg
import pytest

from avow.errors import PolicyErrors
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.policy.reader import read_text
from avow.policy.shown.notice import notice
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Promise, Relation
from tests.promises.conftest import Site

ALICE = "alice@example.org"
MARKETING = [name for name, purpose in policy().purposes.items() if purpose.scope == "marketing"]
RELATIONS = {"security": Relation.OWNS, "download": Relation.DOWNLOADED, "community": Relation.MEMBER}
EXEMPT = [
    pytest.param(purpose, channel, id=purpose)
    for purpose, channel in (
        ("security", ChannelKind.REGISTRATION),
        ("download", ChannelKind.REGISTRATION),
        ("community", ChannelKind.FORUM),
    )
]


def of_channel(channel: ChannelKind, address: str = ALICE) -> UUID:
    """Come in by a channel with an address alone."""
    shown = show(policy(), channel, "en")
    given = [Given("contact", {"email": address})]
    return keep(stamp(history(), shown, channel.value, datetime.now(UTC)), given, parse(address))


def relate(owner: psycopg.Connection, person: UUID, *relations: Relation) -> None:
    """Put relations on file, as a program that knows of products, downloads and members will."""
    owner.execute(
        "UPDATE person SET relations = %s WHERE id = %s", [sum(relation.mask for relation in relations), person]
    )


@proves(Promise.EXEMPTIONS_LIMITED, "S26", "S27")
@pytest.mark.parametrize(("purpose", "channel"), EXEMPT)
def test_an_exemption_needs_its_own_relation(
    site: Site, owner: psycopg.Connection, purpose: str, channel: ChannelKind
) -> None:
    """Who refused everything gets an exempt message by its relation alone; no other relation opens it."""
    person = of_channel(channel)
    site.browser.post("/choices/", {"address": ALICE, "act": "stop", "stop": "optional"})
    assert not site.may(person, purpose)
    everything_else = [one for one in Relation if one is not RELATIONS[purpose]]
    relate(owner, person, *everything_else)
    assert not site.may(person, purpose)
    relate(owner, person, RELATIONS[purpose], Relation.NOTICED)
    assert site.may(person, purpose)
    assert not any(site.may(person, other) for other in [*MARKETING, *(RELATIONS.keys() - {purpose})])


@proves(Promise.EXEMPTIONS_LIMITED, "S26", "S27")
def test_no_relation_and_no_fourth_kind_makes_marketing_exempt(site: Site, owner: psycopg.Connection) -> None:
    """With every relation on file a refusal still stops all marketing; the exempt kinds are three, by the policy."""
    alice = site.register(ALICE)
    relate(owner, alice, *Relation)
    assert site.may(alice, "offers")
    site.browser.post("/choices/", {"address": ALICE, "act": "stop"})
    assert not any(site.may(alice, purpose) for purpose in MARKETING)
    assert {kind.value for kind in policy().exemptions} == {"exempt.security", "exempt.download", "exempt.community"}
    assert not any(kind.marketing for kind in policy().exemptions)
    fourth = policy().source.replace('[exemption."exempt.security"]', '[exemption."marketing.offer"]')
    with pytest.raises(PolicyErrors):
        read_text(fourth)


@proves(Promise.EXEMPTIONS_NOTICED, "S26")
@pytest.mark.parametrize(("purpose", "channel"), EXEMPT)
def test_notice_is_given_before(site: Site, owner: psycopg.Connection, purpose: str, channel: ChannelKind) -> None:
    """The words stand at the form that states the use and on the page that takes a no; without the notice, nothing."""
    kind = policy().purposes[purpose].kind
    assert kind is not None
    words = policy().exemptions[kind].notice
    assert words in notice(policy(), channel)
    assert escape(words) in site.browser.get("/choices/").content.decode()
    if channel is ChannelKind.REGISTRATION:
        assert escape(words) in site.browser.get("/register/").content.decode()
    person = of_channel(channel)
    relate(owner, person, *(set(Relation) - {Relation.NOTICED}))
    assert not site.may(person, purpose)
    relate(owner, person, *Relation)
    assert site.may(person, purpose)
