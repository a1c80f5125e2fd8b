"""Let a version come as the staff and the machine do it: planned, approved by two, applied, killed and gone on with."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from avow.cli.demo.bar import Step
from avow.errors import StoreError
from avow.policy.folder import load
from avow.record.attested.attest import attest
from avow.record.shown.versions import published_at, refresh
from avow.updates.apply import apply
from avow.updates.plan import changed, plan

STAFF: Final = ("erin@example.com", "frank@example.com")
"""Who approve, and are invented as well."""
_THIRD: Final = "2027-09-01"
_OFFERS: Final = 'categories = ["contact", "profile", "enrichment"]\ndpv = "dpv:DirectMarketing"'
_KILLS: Final = 3
_LONGEST: Final = 5.0
_APPLY: Final = ("-c", "from avow.cli.main import main; main()", "policy", "apply")
_WORK: Final = ("-m", "avow.work")


@dataclass
class Come:
    """What was planned for a version, when it is in force, and how often a process was killed meanwhile."""

    version: str
    plan: dict[str, Any]
    effective: datetime
    killed: list[str] = field(default_factory=list)

    def wait(self) -> None:
        """Wait until it is in force."""
        time.sleep(max((self.effective - datetime.now(UTC)).total_seconds(), 0) + 0.2)


def put(source: Path, folder: Path, version: str, effective: datetime | None = None) -> None:
    """Write a version of the bundled sequence into the demo's folder.

    There a notice need not stand for thirty days, and the third version lets a firm that works for us send the offers:
    a new recipient of an old purpose, about which everybody is asked.
    """
    words = (source / f"{version}.md").read_text("utf-8").replace("notice_days = 30", "notice_days = 0")
    if version == _THIRD:
        words = words.replace(_OFFERS, f'recipients = ["company", "processor"]\n{_OFFERS}', 1)
    if effective is not None:
        words = re.sub(r"(?m)^effective = .*$", f"effective = {effective.isoformat()}", words, count=1)
    (folder / f"{version}.md").write_text(words, "utf-8")


def instants(luck: Random) -> list[float]:
    """Draw after how long each process is killed, of those that apply a plan and then of those that work (seconds)."""
    return [luck.uniform(0.5, _LONGEST) for _ in range(2 * _KILLS)]


def come(source: Path, folder: Path, version: str, lead: float, kills: Sequence[float], step: Step) -> Come:
    """Plan a version, let two approve it, and apply it in a process that is killed at random instants.

    It is in force in `lead` seconds. When this returns it is published; some of the questions are queued.
    """
    tick = step(f"{version}: plan, approve, apply", _KILLS + 2)
    effective = datetime.now(UTC) + timedelta(seconds=lead)
    put(source, folder, version, effective)
    told = plan(changed(load(folder), version), "grace@example.com")
    path = folder / f"{version}.json"
    path.write_text(json.dumps(told), "utf-8")
    waits = apply(load(folder), told, STAFF[0]).waits
    for name in STAFF if waits else ():
        attest(waits.digest, name)  # type: ignore[union-attr]  # mypy does not see that nobody attests where it is None
    tick(1)
    found = Come(version, told, effective)
    for after in kills[:_KILLS]:
        _killed(found, [*_APPLY, str(path)], after)
        tick(1)
    if version not in published_at():
        _whole([*_APPLY, str(path)])
    refresh()
    tick(1)
    return found


def kill_workers(found: Come, kills: Sequence[float], step: Step) -> None:
    """Let workers ask and send, and kill each at a random instant."""
    tick = step(f"{found.version}: workers, killed", _KILLS)
    for after in kills[_KILLS:]:
        _killed(found, _WORK, after)
        tick(1)


def _killed(found: Come, command: Sequence[str], after: float) -> None:
    """Run a command of ours, and kill it with SIGKILL after so many seconds, if it is not done before."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, *command], stdout=quiet, stderr=quiet) as child:  # noqa: S603 -- our own
        try:
            child.wait(after)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            found.killed.append(f"{command[-1] if command == _WORK else 'apply'} after {after:.1f} s")


def _whole(command: Sequence[str]) -> None:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)  # noqa: S603 -- our own
    if done.returncode:
        raise StoreError(f"the plan could not be applied: {done.stderr.strip()}")
