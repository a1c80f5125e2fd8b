"""Run `avow people` in a test, to its good end or its refusal."""

from pathlib import Path

import psycopg
from typer.testing import CliRunner, Result

from avow.cli.people.people import app
from avow.errors import AvowError

GOOD = "email,name\nalice@example.org,Alice\nbob@example.org,Bob\n"


def counts(owner: psycopg.Connection) -> dict[str, int]:
    """Count the rows of every table."""
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    found = {}
    for (table,) in tables:
        row = owner.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        assert row is not None
        found[table] = int(row[0])
    return found


def run(*words: str, typed: str | None = None) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, list(words), input=typed)


def done(*words: str, typed: str | None = None) -> str:
    """Run the command to a good end, and give what it said."""
    found = run(*words, typed=typed)
    assert found.exit_code == 0, (found.output, found.exception)
    return " ".join(found.output.split())


def refused(*words: str) -> str:
    """Run the command to its refusal, and give the error's one line."""
    found = run(*words)
    assert found.exit_code != 0
    if isinstance(found.exception, AvowError):
        assert "\n" not in str(found.exception)
        assert str(found.exception).endswith(")"), "an error says what to do"
        return str(found.exception)
    assert isinstance(found.exception, SystemExit), found.exception
    return " ".join(found.output.split())


def sheet(folder: Path, content: bytes | str, name: str = "people.csv") -> str:
    """Write a sheet."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return str(folder / name)
