"""Walk as an auditor: what honest companies did passes, and each lie is named."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import psycopg
import pytest
from avow_audit.export import PARTS
from avow_audit.report import Report
from django.db import transaction

from avow.config import config
from avow.ledger.append import append
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import Signer
from avow.mail.mailing import expand
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.policy.folder import load
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.mask import to_bits
from avow.record.said.choices import Chosen, choose, choose_all
from avow.record.shown.versions import history, in_force, publish
from avow.store.keys import key
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, EntryKind, MessageKind
from tests.journeys.audited import audited, exported, lived, refuse, rewritten, sealed, wandered
from tests.units.cli.reach import reach
from tests.units.mail.cast import arrived, make_due, name, offer
from tests.units.mail.sink import Sink, sink
from tests.units.record.cast import arrive, reach_of

NEWS = "# News\n\nThe news of the month.\n"


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection) -> Iterator[Sink]:
    """Let the command reach the test's store, and mail go to a sink."""
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY; ALTER TABLE delivery NO FORCE ROW LEVEL SECURITY")
    with sink() as made, reach(store, owner, AVOW_SMTP=made.url):
        publish(load(config().policies))
        yield made


def test_an_honest_export_passes(reached: Sink, owner: psycopg.Connection, tmp_path: Path) -> None:
    """Merges, refusals, a yes after a no, the forgotten, what was corrected, and several messages: nothing is wrong."""
    lived(owner)
    report = audited(exported(tmp_path / "export"))
    assert report.findings == []
    assert report.checked["acts re-decided"] > 10
    assert len(reached.taken) == report.checked["messages"]


@pytest.mark.parametrize("seed", range(3))
def test_a_life_that_nobody_thought_of_passes(reached: Sink, tmp_path: Path, seed: int) -> None:
    """Whatever people did in whatever order, what an honest company sent between is found right."""
    wandered(seed)
    report = audited(exported(tmp_path / "export"))
    assert report.findings == []
    assert len(reached.taken) == report.checked["messages"] > 0


def test_a_notice_that_was_sent_again_is_accounted_for(
    reached: Sink, owner: psycopg.Connection, tmp_path: Path
) -> None:
    """A single message in doubt is sent again: the log tells of both, the row of the last, and nothing is wrong."""
    alice = arrive(name("alice"), proven=True)
    words = {"code": "12345678", "minutes": "9"}
    post(MessageKind.IDENTITY, alice, parse(name("alice")).exact_id, "code", words)
    reached.end = {"alice": "close"}
    work()
    assert audited(exported(tmp_path / "in-doubt")).findings == []
    reached.end = {}
    make_due(owner, "outgoing")
    work()
    report = audited(exported(tmp_path / "export"))
    assert report.findings == []
    assert any("sent again" in note for note in report.notes)
    owner.execute("ALTER TABLE outgoing NO FORCE ROW LEVEL SECURITY; DELETE FROM outgoing")
    assert "handed over than the export: 2" in told(audited(exported(tmp_path / "dropped")))


