"""Measure letters in: handed over by LMTP to the real door, each classified and committed before it is answered."""

import os
import smtplib
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.site import AVOW

CLIENTS, LETTERS = 10, 1_500
_BEGUN = 3.0
"""Seconds after which the further process takes letters too; a letter that comes sooner is taken by the first."""
_TO = "privacy@example.com"
_WORDS = (
    "Subject: stop\n\nPlease unsubscribe me.\n",
    "Subject: a question\n\nWhat do you hold about me? I should like to see it.\n",
    "Subject: thanks\n\nThank you for the letter, it was of great help to us.\n\n> unsubscribe\n",
    "Subject: away\nAuto-Submitted: auto-replied\n\nI am on holiday until Monday.\n",
)


def intake() -> list[dict[str, object]]:
    """Set a store up, run the door beside it, and hand letters over on a few connections."""
    with TemporaryDirectory(prefix="avow-bench-") as name:
        Path(name).chmod(0o711)
        where = Path(name) / "lmtp"
        env = os.environ | {"AVOW_DATA": str(Path(name) / "var"), "AVOW_LMTP": str(where)}
        subprocess.run([AVOW, "setup"], env=env, stdout=subprocess.DEVNULL, check=True)
        door = subprocess.Popen([sys.executable, "-m", "avow.lmtp"], env=env, stdout=subprocess.PIPE, text=True)
        try:
            assert door.stdout
            assert "takes letters" in door.stdout.readline()
            time.sleep(_BEGUN)
            rate = _handed(str(where))
        finally:
            door.terminate()
            door.wait(30)
    told = f"limit; {LETTERS} letters of four kinds on {CLIENTS} connections"
    return [
        {
            "name": "letters in",
            "value": round(rate),
            "unit": "letters/s",
            "against": told,
            "ratio": round(rate),
            "resolve": 200,
            "goal": 500,
            "better": "higher",
        }
    ]


def _handed(where: str) -> float:
    """Hand letters over and give how many a second were taken."""

    def client(number: int) -> None:
        with smtplib.LMTP(where, timeout=60) as wire:
            for at in range(LETTERS // CLIENTS):
                sender = f"p{number}-{at}@example.org"
                head = f"From: {sender}\nTo: {_TO}\nMessage-ID: <{number}.{at}@example.org>\n"
                wire.sendmail(sender, [_TO], head + _WORDS[at % len(_WORDS)])

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return LETTERS / (time.perf_counter() - started)
