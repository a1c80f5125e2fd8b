"""Test that folders are private, and that what is wrong with one is said."""

import errno
import os
import pwd
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from avow.config import account, reachable
from avow.errors import StoreError
from avow.store.server.folder import handed, private, refused, socket_folder

NOBODY = pwd.getpwnam("nobody")
ROOTED = os.geteuid() == 0


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    """Others can neither list nor read it; under root the account may pass through it."""
    folder = tmp_path / "deep" / "data"
    private(folder, None)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not write"),
        (errno.EIO, "cannot serve"),
    ],
)
def test_each_error_has_its_words(number: int, told: str) -> None:
    """What the system says by number is said in words, with what to do."""
    error = refused(Path("/data"), OSError(number, os.strerror(number)))
    assert told in str(error)
    assert error.hint


def test_short_paths_keep_their_socket(tmp_path: Path) -> None:
    """A socket lives in the data folder where its path fits, else in a short folder of that store alone."""
    short, long, longer = Path("/srv/a"), tmp_path / ("x" * 100), tmp_path / ("x" * 101)
    assert socket_folder(short) == short / "socket"
    assert len(str(socket_folder(long) / ".s.PGSQL.5432")) <= 107
    assert socket_folder(long) != socket_folder(longer)
    assert socket_folder(Path("/srv/a,b")).parent == Path("/tmp")  # noqa: S108 -- the place that is stated


def _as_nobody_or_us(code: str) -> str:
    """Run Python as an account that is not root, whoever we are."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", code],
        user=NOBODY.pw_uid if ROOTED else None,
        group=NOBODY.pw_gid if ROOTED else None,
        extra_groups=[] if ROOTED else None,
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    return done.stdout.strip()


def test_nothing_but_the_data_folder_is_opened(tmp_path: Path) -> None:
    """Where the account cannot pass a folder above ours, we say which folder works and change no right."""
    above = tmp_path / "closed"
    above.mkdir(mode=0o700)
    before = above.stat().st_mode
    if ROOTED:
        with pytest.raises(StoreError, match="/var/lib/avow/data"):
            private(above / "data", NOBODY)
    assert above.stat().st_mode == before
    assert _as_nobody_or_us(f"import os; print(os.access({str(above)!r}, os.X_OK))") == str(not ROOTED)


def test_reachable_is_what_the_system_says() -> None:
    """Our reading of the modes agrees with what the account can really enter."""
    who, seen = NOBODY if ROOTED else None, set()
    with TemporaryDirectory() as passable:
        Path(passable).chmod(0o711)
        for mode in (0o700, 0o710, 0o701, 0o755):
            folder = Path(passable) / f"m{mode:o}"
            folder.mkdir()
            folder.chmod(mode)
            real = _as_nobody_or_us(f"import os; print(os.access({str(folder)!r}, os.X_OK))")
            assert str(reachable(folder, who)) == real
            seen.add(real)
    assert seen == ({"True", "False"} if ROOTED else {"True"})


def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    """A folder of another account is not taken, and the owner is named."""
    folder = Path("/") if not ROOTED else tmp_path / "theirs"
    if ROOTED:
        folder.mkdir()
        os.chown(folder, NOBODY.pw_uid, -1)
    with pytest.raises(StoreError, match=r"belongs to (nobody, not to root|root, not to)|may not write"):
        private(folder, None)
    with pytest.raises(StoreError, match="belongs to"):
        handed(folder, None)


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    """A link that another laid under /tmp is not taken for our folder."""
    folder = Path("/tmp") / f"avow-test-{os.getpid()}"  # noqa: S108 -- the place that is tested
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(StoreError, match="is not a folder"):
            handed(folder, None)
    finally:
        folder.unlink()


def test_who_runs_postgresql() -> None:
    """It is ourselves, unless we are root."""
    who = account()
    assert (who is not None) == ROOTED
    assert who is None or who.pw_uid != 0
