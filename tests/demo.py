"""Play the demo of a mailing at its full length, in a folder of its own: `python -m tests.soak demo`."""

import json
import os
import subprocess
import sys

from tests.journeys.place import AVOW, Place, ground

TOLD = ("ok", "wrong", "people", "outcomes", "opted_out", "dots", "late", "late_in_doubt", "seconds")


def main() -> int:
    """Play it, say its report last, and give its status."""
    with ground() as folder:
        place = Place(folder / "data")
        command, path = [str(AVOW), "demo", "mailing", "--json"], {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        done = subprocess.run(command, env=place.environment | path, stdout=subprocess.PIPE, text=True, check=False)
    told = json.loads(done.stdout.strip().rpartition("\n")[2] or "{}")
    sys.stdout.write(json.dumps({name: told.get(name) for name in TOLD}) + "\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