def test_a_new_version_passes_and_what_it_did_not_ask_is_named(
    reached: Sink, owner: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a version another company sends: who said yes before gets none until a new yes, and the checker agrees."""
    people = arrived("alice", "bob")
    yes = Chosen(Answer.YES, list="newsletter"), Chosen(Answer.YES, purpose="newsletter")
    for who in people:
        choose_all(yes, Actor.PERSON_VERIFIED, "choices page", people[who], reach_of(name(who)))
    expand("newsletter", NEWS)
    work()
    _wider(tmp_path / "policies", monkeypatch)
    choose_all(yes, Actor.PERSON_VERIFIED, "choices page", people["alice"], reach_of(name("alice")))
    expand("newsletter", NEWS)
    work()
    taken = [address for address, _ in reached.taken]
    assert sorted(taken[:2]) == [name("alice"), name("bob")]
    assert taken[2:] == [name("alice")]
    assert audited(exported(tmp_path / "export")).findings == []
    bit = history().asked(in_force(), "newsletter", "contact")
    owner.execute("UPDATE item SET accepted = accepted | %s::bit(256)", [to_bits(bit)])
    expand("newsletter", NEWS)
    work()
    report = audited(exported(tmp_path / "widened"))
    assert report.wrong == 1
    assert f"to {reach_of(name('bob')).hex()}: the use 'newsletter' was neither stated nor accepted" in told(report)


# ---- a dishonest company: what it did is done for real, and then exported ----


def test_an_ignored_refusal_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """The refusal is wiped from every mask, so that the gate itself lets the mailing out; the choice is in the log."""
    arrived("alice", "bob")
    refuse("bob")
    _unrefused(owner)
    _offer()
    report = audited(exported(tmp_path / "export"))
    assert report.wrong == 1
    assert f"to {reach_of(name('bob')).hex()}: scope 1 was refused by choice 1 of entry" in told(report)


def test_a_decision_that_did_not_look_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """With the refusal its number is wiped too: the decision saw a lower one than that of a choice before it."""
    arrived("alice", "bob")
    refuse("bob")
    _unrefused(owner)
    owner.execute("UPDATE person SET choice_no = 0")
    owner.execute("UPDATE reach SET choice_no = 0")
    _offer()
    report = told(audited(exported(tmp_path / "export")))
    assert "scope 1 was refused by choice 1 of entry" in report
    assert "stands before it, and the decision saw number 0" in report


def test_an_ignored_refusal_that_was_dropped_too_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """Its row is dropped as well, and an entry says that it was forgotten: a choice always has its row."""
    arrived("alice", "bob")
    refuse("bob")
    _unrefused(owner)
    row = owner.execute("DELETE FROM choice RETURNING entry, pos").fetchone()
    assert row is not None
    with transaction.atomic():
        append(EntryKind.FORGOTTEN, datetime.now(UTC), [], [(row[0], row[1])])
    _offer()
    found = audited(exported(tmp_path / "export")).findings
    assert found == [f"commitment 0 of entry {row[0]} (chosen) has no row, and no later entry says what became of it"]


def test_an_ignored_refusal_of_whoever_is_linked_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """What one of two refused before they were linked holds for the other."""
    people = arrived("alice", "bob")
    refuse("bob")
    link(people["alice"], people["bob"], Actor.STAFF)
    _unrefused(owner)
    _offer()
    report = audited(exported(tmp_path / "export"))
    assert {reach_of(name(who)).hex() in told(report) for who in ("alice", "bob")} == {True}


def test_an_ignored_list_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """Who left a list is put back on it behind the ledger's back."""
    people = arrived("alice", "bob")
    choose(Chosen(Answer.NO, list="offers"), Actor.PERSON_UNVERIFIED, "link", people["bob"])
    owner.execute("ALTER TABLE subscription NO FORCE ROW LEVEL SECURITY; DELETE FROM subscription")
    owner.execute("ALTER TABLE unlisted NO FORCE ROW LEVEL SECURITY; DELETE FROM unlisted")
    _offer()
    assert "the list offers was refused by choice 1" in told(audited(exported(tmp_path / "export")))


def test_a_use_that_nobody_accepted_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """Who never said yes is given it, and put on the list: what is accepted is not in the log, so nothing backs it."""
    arrived("alice")
    bit = history().asked(in_force(), "newsletter", "contact")
    owner.execute("UPDATE item SET accepted = %s::bit(256)", [to_bits(bit)])
    owner.execute(
        "ALTER TABLE subscription NO FORCE ROW LEVEL SECURITY; ALTER TABLE person NO FORCE ROW LEVEL SECURITY"
    )
    owner.execute(
        "INSERT INTO subscription (list_id, person_id, joined, at) SELECT 'newsletter', id, true, now() FROM person"
    )
    expand("newsletter", NEWS)
    work()
    report = told(audited(exported(tmp_path / "export")))
    assert "the use 'newsletter' was neither stated nor accepted" in report
    assert "it needs what is not on file: joined" in report


def test_a_use_that_was_widened_at_its_collection_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More is committed to as stated than the channel's words state; the log is in order, the words are not."""
    wide = History.stated
    monkeypatch.setattr(
        History, "stated", lambda *words: wide(*words) | words[0].asked(words[1], "newsletter", "contact")
    )
    item = arrive(name("alice"), proven=True)
    report = audited(exported(tmp_path / "export"))
    assert report.wrong == 2, item
    assert "other uses are held as stated" in report.findings[0]
    assert "more by bits" in report.findings[0]


def test_a_version_that_is_changed_is_named(owner: psycopg.Connection, tmp_path: Path) -> None:
    """A file that states more, with its hash in the row of the version, is not what was logged."""
    folder = exported(tmp_path / "export")
    source = (folder / "policies/2025-01-01.md").read_text().replace('default = "on-yes"', 'default = "until-refused"')
    sealed(folder, "policies/2025-01-01.md", source.encode())
    assert "its file is not the one that was published" in told(audited(folder))
    owner.execute("UPDATE version SET source_hash = %s", [sha256(source.encode()).digest()])
    lines = (folder / "versions.jsonl").read_text().replace(_source_hash(folder), sha256(source.encode()).hexdigest())
    sealed(folder, "versions.jsonl", lines.encode())
    assert "version 2025-01-01: it is not what entry 1 committed to" in told(audited(folder))


def test_an_altered_page_is_named(tmp_path: Path) -> None:
    """A page that says something else than was published has another hash than the one in the log."""
    folder = exported(tmp_path / "export")
    page = (folder / "policies/2025-01-01.page").read_text().replace("stops at once", "stops in time")
    parting = "after 'our marketing mail to you stops' the policy says 'at' and the page 'in'"
    sealed(folder, "policies/2025-01-01.page", page.encode())
    assert told(audited(folder)).splitlines() == [
        "version 2025-01-01: its page is not the one that was published",
        f"version 2025-01-01: its page is not its policy's: {parting}",
    ]


def test_a_checkpoint_that_was_forked_is_named(tmp_path: Path) -> None:
    """One signed over another root is named in the export, and one kept outside shows a log that was rewritten."""
    arrived("alice")
    folder = exported(tmp_path / "export")
    note = json.loads((folder / "checkpoints.jsonl").read_text().splitlines()[-1])["note"]
    origin, size = note.split("\n")[:2]
    fork = Checkpoint(origin, int(size), sha256(b"another log").digest()).sign(key("ledger"))
    outside = tmp_path / "outside.txt"
    outside.write_text(note)
    assert audited(folder, (outside,)).ok
    outside.write_text(fork)
    assert told(audited(folder, (outside,))) == (
        f"the checkpoint {outside}: the root over its leaves is another: the log was rewritten or forked"
    )
    rewritten(folder, "checkpoints", lambda lines: lines[-1].update(note=fork))
    assert "the log was rewritten or forked" in told(audited(folder))
    rewritten(folder, "checkpoints", lambda lines: lines[-1].update(note=note.replace(f"\n{size}\n", "\n1\n", 1)))
    assert "does not fit it" in told(audited(folder))
    other = str(Signer(origin, b"\7" * 32).verifier)
    assert "no key that is known has signed it" in told(audited(folder, keys=(other,)))


# ---- a damaged or made-up export -------------------------------------------


@pytest.fixture
def whole(owner: psycopg.Connection, tmp_path: Path) -> Path:
    """Give an export of a company that was honest."""
    lived(owner, rounds=1)
    return exported(tmp_path / "export")


def test_what_is_damaged_is_named(whole: Path) -> None:
    """A part that is missing, cut off or altered is named, and nothing else is said of it."""
    data = (whole / "items.jsonl").read_bytes()
    (whole / "items.jsonl").write_bytes(data[:-9])
    assert told(audited(whole)).startswith("items.jsonl is cut off")
    (whole / "items.jsonl").write_bytes(data.replace(b'"stated":[', b'"stated":[99, ', 1))
    assert told(audited(whole)) == "items.jsonl was altered: its hash is not the one in the manifest"
    (whole / "items.jsonl").unlink()
    assert told(audited(whole)) == "items.jsonl is missing"


LIES: list[tuple[str, Callable[[list[Any]], object], str]] = [
    ("entries", lambda lines: lines.pop(5), "its entry is not there"),
    ("entries", lambda lines: lines[9].update(data=lines[8]["data"]), "its bytes are not those of its kind"),
    ("entries", lambda lines: lines[9].update(data="bm90IGFuIGVudHJ5"), "its bytes are no entry's"),
    ("leaves", lambda lines: lines.pop(), "it was signed over"),
    ("items", lambda lines: lines[3].update(stated=[*lines[3]["stated"], 99]), "is not what entry"),
    ("items", lambda lines: lines.pop(), "has no row, and no later entry says what became of it"),
    ("items", lambda lines: lines.append(lines[-1]), "is another row's"),
    ("items", lambda lines: lines.reverse(), "does not stand in the order of persons"),
    ("choices", lambda lines: _first_no(lines).update(answer="yes"), "is not what entry"),
    ("choices", lambda lines: _first_no(lines).update(salt=None), "cannot be opened, and no later entry says"),
    ("choices", lambda lines: lines.pop(3), "has no row, and no later entry says what became of it"),
    ("links", lambda lines: lines.clear(), "has no row, and no later entry says what became of it"),
    ("messages", lambda lines: lines.pop(), "the log tells of more messages that were handed over than the export: 1"),
    ("messages", lambda lines: lines[-1].update(choice_no=99), "its decision: it is not what entry"),
    ("messages", lambda lines: lines[-1].update(asked={"purpose": "x"}), "is not what the format says"),
    ("messages", lambda lines: lines[-1].update(decision_salt=None), "no decision of its own opens"),
    ("messages", lambda lines: lines[-1].update(message_id="<another@example.org>"), "is not what entry"),
    ("messages", lambda lines: lines[-1].update(person=0), "does not stand in the order of persons"),
    ("stamps", lambda lines: lines[0].update(purposes="account"), "it is not what its id is the digest of"),
    ("notices", lambda lines: lines[0].update(text="We do as we please."), "its words are not those"),
    ("bits", lambda lines: lines[0].update(bit=7), "which no version says"),
    ("lists", lambda lines: lines[0].update(purpose="account"), "does not serve"),
    ("possessions", lambda lines: lines[0].update(version="2.0"), "it is not what entry"),
    ("possessions", lambda lines: lines.clear(), "has no row, and no later entry says"),
    ("versions", lambda lines: lines[0].update(page_hash="00" * 32), "its page is not the one"),
]
"""What is done to the lines of a part, and what the checker says of it."""


def test_what_is_made_up_is_named(whole: Path, tmp_path: Path) -> None:
    """A line that was changed, dropped, doubled or made up is named, though the manifest agrees with it."""
    assert audited(whole).ok
    for number, (part, change, words) in enumerate(LIES):
        folder = tmp_path / str(number)
        copytree(whole, folder)
        rewritten(folder, part, change)
        assert words in told(audited(folder)), (number, part, words)


def test_a_line_of_anything_is_named(whole: Path) -> None:
    """What is no JSON, no map, or a map of something else is a finding, never a traceback."""
    for part in PARTS:
        data = (whole / f"{part}.jsonl").read_bytes()
        sealed(
            whole,
            f"{part}.jsonl",
            data + b'{"a":\n[]\n{}\n{"person":"ff","id":[],"entry":{},"index":"x"}\n' + b"[" * 9_999,
        )
        report = audited(whole)
        assert sum(f"{part}.jsonl line" in one for one in report.findings) >= 3, part
        sealed(whole, f"{part}.jsonl", data)
    assert audited(whole).ok


def test_the_command(whole: Path) -> None:
    """The command says what was checked, names what is wrong, ends with 1 for that and 2 where there is no export."""
    command = Path(sys.executable).parent / "avow-audit"
    done = subprocess.run([command, whole], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "Everything agrees.")
    (whole / "choices.jsonl").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "avow_audit", whole, "--json"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (1, ["choices.jsonl is missing"])
    done = subprocess.run([command, whole / "policies"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("avow-audit: ")
    assert "Traceback" not in done.stderr


def told(report: Report) -> str:
    """Give the findings, a line each."""
    return "\n".join(report.findings)


def _wider(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish a version, in force from now on, by which another company holds the data: all that it states is new."""
    source = (config().policies / "2025-01-01.md").read_text()
    folder.mkdir()
    (folder / "2025-01-01.md").write_text(source)
    now = datetime.now(UTC).isoformat()
    wide = source.replace('version = "2025-01-01"', 'version = "2026-01-01"\nfollows = "2025-01-01"')
    wide = wide.replace("effective = 2025-01-01T00:00:00+00:00", f"effective = {now}")
    company = 'company = "Harbour Mail, Inc."'
    assert company in wide
    (folder / "2026-01-01.md").write_text(wide.replace(company, 'company = "Harbour Holding, Inc."'))
    monkeypatch.setenv("AVOW_POLICIES", str(folder))
    config.cache_clear()
    publish(load(folder), planned={"2026-01-01"})


def _offer() -> None:
    offer()
    work()


def _first_no(lines: list[Any]) -> dict[str, Any]:
    return next(line for line in lines if line["answer"] == "no" and line["salt"])


def _source_hash(folder: Path) -> str:
    return str(json.loads((folder / "versions.jsonl").read_text())["source_hash"])


def _unrefused(owner: psycopg.Connection) -> None:
    """Wipe what was refused from every mask, as somebody with the owner's password can."""
    for table in ("person", "reach", "item", "choice", "link"):
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
    owner.execute("UPDATE person SET own = 0::bit(256), refused = 0::bit(256)")
    owner.execute("UPDATE reach SET refused = 0::bit(256)")
    owner.execute("UPDATE item SET refused = 0::bit(256)")
