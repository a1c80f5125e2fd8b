"""Give journeys a folder of their own to run the command in, as an operator would."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
AVOW = Path(sys.executable).parent / "avow"


@dataclass(frozen=True)
class Place:
    """A data folder, and the command run on it with settings of its own."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment: the machine's, without settings that are another's."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("AVOW_", "DATABASE_"))}
        return plain | {"AVOW_DATA": str(self.data), "PYTHONWARNINGS": "default"} | dict(self.settings)

    def avow(self, *words: str, status: int = 0, within: float = 120) -> str:
        """Run `avow` with words and give all that it said, having checked its exit status."""
        done = subprocess.run(
            [str(AVOW), *words],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=within,
        )
        assert done.returncode == status, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def python(self, code: str, **settings: str) -> subprocess.Popen[str]:
        """Start Python on this place, with our modules and Django ready."""
        return subprocess.Popen(
            [sys.executable, "-c", f"import avow.cli\n{code}"],
            env=self.environment | settings,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def server(self) -> int:
        """Give the process of the place's PostgreSQL."""
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])


@contextmanager
def ground() -> Iterator[Path]:
    """Give an empty folder that every account may pass through, as it may through /srv; pytest's own it may not."""
    with TemporaryDirectory(prefix="avow-journey-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def ending(process: subprocess.Popen[Any]) -> Iterator[subprocess.Popen[Any]]:
    """Have a process that is killed where it still runs at the end: `with` alone would wait for it for ever."""
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def connected(place: Place) -> Iterator[subprocess.Popen[str]]:
    """Have a process that is connected to the place's store, and that ends cleanly afterwards."""
    code = "from avow.store.connect import connect\nconnect()\nprint('connected', flush=True)\ninput()"
    process = place.python(code)
    assert process.stdout
    assert process.stdin
    heard = process.stdout.readline()
    while "waiting for PostgreSQL" in heard:
        heard = process.stdout.readline()
    assert heard == "connected\n", heard + process.stdout.read()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.communicate("\n", timeout=180)
        process.stdin.close()
        process.stdout.close()


def children(pid: int) -> list[int]:
    """Give the processes that a process started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
        int(one)
        for task in Path(f"/proc/{pid}/task").iterdir()
        if task.name != str(pid)
        for one in (task / "children").read_text().split()
    ]
