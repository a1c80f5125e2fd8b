"""Make the living example at full size, within its time, and check it as any store: `python -m tests.soak company`."""

import json
import os
import subprocess
import sys
import time

from tests.journeys.place import AVOW, Place, ground

PEOPLE = 100_000
LIMIT = 300.0
"""Seconds that it may take on two processors."""


def main() -> int:
    """Make it, check the ledger, and say how long it took."""
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_POLICIES": str(folder / "data-policy")})
        command, path = [str(AVOW), "demo", "company", "--people", str(PEOPLE)], os.environ.get("PYTHONPATH", "")
        started = time.monotonic()
        done = subprocess.run(command, env=place.environment | {"PYTHONPATH": path}, check=False)
        seconds = time.monotonic() - started
        agrees = not done.returncode and "Everything agrees" in place.avow("ledger", "fsck", within=1800)
    sys.stdout.write(json.dumps({"people": PEOPLE, "seconds": round(seconds, 1), "agrees": agrees}) + "\n")
    return int(not agrees or seconds > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
