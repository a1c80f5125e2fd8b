"""Test the library: what is published stays as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from avow.errors import CollectionError, PolicyError
from avow.policy.document import Policy
from avow.policy.history import History, number
from avow.record.shown.notice import show, words
from avow.record.shown.stamp import Shown, stamp
from avow.record.shown.versions import history, in_force, publish
from avow.terms import ChannelKind


def _later(policy: Policy, name: str, days: int = 30) -> Policy:
    front = replace(policy.front, version=name, effective=policy.front.effective + timedelta(days=days), follows=None)
    return replace(policy, front=front, source=f"{policy.source}\n{name}")


def test_publishing_twice_changes_nothing(published: History, owner: psycopg.Connection) -> None:
    """A version is published once, with its bits, topics, lists and entry."""
    assert publish(published) == []
    count = owner.execute("SELECT count(*) FROM bit").fetchone()
    assert count == (len(published.bits) + len(published.topics),)
    assert owner.execute("SELECT kind FROM entry").fetchall() == [("published",)]
    lists = owner.execute("SELECT id, joined_only FROM list ORDER BY id").fetchall()
    assert lists == [("newsletter", True), ("offers", False), ("updates", False)]
    assert history() is published
    assert in_force() is published.policies[-1]


def test_a_changed_file_is_refused(published: History) -> None:
    """A published version whose file was touched stops everything."""
    touched = replace(published.policies[0], source="other words")
    with pytest.raises(PolicyError, match="changed since"):
        publish(number([touched]))
    with pytest.raises(PolicyError, match="not there"):
        publish(number([_later(published.policies[0], "other")]))


def test_versions_are_published_in_order(published: History, owner: psycopg.Connection) -> None:
    """A later version adds; one that would take effect before a published one is refused."""
    first = published.policies[0]
    assert publish(number([first, _later(first, "second")])) == ["second"]
    with pytest.raises(PolicyError, match="before second"):
        publish(number([first, _later(first, "second"), _later(first, "between", 10)]))
    assert owner.execute("SELECT count(*) FROM version").fetchone() == (2,)


def test_bits_minted_otherwise_are_refused(published: History, owner: psycopg.Connection) -> None:
    """A store whose bits mean something else is never read with these files."""
    owner.execute("UPDATE bit SET bit = bit + 100 WHERE kind = 'use'")
    with pytest.raises(PolicyError, match="another thing"):
        publish(published)


def test_words_are_kept_once(published: History, owner: psycopg.Connection) -> None:
    """What was shown is stored by its hash, once for all who saw it."""
    policy = published.policies[-1]
    first, second = (show(policy, ChannelKind.REGISTRATION, "en") for _ in range(2))
    assert first == second
    assert first.notice is not None
    assert "collects" in str(words(first.notice))
    assert words(b"nothing") is None
    assert owner.execute("SELECT count(*) FROM notice").fetchone() == (1,)


def test_a_channel_that_is_not_declared_stamps_nothing(example: History) -> None:
    """Nothing comes in by a way that the version shown does not name."""
    bare = number([replace(example.policies[-1], channels={})])
    shown = Shown(bare.policies[-1].front.version, ChannelKind.REGISTRATION, b"", "en")
    with pytest.raises(CollectionError, match="collects nothing"):
        stamp(bare, shown, "x", datetime.now(UTC))
