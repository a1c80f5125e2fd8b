"""Measure in a process and on a store of its own, so that one measurement does not warm another."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def apart(module: str, *words: str) -> list[dict[str, object]]:
    """Run a module of the bench on an empty folder of its own, and give the results that it prints."""
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as name:
        Path(name).chmod(0o711)
        env = os.environ | {"AVOW_DATA": str(Path(name) / "var"), "DJANGO_SETTINGS_MODULE": "avow.settings"}
        done = subprocess.run([sys.executable, "-m", module, *words], env=env, stdout=subprocess.PIPE, check=True)
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found
