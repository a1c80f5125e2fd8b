"""Run mutants: each in a fork of a process that has imported everything and has a PostgreSQL running."""

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Never

import pytest
from _pytest.runner import runtestprotocol
from coverage import Coverage

from tests.mutation.cover import ROOT, Cover
from tests.mutation.evidence import SLOW, SURVIVED
from tests.mutation.mutants import Mutant
from tests.mutation.put import put

FOLDERS = ("avow/decision", "avow/gate", "avow/record")
APART = ("-p", "no:unraisableexception", "-p", "no:threadexception")
"""What pytest collects between two tests, a fork would inherit, and hold against its first."""
Tell = Callable[[Mutant, str], None]


class Run:
    """Run the tests once to learn what each reaches, then every mutant against those that cover it."""

    def __init__(self, wanted: Sequence[Mutant], tell: Tell, jobs: int) -> None:
        """Take the mutants, whom to tell what became of each, and how many to run at once."""
        self.wanted, self.tell, self.jobs = list(wanted), tell, jobs
        self.broken: list[str] = []
        self.steady: dict[str, bool] = {}
        self.running: dict[int, tuple[Mutant, int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        self.items = {item.nodeid: item for item in session.items}
        cover = self._learn(session)
        _say(f"{len(self.items)} tests, of which {len(self.broken)} fail; {len(self.wanted)} mutants to run")
        waiting = [] if self.broken else list(self.wanted)  # what fails as it is would notice whatever it is shown
        while waiting or self.running:
            while waiting and len(self.running) < self.jobs:
                mutant = waiting.pop(0)
                tests = [name for name in cover.tests(mutant) if name not in self.broken]
                if tests:
                    self._start(session, mutant, tests, cover)
                else:
                    self.tell(mutant, SURVIVED)
            if self.running:
                waiting += self._end(session, cover)
        return True

    def _learn(self, session: pytest.Session) -> Cover:
        """Run each test once on the code as it is."""
        measured = Coverage(data_file=None, config_file=False, include=[f"{ROOT}/{one}/*" for one in FOLDERS])
        measured.start()
        seconds = {}
        for at, item in enumerate(session.items):
            measured.switch_context(item.nodeid)
            started = time.monotonic()
            following = session.items[(at + 1) % len(session.items)]
            if not _passes(item, following) and not _passes(item, following):
                self.broken.append(item.nodeid)
            seconds[item.nodeid] = time.monotonic() - started
        measured.stop()
        data = measured.get_data()
        lines = {
            Path(name): {line: frozenset(tests) - {""} for line, tests in data.contexts_by_lineno(name).items()}
            for name in data.measured_files()
        }
        return Cover(lines, seconds)

    def _steady(self, session: pytest.Session, name: str, cover: Cover) -> bool:
        """Say whether a test passes in a fork of the code as it is: if not, it would notice what is not there."""
        if name not in self.steady:
            pid = os.fork()
            if pid == 0:
                _quiet()
                found = ""
                with suppress(BaseException):
                    found = self._first(session, [name], cover)
                os._exit(found != SURVIVED)
            self.steady[name] = os.waitpid(pid, 0)[1] == 0
            if not self.steady[name]:
                self.broken.append(name)
        return self.steady[name]

    def _start(self, session: pytest.Session, mutant: Mutant, tests: Sequence[str], cover: Cover) -> None:
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            self._child(session, mutant, tests, cover, theirs)
        os.close(theirs)
        self.running[pid] = (mutant, ours)

    def _end(self, session: pytest.Session, cover: Cover) -> list[Mutant]:
        """Wait for one child, and tell what became of its mutant; give the mutant if it must run again."""
        pid, status = os.wait()
        mutant, pipe = self.running.pop(pid)
        with os.fdopen(pipe) as said:
            words = said.read().splitlines()
        found = SLOW if os.WIFSIGNALED(status) else (words or ["it could not run"])[-1]
        if found in self.items:
            if not self._steady(session, found, cover):
                return [mutant]
            cover.noticed(mutant, found)
        self.tell(mutant, found)
        return []

    def _child(self, session: pytest.Session, mutant: Mutant, tests: Sequence[str], cover: Cover, pipe: int) -> Never:
        """Become the mutant, and say which test noticed."""
        _quiet()
        found = SURVIVED
        with suppress(BaseException):
            found = "it does not load"
            put(importlib.import_module(_module(mutant)), mutant.tree())
            found = self._first(session, tests, cover)
        os.write(pipe, found.encode())
        os._exit(0)

    def _first(self, session: pytest.Session, tests: Sequence[str], cover: Cover) -> str:
        """Give the first test that fails; SURVIVED if none does."""
        items = [self.items[name] for name in tests]
        session._setupstate.teardown_exact(items[0])  # noqa: SLF001 -- a fork begins in the middle of pytest's loop
        for item, following in zip(items, [*items[1:], None], strict=True):
            signal.setitimer(signal.ITIMER_REAL, 20 + 8 * cover.seconds[item.nodeid])
            other = following or next(one for one in session.items if one is not item)
            if not _passes(item, other):
                return item.nodeid
        return SURVIVED


def _quiet() -> None:
    """Say nothing from here on."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nothing, stream)


def _passes(item: pytest.Item, following: pytest.Item) -> bool:
    return all(report.outcome != "failed" for report in runtestprotocol(item, log=False, nextitem=following))


def _module(mutant: Mutant) -> str:
    return ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(wanted: Sequence[Mutant], tests: Sequence[str], tell: Tell, jobs: int = 2) -> list[str]:
    """Run mutants against tests (files or folders), and give each test that fails on the code as it is."""
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    without = ["-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", *APART, "-s", "-q", "--no-summary"]
    ran = Run(wanted, tell, jobs)
    status = pytest.main([*without, *tests], plugins=[ran])
    if status != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests could not be run: {status!r}")
    return ran.broken
