"""Apply a plan: two people approve it, its version is published at once with all that follows, or nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from avow.config import config
from avow.errors import PolicyError
from avow.policy.history import History, number
from avow.record.asked.change import keep_plan, mark_applied
from avow.record.attested.attest import Prepared, Words, prepare, use
from avow.record.shown.versions import publish, refresh
from avow.updates.plan import changed, digest, plan

DRIFT: Final = 20
"""One in so many may come or go between the plan and its application; whoever came is asked all the same."""
_MOVING: Final = frozenset({"hash", "state", "looked_at", "hit"})
"""What goes on by itself between the plan and its application, and is no reason to refuse it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it: the versions that are published now, or what waits for somebody to approve it."""

    versions: tuple[str, ...]
    waits: Prepared | None


def apply(folder: History, told: Mapping[str, Any], by: str) -> Applied:
    """Publish the version of a plan that as many of the staff approved as it needs; else let it wait for them.

    From its instant on, what the plan suspends is off; the questions are queued by `ask_due`. `by` is who brings it.
    Raises PolicyError, and publishes nothing, where the plan was changed since it was made, or where planning anew
    gives another one; and as `changed` does.
    """
    check(folder, told)
    prepared = prepare(words(told), by)
    keep_plan(told, by)
    if prepared.lacks:
        return Applied((), prepared)
    found = folder.version(told["version"])
    until = [policy for policy in folder.policies if policy.front.effective <= found.front.effective]
    try:
        with transaction.atomic():
            use(prepared)
            versions = publish(number(until), planned={told["version"]})
            _first(told, versions)
    except BaseException:
        refresh()
        raise
    return Applied(tuple(versions), None)


def _first(told: Mapping[str, Any], versions: Sequence[str]) -> None:
    """Refuse what another process published meanwhile."""
    if told["version"] not in versions or not mark_applied(told["hash"]):
        raise PolicyError(f"version {told['version']} is published already", hint="another plan was quicker")


def check(folder: History, told: Mapping[str, Any]) -> None:
    """Raise PolicyError where a plan is not as it was made, or where planning anew gives another one."""
    if not isinstance(told.get("version"), str) or told.get("hash") != digest(told):
        raise PolicyError("this is not a plan as it was made", hint="plan anew, and leave the file as it is")
    found = changed(folder, told["version"])
    fresh = plan(found, str(told["same_meaning"]["signed"]))
    files = [[one["state"][name] for name in ("file", "follows")] for one in (fresh, told)]
    if files[0] != files[1] or not _near(fresh, told, fresh["people"]):
        hint = f"run `avow policy plan {told['version']}` and look at what is different"
        raise PolicyError("the world has overtaken this plan: what is stored, or a file, is not as it was", hint=hint)


def words(told: Mapping[str, Any]) -> Words:
    """Give what the staff approve: the plan by its hash, what it does in numbers, and how many of them must."""
    uses = [
        f"{one['use']['title']}, towards {one['use']['recipient']}: {one['people']:,} people" for one in told["ask"]
    ]
    return {
        "what": f"Publish version {told['version']} of the policy",
        "in force from": str(told["effective"]),
        "asks about": uses or ["nothing: no stored data would be used in another way"],
        "mailed and asked": f"{told['mail']:,} of {told['people']:,} people",
        "reworded, same meaning, signed by": str(told["same_meaning"]["signed"]) or "nothing is reworded",
        "plan": str(told["hash"]),
        "approvals": str(config().approvals),
    }


def _near(fresh: object, told: object, people: int) -> bool:
    """Say whether two plans say the same of everything, in numbers that few of so many people make differ."""
    match fresh, told:
        case bool(), bool():
            return fresh == told
        case int(), int():
            return abs(fresh - told) * DRIFT <= max(fresh, told, people)
        case dict(), dict():
            names = (fresh.keys() | told.keys()) - _MOVING
            return all(_near(fresh.get(name), told.get(name), people) for name in names)
        case list(), list():
            pairs = zip(fresh, told, strict=False)
            return len(fresh) == len(told) and all(_near(one, other, people) for one, other in pairs)
    return fresh == told
