"""Test `avow why`: yes or no first, then the policy's sentences."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from typer.testing import CliRunner

from avow.cli.main import app
from avow.config import config
from avow.policy.history import History
from avow.store.keys import NAMES, fingerprint
from avow.store.server.embedded import Embedded
from avow.terms import MessageKind
from tests.units.gate.cast import NO_MARKETING, arrive, prove, purpose_of, refuse
from tests.units.gate.conftest import published

__all__ = ["published"]


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the command reach the test's store by its settings."""
    owner.execute("GRANT SELECT ON django_migrations TO avow_app")
    for one in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s)", [one, fingerprint(one)])
    monkeypatch.setenv("DATABASE_URL", store.url("avow_app", settings.DATABASES["default"]["NAME"]))
    config.cache_clear()
    before = dict(connection.settings_dict)
    yield
    connection.close()
    connection.settings_dict.update(before)
    monkeypatch.undo()
    config.cache_clear()


def said(*words: str) -> str:
    """Run the verb and give what it printed."""
    done = CliRunner().invoke(app, ["why", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return " ".join(done.output.split())


def test_yes_first_then_the_sentences(published: History) -> None:
    """A yes is said first, with the clause and its words."""
    policy = published.policies[-1]
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    purpose = purpose_of(policy, MessageKind.MARKETING_OFFER)
    answer = said("alice@example.org", purpose)
    assert answer.startswith("yes")
    clause = policy.purposes[purpose].clause
    assert clause in answer
    assert policy.clauses[clause].text in answer
    assert said(str(alice), purpose) == answer


def test_no_names_the_choice(published: History) -> None:
    """A no is said first, with the choice that refused."""
    purpose = purpose_of(published.policies[-1], MessageKind.MARKETING_OFFER)
    bob = arrive("bob@example.org")
    prove(bob, "bob@example.org")
    number = refuse(NO_MARKETING, bob, "bob@example.org")
    answer = said("bob@example.org", purpose)
    assert answer.startswith("no")
    assert f"(choice {number})" in answer
    (told,) = json.loads(said("bob@example.org", purpose, "--json"))
    assert not told["allowed"]
    assert told["refusals"][0]["no"] == number
    assert told["items"][0]["category"] in {"contact", "profile"}
    assert set(told["because"]) == set(told["sentences"])


def test_any_spelling_finds_the_person(published: History) -> None:
    """Case and plus-tag do not hide whom an address belongs to; who has the very address comes alone."""
    purpose = purpose_of(published.policies[-1], MessageKind.MARKETING_OFFER)
    alice, tagged = arrive("Alice@Example.org"), arrive("bob+shop@example.org")
    assert str(alice) in said("alice@example.org", purpose)
    assert str(tagged) in said("BOB@example.org", purpose)
    bob = arrive("bob@example.org")
    (told,) = json.loads(said("bob@example.org", purpose, "--json"))
    assert told["person"] == str(bob)


def test_a_refused_mailbox_of_nobody_is_told(published: History) -> None:
    """Whoever refused and was never here is told of: no, by which choice, and that nobody has the address."""
    purpose = purpose_of(published.policies[-1], MessageKind.MARKETING_OFFER)
    number = refuse(NO_MARKETING, None, "carol@example.com")
    answer = said("Carol@example.com", purpose)
    assert answer.startswith("no")
    assert "nobody here has this address" in answer
    assert f"(choice {number})" in answer
    (told,) = json.loads(said("carol@example.com", purpose, "--json"))
    assert (told["person"], told["allowed"]) == (None, False)


def test_every_purpose_has_an_answer(published: History) -> None:
    """Each purpose of the policy can be asked about, whomever it is stated towards."""
    arrive("alice@example.org")
    for purpose in published.policies[-1].purposes:
        assert said("alice@example.org", purpose)[:3].strip() in {"yes", "no"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("alice@example.org", "gossip"), "has no purpose"),
        (("nobody@example.org", "account"), "nobody here"),
        (("not an address", "account"), "address"),
    ],
)
def test_errors_say_what_to_do(published: History, words: tuple[str, str], says: str) -> None:
    """An unknown purpose or person is an error in one line."""
    assert published.policies
    arrive("alice@example.org")
    done = CliRunner().invoke(app, ["why", *words])
    assert done.exit_code
    assert says in str(done.exception)
