"""Test the only way out."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from avow.decision.request import Request
from avow.errors import GateError
from avow.gate import clearance as clearance_module
from avow.gate.clear import clear
from avow.gate.clearance import Clearance
from avow.ledger.commitment import commit
from avow.policy.history import History
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.said.chosen import Chosen
from avow.store.server.columns import uuids
from avow.terms import Answer, ChannelKind, MessageKind, RecipientClass, Scope
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse, request

QUERIES = 14
"""Queries of one clearing, of one person or of ten thousand, in a transaction of its own."""
OFFER, ACCOUNT, NEWS = MessageKind.MARKETING_OFFER, MessageKind.IDENTITY, MessageKind.NEWSLETTER


def queries(people: list[UUID], asked: Request) -> int:
    """Count the queries of one clearing."""
    clear(asked, people[:1])
    with CaptureQueriesContext(
        connection,
    ) as captured:
        clear(asked, people)
    return len(captured)


def test_releases_fields_with_their_source(published: History) -> None:
    """Who was told of a use, and did not refuse it, is released with the fields asked for and where they come from."""
    alice = arrive("alice@example.org")
    found = clear(request(ACCOUNT, "contact", "profile"), [alice])
    (clearance,) = found.allowed
    assert not found.denied
    assert found.entry == clearance.entry
    assert clearance.fields == {
        "contact": {"email": "alice@example.org"},
        "profile": {"name": "Name of alice@example.org"},
    }
    assert {source[1:] for source in clearance.sources.values()} == {("registration", "2025-01-01")}
    assert clearance.reach == parse("alice@example.org").reach_id
    assert clearance.version == published.policies[-1].front.version
    assert clearance.because <= published.policies[-1].clauses.keys()
    assert clearance.because


def test_releases_what_was_asked_and_no_more(published: History) -> None:
    """A category that is not asked for is not released."""
    assert published.policies
    (clearance,) = clear(request(ACCOUNT), [arrive("alice@example.org")]).allowed
    assert set(clearance.fields) == {"contact"}


def test_writes_to_the_mailbox_of_the_address(published: History) -> None:
    """The mailbox is that of the address which permits the message, and not that by which the name came."""
    assert published.policies
    alice = arrive("alice@example.org")
    arrive("alice@example.net", person=alice, named=False)
    (clearance,) = clear(request(ACCOUNT, "contact", "profile"), [alice]).allowed
    assert clearance.fields["contact"] == {"email": "alice@example.net"}
    assert clearance.reach == parse("alice@example.net").reach_id


def test_writes_to_the_first_mailbox_there_is(published: History, owner: psycopg.Connection) -> None:
    """What came by no mailbox names none; what else is released does."""
    assert published.policies
    alice = arrive("alice@example.org")
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    reach = parse("alice@example.org").reach_id
    owner.execute("UPDATE item SET reach_id = CASE WHEN category = 'profile' THEN %s::bytea END", [reach])
    (clearance,) = clear(request(ACCOUNT, "contact", "profile"), [alice]).allowed
    assert clearance.reach == reach


def test_a_clearance_is_the_same_before_and_after_its_use(published: History) -> None:
    """That it was used is not part of what was cleared, and nobody can say so of a new one."""
    assert published.policies
    (clearance,) = clear(request(ACCOUNT), [arrive("alice@example.org")]).allowed
    other = replace(clearance, seal=clearance_module._SEAL)  # noqa: SLF001 -- what the gate alone may, to compare
    assert clearance.use()
    assert clearance == other
    assert "_uses" not in signature(Clearance).parameters


def test_reads_nobody_who_is_denied(published: History) -> None:
    """The fields of whoever is denied are not even asked for."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org", NO_MARKETING)
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    asked = []

    def note(execute: Callable[..., object], query: str, words: list[object], *more: object) -> object:
        asked.extend([words[0]] if "i.fields" in str(query) else [])
        return execute(query, words, *more)

    with connection.execute_wrapper(note):
        clear(request(OFFER), [alice, bob])
    assert asked == [uuids([alice])]


def test_a_clearance_shows_nothing_of_anybody(published: History) -> None:
    """What it releases stands in no traceback, and nobody makes one that can be used twice."""
    assert published.policies
    (clearance,) = clear(request(ACCOUNT, "contact", "profile"), [arrive("alice@example.org")]).allowed
    told = repr(clearance)
    assert str(clearance.person) in told
    assert not any(word in told for word in ("alice", "reach=", "salt=", "_uses="))
    assert not {"_uses", "uses"} & signature(Clearance).parameters.keys()


