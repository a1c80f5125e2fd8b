"""Run mail servers of Debian that deliver into mailboxes here, and bring home by LMTP what they cannot deliver."""

import asyncio
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from avow.lmtp.door import listen, serve
from tests.journeys.postfix import ROOT, answers, free, started
from tests.journeys.sendmail import sendmail
from tests.units.mail.sink import sink

POSTFIX = """
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
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
recipient_delimiter = +
smtpd_reject_unlisted_recipient = no
virtual_mailbox_domains = example.org
virtual_mailbox_base = {boxes}
virtual_mailbox_maps = inline:{{ {{ alice@example.org = alice/ }} {{ bob@example.org = bob/ }} }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = inline:{{
  {{ full@example.org = error:5.2.2 mailbox is full }}
  {{ policy@example.org = error:5.7.1 refused by policy }}
  {{ busy@example.org = retry:4.2.1 mailbox is busy }}
  {{ example.com = lmtp:inet:127.0.0.1:{lmtp} }} }}
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
delay_warning_time = 2s
maximal_queue_lifetime = 6s
bounce_queue_lifetime = 6s
smtpd_recipient_restrictions = permit_mynetworks reject
"""


@dataclass(frozen=True)
class Home:
    """A mail server whose mailboxes can be read: its address as in AVOW_SMTP, and what somebody's mailbox holds."""

    url: str
    letters: Callable[[str], list[bytes]]

    def arrived(self, who: str, count: int, within: float = 30.0) -> list[bytes]:
        """Wait until somebody's mailbox has so many letters, and read them."""
        until = time.monotonic() + within
        while len(self.letters(who)) < count and time.monotonic() < until:
            time.sleep(0.2)
        return self.letters(who)


def maildir(folder: Path) -> list[bytes]:
    """Read what was delivered to a mailbox of files, with lines as they crossed."""
    found = subprocess.run([*ROOT, "find", folder / "new", "-type", "f"], capture_output=True, text=True, check=False)
    read = (
        subprocess.run([*ROOT, "cat", one], capture_output=True, check=True).stdout
        for one in sorted(found.stdout.split())
    )
    return [data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for data in read]


@contextmanager
def door() -> Iterator[int]:
    """Take letters by LMTP in this process, into the test's store; give the port."""
    port, loop, stop = free(), asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        loop.run_until_complete(serve(listen(f"127.0.0.1:{port}"), stop))
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        answers(port)
        yield port
    finally:
        time.sleep(0.5)  # the mail server is gone: its connections end before the door does
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


@contextmanager
def postfix_home(lmtp: int) -> Iterator[Home]:
    """Start Postfix with mailboxes for alice and bob; what cannot be delivered comes home by LMTP at a port."""
    with boxes() as folder, started(POSTFIX, boxes=str(folder), lmtp=str(lmtp), uid="8", gid="8") as url:
        yield Home(url, lambda who: maildir(folder / who))


@contextmanager
def sendmail_home(lmtp: int) -> Iterator[Home]:
    """Start Sendmail before a server that has mailboxes for alice and bob; what that one refuses comes home by LMTP."""
    refusals = {
        "nobody": "550 5.1.1 there is no such mailbox",
        "full": "552 5.2.2 mailbox is full",
        "policy": "550 5.7.1 refused by policy",
        "busy": "450 4.2.1 mailbox is busy",
    }
    with sink(refusals) as to, sendmail(int(to.url.rpartition(":")[2]), lmtp) as url:

        def letters(who: str) -> list[bytes]:
            return [data for address, data in to.taken if address == f"{who}@example.org"]

        yield Home(url, letters)


@contextmanager
def boxes() -> Iterator[Path]:
    """Give a folder of mailboxes that the account `mail` (8) owns."""
    with tempfile.TemporaryDirectory(prefix="avow-boxes-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        subprocess.run([*ROOT, "chown", "8:8", folder], check=True)
        yield folder
