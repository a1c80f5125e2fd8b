"""Run what `make check` and `make test` promise, stage by stage, and stop at the first that fails."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.written import write

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

CHECK = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "floors": ["lint-imports", "--no-cache"],
    "evidence": ["python", "-m", "avow.policy.proof.scan", "--check"],
    "policy": ["avow", "policy", "check", "policies/example", "policies/changes"],
}
HANGS = 600
"""Seconds after which a test hangs: its process is ended, having said where it stood, and the rest goes on."""
TEST = {
    "tests": [
        *("pytest", "-q", "-n", "3", "--dist", "worksteal", "--durations", "20", "--instafail"),
        *("--timeout", f"{HANGS}", "--timeout-method", "thread", "-o", f"faulthandler_timeout={HANGS - 30}"),
    ]
}


def run(stages: dict[str, list[str]]) -> int:
    """Run the stages in order; give the first exit status that is not 0."""
    for name, command in stages.items():
        started = time.monotonic()
        _say(f"== {name}: {' '.join(command)}")
        done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, env=_environment(), check=False)
        _say(f"== {name}: {'failed' if done.returncode else 'ok'} in {time.monotonic() - started:.0f} s")
        if done.returncode:
            return done.returncode
    return 0


def _environment() -> dict[str, str]:
    """Give the machine's environment, in which what was compiled once is kept: journeys start hundreds of processes."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT)}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asked = sys.argv[1:]
    if "write" in asked:
        write()
        spoken = {"languages": ["python", "-m", "tests.catalogues"]}
        sys.exit(run(spoken | {"evidence": ["python", "-m", "avow.policy.proof.scan"]}))
    sys.exit(run((CHECK if "check" in asked else {}) | (TEST if "test" in asked else {})))
