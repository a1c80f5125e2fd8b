"""Run the long proofs, one at a time: `make soak`, or `python -m tests.soak NAME...`; `--list` names them.

Each is made of parts, and each part ends within LIMIT. What passed stands in docs/evidence/soak.json under the tree's
hash and is not run again on the same tree; whatever is cut off in the middle goes on with the part that it was at.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
REPORT = ROOT / "docs" / "evidence" / "soak.json"
LIMIT = 3_600.0
"""Seconds that a part may take; the mutants go on where they were cut off."""
PATIENCE = 60.0
"""Seconds that a part that is cut off may take to put its server away."""
_DAY = 86_400.0
_NOTHING = 5
"""Status of pytest where a file has no test of the name."""

Found = dict[str, Any]
"""What became of a part: the tree, if it passed, its seconds, what it said last (an object where it was JSON)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A command; where there is a folder, it is run on each of its files of tests, one after another.

    `limit` is how many seconds a part may take, where it is not LIMIT: it keeps by itself how far it came.
    """

    command: tuple[str, ...]
    folder: str = ""
    limit: float = 0.0

    def parts(self) -> Iterator[tuple[str, list[str]]]:
        """Give the name and the command of each part."""
        if not self.folder:
            yield "", [*self.command]
        for path in sorted((ROOT / self.folder).rglob("test_*.py") if self.folder else ()):
            name = str(path.relative_to(ROOT))
            yield name, [*self.command, name]


PROOFS = {
    "laws": Proof(("pytest", "-q", "-n", "2", "--dist", "worksteal"), "tests/laws"),
    "policy": Proof(("pytest", "-q"), "tests/units/policy"),
    "races": Proof(("pytest", "-q", "-k", "race or concurrent", "tests")),
    "kills": Proof(("pytest", "-q", "-k", "kill", "tests")),
    "company": Proof(("python", "-m", "tests.company")),
    "interleavings": Proof(("python", "-m", "tests.races", "interleavings"), limit=_DAY),
    "instants": Proof(("python", "-m", "tests.races", "kills"), limit=_DAY),
    "demo": Proof(("python", "-m", "tests.demo", "mailing")),
    "updates": Proof(("python", "-m", "tests.demo", "updates")),
    "plans": Proof(("pytest", "-q", "tests/laws/test_plan_laws.py")),
    "journeys": Proof(("pytest", "-q"), "tests/journeys"),
    "mutation": Proof(("python", "-m", "tests.mutation")),
    "letters": Proof(("python", "-m", "tests.letters")),
    "crawl": Proof(("pytest", "-q", "tests/units/web/test_crawl.py")),
    "contract": Proof(("pytest", "-q", "tests/units/api/test_contract.py")),
}


def tree() -> str:
    """Give the hash of the code and tests that are committed."""
    found = subprocess.run(
        ["git", "rev-parse", "HEAD:avow", "HEAD:tests"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return "-".join(line[:12] for line in found.stdout.split())


def run(command: list[str], log: Path, limit: float = 0.0) -> Found:
    """Run one part at full length, in a group of its own that ends with it, and give what became of it."""
    limit = limit or LIMIT
    started = time.monotonic()
    env = os.environ | {"HYPOTHESIS_PROFILE": "soak", "SOAK": "1", "PYTHONPATH": str(ROOT)}
    binary = str(Path(sys.executable).parent / command[0])
    log.parent.mkdir(exist_ok=True)
    with (
        log.open("w") as said,
        subprocess.Popen(
            [binary, *command[1:]], cwd=ROOT, env=env, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        ) as process,
    ):
        try:
            status, last = process.wait(limit), ""
        except subprocess.TimeoutExpired:
            status, last = _end(process), f"it was cut off after {limit:.0f} s"
        except BaseException:
            _end(process)
            raise
    last = last or (log.read_text(errors="replace").strip().splitlines() or ["nothing was said"])[-1]
    took, told = round(time.monotonic() - started), json.loads(last) if last.startswith("{") else last
    return {"tree": tree(), "ok": status in {0, _NOTHING}, "seconds": took, "said": told}


def _end(process: subprocess.Popen[bytes]) -> int:
    """End a part with all that it started: it may put its own server away, and is killed if it does not."""
    for number, patience in ((signal.SIGINT, PATIENCE), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(patience)
    return 1


def prove(name: str, report: dict[str, dict[str, Found]]) -> bool:
    """Run what has not passed on this tree of one proof, write each part down, and say whether all passed."""
    every = dict(PROOFS[name].parts())
    stands = {part: one for part, one in report.get(name, {}).items() if part in every}
    report[name] = stands
    for part, command in every.items():
        if stands.get(part, {}).get("ok") and stands[part]["tree"] == tree():
            continue
        word = Path(part).stem or "all"
        stands[part] = run(command, ROOT / "var" / f"soak-{name}-{word}.txt", PROOFS[name].limit)
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(json.dumps(report, indent=1) + "\n")
        sys.stdout.write(f"{name} {part}: {stands[part]}\n")
        sys.stdout.flush()
    return all(stands[part]["ok"] for part in every)


def main(asked: list[str]) -> int:
    """Run what is asked (all if nothing is) and has not passed on this tree."""
    if asked == ["--list"] or set(asked) - PROOFS.keys():
        sys.stdout.write("\n".join(PROOFS) + "\n")
        return int(asked != ["--list"])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored, by all that is started
    report = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    passed = [prove(name, report) for name in asked or PROOFS]
    return int(not all(passed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
