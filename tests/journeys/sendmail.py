"""Run Debian's Sendmail, unpacked beside Postfix, as an instance of our own: its own folder, queue, port and name."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.postfix import ROOT, answers, free

AWAY = Path("/usr/local/lib/avow-tests/sendmail/usr")
CONF = """divert(0)dnl
OSTYPE(`linux')
define(`MAIL_SETTINGS_DIR', `{folder}/')
define(`ALIAS_FILE', `')
define(`HELP_FILE', `')
define(`STATUS_FILE', `{folder}/statistics')
define(`QUEUE_DIR', `{folder}/queue')
define(`confPID_FILE', `{folder}/pid')
define(`confDOMAIN_NAME', `mx.example.com')
define(`confSERVICE_SWITCH_FILE', `{folder}/switch')
define(`confTO_IDENT', `0')
define(`confQUEUE_LA', `1000')
define(`confREFUSE_LA', `1000')
define(`confTO_QUEUEWARN', `2s')
define(`confTO_QUEUERETURN', `8s')
define(`SMART_HOST', `esmtp:[127.0.0.1]')
define(`ESMTP_MAILER_ARGS', `TCP $h {sink}')
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port={port}')
FEATURE(`no_default_msa')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
FEATURE(`promiscuous_relay')
MAILER(`smtp')
MAILER_DEFINITIONS
Mhome,\tP=[IPC], F=mDFMuXz, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\\r\\n, L=990,
\tT=DNS/RFC822/SMTP, A=TCP $h {lmtp}
LOCAL_RULE_0
R$* < @ example.com . >\t$#home $@ [127.0.0.1] $: $1 < @ example.com . >
R$* < @ example.com >\t$#home $@ [127.0.0.1] $: $1 < @ example.com >
"""
"""What example.com is sent goes home by LMTP (F=z), everything else to the sink."""


@contextmanager
def sendmail(sink: int, lmtp: int) -> Iterator[str]:
    """Start Sendmail in front of a sink's port, with a way home by LMTP; give its address as in AVOW_SMTP.

    It has a name of its own (a namespace of names), because it waits a minute where the machine's name has no dot.
    """
    with tempfile.TemporaryDirectory(prefix="avow-sendmail-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free()
        folder.chmod(0o755)
        (folder / "queue").mkdir(mode=0o700)
        (folder / "switch").write_text("hosts files\n")
        (folder / "s.mc").write_text(CONF.format(folder=folder, sink=sink, lmtp=lmtp, port=port))
        cf = f"{AWAY}/share/sendmail/cf/"
        made = subprocess.run(
            ["m4", f"-D_CF_DIR_={cf}", f"{cf}m4/cf.m4", folder / "s.mc"], capture_output=True, check=True
        )
        (folder / "s.cf").write_bytes(made.stdout)
        subprocess.run([*ROOT, "chown", "-R", "0:0", folder / "queue", folder / "s.cf"], check=True)
        run = f"hostname mx.example.com; exec {AWAY}/libexec/sendmail/sendmail -C {folder}/s.cf -bD -q1s"
        with subprocess.Popen([*ROOT, "unshare", "--uts", "sh", "-c", run], start_new_session=True) as process:
            try:
                answers(port)
                yield f"smtp://127.0.0.1:{port}"
            finally:
                subprocess.run([*ROOT, "kill", "--", f"-{process.pid}"], check=True)
                process.wait(30)
