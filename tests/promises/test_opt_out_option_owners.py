"""Prove that the messages which a refusal does not stop reach owners, as they were told, and nobody else."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from avow.accuracy.copy.copy import copy
from avow.errors import MailError, RecordError
from avow.gate.preview import preview
from avow.mail.mailing import compiled, expand, listed, report
from avow.mail.outbox import work
from avow.policy.proof.keeps import proves
from avow.record.known.forget import forget
from avow.record.products.possess import give_up, possess
from avow.record.products.register import add_advisory, add_product, add_series
from avow.terms import ChannelKind, Promise
from avow.uses.advisory import Advisory, advise
from avow.uses.mailings import send
from tests.promises.conftest import Site
from tests.promises.test_opt_out_option import path_of
from tests.promises.test_opt_out_option_exceptions import ALICE, of_channel

WARNING = "# A hole in Pier\n\nPlease update to 1.2, which mends it.\n"
PIER = Advisory("HM-2026-1", "pier", ("1.0", "1.1"), ("1.2",))
PART = "# Part one\n\nHow to begin with what you downloaded.\n"
SOON = timedelta(days=30)


def said_no(site: Site, address: str) -> None:
    """Refuse everything that is optional."""
    site.browser.post("/choices/", {"address": address, "act": "stop", "stop": "optional"})


def warned(site: Site, advisory: Advisory = PIER) -> set[str]:
    """Send an advisory, and give whom it reached."""
    assert advise(advisory, WARNING).accounted
    return set(site.received(WARNING))


@pytest.fixture
def pier(site: Site) -> Site:
    """Give a site with two products."""
    add_product("pier", "Pier")
    add_product("quay", "Quay")
    return site


@proves(Promise.EXEMPTIONS_LIMITED, "S26", "S27")
def test_a_warning_reaches_owners_of_affected_versions_whatever_they_refused(pier: Site) -> None:
    """Each owner of an affected version, and nobody of another version or product, nobody who has it no more."""
    for who in ("alice", "bob", "carol", "dave", "erin", "frank"):
        pier.register(f"{who}@example.org")
    people = {who: of_channel(ChannelKind.ORDER, f"{who}@example.com") for who in ("gina", "hugo")}
    named = {who: pier.register(f"{who}@example.net") for who in ("ida", "jack")}
    assert possess(named["ida"], "pier", "1.0")
    assert possess(people["gina"], "pier", "1.1")
    assert possess(people["hugo"], "pier", "1.2")
    assert possess(named["jack"], "pier", "1.0")
    assert possess(named["jack"], "quay", "1.0")
    give_up(named["jack"], "pier", "1.0")
    said_no(pier, "ida@example.net")
    said_no(pier, "gina@example.com")
    assert warned(pier) == {"ida@example.net", "gina@example.com"}
    assert not pier.mail() or not {"ida@example.net", "gina@example.com"} & set(pier.mail())


@proves(Promise.EXEMPTIONS_NOTICED, "S26", "S27")
def test_who_was_not_told_before_is_not_warned_by_mail(pier: Site) -> None:
    """Owning brings no message to who was shown no such words, nor to who was shown them only later."""
    bob, carol = of_channel(ChannelKind.INQUIRY, "bob@example.org"), pier.register("carol@example.org")
    alice = pier.register(ALICE)
    assert not possess(bob, "pier", "1.0")
    assert not possess(carol, "pier", "1.0", at=datetime.now(UTC) - timedelta(days=1))
    assert possess(alice, "pier", "1.0")
    assert warned(pier) == {ALICE}


@proves(Promise.EXEMPTIONS_LIMITED, "S27")
def test_a_warning_is_decided_at_the_last_instant_and_goes_out_once(pier: Site) -> None:
    """Who gives the product up while the message waits gets none; the same advisory is not sent again."""
    alice, bob = pier.register(ALICE), pier.register("bob@example.org")
    assert possess(alice, "pier", "1.0")
    assert possess(bob, "pier", "1.0")
    assert possess(bob, "quay", "1.0")
    key = expand(_reserved(PIER), WARNING)
    assert report(key).expected == 2
    give_up(bob, "pier", "1.0")
    while work():
        pass
    assert set(pier.received(WARNING)) == {ALICE}
    assert report(key).denied == {"optout.security": 1}
    with pytest.raises(MailError, match="has had 1"):
        advise(PIER, WARNING)
    with pytest.raises(RecordError, match="is another"):
        advise(Advisory(PIER.id, "pier", ("1.0",)), WARNING.replace("1.2", "safety"))


def _reserved(advisory: Advisory) -> str:
    return add_advisory(advisory.id, advisory.product, advisory.affected)


@proves(Promise.EXEMPTIONS_LIMITED, "S27")
@pytest.mark.parametrize(
    "words",
    [
        "Please update to 1.2, now 20 % off.",
        "Upgrade to 9.0 to be safe.",
        "Buy the new Pier.",
        "Only $ 99 for owners.",
        "Our special offer: Pier Plus.",
        "Jetzt mit Rabatt.",
    ],
)
def test_a_warning_promotes_nothing(pier: Site, words: str) -> None:
    """What advertises is refused before anybody is written to, as a message of a series is."""
    assert possess(pier.register(ALICE), "pier", "1.0")
    with pytest.raises(MailError, match=r"promotes|not among"):
        advise(PIER, f"# A hole\n\n{words}\n")
    to = add_series("guide", "pier", "Three letters on how to begin.", datetime.now(UTC) + SOON, 3)
    if "Upgrade" not in words:
        with pytest.raises(MailError, match="promotes"):
            compiled(listed(to), f"# A hole\n\n{words}\n")
    assert not pier.server.taken


@proves(Promise.EXEMPTIONS_LIMITED, "S27")
def test_a_series_brings_what_was_told_beside_the_download_and_ends(pier: Site, owner: psycopg.Connection) -> None:
    """It reaches who downloaded within it; one message too many, and one after its end, are refused or denied."""
    to = add_series("guide", "pier", "Two letters on how to begin.", datetime.now(UTC) + SOON, 3)
    alice, bob = pier.register(ALICE), pier.register("bob@example.org")
    assert possess(alice, "pier", series="guide")
    assert possess(bob, "quay", "1.0")
    said_no(pier, ALICE)
    for number in (1, 2):
        assert set(pier.mail(to, PART.replace("one", str(number)))) == {ALICE}
    key = expand(to, PART)
    with pytest.raises(MailError, match="3 messages"):
        expand(to, PART + "More.")
    owner.execute("UPDATE reserved SET until = now() - interval '1 second'")
    while work():
        pass
    assert report(key).states == {"denied": 1}
    assert not pier.received(PART)
    with pytest.raises(MailError, match="ended on"):
        send(to, PART + "Late.")
    with pytest.raises(RecordError, match="with a series 'guide' then"):
        possess(bob, "pier", series="guide")
    with pytest.raises(RecordError, match="there already"):
        add_series("guide", "pier", "For ever.", datetime.now(UTC) + SOON, 300)


@proves(Promise.EXEMPTIONS_LIMITED, "S27")
def test_who_says_no_to_a_warning_gets_no_other_about_that_product(pier: Site) -> None:
    """The one click of such a message stops what is about that product; all else stays as it was."""
    alice = pier.register(ALICE)
    for product in ("pier", "quay"):
        assert possess(alice, product, "1.0")
    assert advise(PIER, WARNING).accounted
    click = pier.received(WARNING)[ALICE]["List-Unsubscribe"].partition(">")[0].removeprefix("<")
    page = pier.browser.get(path_of(click).removesuffix("one-click/")).content.decode()
    assert "security of pier" in page
    pier.browser.post(path_of(click), {"List-Unsubscribe": "One-Click"})
    assert not warned(pier, Advisory("HM-2026-2", "pier", ("1.0",), ("1.2",)))
    assert warned(pier, Advisory("HM-2026-3", "quay", ("1.0",), ("1.2",))) == {ALICE}
    assert pier.may(alice, "offers")


@proves(Promise.EXEMPTIONS_LIMITED, "S27")
def test_what_is_owned_is_forgotten_with_its_owner(pier: Site, owner: psycopg.Connection) -> None:
    """No row says what a forgotten person owned; the preview counts nobody."""
    alice = pier.register(ALICE)
    assert possess(alice, "pier", "1.0")
    assert possess(alice, "pier", "1.0"), "noting it twice changes nothing"
    assert owner.execute("SELECT count(*) FROM possession").fetchone() == (1,)
    owned = copy(alice, opened=True).owned
    assert [(one.what, one.words[0][:17]) for one in owned] == [("pier 1.0", "you were told bef")]
    form = compiled(listed(_reserved(PIER)), WARNING)
    assert preview(form.request, form.list).allowed == 1
    forget(alice)
    assert owner.execute("SELECT count(*) FROM possession").fetchone() == (0,)
    assert preview(form.request, form.list).allowed == 0
