"""Test that locks exclude, share, and end with their holder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from avow.errors import StoreError
from avow.store.server.lock import Lock, alone

_HOLD = "import sys,time; from pathlib import Path; from avow.store.server.lock import alone;"
_HOLD += " lock = alone(Path(sys.argv[1]), 'serve'); print('held', flush=True); time.sleep(60)"


def test_one_alone_or_many_together(tmp_path: Path) -> None:
    """Many share; one alone waits for none of them, and is told."""
    first, second, third = (Lock(tmp_path / "x.lock") for _ in range(3))
    first.share()
    second.share()
    assert not third.seize()
    first.release()
    second.release()
    assert third.seize()
    assert not first.seize()
    assert first.holder() == str(os.getpid())


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """While another process has it we are refused by its number; when it was killed we are not."""
    other = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match=f"`avow serve` already runs on {tmp_path}, as process {other.pid}"):
        alone(tmp_path, "serve")
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    alone(tmp_path, "serve").release()


def test_acts_do_not_hinder_one_another(tmp_path: Path) -> None:
    """The site and the work hold locks of their own."""
    serve, work = alone(tmp_path, "serve"), alone(tmp_path, "work")
    serve.release()
    work.release()
