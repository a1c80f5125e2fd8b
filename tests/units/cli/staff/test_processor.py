"""Test `avow processor` on a real store: an agreement from its first day to its return, and what is refused."""

import pytest
from typer.testing import CliRunner

from avow.cli.main import app
from avow.errors import AvowError
from avow.page.staff.models import Staff
from avow.record.agreed.seat import seats_of
from tests.units.cli.people.conftest import reached
from tests.units.disclosure.cast import ask

__all__ = ["reached"]
AGREED = (
    *("processor", "add", "help-2026", "--organization", "Harbour Help", "--confidentiality", "contract of 1 June"),
    *("--purpose", "account", "--category", "contact", "--below", "Night Shift, Ltd.", "--ends", "2099-01-31"),
)


def done(*words: str) -> str:
    """Run the command to a good end, and give what it said."""
    found = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(words), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def refused(*words: str) -> str:
    """Run the command to its refusal, and give its words."""
    found = CliRunner().invoke(app, list(words))
    assert isinstance(found.exception, AvowError), found.output
    return str(found.exception)


def test_from_the_first_day_to_the_return() -> None:
    """It is put on file, shown, read under by a token, ended, and given back; each command says what holds."""
    assert "On file, entry" in done(*AGREED)
    assert "in force" in done("processor", "list")
    token = done("processor", "token", "help-2026", "account", "--name", "the help desk").strip()
    assert "/desk/welcome/" in done("processor", "account", "help-2026", "petra@example.net", "--name", "Petra")
    shown = done("processor", "show", "help-2026")
    for words in ("Harbour Help", "Night Shift, Ltd.", "2099-01-31 00:00 UTC", "token for account", "Petra, account"):
        assert words in shown
    header = {"Authorization": f"Bearer {token}"}
    status, told = ask(header)
    assert (status, len(told["people"])) == (200, 1)
    (program,) = [seat for seat in seats_of("help-2026") if seat.token]
    assert "Revoked" in done("processor", "revoke", str(program.id))
    assert ask(header)[0] == 401
    again = done("processor", "token", "help-2026", "account").strip()
    assert "nothing is seen" in done("processor", "end", "help-2026", "--why", "done")
    assert ask({"Authorization": f"Bearer {again}"})[0] == 403
    assert "not given back yet" in done("processor", "list")
    assert "Kept" in done("processor", "returned", "help-2026", "--how", "certificate of 5 December")
    assert "certificate of 5 December" in done("processor", "show", "help-2026")


def test_what_is_refused_says_what_to_do() -> None:
    """What the policy does not state, what is past, who is nobody: refused, and nothing is kept."""
    assert "it states" in refused(*AGREED, "--purpose", "offers")
    assert "'health'" in refused(*AGREED, "--category", "health")
    assert "ends after it begins" in refused(*AGREED[:-1], "2001-01-31")
    assert "ended on 31 January 2001" in refused(*AGREED[:-1], "2001-01-31", "--begins", "2000-01-31")
    assert "there is no agreement" in refused("processor", "account", "help-2026", "petra@example.net", "--name", "P")
    assert not Staff.objects.exists(), "an account without a seat is not made"
    done(*AGREED)
    assert "needs a word" in refused("processor", "end", "help-2026", "--why", " ")
    assert "`avow processor account`" in refused("staff", "add", "p@example.net", "--name", "P", "--role", "processor")


@pytest.mark.parametrize("begins", ["2098-12-31", "2098-12-31T23:00:00+0200"])
def test_one_that_begins_later(begins: str) -> None:
    """Before its first day it lets nobody see anything."""
    done(*AGREED, "--begins", begins)
    assert "begins" in done("processor", "list")
    token = done("processor", "token", "help-2026", "account").strip()
    assert ask({"Authorization": f"Bearer {token}"})[0] == 403
