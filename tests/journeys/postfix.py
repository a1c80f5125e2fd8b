"""Run Debian's Postfix as an instance of our own: its own folder, queue and port, nothing of the system's touched."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.com
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{sink}
smtp_dns_support_level = disabled
smtputf8_enable = yes
smtpd_recipient_restrictions =
  check_recipient_access inline:{{{{gone@example.org = 550 5.1.1 nobody}} {{busy@example.org = 450 4.2.1 later}}}}
  permit_mynetworks reject
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
postlog unix-dgram n - n - 1 postlogd
"""
ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


def postfix(sink: int, log: Path | None = None) -> AbstractContextManager[str]:
    """Start Postfix in front of a sink's port; give its address as in AVOW_SMTP; keep its log where that is wanted."""
    return started(MAIN, log, sink=str(sink))


@contextmanager
def started(main: str, log: Path | None = None, **words: str) -> Iterator[str]:
    """Start Postfix by a main.cf with its words; give its address as in AVOW_SMTP; keep its log where it is wanted."""
    with tempfile.TemporaryDirectory(prefix="avow-postfix-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free()
        folder.chmod(0o755)
        (folder / "main.cf").write_text(main.format(folder=folder, **words))
        (folder / "master.cf").write_text(MASTER.format(port=port))
        for made in ("queue", "data"):
            (folder / made).mkdir(mode=0o755)
        subprocess.run([*ROOT, "chown", "postfix", folder / "data"], check=True)
        _postfix(folder, "start")
        try:
            answers(port)
            yield f"smtp://127.0.0.1:{port}"
        finally:
            _postfix(folder, "stop")
            if log:
                log.write_text((folder / "log").read_text())


def _postfix(folder: Path, verb: str) -> None:
    done = subprocess.run(
        [*ROOT, "/usr/sbin/postfix", "-c", folder, verb], capture_output=True, text=True, check=False, timeout=30
    )
    log = folder / "log"
    assert done.returncode == 0, done.stderr + (log.read_text() if log.exists() else "")


def free() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int, greeting: bytes = b"220 ") -> None:
    """Wait until a server greets on a port."""
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as one:
                assert one.recv(100).startswith(greeting)
                return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the mail server does not answer")
