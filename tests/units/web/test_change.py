"""Test the desk's page of a change: what it shows before approval, who approves, and the answers after it."""

import re
from pathlib import Path

import pytest
from django.test import Client

from avow.record.asked.change import changes
from avow.record.shown.versions import history
from avow.terms import Role
from avow.updates.ask import ask
from tests.promises.changing import answer, link
from tests.promises.conftest import Site
from tests.units.cli.change.cast import come, run
from tests.units.cli.change.conftest import folder
from tests.units.gate.cast import arrive, prove
from tests.units.mail.sink import Sink
from tests.units.page.staff.cast import at_desk

__all__ = ["folder"]
SECOND = "2027-03-01"


def test_two_approve_on_the_desk_what_they_see(folder: Path) -> None:
    """The page says whom it touches before anything happens; each approves once; then one publishes it."""
    people = {name: arrive(f"{name}@example.org") for name in ("alice", "bob", "carol")}
    for name in ("alice", "bob"):
        prove(people[name], f"{name}@example.org")
    come(folder)
    plan = folder / "plan.json"
    assert run("plan", SECOND, "--out", str(plan)).exit_code == 0
    assert run("apply", str(plan), "--staff", "grace").exit_code == 1
    one, _ = at_desk(Role.PRIVACY_OFFICER, email="olga@example.com")
    other, _ = at_desk(Role.OPERATOR, email="paul@example.com")
    here = f"/desk/change/{changes()[0].hash}/"
    assert here in one.get("/desk/change/").content.decode()
    page = one.get(here).content.decode()
    assert "Nothing has happened yet" in page
    assert re.search(r"<dt>Mailed and asked</dt><dd>2 of 3 people", page)
    assert "The partner programme: 2 mailed and asked, 1 no mail reaches them" in page
    assert one.post(here, {"act": "approve"}).status_code == 302
    assert "You approved. 1 more must." in one.get(here).content.decode()
    assert one.post(here, {"act": "approve"}).status_code == 400
    assert one.post(here, {"act": "apply"}).status_code in {302, 409}
    assert len(history().policies) == 1
    assert other.post(here, {"act": "approve"}).status_code == 302
    assert other.post(here, {"act": "apply"}).status_code == 302
    assert history().policies[-1].front.version == SECOND
    assert ask(SECOND) == 2
    site = Site(Client(headers={"host": "localhost"}), Sink())
    use = f"partners@{SECOND}:outside"
    answer(site, link(people["alice"], "alice@example.org"), use, "yes")
    answer(site, link(people["bob"], "bob@example.org"), use, "no")
    page = one.get(here).content.decode()
    assert "2 of 2 people answered" in page
    assert 'class="curve"' in page


@pytest.mark.parametrize("digest", ["", "zz", "ab" * 32])
def test_there_is_no_page_of_what_was_not_planned(folder: Path, digest: str) -> None:
    """A hash of nothing, or the beginning of one, is not found."""
    assert folder.exists()
    browser, _ = at_desk(Role.OPERATOR)
    assert browser.get(f"/desk/change/{digest}/").status_code == 404
