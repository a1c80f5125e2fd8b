"""Publish versions of the policy, and give the history that is published."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from avow.config import config
from avow.decision.diff import gained
from avow.errors import PolicyError, Unplanned
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.document import Policy
from avow.policy.folder import load
from avow.policy.history import History, Meaning, number
from avow.policy.proof.keeps import keeps
from avow.policy.shown.page import page_hash
from avow.record.changed.alike import touched
from avow.terms import EntryKind, Promise

_histories: dict[tuple[str, str, str], History] = {}


@keeps(Promise.VERSIONS_KEPT)
def publish(history: History, planned: Collection[str] = ()) -> list[str]:
    """Publish every version that is not published yet, oldest first, and give their names.

    Idempotent. A version that gains a use of what is stored needs a plan that was applied: `planned` names those
    that have one. Raises Unplanned at the first other, which stays unpublished with all that follow it; those before
    it are published. Raises PolicyError, and publishes none, if a published version's file was changed, or if the
    numbers of its meanings would.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('publish'))")
        known = _published(cursor)
        _compare(history, known)
        _compare_bits(history, cursor)
        fresh = [policy for policy in history.policies if policy.front.version not in known]
        waits = next((i for i, policy in enumerate(fresh) if _unplanned(history, policy, planned)), len(fresh))
        for policy in fresh[:waits]:
            _add_version(policy, cursor)
            _add_bits(history, policy, cursor)
            _add_lists(policy, cursor)
    _histories[_here()] = history if waits == len(fresh) else number(history.policies[: -len(fresh[waits:])])
    if waits < len(fresh):
        name = fresh[waits].front.version
        message = f"version {name} uses what is stored in ways that were not stated"
        raise Unplanned(message, path=fresh[waits].path, line=1, hint=f"run `avow policy plan {name}`")
    return [policy.front.version for policy in fresh]


def _unplanned(history: History, policy: Policy, planned: Collection[str]) -> bool:
    """Say whether a version gains a use that touches something stored, and has no plan that was applied."""
    before = [one for one in history.policies if one.front.effective < policy.front.effective]
    if policy.front.version in planned or not before:
        return False
    return touched(history, policy, gained(history, before[-1], policy))


def history() -> History:
    """Give the published versions, read from the folder of policies once a process and checked against the store.

    Raises PolicyError if a published version's file is missing or was changed, or if none is published.
    """
    here = _here()
    if here not in _histories:
        folder = load(config().policies)
        with connection.cursor() as cursor:
            known = _published(cursor)
            _compare(folder, known)
            published = number(policy for policy in folder.policies if policy.front.version in known)
            _compare_bits(published, cursor)
        if not known:
            raise PolicyError("no version of the policy is published", hint="run `avow setup`")
        _histories[here] = published
    return _histories[here]


def refresh() -> None:
    """Forget what this process read of the versions, where another one published since; cheap enough for each second.

    What is still in force goes on meanwhile: a version counts from its instant, and is published before.
    """
    here = _here()
    if here in _histories and published() != len(_histories[here].policies):
        del _histories[here]


def known() -> History | None:
    """Give the published versions where this process has read them already; asks no database."""
    return _histories.get(_here())


def in_force() -> Policy:
    """Give the version in force now; raise PolicyError if there is none."""
    return history().in_force(datetime.now(UTC))


def version(name: str) -> Policy:
    """Give a published version, whoever published it since this process read them; raise PolicyError if there is none.

    What names one came out of the store, so it may be newer than what was read.
    """
    if all(policy.front.version != name for policy in history().policies):
        refresh()
    return history().version(name)


def published() -> int:
    """Count the versions that are published."""
    with connection.cursor() as cursor:
        return len(_published(cursor))


def published_at() -> dict[str, datetime]:
    """Give when each version was published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, published FROM version")
        return dict(cursor.fetchall())


def source_hash(policy: Policy) -> bytes:
    """Give the hash of a version's file (SHA-256)."""
    return hashlib.sha256(policy.source.encode()).digest()


