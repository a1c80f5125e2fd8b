"""Plan a version to come: who is asked what, which uses wait for an answer, and what is a notice on the site alone."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from avow.decision.diff import Diff, diff
from avow.errors import PolicyError, PolicyErrors
from avow.gate.changed.crowd import Crowd, crowds, people
from avow.policy.compare import Compared, compare
from avow.policy.document import Policy
from avow.policy.history import History
from avow.policy.meaning.declarations import DifferentUse
from avow.record.changed.alike import Alike, alike, touches
from avow.record.changed.different import Different
from avow.record.shown.versions import history, source_hash
from avow.terms import RecipientClass
from avow.updates.hit import hit
from avow.updates.report import named

A_MINUTE: Final = 30_000
"""Messages that a mail server of its own takes in a minute, measured: what a plan says of time rests on it."""
_MOST_DIFFS: Final = 64
_diffs: dict[bytes, Diff] = {}
_Key = tuple[str, RecipientClass]


@dataclass(frozen=True, slots=True)
class Changed:
    """A version to come beside the one it follows: what it permits differently, and what it says differently."""

    history: History
    old: Policy
    new: Policy
    uses: Diff
    words: Compared


def changed(folder: History, version: str) -> Changed:
    """Compare a version of the folder that is to come with the newest that is published.

    Raises PolicyError where it is published already, does not follow that one or would be in force by now, and
    PolicyErrors where clauses are reworded without their author saying what that means.
    """
    new, known = folder.version(version), [policy.front.version for policy in history().policies]
    old = folder.version(known[-1])
    if version in known:
        raise PolicyError(f"version {version} is published already", hint="what changes goes into a new version")
    if new.front.follows != known[-1]:
        message, hint = f"version {version} does not follow {known[-1]}", f"plan {new.front.follows} first"
        raise PolicyError(message, path=new.path, line=1, hint=hint)
    if new.front.effective <= datetime.now(UTC):
        hint = "give it a later effective instant: people are told before"
        raise PolicyError(f"version {version} would be in force already", path=new.path, line=1, hint=hint)
    _told_before(old, new)
    words = compare(old, new)
    if words.faults:
        raise PolicyErrors(list(words.faults))
    return Changed(folder, old, new, compared(folder, old, new), words)


def compared(known: History, old: Policy, new: Policy) -> Diff:
    """Compare two versions of a history, once a process."""
    key = b"".join(map(source_hash, (*known.policies, old, new)))
    if key not in _diffs:
        if len(_diffs) >= _MOST_DIFFS:
            _diffs.clear()
        _diffs[key] = diff(known, old, new)
    return _diffs[key]


def followed(known: History, version: str) -> Changed:
    """Compare a version with the one that it follows; nothing is refused, for it may be published."""
    new = known.version(version)
    old = known.version(str(new.front.follows))
    return Changed(known, old, new, compared(known, old, new), compare(old, new))


def _told_before(old: Policy, new: Policy) -> None:
    """Refuse a version that would be in force before its notice has stood as long as the version before promises."""
    days = old.changes.notice_days if old.changes else 0
    earliest = datetime.now(UTC) + timedelta(days=days)
    if new.front.effective < earliest:
        message = f"a notice stands {days} days before a change counts, and version {new.front.version} would not wait"
        hint = f"give it an effective instant after {earliest:%Y-%m-%d}"
        raise PolicyError(message, path=new.path, line=1, hint=hint)


def plan(found: Changed, signed: str = "") -> dict[str, Any]:
    """Give the plan as JSON has it, with the hash over what it says and over the state that it rests on.

    `signed` names who countersigned that the reworded clauses mean what they meant; raises PolicyError without.
    Counts are of people and of items that have time left. The cost is in messages and in minutes.
    """
    asserted = [one.id for one in found.words.reworded if one.asserted]
    if asserted and not signed:
        hint = "read both sentences, then name who did with --signed"
        message = f"{len(asserted)} clauses are said to mean the same in other words: {', '.join(asserted)}"
        raise PolicyError(message, path=found.new.path, line=1, hint=hint)
    groups = alike()
    told = touching(found, groups)
    crowd = crowds(found.history, found.old, told)
    content = _content(found, told, crowd)
    content["same_meaning"] = {"clauses": asserted, "signed": signed if asserted else ""}
    content["state"] = _state(found, groups, crowd)
    return {"hash": digest(content), **content}


def digest(content: Mapping[str, Any]) -> str:
    """Give the hash of a plan (SHA-256 of its JSON with sorted keys, without the hash itself)."""
    rest = {name: value for name, value in content.items() if name != "hash"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def touching(found: Changed, groups: Sequence[Alike]) -> list[tuple[Alike, int]]:
    """Give each group of like items with the mask of the uses that would touch it: the bit of each one's meaning."""
    bits = {key: _bit(found, key) for key in _keys(found)}
    uses = [(use, bits[use.purpose, use.recipient]) for use in found.uses.gained]
    told = []
    for group in groups:
        mask = 0
        for use, bit in uses:
            if touches(found.history, found.new, use, group):
                mask |= bit
        told.append((group, mask))
    return told


