"""Test bringing in what a company has: exports with their refusals, reports, what two members of staff attest."""

import csv
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from avow.collection import bring
from avow.decision.request import Request
from avow.errors import RecordError
from avow.gate.clear import clear
from avow.page.staff.accounts import add
from avow.page.staff.models import Staff
from avow.policy.shown.notice import notice
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import state
from avow.record.shown.versions import history, in_force
from avow.terms import ChannelKind, Role, Scope
from tests.units.accuracy.forgotten.conftest import Checked
from tests.units.cli.people.command import GOOD, counts, done, refused, run, sheet
from tests.units.record.cast import reach_of

EXPORTS = Path(__file__).parents[2] / "record" / "taken" / "exports"

OLGA, PAUL = "olga@example.com", "paul@example.com"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no lease: nobody sends anything here."""
    monkeypatch.setattr(bring, "LEASE", 0.0)


@pytest.fixture
def words(tmp_path: Path) -> str:
    """Give the words of the registration's notice in a file."""
    (tmp_path / "shown.txt").write_text(notice(in_force(), ChannelKind.REGISTRATION))
    return str(tmp_path / "shown.txt")


def person(address: str) -> UUID:
    """Give the one who holds an address."""
    (found,) = persons_at(parse(address).exact_id)
    return found


def allowed(purpose: str, *people: UUID) -> set[UUID]:
    """Ask the gate whose data may be used for a purpose."""
    return {one.person for one in clear(Request(purpose, frozenset({"contact"})), people).allowed}


def secret(name: str) -> str:
    """Make a one-time secret for somebody who has an account."""
    if not Staff.objects.filter(email=name).exists():
        add(name, name, [Role.OPERATOR])
    return done("attester", name).split()[-1]


def attested(digest: str, *names: str) -> None:
    """Let members of staff attest."""
    for name in names:
        done("attest", digest, "--staff", name, "--secret", secret(name))


def account(*words_: str) -> Any:
    """Run an import, and read its account."""
    found = run("import", *words_, "--json")
    assert found.exit_code == 0, (found.output, found.exception)
    return json.loads(found.stdout)


@pytest.mark.parametrize("subscribed", ["listmonk", "mailchimp-subscribed", "mautic", "hubspot"])
def test_a_refusal_in_one_file_wins_over_a_subscription_in_another(
    subscribed: str, words: str, checked: Checked
) -> None:
    """Four programs' exports are taken, attested; who is refused by any list of any of them gets no marketing."""
    command = [str(EXPORTS / f"{subscribed}.csv"), "--as", "2025-01-01", "--shown", words, "--confirmed"]
    command += ["--map", "First Name=-", "--map", "First name=profile.name"]
    command += ["--map", "Last Name=-", "--map", "Last name=-", "--leave-out-bad"]
    for refusing in ("mailchimp-unsubscribed", "mailchimp-cleaned", "mautic-raw", "hubspot-opt-outs"):
        command += ["--refusals", str(EXPORTS / f"{refusing}.csv")]
    waits = account(*command)["waits"]
    assert waits["lacks"] == 2
    assert not persons_at(parse("anna@example.org").exact_id)
    attested(waits["digest"][:12], OLGA, PAUL)
    assert account(*command)["taken"]["people"] >= 1
    names = [
        name for name in ("anna", "ben", "cleo", "dora", "emil") if persons_at(parse(f"{name}@example.org").exact_id)
    ]
    people = {name: person(f"{name}@example.org") for name in names}
    assert allowed("offers", *people.values()) == {people["anna"]}
    assert allowed("account", *people.values()) == set(people.values())
    assert checked() == []


def test_an_export_of_people_is_heard_where_it_says_no(owner: psycopg.Connection) -> None:
    """A file of people that says itself who refuses is not taken as if it did not."""
    found = account(str(EXPORTS / "listmonk.csv"))
    assert found["taken"] == {"people": 4, "items": 8, "refused": 3}
    assert state(reach=reach_of("ben@example.org")).refused & Scope.OPTIONAL.mask
    assert found["lines"]["unsure"] == 1
    assert owner.execute("SELECT DISTINCT version FROM stamp WHERE channel = 'import'").fetchall() == [(None,)]


def test_refusals_stand_alone(tmp_path: Path, owner: psycopg.Connection) -> None:
    """A list of refusals needs no people; once more it says nothing new; its account tells what was read."""
    before = counts(owner)["person"]
    path = sheet(tmp_path, "E-Mail;Name\nzoe@example.net;Zoe\nx@example.com;X\n", "out.csv")
    found = account("--refusals", path)
    assert found["refused"] == {"mailboxes": 2, "choices": 2, "bounced": 0}
    assert found["files"] == {path: {"format": "plain", "lines": 2, "marketing": 2}}
    assert account("--refusals", path)["refused"]["choices"] == 0
    assert counts(owner)["person"] == before
    assert state(person("zoe@example.net")).refused == Scope.MARKETING.mask
    assert "out.csv (plain): 2 lines; no marketing: 2" in done("import", "--refusals", path)
    assert "nothing to take in" in refused("import")


