"""Be the command `avow`: mount each verb, and say in one line what went wrong."""

import signal
import sys

import psycopg
import typer
from django.db import DatabaseError

from avow.cli import forum, ledger, mailing, policy, serve, why, work
from avow.cli.change import apply, diff, plan
from avow.cli.demo import demo
from avow.cli.evidence import export
from avow.cli.insight import insight
from avow.cli.letters import inbox, lmtp
from avow.cli.operate import doctor, settings, setup
from avow.cli.outside import disclosure, ordered
from avow.cli.people import people
from avow.cli.programs import intake, token
from avow.cli.safe import backup, restore, scrub
from avow.cli.sent import advisory, dkim, product
from avow.cli.staff import processor, staff
from avow.errors import AvowError

app = typer.Typer(
    name="avow",
    help="Avow keeps your privacy policy: it publishes it, collects under it, and lets no use pass that it forbids.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
policy.app.command()(diff.diff)
policy.app.command()(plan.plan)
policy.app.command()(apply.apply)
app.add_typer(policy.app, name="policy")
app.add_typer(people.app, name="people")
mailing.app.command()(advisory.advisory)
mailing.app.command()(dkim.dkim)
app.add_typer(mailing.app, name="mailing")
app.add_typer(product.app, name="product")
app.add_typer(insight.app, name="insight")
app.add_typer(forum.app, name="forum")
app.add_typer(inbox.app, name="inbox")
for verb in (ordered.order, ordered.orders, ordered.called, ordered.follow):
    disclosure.app.command()(verb)
app.add_typer(disclosure.app, name="disclosure")
app.add_typer(ledger.app, name="ledger")
app.add_typer(export.app, name="evidence")
app.add_typer(staff.app, name="staff")
app.add_typer(processor.app, name="processor")
app.add_typer(token.app, name="token")
app.add_typer(intake.app, name="intake")
app.add_typer(backup.app, name="backup")
app.command()(restore.restore)
app.command()(scrub.scrub)
app.command()(serve.serve)
app.command()(work.work)
app.command()(lmtp.lmtp)
app.command()(setup.setup)
app.command()(doctor.doctor)
app.command()(why.why)
app.add_typer(demo.app, name="demo")
app.command()(settings.settings)


def main() -> None:
    """Run the command; end with status 1 and one line that says what to do if it cannot be done."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        app()
    except AvowError as error:
        sys.exit(f"avow: {error}")
    except (DatabaseError, psycopg.Error) as error:
        sys.exit(f"avow: the database refused or went away: {_first_line(error)} (`avow doctor` says what is wrong)")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__
