"""Test that who asked in a person's name is told without a lock on what the person says meanwhile."""

from uuid import UUID

import psycopg
import pytest

from avow.accuracy.answer import named
from avow.accuracy.answer.ask import ask
from avow.accuracy.answer.decide import answer
from avow.accuracy.answer.named import tell
from avow.mail.outside.notice import notify
from avow.policy.wish import Wish
from avow.record.petitions.mandate import DOUBT, LEASE
from avow.terms import Role
from tests.promises.conftest import Site, site
from tests.promises.test_keeping_personal_information_accurate_asked import BOB, ordered
from tests.promises.test_keeping_personal_information_accurate_told import note
from tests.units.page.staff.cast import at_desk

__all__ = ["site"]


def test_no_lock_lives_while_they_are_told_and_who_is_in_doubt_is_told_again(
    site: Site, owner: psycopg.Connection
) -> None:
    """The person's word is taken at once while the answer goes out; a crash then leaves a doubt for the desk."""
    bob, _ = ordered()
    desk, staff = at_desk(Role.PRIVACY_OFFICER)
    site.sign_in(BOB)
    key = ask(bob, Wish.COMMENT, "comments for Bob", staff=staff.id)
    assert note(desk, key, "A parent, for a child") == 302
    said = f"/me/requests/{key}/named/"
    assert site.browser.post(said, {"answer": "yes"}).status_code == 302
    states = []

    def crash(*told: object) -> None:
        states.append(owner.execute("SELECT untold FROM mandate WHERE id = %s FOR UPDATE NOWAIT", [key]).fetchone())
        raise ZeroDivisionError(told)

    def late(key: UUID, mailbox: str, subject: str, words: str) -> None:
        assert site.browser.post(said, {"answer": "no"}).status_code == 302
        notify(key, mailbox, subject, words)
        raise OSError("the connection is gone")

    with pytest.MonkeyPatch.context() as away:
        away.setattr(named, "notify", crash)
        with pytest.raises(ZeroDivisionError):
            answer(key, staff.id, "No word of it.", granted=False)
    assert states == [(DOUBT,)]
    assert DOUBT in desk.get("/desk/requests/").content.decode()
    assert tell(key) is None, "somebody may be telling it just now"
    owner.execute("UPDATE mandate SET told = told - %s WHERE id = %s", [LEASE, key])
    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(named, "notify", late)
        assert tell(key) == "the connection is gone"
    assert "No word of it." in str(site.received("# What you asked for in somebody's name")["anna@example.net"])
    assert "Anna Agent, who asked" not in desk.get("/desk/requests/").content.decode(), "nothing is tried after the no"
    assert tell(key) is None