def _keys(found: Changed) -> list[_Key]:
    return sorted({(use.purpose, use.recipient) for use in found.uses.gained})


def _bit(found: Changed, key: _Key) -> int:
    """Give the bit of a use as a mask."""
    purpose, recipient = key
    return Different(purpose, found.new.front.version, recipient).mask(found.history)


def _content(found: Changed, told: Sequence[tuple[Alike, int]], crowd: Sequence[Crowd]) -> dict[str, Any]:
    asked = [_asked(found, key, told, crowd) for key in _keys(found)]
    waits, asks = [one for one in asked if one["items"]], asking(found)
    mail = sum(one.people for one in crowd if one.asked) if asks else 0
    notice = [*_unasked(asked, told), *_notices(found)]
    noted = sum(one.people for one in crowd if one.noted and not one.touched) if notice else 0
    everybody, reached = people(), sum(one.people for one in crowd if one.touched)
    before = sum(one.people for one in crowd if one.touched and one.touched == one.refused)
    begins = found.new.front.effective.isoformat()
    return {
        "version": found.new.front.version,
        "follows": found.old.front.version,
        "effective": begins,
        "ask": waits if asks else [],
        "mail": mail,
        "suspend": [
            {**_named(one), "from": begins, "until": "that person's yes" if asks else "never"} for one in waits
        ],
        "lost": [named(use) for use in found.uses.lost],
        "hit": list(hit(found.uses.lost, waits)),
        "notice": notice,
        "courtesy": noted,
        "refused_before": before if asks else 0,
        "unreachable": reached - before - mail if asks else 0,
        "untouched": everybody - reached,
        "people": everybody,
        "cost": {"messages": mail + noted, "minutes": -(-(mail + noted) // A_MINUTE)},
    }


def notes(found: Changed, told: Sequence[tuple[Alike, int]]) -> bool:
    """Say whether anything changes that a note could be about: what touches nothing stored."""
    every = 0
    for _, mask in told:
        every |= mask
    return any(not _bit(found, key) & every for key in _keys(found)) or any(_notices(found))


def asking(found: Changed) -> bool:
    """Say whether both versions ask before a different use; else what is stored is never used so."""
    return all(one.changes is None or one.changes.different_use == DifferentUse.ASK for one in (found.old, found.new))


def _asked(found: Changed, key: _Key, told: Sequence[tuple[Alike, int]], crowd: Sequence[Crowd]) -> dict[str, Any]:
    (purpose, recipient), bit = key, _bit(found, key)
    mine = [use for use in found.uses.gained if (use.purpose, use.recipient) == key]
    those = [one for one in crowd if one.touched & bit]
    reachable = sum(one.people for one in those if one.asked & bit)
    before = sum(one.people for one in those if one.refused & bit)
    return {
        "use": {
            "purpose": purpose,
            "title": found.new.purposes[purpose].title,
            "recipient": recipient.value,
            "categories": sorted({use.category for use in mine}),
            "channels": sorted({use.channel.value for use in mine}),
        },
        "people": sum(one.people for one in those),
        "items": sum(group.items for group, mask in told if mask & bit),
        "reachable": reachable,
        "refused_before": before,
        "unreachable": sum(one.people for one in those) - before - reachable,
    }


def _named(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ("use", "people", "items")}


def _unasked(asked: Sequence[Mapping[str, Any]], told: Sequence[tuple[Alike, int]]) -> Iterator[dict[str, Any]]:
    """Give the uses that are new and touch nothing stored, with how many items were looked at to know."""
    seen = sum(group.items for group, _ in told)
    for one in asked:
        if not one["items"]:
            yield {"what": "use", "use": one["use"], "items": 0, "looked_at": seen}


def _notices(found: Changed) -> Iterator[dict[str, Any]]:
    """Give what changes beside uses: clauses, and what else the version declares differently."""
    for what, clauses in (("added", found.words.added), ("removed", found.words.removed)):
        yield from ({"what": f"clause {what}", "clause": clause.id} for clause in clauses)
    yield from ({"what": "clause reworded", "clause": one.id} for one in found.words.reworded)
    for other in found.words.other:
        yield {"what": other.what, "id": other.id, "key": other.key}


def _state(found: Changed, groups: Sequence[Alike], crowd: Sequence[Crowd]) -> dict[str, Any]:
    """Give what the plan rests on: both files, and how many items and people of each kind there are."""
    counts = [[one.channel, one.category, hex(one.stated), hex(one.accepted), one.items] for one in groups]
    counts += [[hex(one.touched), hex(one.refused), one.reached, one.noted, one.people] for one in crowd]
    return {
        "file": source_hash(found.new).hex(),
        "follows": source_hash(found.old).hex(),
        "counts": hashlib.sha256(json.dumps(counts).encode()).hexdigest(),
    }
