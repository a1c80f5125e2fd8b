"""Race a million times, or kill a thousand: `python -m tests.races interleavings|kills`; it goes on where it was cut.

What passed is kept in the folder that SOAK_FOLDER names (var/soak without one). The last line is what all came to, as
one JSON object.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.laws.racing.parts import WHOLE, total
from tests.soak import ROOT

LAWS = {
    "interleavings": ("tests/laws/test_race_laws.py", "the_answer or a_letter"),
    "kills": ("tests/laws/test_kill_laws.py", "killed"),
}


def main(name: str) -> int:
    """Run every part of a law that has not passed on this tree."""
    folder = Path(os.environ.get("SOAK_FOLDER", ROOT / "var" / "soak")).resolve()
    os.environ[WHOLE] = str(folder)
    path, which = LAWS[name]
    sys.stdout.write(f"{name}: what passes is kept in {folder}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-x", "-p", "no:randomly", "-k", which, path]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    sys.stdout.write(f"{json.dumps(total(name))}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
