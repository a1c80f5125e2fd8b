"""Read segments, and sift people by them: by what the use may see of somebody, and by nothing else."""

from uuid import UUID

import psycopg
import pytest

from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.gate.picked.reached import outside, reached
from avow.gate.picked.segment import MOST, Act, Line, Segment, segment, usable
from avow.gate.picked.sift import sift
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.products.possess import possess
from avow.record.products.register import add_product
from avow.record.said.choices import Chosen, choose
from avow.record.taken.store import Given, keep
from avow.terms import Actor, Answer, ChannelKind
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse
from tests.units.record.cast import stamped

OFFERS = Request("offers", frozenset({"contact", "profile"}))
GERMAN = {"ada": "Germany", "bea": "germany ", "cem": "Deutschland", "dan": "France", "eve": "", "fay": "France"}
"""Who wrote what for a country; nobody writes it the same way."""


def at(who: str) -> str:
    """Give the address of somebody."""
    return f"{who}@example.org"


def lines(policy: History, purpose: str, *words: str) -> Segment:
    """Read a segment under the policy in force."""
    found = policy.policies[-1]
    return segment(found, found.purposes[purpose], words)


def came(people: dict[str, str]) -> dict[str, UUID]:
    """Let people register with their country, and prove their address."""
    found = {}
    for who, country in people.items():
        profile = {"name": who, "company": "Pier & Co" if who in {"ada", "dan"} else "Acme"}
        given = [Given("contact", {"email": at(who)})]
        given += [Given("profile", profile | ({"country": country} if country else {}))]
        found[who] = keep(stamped(), given, parse(at(who)))
        prove(found[who], at(who))
    return found


REFUSED = (
    ("offers", "country is Atlantis", "country is never 'Atlantis'"),
    ("offers", "country = Germany", "no line of a segment"),
    ("offers", "country is Germany' OR 'a'='a", "is never"),
    ("offers", "email is ada@example.org", "may not choose people by 'email'"),
    ("offers", "name is Ada", "may not choose people by 'name'"),
    ("offers", "product is Pier", "may not choose people by 'product'"),
    ("offers", "order.product is Pier", "may not choose people by"),
    ("offers", "owns pier", "may not choose people by what they own"),
    ("security", "owns boat", "there is no product 'boat'"),
    ("offers", "joined newsletter", "is no list of the purpose offers"),
    ("offers", "country is", "no line of a segment"),
    ("offers", "country is ,", "compared with 0 values"),
    ("offers", "company is " + " or ".join(map(str, range(41))), "41 values"),
    ("support", "product is Pier", "more than one thing is called 'product'"),
)


def test_what_a_purpose_may_not_go_by_is_no_line(published: History) -> None:
    """A field of a category that it may not use, free words, names, addresses, what was noted for warnings alone."""
    for purpose, words, said in REFUSED:
        with pytest.raises(GateError) as refused:
            lines(published, purpose, words)
        assert said in str(refused.value)
        assert refused.value.hint
    _the_language_is_small(published)


def _the_language_is_small(published: History) -> None:
    """Values in any case and spelling, several at once, turned round; so many lines and no more."""
    (found,) = lines(published, "offers", "country  is   not deutschland, or austria").lines
    assert (found.act, found.of, found.category, found.no) == (Act.IS, "country", "profile", True)
    assert {"germany", "deutschland", "austria", "österreich"} <= set(found.values)
    assert "france" not in found.values
    (found,) = lines(published, "support", "order.product is Pier or Buoy").lines
    assert (found.category, found.of, found.values) == ("order", "product", ("pier", "buoy"))
    add_product("pier", "Pier")
    (found,) = lines(published, "security", "owns pier 2.1").lines
    assert (found.act, found.of, found.values) == (Act.OWNS, "pier", ("2.1",))
    (found,) = lines(published, "offers", "never joined offers").lines
    assert (found.act, found.of, found.no) == (Act.JOINED, "offers", True)
    assert not lines(published, "offers")
    with pytest.raises(GateError, match="at most 8 lines"):
        lines(published, "offers", *["country is France"] * (MOST + 1))
    offers = published.policies[-1].purposes["offers"]
    assert {field.id for _, field in usable(published.policies[-1], offers)} >= {"company", "country"}
    assert "billing" not in {field.id for _, field in usable(published.policies[-1], offers)}