def test_a_list_of_ours_can_be_refused_alone(tmp_path: Path) -> None:
    """--only-list and --every-line say what an export of one list's leavers does not."""
    path = str(EXPORTS / "listmonk.csv")
    done("import", "--refusals", path, "--every-line", "--only-list", "newsletter")
    assert state(reach=reach_of("anna@example.org")).left == {"newsletter"}
    assert not state(reach=reach_of("anna@example.org")).refused
    assert "nobody can choose" in refused("import", "--refusals", path, "--only-list", "bulletin")
    quiet = sheet(tmp_path, (EXPORTS / "mailchimp-subscribed.csv").read_text(), "quiet.csv")
    assert "--every-line" in done("import", "--refusals", quiet)


def test_a_bad_line_refuses_all_or_is_left_out(tmp_path: Path, owner: psycopg.Connection) -> None:
    """Every bad line is told with its place and reason; left out, the rest is taken, and the report says which."""
    bad = "".join(f"p{number}@example,P\n" for number in range(25))
    path = sheet(tmp_path, GOOD + "carol@example.org\n" + bad + f"dave@example.org,{'D' * 2000}\n")
    before = counts(owner)
    found = run("import", path, "--refusals", str(EXPORTS / "mautic-raw.csv"))
    told = str(found.exception)
    assert told.startswith("27 lines cannot be taken:\n")
    assert "people.csv:4: 1 columns where the heading has 2" in told
    assert "... and 7 more" in told
    assert told.count("people.csv:") == 20
    assert counts(owner) == before
    report = tmp_path / "report.csv"
    kept = account(path, "--leave-out-bad", "--report", str(report))
    assert kept["taken"]["people"] == 2
    assert kept["lines"] == {"bad": 27, "known": 0, "unsure": 0}
    with report.open() as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 27
    assert lines[0] == {
        "file": path,
        "line": "4",
        "outcome": "bad",
        "why": "1 columns where the heading has 2 (look for a stray separator or quote)",
    }
    assert lines[-1]["line"] == "30"
    assert "longer than 1000" in lines[-1]["why"]


def test_who_is_known_stays_as_they_are(tmp_path: Path, owner: psycopg.Connection, checked: Checked) -> None:
    """Who has the address already, here or further up in the file, is not made twice, unless that is asked for."""
    zoe = person("zoe@example.net")
    query = "SELECT i::text FROM item i WHERE person_id = %s ORDER BY 1"
    items = owner.execute(query, [zoe]).fetchall()
    path = sheet(tmp_path, GOOD + "alice@example.org,Alicia\nzoe@example.net,Z\n")
    found = account(path)
    assert found["taken"]["people"] == 2
    assert found["lines"]["known"] == 2
    assert person("zoe@example.net") == zoe
    assert owner.execute(query, [zoe]).fetchall() == items
    assert account(path)["taken"] == {"people": 0, "items": 0, "refused": 0}
    again = account(path, "--again")
    assert again["taken"]["people"] == 4
    assert len(persons_at(parse("alice@example.org").exact_id)) == 3
    assert checked() == []


def test_the_date_of_collection_is_kept(tmp_path: Path, owner: psycopg.Connection) -> None:
    """--at names the column; what is no date, or yet to come, is a bad line."""
    path = sheet(tmp_path, "email,since\nalice@example.org,2019-05-01 12:00:00 +0200\nbob@example.org,2020-02-03\n")
    done("import", path, "--at", "since")
    rows = owner.execute("SELECT at AT TIME ZONE 'UTC' FROM item WHERE at < '2021-01-01' ORDER BY 1").fetchall()
    assert [f"{at:%Y-%m-%d %H:%M}" for (at,) in rows] == ["2019-05-01 10:00", "2020-02-03 00:00"]
    for wrong, told in (("01/02/2020", "no date"), ("2999-01-01", "yet to come"), ("2019-02-30", "no date")):
        bad = sheet(tmp_path, f"email,since\ncarol@example.org,{wrong}\n", "bad.csv")
        assert told in refused("import", bad, "--at", "since")
    assert "no column is called 'when'" in refused("import", path, "--at", "when")


def test_attested_people_carry_exactly_the_uses_of_their_words(
    tmp_path: Path, words: str, owner: psycopg.Connection, checked: Checked
) -> None:
    """Two attest, then the very same command takes them, and each item leads back to the two."""
    command = [
        sheet(tmp_path, GOOD),
        "--as",
        "2025-01-01",
        "--shown",
        words,
        "--confirmed",
        "--staff",
        OLGA,
    ]
    digest = account(*command)["waits"]["digest"]
    attested(digest[:16], OLGA)
    assert account(*command)["waits"] == {"digest": digest, "lacks": 1}
    assert "attested this before" in refused(
        "attest", digest[:16], "--staff", f" {OLGA.upper()} ", "--secret", secret(OLGA)
    )
    attested(digest[:16], PAUL)
    found = account(*command)
    assert [one["staff"] for one in found["attested"]["staff"]] == [OLGA, PAUL]
    policy, known = in_force(), history()
    rows = owner.execute(
        "SELECT i.category, i.stated::text, s.version, s.channel, s.attested, n.text FROM item i"
        " JOIN stamp s ON s.id = i.stamp_id JOIN notice n ON n.hash = s.notice WHERE s.attested IS NOT NULL"
    ).fetchall()
    assert len(rows) == 4
    for category, stated, version, channel, named, text in rows:
        assert int(stated, 2) == known.stated(policy, ChannelKind.REGISTRATION, category)
        assert (version, channel, named.hex()) == ("2025-01-01", "registration", digest)
        assert text == Path(words).read_text().strip()
    entries = owner.execute(
        "SELECT staff, e.kind FROM attestation t JOIN entry e ON e.id = t.entry WHERE attested = %s ORDER BY 1",
        [bytes.fromhex(digest)],
    ).fetchall()
    assert entries == [(OLGA, "attested"), (PAUL, "attested")]
    assert allowed("offers", person("alice@example.org")) == {person("alice@example.org")}
    assert checked() == []
    assert account(*command)["waits"]["lacks"] == 2, "an attestation is good for once"


