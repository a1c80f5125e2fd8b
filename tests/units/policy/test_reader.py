"""Test what a policy file means."""

from datetime import UTC, datetime

from avow.policy.reader import read_text
from avow.terms import ChannelKind, ClauseClass, Default, MessageKind, Promise, RecipientClass, Relation
from tests.units.policy.example import SOUND, example, sound


def test_the_example_is_read() -> None:
    """The example has nine headings, its purposes and channels, and front matter with an instant."""
    policy = example()
    assert [section.id for section in policy.sections] == [
        "opening", "collection", "cookies", "uses", "optout", "accuracy", "disclosure", "links", "updates",
    ]  # fmt: skip
    assert policy.front.effective == datetime(2025, 1, 1, tzinfo=UTC)
    assert policy.front.mailbox == "privacy@example.com"
    assert {"account", "newsletter", "updates", "offers", "inquiry", "rights", "legal"} <= set(policy.purposes)
    assert set(policy.channels) == set(ChannelKind)


def test_a_purpose_is_read() -> None:
    """Kind, default, scope, box and what its kind needs."""
    newsletter = example().purposes["newsletter"]
    assert newsletter.kind is MessageKind.NEWSLETTER
    assert newsletter.default is Default.ON_YES
    assert newsletter.scope == "marketing"
    assert newsletter.box
    assert newsletter.needs == {Relation.JOINED}
    assert newsletter.recipients == {RecipientClass.COMPANY}


def test_a_sentence_is_read() -> None:
    """A clause has the words before its id, without Markdown, and the line of the file on which it stands."""
    clause = example().clauses["optout.letter"]
    assert clause.text == "Or simply write to privacy@example.com; a letter that says stop is enough."
    assert clause.section == "optout"
    assert "a letter that says stop" in example().source.splitlines()[clause.line - 1]
    assert clause.promises == (Promise.OPTOUT_BY_LETTER,)


def test_rules_are_read() -> None:
    """A forbid of a scope, and a permit of a purpose towards one class of recipients."""
    policy = example()
    (stop,) = policy.clauses["optout.stop"].rules
    assert (stop.permit, stop.scope, stop.when) == (False, "marketing", "refused")
    permit = policy.clauses["disclosure.legal"].rules[0]
    assert permit.permit
    assert permit.recipients == frozenset({RecipientClass.AUTHORITY})


def test_a_declaration_belongs_to_the_clause_above_it() -> None:
    """In one block, each declaration binds to the clause table last above it."""
    policy = example()
    assert policy.purposes["updates"].clause == "uses.updates"
    assert policy.channels[ChannelKind.ORDER].clause == "collection.order"


def test_line_ends_do_not_matter() -> None:
    """A file from another system means the same."""
    text = SOUND.read_text("utf-8")
    assert read_text(text.replace("\n", "\r\n")) == read_text(text)


def test_tables_look_alike_in_long_values() -> None:
    """What looks like a table inside a long text is text, and lines are still those of the file."""
    policy = sound(('"Please send me the letter."', '"""\n[purpose.orders]\nkind = "offer"\n"""'))
    assert policy.purposes["letter"].box == '[purpose.orders]\nkind = "offer"\n'
    assert policy.purposes["orders"].kind is MessageKind.ORDER


def test_a_bare_clause_is_enforced_and_says_nothing() -> None:
    """The reader gives a sentence without rules a clause; the check complains of it."""
    bare = sound(('\n~~~avow\n[clause."opening.glad"]\nclass = "informational"\n~~~\n', ""))
    assert bare.clauses["opening.glad"].kind is ClauseClass.ENFORCED
    assert not bare.clauses["opening.glad"].rules
