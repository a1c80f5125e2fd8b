"""Test the counts beside the promises: those of the signed ledger, in words, and nothing where the store is away."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from avow.config import config
from avow.ledger.append import append
from avow.ledger.read import Count
from avow.page.site import policy
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import EntryKind, Promise
from avow.updates.kept import kept
from avow.updates.running import ABOUT, lines, running
from tests.units.ledger.shelf import AT, sequence_all
from tests.units.store.away import answering

SINCE = datetime(2025, 1, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("promise", "counts", "told"),
    [
        (Promise.PURPOSES_ONLY, {"decided": Count(7, 1204, SINCE)}, ("1,204 decisions since 3 January 2025",)),
        (Promise.PURPOSES_ONLY, {"decided": Count(1, 1, SINCE)}, ("1 decision since 3 January 2025",)),
        (Promise.PURPOSES_ONLY, {"decided": Count(1, 0, SINCE)}, ()),
        (Promise.OPTOUT_ANY_TIME, {"chosen": Count(2, 9, SINCE)}, ("2 choices since 3 January 2025",)),
        (Promise.OPTOUT_ANY_TIME, {"decided": Count(2, 9, SINCE)}, ()),
        (Promise.LINKS_MARKED, {"decided": Count(2, 9, SINCE)}, ()),
        (
            Promise.OPTOUT,
            {"chosen": Count(1, 1, SINCE), "sent": Count(3, 4_000_000, SINCE)},
            ("1 choice since 3 January 2025", "4,000,000 messages handed over since 3 January 2025"),
        ),
    ],
)
def test_counts_are_said_in_words(promise: Promise, counts: dict[str, Count], told: tuple[str, ...]) -> None:
    """Where an entry covers many acts each is counted; of other kinds the entries are."""
    assert lines(promise, counts) == told


def test_every_kind_that_is_counted_has_words() -> None:
    """Each promise's kinds can be told."""
    every = {kind.value: Count(5, 5, SINCE) for kind in EntryKind}
    for promise in Promise:
        assert len(lines(promise, every)) == len(ABOUT.get(promise, ()))


@pytest.fixture
def site(store: Embedded) -> Client:
    """Give a browser of a site whose policy is published."""
    assert store.url("avow_app")
    publish(load(config().policies))
    return Client(headers={"host": "localhost"})


def test_the_page_shows_what_the_signed_ledger_counts(site: Client) -> None:
    """Before a signature nothing is counted; then each promise shows its acts and since when."""
    with transaction.atomic():
        append(EntryKind.DECIDED, AT, [bytes(32)] * 1_203)
        append(EntryKind.DECIDED, AT.replace(year=2026), [bytes(32)])
    assert "In the ledger:" not in site.get("/policy/").content.decode()
    sequence_all()
    page = site.get("/policy/").content.decode()
    assert "In the ledger: 1,204 decisions since 1 March 2025" in page
    assert "In the ledger: 1 version published since" in page
    found = {
        promise.counts for section in kept(policy(), running()) for one in section.clauses for promise in one.promises
    }
    assert len(found) >= 3


def test_the_page_is_shown_while_the_store_is_away(site: Client, store: Embedded) -> None:
    """Without a database the policy can be read all the same, without counts."""
    sequence_all()
    answering(store, yes=False)
    page = site.get("/policy/")
    answering(store, yes=True)
    assert page.status_code == 200
    assert "In the ledger:" not in page.content.decode()
    assert "In the ledger:" in site.get("/policy/").content.decode()
