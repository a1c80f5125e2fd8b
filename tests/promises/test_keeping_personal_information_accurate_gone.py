"""Prove who is told of an erasure, and what goes with it."""

import psycopg
import pytest

from avow.accuracy.answer.ask import ask
from avow.accuracy.answer.named import prepared_for
from avow.accuracy.barred.erase import erase
from avow.ledger.sequencer import sequence
from avow.mail.outbox import work
from avow.policy.proof.keeps import proves
from avow.policy.wish import Wish
from avow.record.known.link import link
from avow.record.own.opened import kept_of
from avow.record.petitions.mandate import mandate, mandate_of
from avow.record.petitions.petition import sweep as swept
from avow.terms import Actor, Promise
from tests.promises.conftest import Site
from tests.promises.test_keeping_personal_information_accurate_asked import BOB, decide, ordered
from tests.promises.test_keeping_personal_information_accurate_barred import officer, over
from tests.units.accuracy.forgotten.conftest import Checked, checked
from tests.units.disclosure.giving import read_by_two

__all__ = ["checked"]


@proves(Promise.CORRECTION, "S30")
def test_who_is_erased_with_another_is_told_before_it_is_done(site: Site, owner: psycopg.Connection) -> None:
    """Each address that is erased reads of it before: the one that asked, and the one that is taken for the same."""
    bob, _ = ordered()
    rob, _ = ordered("rob@example.org")
    link(bob, rob, Actor.STAFF)
    assert decide(officer(), ask(bob, Wish.ERASURE, "Forget me."), "grant") == 302
    while work():
        pass
    told = site.received("# We are about to erase what we hold about you")
    assert set(told) == {BOB, "rob@example.org"}
    assert "takes you for one with somebody" in str(told["rob@example.org"])
    over(owner, "petition", "ripe", 4)
    assert erase() == 2
    assert not kept_of(rob)


@proves(Promise.ACCESS, "S29")
@pytest.mark.usefixtures("site")
def test_the_name_of_who_asked_goes_with_their_paper(owner: psycopg.Connection, checked: Checked) -> None:
    """What two attested of a mandate names who asked: it goes when the request is gone, and the ledger says so."""
    bob, _ = ordered()
    key = ask(bob, Wish.COMMENT, "comments for Bob")
    mandate(bob, key, "agent", "Anna Agent", "", b"%PDF-1.4", "olga@example.com")
    found = mandate_of(key)
    assert found
    prepared = prepared_for(found, "olga@example.com")
    assert prepared
    read_by_two(prepared)
    for again_ in range(2):
        sequence()
        swept()
        names = owner.execute("SELECT words FROM attested WHERE words LIKE '%Anna Agent%'").fetchall()
        assert len(names) == 1 - again_
        owner.execute("UPDATE petition SET state = 'granted', closed = now() - interval '3 years'")
    assert owner.execute("SELECT count(*) FROM attestation").fetchone() == (0,)
    assert checked() == []