def test_words_that_stated_less_permit_less(tmp_path: Path, owner: psycopg.Connection) -> None:
    """--states names what other words stated: that, and nothing else of the channel, is permitted."""
    (tmp_path / "old.txt").write_text("We keep your address to sign you in, and tell you of new versions.")
    command = [sheet(tmp_path, GOOD), "--as", "2025-01-01", "--shown", str(tmp_path / "old.txt"), "--confirmed"]
    before = counts(owner)
    assert "does not say what version 2025-01-01 says" in refused("import", *command)
    assert "does not state hiring" in refused("import", *command, "--states", "hiring")
    assert counts(owner) == before
    command += ["--states", "updates", "--states", "account"]
    attested(account(*command)["waits"]["digest"], OLGA, PAUL)
    done("import", *command)
    alice = person("alice@example.org")
    assert {name for name in in_force().purposes if allowed(name, alice)} == {"updates", "account"}
    assert owner.execute("SELECT purposes FROM stamp WHERE attested IS NOT NULL").fetchall() == [("account updates",)]


def test_what_is_attested_is_what_is_taken(tmp_path: Path, words: str, owner: psycopg.Connection) -> None:
    """Another file, or other words, under an attestation that was given for these, waits for its own."""
    command = ["--as", "2025-01-01", "--shown", words]
    digest = account(sheet(tmp_path, GOOD), *command)["waits"]["digest"]
    attested(digest, OLGA, PAUL)
    other = account(sheet(tmp_path, GOOD + "mallory@example.org,Mallory\n"), *command)["waits"]
    assert other["lacks"] == 2
    assert other["digest"] != digest
    assert counts(owner)["person"] == 1


def test_nobody_attests_for_another(tmp_path: Path, words: str, owner: psycopg.Connection) -> None:
    """A wrong, used or foreign secret proves nobody; so does a digest that is not open, or too short."""
    digest = account(sheet(tmp_path, GOOD), "--as", "2025-01-01", "--shown", words)["waits"]["digest"]
    olga, paul = secret(OLGA), secret(PAUL)
    for name, given in (
        (OLGA, paul),
        (OLGA, ""),
        ("Mallory", olga),
        (OLGA, olga + "x"),
    ):
        assert "prove nobody" in refused("attest", digest, "--staff", name, "--secret", given)
    done("attest", digest, "--staff", OLGA, "--secret", olga)
    assert "prove nobody" in refused("attest", digest, "--staff", OLGA, "--secret", olga)
    for begin in (digest[:4], "0" * 16, "%" * 8, "f" * 64):
        with pytest.raises(RecordError, match="nothing that waits"):
            raise run("attest", begin).exception or AssertionError
    assert counts(owner)["attestation"] == 1
    assert digest[:16] in done("attest")


def test_an_attestation_that_is_rewritten_shows(
    tmp_path: Path, words: str, owner: psycopg.Connection, checked: Checked
) -> None:
    """Whoever changes what was attested, or by whom, is found by the check of the ledger."""
    digest = account(sheet(tmp_path, GOOD), "--as", "2025-01-01", "--shown", words)["waits"]["digest"]
    attested(digest, OLGA)
    assert checked() == []
    owner.execute("UPDATE attestation SET staff = 'mallory'")
    assert any("mallory" in told for told in checked())
    owner.execute("UPDATE attestation SET staff = 'olga@example.com'")
    owner.execute("UPDATE attested SET words = replace(words, 'registration', 'order')")
    assert checked() != []


def test_what_nobody_was_told_cannot_be_claimed(tmp_path: Path, words: str) -> None:
    """A version, its words and its channel go together, and must exist."""
    path = sheet(tmp_path, GOOD)
    assert "go together" in refused("import", path, "--as", "2025-01-01")
    assert "go together" in refused("import", path, "--shown", words)
    assert "nobody knows what these people were told" in refused("import", path, "--states", "offers")
    assert "no version '1999'" in refused("import", path, "--as", "1999", "--shown", words)
    assert "cannot be read" in refused("import", path, "--as", "2025-01-01", "--shown", str(tmp_path / "none.txt"))
