"""Test the page, its hash, the plain text, the JSON-LD and the notice at a form."""

import json
import re

import pytest

from avow.errors import PolicyError
from avow.policy.shown.jsonld import json_ld
from avow.policy.shown.notice import notice
from avow.policy.shown.page import outside, page, page_hash
from avow.policy.shown.plain import WIDTH, plain
from avow.policy.shown.write import write
from avow.terms import ChannelKind
from tests.units.policy.example import example, sound


def test_every_section_and_clause_has_its_anchor() -> None:
    """Each heading and each clause can be linked to, once."""
    policy = example()
    anchors = [one for one in re.findall(r' id="([^"]+)"', page(policy)) if not one.startswith("glance_")]
    own = [name for section in policy.sections for name in section.clauses]
    assert sorted(anchors) == sorted([*own, *(section.id for section in policy.sections)])


def test_no_rule_is_on_the_page() -> None:
    """People read prose: no block, no marker, no key of the format."""
    for text in (page(example()), plain(example())):
        assert "avow]" not in text
        assert "{#" not in text
        assert "promises =" not in text


def test_html_in_the_prose_is_text() -> None:
    """A policy cannot carry markup of its own."""
    shown = page(sound(("We are glad", "We are <script>alert(1)</script> glad")))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_outgoing_links_are_marked() -> None:
    """A link that leaves the sites covered carries nothing along; one within them is a plain link."""
    shown = page(
        sound(("We are glad", "[Elsewhere](https://example.net/x) and [here](https://example.org/) we are glad"))
    )
    assert '<a href="https://example.net/x" rel="noopener noreferrer" class="outside">' in shown
    assert '<a href="https://example.org/">' in shown
    assert not outside(sound(), "/choices/")
    assert not outside(sound(), "mailto:privacy@example.org")


def test_a_sentence_keeps_its_emphasis_and_links() -> None:
    """Markdown within a sentence stays, inside the span of its clause."""
    shown = page(sound(("We are glad", "We are **very** [glad](/x)")))
    assert '<span class="clause" id="opening.glad">We are <strong>very</strong> <a href="/x">glad</a> that' in shown


def test_the_hash_is_of_what_people_read() -> None:
    """A word, a host, an instant or a period changes it; promises, comments and the way of writing do not."""
    policy = sound()
    same = sound(('"opt-out holds"', '"opt-out by link"'), ("[right.opt-out]", "# a remark\n[right.opt-out]"))
    assert page_hash(same) == page_hash(policy)
    assert len(page_hash(policy)) == 32
    for change in (
        ("We are glad", "We are sad"),
        ('["example.org"]', '["example.net"]'),
        ("2025-06-01T00", "2025-06-01T01"),
    ):
        assert page_hash(sound(change)) != page_hash(policy)


def test_the_written_policy_has_the_same_page() -> None:
    """Writing a policy back changes nothing that people read."""
    assert page_hash(sound((sound().source, write(sound())))) == page_hash(sound())


def test_plain_text_fits_its_width() -> None:
    """Lines are short, sentences are all there, and each link says where it leads."""
    text = plain(example())
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert "your choices page </choices/>" in text
    words = " ".join(text.split())
    assert all(clause.text.split(" ", 3)[2] in words for clause in example().clauses.values() if clause.line)


def test_the_notice_says_what_and_what_for() -> None:
    """Each field, each purpose in its own words, each exemption, how long, and who else; the same each time."""
    policy = example()
    words = notice(policy, ChannelKind.REGISTRATION)
    assert words == notice(example(), ChannelKind.REGISTRATION)
    for name in policy.channels[ChannelKind.REGISTRATION].states:
        assert policy.purposes[name].states in words
    assert "E-mail address" in words
    assert "firms that work for us under a contract" in words
    assert "even if you refuse marketing" in words
    assert policy.front.version in words


def test_the_notice_names_no_other_channels_purposes() -> None:
    """An application serves no marketing, and its notice speaks of none."""
    words = notice(example(), ChannelKind.APPLICATION)
    assert "to consider your application" in words
    assert "newsletter" not in words
    assert "offer" not in words


def test_an_undeclared_channel_has_no_notice() -> None:
    """A channel that the policy does not declare cannot be shown."""
    with pytest.raises(PolicyError, match="has no channel 'forum'"):
        notice(sound(), ChannelKind.FORUM)


def test_json_ld_names_each_purpose_and_who_receives() -> None:
    """The machine copy has every purpose, category and right, DPV's words for them, and no loopback host."""
    policy = example()
    told = json.loads(json.dumps(json_ld(policy)))
    assert {one["@id"].partition("#purpose-")[2] for one in told["dpv:hasProcess"]} == set(policy.purposes)
    assert len(told["dpv:hasPersonalData"]) == len(policy.categories)
    assert told["dct:identifier"] == page_hash(policy).hex()
    assert told["dct:coverage"] == ["example.com", "www.example.com"]
    by = {one["@id"].partition("#purpose-")[2]: one for one in told["dpv:hasProcess"]}
    assert by["offers"]["dpv:hasEntityInvolvement"]["@id"] == "dpv:OptingOutFromProcess"
    assert by["newsletter"]["dpv:hasEntityInvolvement"]["@id"] == "dpv:OptingInToProcess"
    assert by["security"]["dpv:hasEntityInvolvement"]["@id"] == "dpv:CannotOptOutFromProcess"
    assert {one["@type"] for one in by["legal"]["dpv:hasRecipient"]} == {"dpv:Authority"}
    assert "SellInsightsFromData" not in json.dumps(told)
