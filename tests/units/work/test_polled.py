"""Test the fetch beside the other work: what it says is passed on, whether it ends well or not."""

import subprocess
import sys

import pytest

from avow.errors import MailError
from avow.work.polled import Polled


def _said(status: int) -> Polled:
    code = f"import sys; sys.stderr.write('avow: letter 7 is too large\\n'); sys.exit({status})"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    process.wait(30)
    return Polled(process)


def test_a_letter_that_was_left_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A fetch that ends well may have left a letter where it is: whoever reads the log learns of it."""
    assert _said(0).go() == 0
    assert "letter 7 is too large" in capsys.readouterr().err


def test_a_fetch_that_ends_badly_is_an_error() -> None:
    """Its last line is what was wrong."""
    with pytest.raises(MailError, match="letter 7"):
        _said(1).go()