def test_a_sieve_agrees_with_what_is_released(published: History) -> None:
    """Who is in is exactly who the gate releases such a field of: the newest, however it is written."""
    who = came(GERMAN)
    keep(stamped(), [Given("profile", {"name": "Fay", "country": "Germany"})], parse(at("fay")), person=who["fay"])
    nobody = arrive(at("gil"), named=False)
    everybody = [*who.values(), nobody]
    german = {"germany", "deutschland"}
    told = {
        one.person: one.use().get("profile", {}).get("country", "").strip().lower()
        for one in clear(OFFERS, everybody).allowed
    }
    found = sift(OFFERS, lines(published, "offers", "country is Germany"), everybody)
    assert found.kept == {person for person, country in told.items() if country in german}
    assert found.kept == {who[name] for name in ("ada", "bea", "cem", "fay")}
    turned = sift(OFFERS, lines(published, "offers", "country is not Germany"), everybody).kept
    assert turned == {who["dan"]}, "who said nothing is in neither"
    both = sift(OFFERS, lines(published, "offers", "country is Germany", "company is pier & co"), everybody)
    assert both.kept == {who["ada"]}
    assert both.left == {"country is Germany": 3, "company is pier & co": 3}
    assert sift(OFFERS, Segment(), everybody).kept == set(everybody)
    assert sift(OFFERS, lines(published, "offers", "country is Germany"), []).kept == set()


def test_whoever_refuses_leaves_segments_and_enters_none(published: History, owner: psycopg.Connection) -> None:
    """For each line and each refusal: who is in after it was in before it."""
    who = came({"ada": "Germany", "dan": "France", "eve": ""})
    owner.execute("INSERT INTO list SELECT 'boats', 'Boats', purpose, topic, false FROM list WHERE id = 'offers'")
    choose(Chosen(Answer.YES, list="boats"), Actor.PERSON_VERIFIED, "test", who["ada"], parse(at("ada")).reach_id)
    asked = [
        lines(published, "offers", one)
        for one in ("country is Germany", "country is not Germany", "joined boats", "never joined boats")
    ]
    people = list(who.values())
    before = [sift(OFFERS, one, people).kept for one in asked]
    assert before == [{who["ada"]}, {who["dan"]}, {who["ada"]}, {who["dan"], who["eve"]}]
    for chosen in (Chosen(Answer.NO, list="boats"), NO_MARKETING):
        for name in who:
            refuse(chosen, who[name], at(name))
        after = [sift(OFFERS, one, people).kept for one in asked]
        assert all(now <= then for now, then in zip(after, before, strict=True))
        assert chosen is not NO_MARKETING or after[:2] == [set(), set()], "what is refused is not seen"


@pytest.mark.usefixtures("published")
def test_no_line_sees_what_the_use_may_not() -> None:
    """A condition over orders, made past the reader, finds nobody for an offer; for orders it finds them."""
    alice = arrive(at("alice"), by=ChannelKind.ORDER)
    pier = Segment((Line("product is pier", Act.IS, "product", ("pier",), "order"),))
    assert sift(Request("orders", frozenset({"contact", "order"})), pier, [alice]).kept == {alice}
    assert sift(Request("offers", frozenset({"contact", "order"})), pier, [alice]).kept == set()
    with pytest.raises(GateError, match="does not ask for"):
        sift(Request("orders", frozenset({"contact"})), pier, [alice])


