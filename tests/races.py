"""Race a million times and kill a thousand: `python -m tests.soak interleavings`; it goes on where it was cut off."""

import os
import subprocess
import sys

from tests.laws.racing.parts import WHOLE

LAWS = ("tests/laws/test_race_laws.py", "tests/laws/test_kill_laws.py")


def main() -> int:
    """Run every part that has not passed on this tree."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *LAWS]
    return subprocess.run(command, env=os.environ | {WHOLE: "1"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
