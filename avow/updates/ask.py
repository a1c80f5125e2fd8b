"""Ask everybody whom an applied version touches: after a crash, and those who came since, as well."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from avow.mail.asked.ask import ask as queue
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.asked.change import Change, changes, keep_plan, mark_applied, mark_asked
from avow.record.changed.alike import alike
from avow.record.shown.versions import history, in_force, published, refresh
from avow.terms import Promise
from avow.updates.plan import asking, followed, notes, touching

_AGAIN: Final = timedelta(hours=1)
"""How often it is looked who came since."""
_LATE: Final = timedelta(days=2)
"""How long after its instant a form that was opened before can still be handed in, with a day to spare."""


@keeps(Promise.DIFFERENT_USE_TOLD)
def ask(version: str, tick: Callable[[int], object] = lambda _: None) -> int:
    """Queue the questions and notes about a published version for all who have none yet; give how many were queued."""
    begun = datetime.now(UTC)
    found = followed(history(), version)
    since = [one.front.version for one in found.history.policies if one.front.effective >= found.new.front.effective]
    told = touching(found, alike(since))
    done = queue(found.history, in_force(), told, version, tick, asks=asking(found), notes=notes(found, told))
    mark_asked(version, begun)
    return done


def ask_due() -> int:
    """Ask about each version for which somebody may not have been asked, and give how many questions were queued."""
    if not published():
        return 0
    refresh()
    applied = {change.version: change for change in changes() if change.applied}
    return sum(ask(policy.front.version) for policy in _open(datetime.now(UTC)) if _due(policy, applied))


def _open(now: datetime) -> Iterator[Policy]:
    """Give the versions for which people may still come who were told what the one before says."""
    for policy in history().policies:
        if policy.front.follows and now < policy.front.effective + _LATE:
            yield policy


def _due(policy: Policy, applied: dict[str, Change]) -> bool:
    """Say whether it is time to look; a version that touched nobody, and so had no plan, is remembered first."""
    now, name = datetime.now(UTC), policy.front.version
    change = applied.get(name)
    if change is None:
        keep_plan({"hash": f"none-{name}", "version": name}, "")
        mark_applied(f"none-{name}")
        return True
    if change.asked is None:
        return True
    return now - change.asked > _AGAIN or change.asked < policy.front.effective <= now
