"""Test what two members of staff attest: two different ones, in time, for one act."""

from functools import partial

import psycopg
import pytest

from avow.errors import RecordError
from avow.record.attested.attest import Words, attest, find, prepare, use, waiting
from avow.record.attested.attester import attester, new_secret
from avow.store.server.embedded import Embedded
from tests.units.record.test_covered import disagreements
from tests.units.record.test_race import _together

pytestmark = pytest.mark.usefixtures("published")
WORDS: Words = {"act": "export", "purpose": "offers", "categories": ["contact"]}


def test_the_same_words_are_prepared_once() -> None:
    """Whoever asks for the very same finds what is open; other words are another thing."""
    first = prepare(WORDS, "olga")
    assert prepare(WORDS, "paul") == first
    assert prepare({**WORDS, "purpose": "updates"}, "olga").digest != first.digest
    assert len(waiting()) == 2
    assert find(first.digest.hex()[:8]) == first


def test_two_different_ones_must_attest(store: Embedded) -> None:
    """One is not enough, one twice is refused, two are enough, for one act."""
    found = prepare(WORDS, "olga")
    with pytest.raises(RecordError, match="2 more must attest"):
        use(found)
    assert attest(found.digest, "olga").lacks == 1
    with pytest.raises(RecordError, match="attested this before"):
        attest(found.digest, "olga")
    with pytest.raises(RecordError, match="1 more must attest"):
        use(found)
    assert attest(found.digest, "paul").lacks == 0
    assert [who for who, _, _ in use(found).staff] == ["olga", "paul"]
    with pytest.raises(RecordError, match="waits no more"):
        use(found)
    with pytest.raises(RecordError, match="waits no more"):
        attest(found.digest, "quin")
    assert prepare(WORDS, "olga").digest != found.digest
    assert disagreements(store) == []


def test_what_is_too_old_waits_no_more(owner: psycopg.Connection) -> None:
    """After seven days neither can it be attested nor done, whatever was said of it before."""
    found = prepare(WORDS, "olga")
    attest(found.digest, "olga")
    attest(found.digest, "paul")
    owner.execute("UPDATE attested SET at = at - interval '8 days'")
    with pytest.raises(RecordError, match="waits no more"):
        use(found)
    assert waiting() == []
    assert prepare(WORDS, "olga").lacks == 2


def test_it_is_done_once_whoever_hurries() -> None:
    """Two who do it at the same moment: one of them does."""
    found = prepare(WORDS, "olga")
    attest(found.digest, "olga")
    attest(found.digest, "paul")
    with pytest.raises(RecordError, match="waits no more"):
        _together(partial(use, found), partial(use, found))


def test_one_who_hurries_counts_once() -> None:
    """Whoever attests twice at the same moment is one."""
    found = prepare(WORDS, "olga")
    with pytest.raises(RecordError, match="attested this before"):
        _together(partial(attest, found.digest, "olga"), partial(attest, found.digest, "olga"))
    assert find(found.digest.hex()).lacks == 1


def test_a_secret_is_good_once_for_its_name_and_a_day(owner: psycopg.Connection) -> None:
    """A name has one spelling; an earlier secret is dead; a late one, too."""
    dead, secret = new_secret("Olga  Officer"), new_secret("olga officer")
    with pytest.raises(RecordError, match="prove nobody"):
        attester("Olga Officer", dead)
    assert attester(" OLGA Officer", secret) == "olga officer"
    with pytest.raises(RecordError, match="prove nobody"):
        attester("Olga Officer", secret)
    late = new_secret("Paul")
    owner.execute("UPDATE attester SET at = at - interval '2 days'")
    with pytest.raises(RecordError, match="prove nobody"):
        attester("Paul", late)
    for name in ("", " ", "x", "Ol\nga\x1b"):
        with pytest.raises(RecordError, match="is no name"):
            new_secret(name)
