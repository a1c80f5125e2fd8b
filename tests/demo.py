"""Play a demo at its full length, in a folder of its own: `python -m tests.soak demo updates`."""

import json
import os
import subprocess
import sys

from tests.journeys.place import AVOW, Place, ground

TOLD = {
    "mailing": ("ok", "wrong", "people", "outcomes", "opted_out", "dots", "late", "late_in_doubt", "seconds"),
    "updates": ("ok", "wrong", "people", "decisions", "disagreements", "mailings", "seconds"),
}
"""The demos, and what is said of each."""


def main(demo: str = "mailing") -> int:
    """Play one, say its report last, and give its status."""
    with ground() as folder:
        place = Place(folder / "data")
        command, path = [str(AVOW), "demo", demo, "--json"], {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        done = subprocess.run(command, env=place.environment | path, stdout=subprocess.PIPE, text=True, check=False)
    told = json.loads(done.stdout.strip().rpartition("\n")[2] or "{}")
    sys.stdout.write(json.dumps({name: told.get(name) for name in TOLD[demo]}) + "\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