def test_what_is_owned_counts_where_it_was_told(published: History) -> None:
    """An owner who was told is in by product and by version, until it is owned no more; who was not told never is."""
    add_product("pier", "Pier")
    who = came({"ada": "", "dan": "", "eve": ""})
    assert possess(who["ada"], "pier", "2.1")
    assert possess(who["dan"], "pier", "2.0")
    asked = Request("security", frozenset({"contact"}))
    assert sift(asked, lines(published, "security", "owns pier"), who.values()).kept == {who["ada"], who["dan"]}
    assert sift(asked, lines(published, "security", "owns pier 2.1"), who.values()).kept == {who["ada"]}


def test_pages_of_a_segment_hold_each_mailbox_once(published: History) -> None:
    """Of two who share a mailbox the one who is in gets it; counted beforehand is who is reached then."""
    who = came(GERMAN)
    second = arrive(at("dan"))
    prove(second, at("dan"))
    keep(stamped(), [Given("profile", {"name": "D", "country": "Germany"})], parse(at("dan")), person=second)
    only = lines(published, "offers", "country is Germany")
    found = [row for page in reached(OFFERS, "offers", only) for row in page]
    assert {person for person, _ in found} == {second, *(who[name] for name in ("ada", "bea", "cem"))}
    assert len({reach for _, reach in found}) == len(found)
    counted = outside(OFFERS, "offers", only)
    everybody = {UUID(bytes=person) for page in members(OFFERS, "offers") for person in page.persons}
    assert counted.kept == {person for person, _ in found}
    assert counted.left == {"country is Germany": len(everybody - counted.kept)}
    assert [len(page) for page in reached(OFFERS, "offers", Segment())] == [6]


def test_at_its_bounds_it_still_holds(published: History) -> None:
    """So many lines and so many values are taken; a use that asks for nothing but what is looked at is asked."""
    assert len(lines(published, "offers", *["country is France"] * MOST).lines) == MOST
    (found,) = lines(published, "offers", "company is " + " or ".join(map(str, range(5 * MOST)))).lines
    assert len(found.values) == 5 * MOST
    alice = arrive(at("alice"), by=ChannelKind.ORDER)
    pier = Segment((Line("product is pier", Act.IS, "product", ("pier",), "order"),))
    assert sift(Request("orders", frozenset({"order"})), pier, [alice]).kept == {alice}


def test_an_error_says_what_there_is(published: History) -> None:
    """The names that can be written, or that there are none; of countries that they are named in English."""
    said = {}
    for purpose, words in (("offers", "joined x"), ("account", "joined x"), ("offers", "country is Atlantis")):
        with pytest.raises(GateError) as refused:
            lines(published, purpose, words)
        said[purpose, words] = refused.value.hint
    assert said == {
        ("offers", "joined x"): "there are: offers",
        ("account", "joined x"): "there are: none",
        ("offers", "country is Atlantis"): "name a country, in English",
    }
    with pytest.raises(GateError) as refused:
        lines(published, "offers", "shoe is 42")
    assert refused.value.hint == "there are: company, country, fact, origin"


def test_that_somebody_else_left_a_list_is_nothing_to_who_joined(published: History, owner: psycopg.Connection) -> None:
    """Who joined is in, and who never did is in the other, whoever left meanwhile."""
    who = came({"ada": "", "dan": "", "eve": ""})
    owner.execute("INSERT INTO list SELECT 'boats', 'Boats', purpose, topic, false FROM list WHERE id = 'offers'")
    for name, answer in (("ada", Answer.YES), ("dan", Answer.NO)):
        chosen = Chosen(answer, list="boats")
        choose(chosen, Actor.PERSON_VERIFIED, "test", who[name], parse(at(name)).reach_id)
    assert sift(OFFERS, lines(published, "offers", "joined boats"), who.values()).kept == {who["ada"]}
    assert sift(OFFERS, lines(published, "offers", "never joined boats"), who.values()).kept == {who["eve"]}
