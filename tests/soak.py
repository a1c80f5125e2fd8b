"""Run the long proofs, one at a time and resumable: `make soak`, or `python -m tests.soak NAME...`.

What passed stands in docs/evidence/soak.json under the tree's hash and is not run again on the same tree.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
REPORT = ROOT / "docs" / "evidence" / "soak.json"
PROOFS: dict[str, list[str]] = {
    "laws": ["pytest", "-q", "-n", "2", "tests/laws"],
    "policy": ["pytest", "-q", "tests/units/policy"],
    "races": ["pytest", "-q", "-k", "(race or concurrent) and not race_laws", "tests"],
    "interleavings": ["pytest", "-q", "-p", "no:randomly", "tests/laws/test_race_laws.py"],
    "kills": ["pytest", "-q", "-k", "kill", "tests"],
    "demo": ["python", "-m", "tests.demo"],
    "journeys": ["pytest", "-q", "tests/journeys"],
    "mutation": ["python", "-m", "tests.mutation"],
    "letters": ["python", "-m", "tests.letters"],
}


def tree() -> str:
    """Give the hash of the code and tests that are committed."""
    found = subprocess.run(
        ["git", "rev-parse", "HEAD:avow", "HEAD:tests"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return "-".join(line[:12] for line in found.stdout.split())


def prove(name: str) -> dict[str, object]:
    """Run one proof at full length and give what it said last."""
    started = time.monotonic()
    env = os.environ | {"HYPOTHESIS_PROFILE": "soak", "AVOW_SOAK": "1", "PYTHONPATH": str(ROOT)}
    command = PROOFS[name]
    binary = Path(sys.executable).parent / command[0]
    done = subprocess.run([binary, *command[1:]], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    (ROOT / "var").mkdir(exist_ok=True)
    (ROOT / "var" / f"soak-{name}.txt").write_text(done.stdout + done.stderr)
    last = (done.stdout.strip().splitlines() or ["nothing was said"])[-1]
    return {"tree": tree(), "ok": done.returncode == 0, "seconds": round(time.monotonic() - started), "said": last}


def main(asked: list[str]) -> int:
    """Run what is asked (all if nothing is) and has not passed on this tree."""
    report = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    for name in asked or list(PROOFS):
        if report.get(name, {}).get("ok") and report[name]["tree"] == tree():
            continue
        report[name] = prove(name)
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(json.dumps(report, indent=1) + "\n")
        sys.stdout.write(f"{name}: {report[name]}\n")
    return int(not all(report[name]["ok"] for name in asked or list(PROOFS)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
