"""Test `avow policy plan`, and that no version is published past it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from avow.decision.request import Request
from avow.errors import Unplanned
from avow.gate.clear import clear
from avow.policy.folder import load
from avow.record.agreed.ending import end
from avow.record.asked.change import keep_plan
from avow.record.known.address import parse
from avow.record.outside.organization import add_organization
from avow.record.said.choices import Chosen, choose
from avow.record.shown.versions import history, publish
from avow.terms import Actor, Answer, ChannelKind, RecipientClass, Role
from avow.updates.plan import digest
from tests.units.cli.change.cast import YEAR, come, run
from tests.units.disclosure.cast import agreed
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse
from tests.units.mail.cast import offer
from tests.units.page.staff.cast import at_desk

SOON = datetime.now(UTC) + timedelta(days=29)
PARTNERS = Request("partners", frozenset({"contact"}), RecipientClass.OUTSIDE)


def test_nobody_on_file_needs_no_plan(folder: Path) -> None:
    """Where nothing is stored, whatever is new touches nothing: it is published as it is."""
    come(folder)
    assert publish(load(folder)) == ["2027-03-01", "2027-09-01"]


def test_a_version_that_touches_what_is_stored_is_not_published_without_a_plan(
    folder: Path, owner: psycopg.Connection
) -> None:
    """It is refused with what to do, nothing of it is written, and the version before stays the one we go by."""
    arrive("alice@example.org")
    come(folder)
    for _ in range(2):
        with pytest.raises(Unplanned, match="run `avow policy plan 2027-03-01`"):
            publish(load(folder))
    assert owner.execute("SELECT name FROM version").fetchall() == [("2025-01-01",)]
    assert [policy.front.version for policy in history().policies] == ["2025-01-01"]
    with pytest.raises(Unplanned, match="2027"):
        publish(load(folder), planned={"2027-09-01"})
    assert publish(load(folder), planned={"2027-03-01"}) == ["2027-03-01", "2027-09-01"]


def test_an_inquiry_is_not_touched_by_what_registration_gains(folder: Path) -> None:
    """Who only asked us something was told nothing of it and is not asked: the version needs no plan for them."""
    arrive("alice@example.org", by=ChannelKind.INQUIRY)
    come(folder)
    told = json.loads(run("plan", "2027-03-01", "--json").stdout)
    assert (told["ask"], told["mail"], told["people"], told["untouched"]) == ([], 0, 1, 1)
    looked = [one["looked_at"] for one in told["notice"] if one["what"] == "use"]
    assert looked == [3, 3]
    assert publish(load(folder)) == ["2027-03-01", "2027-09-01"]


def test_the_plan_names_whom_it_asks(folder: Path, owner: psycopg.Connection) -> None:
    """Bob refused marketing and is asked all the same; Carol's mail bounces, so for her it stays off."""
    for name in ("alice", "bob", "carol"):
        prove(arrive(f"{name}@example.org"), f"{name}@example.org")
    refuse(NO_MARKETING, None, "bob@example.org")
    owner.execute(
        "UPDATE reach SET refused = refused | set_bit(0::bit(256), 255 - 16, 1)"
        " WHERE id IN (SELECT reach_id FROM address WHERE person_id = (SELECT max(id::text)::uuid FROM person))"
    )
    arrive("dave@example.org", by=ChannelKind.INQUIRY)
    come(folder)
    out = folder / "plan.json"
    shown = run("plan", "2027-03-01", "--out", str(out))
    assert shown.exit_code == 0, shown.output
    told = json.loads(out.read_text())
    wanted = {"hash", "ask", "mail", "suspend", "notice", "courtesy", "untouched", "people"}
    assert wanted <= set(told)
    assert told["hash"] == digest(told)
    assert {one["use"]["purpose"]: (one["people"], one["items"]) for one in told["ask"]} == {
        "beacon-letter": (3, 6),
        "partners": (3, 6),
    }
    assert {(one["reachable"], one["unreachable"]) for one in told["ask"]} == {(2, 1)}
    assert (told["mail"], told["unreachable"], told["untouched"], told["people"]) == (2, 1, 1, 4)
    assert [one["from"] for one in told["suspend"]] == [f"{YEAR}-03-01T00:00:00+00:00"] * 2
    assert "The partner programme" in shown.stdout
    assert out.read_text() == json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    arrive("erin@example.org")
    assert json.loads(run("plan", "2027-03-01", "--json").stdout)["hash"] != told["hash"], "the world went on"


