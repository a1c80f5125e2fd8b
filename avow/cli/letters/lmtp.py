"""Take letters in: `avow lmtp`."""

import os
import sys


def lmtp() -> None:
    """Take letters that your mail server delivers (LMTP, at AVOW_LMTP), until told to stop."""
    os.execv(sys.executable, [sys.executable, "-m", "avow.lmtp"])  # noqa: S606 -- the door `lmtp` takes this process over
