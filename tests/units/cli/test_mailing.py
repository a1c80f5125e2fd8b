"""Test `avow mailing` on a real store, against a real mail server."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from typer.testing import CliRunner

from avow.cli.mailing import app
from avow.config import config
from avow.errors import MailError
from avow.mail.capture import messages
from avow.policy.folder import load
from avow.record.said.choices import choose
from avow.record.shown.versions import publish
from avow.store.keys import NAMES, fingerprint
from avow.store.server.embedded import Embedded
from avow.terms import Actor
from tests.units.mail.cast import OFFER, arrived, name
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of


@pytest.fixture(autouse=True)
def reached(
    store: Embedded, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """Let the command reach the test's store by its settings, with the example policy and four people in it."""
    publish(load(Path(__file__).parents[3] / "policies/example"))
    arrived("alice", "bob", "carol")
    arrive(name("dave"), NEWSLETTER, proven=True)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("bob")))
    owner.execute("GRANT SELECT ON django_migrations TO avow_app")
    for one in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s)", [one, fingerprint(one)])
    monkeypatch.setenv("DATABASE_URL", store.url("avow_app", settings.DATABASES["default"]["NAME"]))
    (tmp_path / "message.md").write_text(OFFER)
    before = dict(connection.settings_dict)
    config.cache_clear()
    yield
    connection.close()
    connection.settings_dict.update(before)
    monkeypatch.undo()
    config.cache_clear()


def told(*words: str) -> dict[str, dict[str, object]]:
    """Run the command with --json and read what it prints last."""
    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


def test_a_dry_run_counts_and_sends_nothing(tmp_path: Path) -> None:
    """It says who is in, who is out by which sentence, and leaves no mailing."""
    found = told("send", "offers", str(tmp_path / "message.md"), "--dry-run")["foreseen"]
    assert found["allowed"] == 3
    assert isinstance(found["denied"], dict)
    assert sum(found["denied"].values()) == 1
    assert all(clause in str(found["sentences"]) for clause in "".join(found["denied"]).split())
    assert str(told_list()) == "[]"


def told_list() -> list[str]:
    """Give the rows that `avow mailing show` prints of mailings."""
    done = CliRunner().invoke(app, ["show"], catch_exceptions=False)
    return [line for line in done.stdout.splitlines() if "An offer" in line]


def test_a_mailing_is_sent_and_accounted_for(tmp_path: Path) -> None:
    """In development the messages are captured; each mailbox has its outcome, then and later."""
    before = {one.name for one in messages()}
    found = told("send", "offers", str(tmp_path / "message.md"))["mailing"]
    assert found["states"] == {"sent": 3}
    assert found["accounted"] is True
    captured = [one for one in messages() if one.name not in before]
    assert sorted(one.recipient for one in captured) == [name("alice"), name("carol"), name("dave")]
    assert told("show", str(found["id"]))["mailing"] == found | {"state": "done"}
    assert len(told_list()) == 1


def test_a_newsletter_reaches_who_joined(tmp_path: Path) -> None:
    """Who ticked the box and confirmed gets it; nobody else."""
    found = told("send", "newsletter", str(tmp_path / "message.md"))["mailing"]
    assert found["states"] == {"sent": 1}


def test_what_cannot_be_sent_is_said(tmp_path: Path) -> None:
    """A list that is not there, a file that is not there, a message without a subject."""
    (tmp_path / "bare.md").write_text("no subject")
    for words, why in (
        (("send", "nobody", str(tmp_path / "message.md")), "there is no list 'nobody'"),
        (("send", "offers", str(tmp_path / "absent.md")), "cannot be read"),
        (("send", "offers", str(tmp_path / "bare.md")), "no subject"),
        (("show", "00000000-0000-0000-0000-000000000000"), "there is no mailing"),
    ):
        with pytest.raises(MailError, match=why):
            CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_the_lists_are_shown() -> None:
    """Each list with its purpose."""
    done = CliRunner().invoke(app, ["list"], catch_exceptions=False)
    assert "newsletter" in done.stdout
    assert "who joined" in done.stdout


def test_the_course_of_a_mailing(tmp_path: Path) -> None:
    """A draft is scheduled, paused, gone on with and cancelled; each says where it stands, and what cannot be."""
    key = str(told("draft", "offers", str(tmp_path / "message.md"), "--shown")["mailing"])
    with pytest.raises(MailError, match="is past"):
        told("schedule", key, "--at", "2001-05-04 09:30", "--zone", "Europe/Berlin")
    with pytest.raises(MailError, match="no time zone"):
        told("schedule", key, "--at", "2001-05-04 09:30", "--zone", "Europe/Atlantis")
    assert str(told("schedule", key)["state"]) == "scheduled"
    assert told("pause", key)["mailing"]["state"] == "paused"
    assert told("resume", key)["mailing"]["state"] == "scheduled"
    assert told("cancel", key)["mailing"]["state"] == "cancelled"
    with pytest.raises(MailError, match="is cancelled, so it cannot be gone on with"):
        told("resume", key)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# A\n\n" + b"x" * 10_000_000, "10,000,005 bytes"),
        (b"# A\n\nbad \xff letter", "cannot be read"),
        (b"# A\n\nDear {{ nobody }}", "may not see a field"),
        (b"# A\n\n<script>alert(1)</script>", "HTML tag <script>"),
    ],
)
def test_templates_that_are_none(tmp_path: Path, data: bytes, said: str) -> None:
    """Ten megabytes, a broken encoding, an unknown field, a script: refused with words before anybody gets it."""
    (tmp_path / "bad.md").write_bytes(data)
    with pytest.raises(MailError, match=said):
        told("send", "offers", str(tmp_path / "bad.md"))
    assert told_list() == []
