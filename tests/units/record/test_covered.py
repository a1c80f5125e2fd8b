"""Test that the ledger covers what the record writes, and notices what was written behind its back."""

import psycopg
import pytest
from django.conf import settings

from avow.ledger.commitment import commit
from avow.record.covered import covered
from avow.record.known.forget import forget
from avow.record.known.link import link, unlink
from avow.record.said.choices import choose
from avow.record.taken.store import amend
from avow.store.server.embedded import Embedded
from avow.terms import Actor
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")


def disagreements(store: Embedded) -> list[str]:
    """Compare each covered row with its commitment, and each commitment with its row or the entry that names it."""
    with psycopg.connect(store.url("avow_backup", settings.DATABASES["default"]["NAME"])) as backup:
        rows = list(covered(backup))
        entries: dict[int, bytes] = dict(
            backup.execute(
                "SELECT id, covers FROM entry WHERE kind <> ALL(%s)", [["confirmed", "bounced", "ended"]]
            ).fetchall()
        )
        data = b"".join(row[0] for row in backup.execute("SELECT data FROM entry").fetchall())
    wrong = [
        f"{row.table} {row.pos}"
        for row in rows
        if commit(row.salt, row.record) != entries[row.entry][row.pos * 32 :][:32]
    ]
    seen = {(row.entry, row.pos) for row in rows}
    for entry, covers in entries.items():
        for pos in range(len(covers) // 32):
            named = f"i{len(str(entry))}:{entry}i{len(str(pos))}:{pos}".encode() in data
            if ((entry, pos) in seen) == named:
                wrong.append(f"commitment {pos} of entry {entry}")
    return wrong


def test_every_row_agrees_with_the_ledger(store: Embedded, owner: psycopg.Connection) -> None:
    """After every kind of act each row has its commitment, and each commitment its row or the entry that ended it."""
    bob = arrive("bob@example.org", NO_MARKETING, proven=True)
    twin = arrive("twin@example.net", NEWSLETTER, proven=True)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("nobody@example.com"))
    link(bob, twin, Actor.STAFF)
    unlink(twin, bob)
    link(bob, twin, Actor.STAFF)
    item = owner.execute("SELECT id FROM item WHERE person_id = %s AND category = 'profile'", [bob]).fetchone()
    assert item is not None
    amend(bob, item[0], {"name": "Robert", "country": ""})
    assert disagreements(store) == []
    forget(twin)
    assert disagreements(store) == []


@pytest.mark.parametrize(
    "behind",
    [
        "UPDATE item SET fields = '{\"name\": \"Eve\"}' WHERE category = 'profile'",
        "UPDATE item SET stated = ~stated WHERE category = 'profile'",
        "UPDATE item SET at = at - interval '1 second' WHERE category = 'profile'",
        "DELETE FROM item WHERE category = 'profile'",
        "ALTER TABLE choice DISABLE TRIGGER USER; UPDATE choice SET no = 99",
        "UPDATE link SET ended = now()",
        "UPDATE version SET effective = effective - interval '1 day'",
    ],
)
def test_what_is_written_behind_its_back_shows(store: Embedded, owner: psycopg.Connection, behind: str) -> None:
    """A changed or missing row disagrees with the ledger."""
    link(arrive("bob@example.org", NO_MARKETING), arrive("twin@example.net"), Actor.STAFF)
    assert disagreements(store) == []
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY; ALTER TABLE choice NO FORCE ROW LEVEL SECURITY")
    owner.execute("ALTER TABLE link NO FORCE ROW LEVEL SECURITY")
    owner.execute(behind.encode())
    assert disagreements(store) != []
