"""Run Debian's Dovecot as an instance of our own: its own folder and port, nothing of the system's touched."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.postfix import ROOT, answers, free

CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password=p@ss/word
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Maildir:
    """A mailbox of one user, and where IMAP reads it."""

    folder: Path
    url: str

    def put(self, name: str, data: bytes) -> None:
        """Deliver a letter, as a mail server does."""
        draft = self.folder / "tmp" / name
        subprocess.run(
            [*ROOT, "-u", "mail", "tee", draft] if ROOT else ["tee", draft],
            input=data,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        subprocess.run([*ROOT, "chown", "mail:mail", draft], check=True)
        subprocess.run([*ROOT, "mv", draft, self.folder / "new" / name], check=True)

    def seen(self) -> list[str]:
        """Give the letters that are marked seen."""
        found = [one.name for one in (self.folder / "cur").iterdir()]
        return sorted(one.partition(":")[0].partition(",")[0] for one in found if "S" in one.partition(":2,")[2])


@contextmanager
def dovecot() -> Iterator[Maildir]:
    """Start Dovecot with one empty mailbox."""
    with tempfile.TemporaryDirectory(prefix="avow-dovecot-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free()
        folder.chmod(0o755)
        (folder / "dovecot.conf").write_text(CONF.format(folder=folder, port=port))
        box = folder / "mail" / "letters"
        for made in ("tmp", "new", "cur"):
            (box / made).mkdir(parents=True)
        subprocess.run([*ROOT, "chown", "-R", "mail:mail", folder / "mail"], check=True)
        subprocess.run([*ROOT, "/usr/sbin/dovecot", "-c", folder / "dovecot.conf"], check=True, timeout=30)
        try:
            answers(port, b"* OK")
            yield Maildir(box, f"imap://letters:p%40ss%2Fword@127.0.0.1:{port}/INBOX")
        finally:
            subprocess.run([*ROOT, "/usr/sbin/dovecot", "-c", folder / "dovecot.conf", "stop"], check=True, timeout=30)
            _gone(folder / "run" / "master.pid")


def _gone(path: Path) -> None:
    until = time.monotonic() + 60
    while path.exists() and time.monotonic() < until:
        time.sleep(0.05)