def test_denies_who_refused(published: History) -> None:
    """Bob refused marketing: no offer, with the clause that says so; his account goes on."""
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    number = refuse(NO_MARKETING, bob, "bob@example.org")
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    found = clear(request(OFFER), [alice, bob])
    assert [clearance.person for clearance in found.allowed] == [alice]
    assert set(found.denied) == {bob}
    assert any(
        rule.scope == "marketing" and rule.when == "refused"
        for rule in published.policies[-1].rules
        if rule.clause in found.denied[bob].because
    )
    (account,) = clear(request(ACCOUNT), [bob]).allowed
    assert account.choice_no >= number
    assert not found.unseen


def test_denies_who_was_not_told(published: History) -> None:
    """What was given with a question states no offers, and the newsletter waits for a yes."""
    assert published.policies
    carol = arrive("carol@example.net", by=ChannelKind.INQUIRY)
    dave = arrive("dave@example.org")
    for person, address in ((carol, "carol@example.net"), (dave, "dave@example.org")):
        prove(person, address)
    assert set(clear(request(OFFER), [carol, dave]).denied) == {carol}
    assert set(clear(request(NEWS), [carol, dave]).denied) == {carol, dave}


def test_denies_by_default(published: History) -> None:
    """Somebody unknown, an unknown purpose, a category or recipient that is not stated: denied, and remembered."""
    assert published.policies
    alice = arrive("alice@example.org")
    ghost = new_key()
    assert set(clear(request(ACCOUNT), [ghost]).denied) == {ghost}
    for asked in (
        Request("gossip", frozenset({"contact"})),
        Request(request(ACCOUNT).purpose, frozenset({"contact", "order"})),
        Request(request(ACCOUNT).purpose, frozenset()),
        Request(request(ACCOUNT).purpose, frozenset({"contact"}), RecipientClass.OUTSIDE),
    ):
        found = clear(asked, [alice])
        assert set(found.denied) == {alice}
        assert found.entry is not None


def test_the_address_decides_where_it_is_asked_for(published: History, owner: psycopg.Connection) -> None:
    """When mail to an address bounces, the name alone is no ground to clear a message."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    asked = request(OFFER, "contact", "profile")
    assert clear(asked, [alice]).allowed
    bounced = format(Scope.BOUNCED.mask, "0256b")
    owner.execute("UPDATE item SET refused = refused | %s::bit(256) WHERE category = 'contact'", [bounced])
    owner.execute("UPDATE reach SET refused = refused | %s::bit(256)", [bounced])
    assert set(clear(asked, [alice]).denied) == {alice}
    (clearance,) = clear(request(OFFER, "profile"), [alice]).allowed
    assert clearance.reach is None


def test_the_newest_permitted_item_is_released(published: History) -> None:
    """Of two addresses of one person the newer is released; if it may not be used, the older."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    arrive("alice@example.net", by=ChannelKind.INQUIRY, person=alice)
    prove(alice, "alice@example.net")
    (account,) = clear(request(ACCOUNT), [alice]).allowed
    assert account.fields["contact"] == {"email": "alice@example.net"}
    (offer,) = clear(request(OFFER), [alice]).allowed
    assert offer.fields["contact"] == {"email": "alice@example.org"}
    assert offer.reach == parse("alice@example.org").reach_id


def test_a_list_denies_who_left_or_never_joined(published: History) -> None:
    """A list is one more reason to deny: who left it is denied on it alone, who never joined a joined-only one too."""
    policy = published.policies[-1]
    offers, news = request(OFFER), request(NEWS)
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org", Chosen(Answer.YES, purpose=news.purpose))
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    assert len(clear(offers, [alice, bob], offers.purpose).allowed) == 2
    refuse(Chosen(Answer.NO, list=offers.purpose), alice, "alice@example.org")
    left = clear(offers, [alice, bob], offers.purpose).denied
    assert set(left) == {alice}
    assert left[alice].because
    assert left[alice].because <= policy.clauses.keys()
    joined = clear(news, [alice, bob], news.purpose)
    assert [clearance.person for clearance in joined.allowed] == [bob]
    assert not joined.unseen


def test_a_list_of_another_use_is_an_error(published: History) -> None:
    """A list serves the purpose that it is bound to."""
    assert published.policies
    alice = arrive("alice@example.org")
    for name in (request(NEWS).purpose, "no such list"):
        with pytest.raises(GateError, match="does not serve"):
            clear(request(OFFER), [alice], name)


@pytest.mark.parametrize("kind", [OFFER, ACCOUNT])
def test_the_number_of_queries_is_fixed(published: History, kind: MessageKind) -> None:
    """One person, three, or hundreds cost the same number of queries."""
    assert published.policies
    people = [arrive(f"p{n}@example.org", *([NO_MARKETING] if n % 3 == 0 else [])) for n in range(60)]
    people += [new_key() for _ in range(9_940)]
    assert queries(people[:1], request(kind)) == QUERIES
    assert queries(people[:3], request(kind)) == QUERIES
    assert queries(people, request(kind)) == QUERIES


