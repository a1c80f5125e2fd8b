"""Be the command `avow-audit FOLDER`: check an export, tell what is wrong, end with status 1 if anything is."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from avow_audit.check import check, kept, logged
from avow_audit.export import Unreadable, export
from avow_audit.report import Report

_EVERY = 0.2
"""Seconds between two lines of progress."""


class Progress:
    """A line on standard error that tells how far the check came; nothing where nobody looks at it."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.done, self.total = 0, 0
        self._shown, self._tty = 0.0, sys.stderr.isatty()

    def tick(self, count: int) -> None:
        """Count lines."""
        self.done += count
        if self._tty and self.done % 256 == 0 and time.monotonic() - self._shown > _EVERY:
            self._shown = time.monotonic()
            share = self.done / self.total if self.total else 0.0
            bar = "#" * int(30 * min(share, 1.0))
            sys.stderr.write(f"\rchecking [{bar:<30}] {self.done:,} of {self.total:,} lines")
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self._tty:
            sys.stderr.write("\r\x1b[K")


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run the command; end with status 0 if nothing is wrong, 1 if something is, 2 if there is nothing to check."""
    asked = _parser().parse_args(words)
    report, progress = Report(), Progress()
    started = time.monotonic()
    try:
        found = export(asked.folder, report, progress.tick)
        progress.total = found.size
        check(found, asked.key or (), kept(asked.checkpoint or ()), logged(asked.mail_log or ()))
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        progress.end()
        sys.stderr.write(f"avow-audit: {error}\n")
        sys.exit(2)
    progress.end()
    if asked.json:
        sys.stdout.write(json.dumps(report.plain()) + "\n")
    else:
        _tell(report, found.at, time.monotonic() - started)
    sys.exit(0 if report.ok else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "avow-audit", description="Check an export of `avow evidence export` and decide its acts anew."
    )
    parser.add_argument("folder", type=Path, help="the folder of the export")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument("--key", action="append", help="a verifier key that you know, as `avow ledger key` prints it")
    parser.add_argument(
        "--checkpoint", action="append", type=Path, metavar="FILE", help="a checkpoint that was kept elsewhere"
    )
    parser.add_argument(
        "--mail-log", action="append", type=Path, metavar="FILE", help="the log of the mail server that carried it"
    )
    return parser


def _tell(report: Report, at: str, seconds: float) -> None:
    lines = [f"WRONG  {finding}" for finding in report.findings]
    if report.wrong > len(report.findings):
        lines.append(f"... and {report.wrong - len(report.findings):,} more")
    lines += [f"note   {count:,} x {words}" for words, count in sorted(report.notes.items())]
    counted = ", ".join(f"{count:,} {what}" for what, count in report.checked.items())
    lines.append(f"Export of {at}, checked in {seconds:.1f} s: {counted or 'nothing'}.")
    lines.append("Everything agrees." if report.ok else f"Wrong: {report.wrong:,}.")
    sys.stdout.write("\n".join(lines) + "\n")
