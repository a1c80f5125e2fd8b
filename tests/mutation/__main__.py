"""Run the mutants that are new, and hold their score: `python -m tests.mutation [GROUP...]`, or `--some COUNT`."""

import random
import subprocess
import sys
import time
from collections.abc import Mapping

from tests.mutation.cover import ROOT
from tests.mutation.evidence import SURVIVED, Evidence, clean, evidence, waiting
from tests.mutation.groups import GROUPS, Group
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.page import FILE, page, reasons, wrong
from tests.mutation.run import run
from tests.soak import tree

AT_ONCE = 20
"""Mutants after which what was found is written out."""


def main(groups: Mapping[str, Group]) -> int:
    """Run every mutant of some groups that has not been run since its module or its tests changed."""
    kept, broken = evidence(), list[str]()
    clean(kept)
    for name, group in groups.items():
        broken += _run(name, group, kept)
    kept.write()
    FILE.write_text(page(), "utf-8")
    return _judge([*(f"{name} fails on the code as it is" for name in broken), *wrong(kept, groups)])


def _run(name: str, group: Group, kept: Evidence) -> list[str]:
    """Run what waits of a group, write out what was found as it comes, and give each test that fails without it."""
    wanted, started, done = waiting(kept, group), time.monotonic(), 0
    kept.write()

    def tell(mutant: Mutant, found: str) -> None:
        nonlocal done
        done += 1
        kept.tell(mutant, found)
        if found == SURVIVED:
            _say(f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.name}: {found}")
        if done % AT_ONCE == 0 or done == len(wanted):
            kept.write()
            _say(f"{name}: {done} of {len(wanted)} in {time.monotonic() - started:.0f} s")

    return run(wanted, group.tests, tell) if wanted else []


def some(count: int) -> int:
    """Run some mutants of the decision, others for each tree; whoever survives must have a reason."""
    group, told = GROUPS["decision"], reasons()
    every = [one for path in group.modules() for one in mutants(path)]
    chosen = random.Random(tree()).sample(every, min(count, len(every)))  # noqa: S311 -- it chooses what to look at
    found: list[str] = []

    def tell(mutant: Mutant, what: str) -> None:
        if what == SURVIVED and (str(mutant.path.relative_to(ROOT)), mutant.name) not in told:
            found.append(f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.name}: no test notices")

    broken = run(chosen, group.tests, tell)
    return _judge([*(f"{name} fails on the code as it is" for name in broken), *found])


def _judge(found: list[str]) -> int:
    for line in found:
        _say(line)
    _say("the score does not hold" if found else "the score holds")
    return int(bool(found))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asked = sys.argv[1:]
    if asked[:1] == ["--some"]:
        sys.exit(some(int(asked[1])))
    names = asked or [*GROUPS]
    if len(names) > 1:  # pytest runs once in a process
        sys.exit(
            max(
                subprocess.run([sys.executable, "-m", "tests.mutation", name], check=False).returncode for name in names
            )
        )
    sys.exit(main({name: GROUPS[name] for name in names}))