def test_nobody_asked_nothing_done(published: History, owner: psycopg.Connection) -> None:
    """An empty question has an empty answer and leaves no entry; a person asked about twice is answered once."""
    assert published.policies
    alice = arrive("alice@example.org")
    before = owner.execute("SELECT count(*) FROM entry WHERE kind = 'decided'").fetchone()
    assert clear(request(ACCOUNT), []).entry is None
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'decided'").fetchone() == before
    assert len(clear(request(ACCOUNT), [alice, alice]).allowed) == 1


def test_the_entry_covers_every_decision(published: History, owner: psycopg.Connection) -> None:
    """The entry commits to each decision, allowed or denied; a clearance opens its own place alone."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org", NO_MARKETING)
    prove(alice, "alice@example.org")
    found = clear(request(OFFER), [bob, alice])
    (clearance,) = found.allowed
    row = owner.execute("SELECT kind, at, covers FROM entry WHERE id = %s", [found.entry]).fetchone()
    assert row is not None
    kind, at, covers = row
    assert (kind, len(covers)) == ("decided", 64)
    asked = clearance.request
    record = [
        "decided",
        alice,
        asked.purpose,
        asked.recipient.value,
        asked.topic,
        ["contact"],
        None,
        clearance.version,
        "allow",
        sorted(clearance.because),
        clearance.choice_no,
        at,
    ]
    place = covers[32 * clearance.pos : 32 * clearance.pos + 32]
    assert clearance.pos == 1
    assert commit(clearance.salt, record) == place
    assert commit(b"\0" * 32, record) != place


def test_a_refusal_committed_meanwhile_is_seen(published: History, owner: psycopg.Connection) -> None:
    """Inside a running transaction the gate decides from what is committed when it is called."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    with transaction.atomic():
        assert clear(request(OFFER), [alice]).allowed
        owner.execute("UPDATE reach SET refused = refused | 2::bit(256)")
        assert not clear(request(OFFER), [alice]).allowed
        assert clear(request(ACCOUNT), [alice]).allowed


def test_what_the_database_does_not_show_is_denied(published: History, owner: psycopg.Connection) -> None:
    """If the decision allows and the database shows no row, the answer is no, and it is counted."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    owner.execute("DROP POLICY use ON item")
    owner.execute("CREATE POLICY use ON item FOR SELECT TO avow_use USING (person_id = %s)".replace("%s", f"'{bob}'"))
    found = clear(request(OFFER), [alice, bob])
    assert [clearance.person for clearance in found.allowed] == [bob]
    assert found.unseen == {alice}
    assert set(found.denied) == {alice}


def test_rolled_back_with_its_act(published: History, owner: psycopg.Connection) -> None:
    """The entry stands or falls with the transaction in which the gate was asked."""
    assert published.policies
    alice = arrive("alice@example.org")
    with transaction.atomic():
        entry = clear(request(ACCOUNT), [alice]).entry
        transaction.set_rollback(True)
    assert owner.execute("SELECT 1 FROM entry WHERE id = %s", [entry]).fetchall() == []


def test_only_the_gate_makes_a_clearance(published: History) -> None:
    """A clearance cannot be made, changed, copied or stored by anybody else, is used once, and hides its fields."""
    assert published.policies
    (clearance,) = clear(request(ACCOUNT), [arrive("alice@example.org")]).allowed
    for forge in (
        lambda: Clearance(new_key(), clearance.request, "v", {}, {}, None, 0, 1, frozenset()),
        lambda: replace(clearance, person=new_key()),
        lambda: copy.copy(clearance),
        lambda: copy.deepcopy(clearance),
        lambda: pickle.dumps(clearance),
    ):
        with pytest.raises((GateError, ValueError)):
            forge()
    with pytest.raises(AttributeError):
        clearance.person = new_key()  # type: ignore[misc]  # this is what is refused
    assert "alice@example.org" not in repr(clearance)
    assert clearance.use() == clearance.fields
    with pytest.raises(GateError, match="was used"):
        clearance.use()


def test_a_mailbox_that_is_named_is_the_one_cleared(published: History) -> None:
    """Where somebody is to be written to at one mailbox, another of theirs is neither released nor a ground."""
    assert published.policies
    alice = arrive("alice@example.org")
    arrive("alice@example.net", person=alice)
    for address in ("alice@example.org", "alice@example.net"):
        prove(alice, address)
    for address in ("alice@example.org", "alice@example.net"):
        (clearance,) = clear(request(OFFER), [alice], mailboxes={alice: parse(address).reach_id}).allowed
        assert clearance.fields["contact"] == {"email": address}
    assert set(clear(request(OFFER), [alice], mailboxes={alice: parse("bob@example.org").reach_id}).denied) == {alice}
