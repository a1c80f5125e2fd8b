"""Read every letter that others gathered and write the figures down: `python -m tests.soak letters`.

The samples of flufl.bounce are test data of its source distribution, which is fetched by the package's own client
into var/ and stays there.
"""

import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from avow.mail.inbound.classify import Asking, Classified, classify
from avow.mail.inbound.intents import Intent
from avow.mail.inbound.machine import Machine
from tests.units.mail.inbound.corpus import samples

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "evidence" / "letters.md"
FLUFL = "flufl.bounce==6.0.0"
HUMAN = {"groupwise_03.txt"}
"""What its own tests take for no bounce: a human wrote it."""
ASKING = Asking(own=frozenset({"privacy@example.com"}), hosts=frozenset({"www.example.com"}))
HEAD = """\
# Letters read

Written by `python -m tests.soak letters`. *Missed* is a no that was not found, *wrong* one that nobody said, *answered*
a machine that would have got an answer; *speed* is in letters a second.

| letters | read | machines | reports with a status or a cause | missed | wrong | answered | speed |
|---|---|---|---|---|---|---|---|
"""


def flufl() -> Iterator[tuple[str, bytes]]:
    """Give the samples of the source distribution of flufl.bounce."""
    folder = ROOT / "var" / "samples"
    if not list(folder.glob("flufl*.tar.gz")):
        client: list[str] = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        command = [*client, "-d", str(folder), FLUFL]
        subprocess.run(command, check=True)
    with tarfile.open(next(folder.glob("flufl*.tar.gz"))) as archive:
        for member in archive:
            found = archive.extractfile(member) if "/tests/data/" in member.name else None
            if found and member.name.endswith(".txt"):
                yield Path(member.name).name, found.read()


def python() -> Iterator[tuple[str, bytes]]:
    """Give the e-mail test data of the running Python."""
    for path in files("test.test_email").joinpath("data").iterdir():
        if path.is_file():
            yield path.name, path.read_bytes()


def row(name: str, letters: Sequence[tuple[bytes, bool, bool | None]]) -> tuple[str, int]:
    """Read letters and give their row and the number of faults.

    Each is given with whether a machine wrote it, and whether it says no (None: not known).
    """
    began = time.perf_counter()
    read: list[tuple[Classified, bool, bool | None]] = [(classify(raw, ASKING), by, no) for raw, by, no in letters]
    took = time.perf_counter() - began
    count: Counter[str] = Counter()
    for found, by_machine, says_no in read:
        said = Intent.OPTOUT in found.intents
        count["machines"] += found.machine is not Machine.NONE
        count["status"] += any(one.status or one.kind != "none" for one in found.failures)
        count["missed"] += says_no is True and not said
        count["wrong"] += says_no is False and said
        count["answered"] += by_machine and found.reply
    cells = [count[key] for key in ("machines", "status", "missed", "wrong", "answered")]
    line = " | ".join(map(str, [name, len(read), *cells, round(len(read) / took)]))
    return f"| {line} |\n", count["missed"] + count["wrong"] + count["answered"]


def main() -> int:
    """Write the page; give 1 if anything was missed, wrong or answered."""
    own = [(one.raw, one.machine != "none", "optout" in one.intents) for one in samples()]
    rows = [
        row("flufl.bounce 6.0.0", [(raw, name not in HUMAN, False) for name, raw in flufl()]),
        row("Python's e-mail test data", [(raw, False, None) for _, raw in python()]),
        row("our own templates", own),
    ]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(HEAD + "".join(line for line, _ in rows))
    sys.stdout.write("".join(line for line, _ in rows))
    return int(any(faults for _, faults in rows))


if __name__ == "__main__":
    sys.exit(main())