def version_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a version: name, effective, source and page hash, published."""
    return ["version", *row]


def _here() -> tuple[str, str, str]:
    """Name the store and the folder that this process uses."""
    settings = connection.settings_dict
    return str(settings["HOST"]), str(settings["NAME"]), _resolved(config().policies)


@cache
def _resolved(folder: Path) -> str:
    return str(folder.resolve())


def _published(cursor: CursorWrapper) -> dict[str, bytes]:
    cursor.execute("SELECT name, source_hash FROM version")
    return {name: bytes(digest) for name, digest in cursor.fetchall()}


def _compare(found: History, known: dict[str, bytes]) -> None:
    """Refuse a history that lacks or changes a published version, or begins before one."""
    by_name = {policy.front.version: policy for policy in found.policies}
    for name, digest in known.items():
        policy = by_name.get(name)
        if policy is None:
            raise PolicyError(f"version {name} is published, and its file is not there", hint="put the file back")
        if source_hash(policy) != digest:
            raise PolicyError(
                f"version {name} is published, and its file was changed since",
                path=policy.path,
                line=1,
                hint="put the file back as it was; what changes goes into a new version",
            )
    versions = [policy.front.version for policy in found.policies]
    fresh = next((i for i, name in enumerate(versions) if name not in known), len(versions))
    late = [name for name in versions[fresh:] if name in known]
    if late:
        policy = found.policies[fresh]
        raise PolicyError(
            f"version {policy.front.version} would take effect before {late[0]}, which is published",
            path=policy.path,
            line=1,
            hint="give it a later effective instant",
        )


def _compare_bits(found: History, cursor: CursorWrapper) -> None:
    """Refuse a history whose bits are not those which are minted."""
    cursor.execute("SELECT id, bit FROM bit")
    minted: dict[str, int] = dict(cursor.fetchall())
    ours = {_bit_id(meaning): bit for meaning, bit in found.bits.items()}
    ours |= {f"topic:{topic}": bit for topic, bit in found.topics.items()}
    wrong = next((name for name, bit in minted.items() if ours.get(name, bit) != bit), None)
    if wrong is not None:
        raise PolicyError(
            f"bit {minted[wrong]} means {wrong} in the store, and another thing in the files",
            hint="versions are published in the order of their effect, and never changed",
        )


def _add_version(policy: Policy, cursor: CursorWrapper) -> None:
    now, salt = datetime.now(UTC), new_salt()
    row = (policy.front.version, policy.front.effective, source_hash(policy), page_hash(policy), now)
    entry = append(EntryKind.PUBLISHED, now, [commit(salt, version_record(row))])
    cursor.execute(
        "INSERT INTO version (name, effective, source_hash, page_hash, published, salt, entry, pos)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, 0)",
        [*row, salt, entry],
    )


def _add_bits(found: History, policy: Policy, cursor: CursorWrapper) -> None:
    rows = [(_bit_id(meaning), bit, "use", _words(meaning)) for meaning, bit in found.bits.items()]
    rows += [(f"topic:{topic}", bit, "topic", topic) for topic, bit in found.topics.items()]
    ids = {_bit_id(meaning) for meaning in number([policy]).bits} | {f"topic:{topic}" for topic in policy.topics}
    cursor.executemany(
        "INSERT INTO bit (id, bit, kind, meaning, version) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING",
        [(*row, policy.front.version) for row in rows if row[0] in ids],
    )


def _add_lists(policy: Policy, cursor: CursorWrapper) -> None:
    """Make a list of each marketing purpose; one that needs joining, or is a newsletter, is joined only."""
    cursor.executemany(
        "INSERT INTO list (id, title, purpose, topic, joined_only) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET title = excluded.title, topic = excluded.topic",
        [
            (p.id, p.title, p.id, p.topic or None, p.joined_only)
            for p in policy.purposes.values()
            if p.kind is not None and p.kind.marketing
        ],
    )


def _words(meaning: Meaning) -> str:
    """Write a meaning as JSON with sorted keys."""
    return json.dumps(
        {
            "purpose": meaning.purpose,
            "recipient": meaning.recipient.value,
            "controller": meaning.controller,
            "categories": sorted(meaning.categories),
            "retention": meaning.retention,
            **({"longer": meaning.longer} if meaning.longer else {}),
        },
        sort_keys=True,
        ensure_ascii=False,
    )


def _bit_id(meaning: Meaning) -> str:
    return f"use:{hashlib.sha256(_words(meaning).encode()).hexdigest()}"
