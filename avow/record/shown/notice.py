"""Keep the words that were really shown where something is collected, once each."""

import hashlib
from datetime import UTC, datetime

from django.db import connection, transaction

from avow.policy.document import Policy
from avow.policy.shown.notice import notice
from avow.record.shown.stamp import Shown
from avow.terms import ChannelKind

_kept: set[tuple[str, str, bytes]] = set()


def show(policy: Policy, channel: ChannelKind, language: str) -> Shown:
    """Give what a person is shown at a channel of a version, and store its words if they are new."""
    return shown(policy.front.version, channel, language, notice(policy, channel))


def shown(version: str, channel: ChannelKind, language: str, words: str) -> Shown:
    """Give what a person was shown in these very words, and store them if they are new."""
    digest = hashlib.sha256(f"{version}\n{channel.value}\n{language}\n{words}".encode()).digest()
    here = (str(connection.settings_dict["HOST"]), str(connection.settings_dict["NAME"]), digest)
    if here not in _kept:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO notice (hash, version, channel, language, text, at) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                [digest, version, channel.value, language, words, datetime.now(UTC)],
            )
        transaction.on_commit(lambda: _kept.add(here))
    return Shown(version, channel, digest, language)


def words(shown_hash: bytes) -> str | None:
    """Give the words that have this hash, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM notice WHERE hash = %s", [shown_hash])
        row = cursor.fetchone()
    return None if row is None else str(row[0])