def test_the_plan_names_the_mailings_that_it_takes_people_from(folder: Path) -> None:
    """A mailing under way for what the version no longer permits is named, with what is left of it."""
    prove(arrive("alice@example.org"), "alice@example.org")
    key = offer()
    come(folder, "2027-03-01")
    assert json.loads(run("plan", "2027-03-01", "--json").stdout)["hit"] == [], "nothing is taken from anybody"
    path = folder / "2027-03-01.md"
    path.write_text(path.read_text().replace('"updates", "offers"', '"updates"', 1))
    shown = run("plan", "2027-03-01")
    assert f"mailing {key} to offers (sending, 1 left): offers is not permitted any more" in shown.stdout
    assert json.loads(run("plan", "2027-03-01", "--json").stdout)["hit"] == [
        {
            "what": "mailing",
            "id": str(key),
            "list": "offers",
            "purpose": "offers",
            "state": "sending",
            "left": 1,
            "because": "lost",
        }
    ]


def test_the_plan_names_the_agreements_and_organizations_that_it_takes_people_from(folder: Path) -> None:
    """What works for us, or is given data, for a use that the version loses is named; what it leaves alone is not."""
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    agreed()
    agreed(id="help-2026", organization="Helping Hands", purposes=("support", "inquiry"), categories=("contact",))
    agreed(id="old", organization="Gone Long Ago")
    end("old", "the contract is over")
    add_organization("acme", "Acme Works", "makes anvils", "privacy@example.com")
    choose(
        Chosen(Answer.YES, list="to.acme"), Actor.PERSON_VERIFIED, "test", alice, parse("alice@example.org").reach_id
    )
    come(folder, "2027-03-01")
    assert json.loads(run("plan", "2027-03-01", "--json").stdout)["hit"] == []
    path = folder / "2027-03-01.md"
    words = path.read_text().replace('"outside-marketing", "partners"', '"partners"', 1)
    start = words.index("[purpose.orders]")
    path.write_text(words[:start] + words[start:].replace('"company", "processor"', '"company"', 1))
    shown = run("plan", "2027-03-01")
    assert "agreement print-2026 with Tidewater Print, Inc. (contact, order): orders is not permitted" in shown.stdout
    assert "data given outside, acme with Acme Works (contact, 1 said yes): outside-marketing is not" in shown.stdout
    told = json.loads(run("plan", "2027-03-01", "--json").stdout)
    assert [(one["what"], one["id"], one["because"]) for one in told["hit"]] == [
        ("agreement", "print-2026", "lost"),
        ("outside", "acme", "lost"),
    ]
    keep_plan(told, "grace")
    page = at_desk(Role.OPERATOR)[0].get(f"/desk/change/{told['hash']}/").content.decode()
    assert (
        "Agreement print-2026</a> with Tidewater Print, Inc.</td><td>orders</td><td>lets it see contact, order" in page
    )
    assert 'href="/desk/outside/acme/">Data given</a> to Acme Works' in page
    assert "1 person said yes to it" in page


def test_no_different_use_without_a_yes(folder: Path) -> None:
    """The new use has a bit of its own, which nothing stored has: published by a plan, it sees nobody."""
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    come(folder, "2027-03-01")
    found = load(folder)
    publish(found, planned={"2027-03-01"})
    new = found.version("2027-03-01")
    bits = found.use_word(new, "partners", RecipientClass.OUTSIDE, frozenset({"contact"}))
    assert bits
    assert not bits & sum(1 << bit for told, bit in found.bits.items() if told.purpose != "partners")
    assert set(clear(PARTNERS, [alice]).denied) == {alice}


def test_rewording_is_countersigned(folder: Path) -> None:
    """Without a name the plan is refused, both sentences having been shown; with it, the name stands in the plan."""
    come(folder, "2027-03-01")
    publish(load(folder))
    come(folder, "2027-09-01")
    refused = run("plan", "2027-09-01")
    assert refused.exit_code == 1
    assert "it said" in refused.stdout
    assert "name who did with --signed" in str(refused.exception)
    told = json.loads(run("plan", "2027-09-01", "--json", "--signed", "Carol").stdout)
    assert told["same_meaning"] == {"clauses": ["accuracy.correction", "links.review"], "signed": "Carol"}


@pytest.mark.parametrize(
    ("spoil", "version", "said"),
    [
        (("", ""), "2027-09-01", "plan 2027-03-01 first"),
        (("", ""), "2025-01-01", "published already"),
        (("", ""), "2099", "there is no version '2099'"),
        ((f"{YEAR}-03-01T", "2026-03-01T"), "2027-03-01", "would be in force already"),
        ((f"{YEAR}-03-01T00:00:00", f"{SOON:%Y-%m-%dT%H:%M:%S}"), "2027-03-01", "a notice stands 30 days before"),
        (("takes nothing about you along", "brings you there"), "2027-03-01", "no rule of it changes"),
    ],
)
def test_what_cannot_be_planned_is_told(folder: Path, spoil: tuple[str, str], version: str, said: str) -> None:
    """Out of order, published, unknown, in the past, or reworded and nobody says what that means."""
    come(folder)
    path = folder / "2027-03-01.md"
    assert spoil[0] in path.read_text()
    path.write_text(path.read_text().replace(*spoil) if spoil[0] else path.read_text())
    found = run("plan", version)
    assert found.exit_code == 1
    assert said in str(found.exception)
