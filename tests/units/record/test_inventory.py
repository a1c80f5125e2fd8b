"""Test the census: nothing is stored that is not declared, nothing about people without a guard."""

import psycopg
import pytest

from avow.errors import SchemaError
from avow.policy.folder import load
from avow.policy.proof.processors import CHOICE
from avow.record.inventory import census, inventory

pytestmark = pytest.mark.usefixtures("store")


def test_the_inventory_is_the_store() -> None:
    """Every column of every table is declared, and every declared one is there."""
    census()


def test_every_line_says_why() -> None:
    """A line has a class, a reason and a time."""
    for line in inventory():
        assert line.kind in {"content", "upkeep", "library", "ledger", "staff"}, line
        assert line.why, line
        assert line.retention, line


def test_cookies_are_those_of_the_policy() -> None:
    """Each cookie of the inventory is declared in the policy, save the one of a choice that it does not offer."""
    policy = load("policies/example").policies[-1]
    named = {line.name.partition(".")[2] for line in inventory() if line.table == "cookie"}
    assert named == {*policy.cookies, CHOICE}


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        ("CREATE TABLE shoe (person_id uuid, size int)", "shoe.person_id, shoe.size: stored"),
        ("ALTER TABLE person ADD COLUMN nickname text", "person.nickname: stored"),
        ("ALTER TABLE code DROP COLUMN tries", "code.tries: in the inventory"),
        ("ALTER TABLE item NO FORCE ROW LEVEL SECURITY", "item: about people"),
        ("ALTER TABLE reach DISABLE ROW LEVEL SECURITY", "reach: about people"),
        ("CREATE VIEW peek AS SELECT * FROM item", "peek: views that step over"),
        ("CREATE MATERIALIZED VIEW peek AS SELECT 1 AS id FROM item", "stored, and not in the inventory"),
    ],
)
def test_what_is_not_declared_fails(owner: psycopg.Connection, behind: str, told: str) -> None:
    """A new column, a lost one, a lifted guard, an open view: each is named."""
    owner.execute(behind.encode())
    with pytest.raises(SchemaError, match=told):
        census()


def test_a_view_of_the_caller_is_allowed(owner: psycopg.Connection) -> None:
    """A view that runs as who asks sees what that role may see."""
    owner.execute("CREATE VIEW peek WITH (security_invoker = true) AS SELECT id FROM item")
    census()
