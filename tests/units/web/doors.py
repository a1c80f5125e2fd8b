"""Look for marks behind every other door than a page: programs, files that are written, the store, the log."""

import io
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from django.test import Client
from psycopg import sql
from typer.testing import CliRunner

from avow.api.routes import ROUTES
from avow.cli.main import app
from avow.config import config
from avow.disclosure.legal.follow import follow, prepared_for
from avow.logs import Scrubbed
from avow.mail import capture
from avow.policy.document import Purpose
from avow.record.outside.order import call_back
from avow.record.programs.acts import ProgramAct
from avow.record.programs.token import make, role_of
from avow.record.shown.versions import in_force
from avow.store.server.embedded import Embedded
from avow.terms import RecipientClass
from avow.uses.export import Wanted, export
from tests.units.cli.reach import reach
from tests.units.disclosure.giving import read_by_two
from tests.units.web.found import Seen, found, marks
from tests.units.web.marked import FORMS, address, fields

_READING: Final = {ProgramAct.READ, ProgramAct.CHOICES}
_PEOPLE: Final = "/api/people"


def ours() -> list[Purpose]:
    """Give the purposes that the policy states towards the company."""
    return [one for one in in_force().purposes.values() if RecipientClass.COMPANY in one.recipients]


def key(purpose: Purpose) -> str:
    """Make a token for a purpose: for every act where a role of the staff reads for it, else for all that read not."""
    acts = {*ProgramAct} if role_of(in_force(), purpose.id) else {*ProgramAct} - _READING
    return make("a program", purpose.id, acts, 1, "test")


class Program:
    """A program that asks whatever can be asked, with a token of ours, of another's, or with none."""

    def __init__(self, token: str) -> None:
        """Take the token."""
        self.browser = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})

    def ask(self, people: Sequence[UUID], who: Sequence[int]) -> Seen:
        """Ask at every address of the API: page by page, of each of some people by number and by address."""
        after: str | None = ""
        seen = Seen()
        while after is not None:
            answer, told = self._get(f"{_PEOPLE}?after={after}")
            seen, after = answer | seen, told.get("next")
        for route in ROUTES:
            for person in people if "{person}" in route.path else people[:1]:
                for kind in FORMS if "{channel}" in route.path else FORMS[:1]:
                    path = route.path.format(person=person, channel=kind.value)
                    bodies = list(_bodies(route.path, person, who)) if route.body else [None]
                    for body in bodies:
                        seen = self._send(route.method, path, body) | seen
        return self._send("POST", "/in/nobody", fields(who[0], "order").fields) | seen

    def _get(self, path: str) -> tuple[Seen, dict[str, Any]]:
        answer = self.browser.get(path)
        return marks(answer, path), json.loads(answer.content)

    def _send(self, method: str, path: str, body: object) -> Seen:
        sent = b"" if body is None else json.dumps(body).encode()
        return marks(self.browser.generic(method, path, sent, content_type="application/json"), f"{method} {path}")


def _bodies(path: str, person: UUID, who: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Give what is sent: of people, of their mailboxes, and what is wrong with every field in it."""
    if "forms" in path or "orders" in path:
        given = {f"{name}.{field}": text for name in ("contact", "profile") for field, text in _given(who[0], name)}
        yield {"shown": "none", "fields": given, "id": str(uuid4()), "email": address(who[0])}
        return
    for whom in ({"person": str(person)}, *({"email": address(one)} for one in who)):
        if "choices" in path:
            yield {**whom, "what": "nothing"}
            yield {**whom, "what": "marketing", "answer": "yes"}
        else:
            yield whom
            yield {**whom, "categories": [*in_force().categories]}


def _given(who: int, category: str) -> list[tuple[str, str]]:
    return [*fields(who, category).fields.items()]


def of_others(messages: Iterable[tuple[str, str]]) -> Seen:
    """Give the marks in messages, each with its recipient, that are not the recipient's."""
    seen = Seen()
    for recipient, text in messages:
        own = {who for who, _ in found(recipient)}
        seen |= {mark: recipient for mark in found(text) if mark[0] not in own}
    return seen


def exported(folder: Path, purpose: Purpose, suffix: str) -> Seen:
    """Export whom a purpose reaches as two members of staff would, and give the marks of the file."""
    path = folder / f"{purpose.id}-{uuid4().hex}{suffix}"
    wanted = Wanted(purpose.id, None, path, "olga@example.com")
    if (waits := export(wanted, 0).waits) is not None:
        read_by_two(waits)
        export(wanted, 0)
    return found(path.read_text(), path.name)


def followed(folder: Path, order: UUID) -> Seen:
    """Follow an order of the law, and give the marks of the file."""
    call_back(order, "olga@example.com", "the number of the register")
    read_by_two(prepared_for(order, "olga@example.com"))
    path = folder / f"{order}.csv"
    follow(order, path, "olga@example.com")
    return found(path.read_text(), path.name)


def files(folder: Path, *, without: tuple[Path, ...] = ()) -> Seen:
    """Give the marks in the files of a folder, and in their names."""
    seen = Seen()
    for path in folder.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(one) for one in without):
            where = str(path.relative_to(folder))
            seen = found(f"{where}\n{path.read_bytes().decode('utf-8', 'replace')}", where) | seen
    return seen


def evidence(server: Embedded, owner: psycopg.Connection, folder: Path) -> Seen:
    """Export the evidence, and give the marks in it."""
    owner.execute("DELETE FROM key_print")
    with reach(server, owner):
        done = CliRunner().invoke(app, ["evidence", "export", str(folder)])
    assert done.exit_code == 0, done.output
    return files(folder)


def written(server: Embedded) -> Seen:
    """Give the marks in what is on the disk, but for the database's rows and the mail that is caught."""
    rows = [one for one in server.data.iterdir() if one.is_dir()]
    return files(config().data, without=(capture.folder(), *rows))


def stored(owner: psycopg.Connection) -> dict[str, Seen]:
    """Give the columns of the store that hold marks, as table and column, each with its marks."""
    rows = owner.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type NOT IN ('uuid', 'bigint', 'integer', 'boolean', 'bit', 'timestamp with time zone')"
    ).fetchall()
    seen: dict[str, Seen] = {}
    for table, column, type_ in rows:
        text = "encode({column}, 'escape')" if type_ == "bytea" else "{column}::text"
        words = sql.SQL("SELECT DISTINCT (regexp_matches(" + text + ", 'mark-[0-9]+-[a-z]+-', 'g'))[1] FROM {table}")
        asked = words.format(column=sql.Identifier(column), table=sql.Identifier(table))
        told = found("\n".join(one for (one,) in owner.execute(asked).fetchall()))
        seen |= {f"{table}.{column}": told} if told else {}
    return seen


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Give what is logged meanwhile: of the site as its formatter writes it, of whatever else every word."""
    lines = io.StringIO()
    own, other = logging.StreamHandler(lines), logging.StreamHandler(lines)
    own.setFormatter(Scrubbed())
    site, root = logging.getLogger("django"), logging.getLogger()
    before = site.level, root.level
    site.addHandler(own)
    root.addHandler(other)
    site.setLevel(logging.INFO)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        site.setLevel(before[0])
        root.setLevel(before[1])
        site.removeHandler(own)
        root.removeHandler(other)
