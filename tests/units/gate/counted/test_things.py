"""Test by what people are counted: closed lists alone."""

from collections import Counter
from dataclasses import replace

from avow.gate.counted import things as told
from avow.gate.counted.things import countries, things, wanted
from avow.policy.reader import read
from avow.terms import FieldType


def test_a_country_is_written_in_one_way_each() -> None:
    """No spelling stands for two countries, so that nobody is counted twice; each has its code."""
    countries.cache_clear()
    written = Counter(one for one, _ in countries())
    assert max(written.values()) == 1
    assert {written["de"], written["germany"], written["usa"]} == {1}
    assert len({name for _, name in countries()}) > 240


def test_no_free_words_are_counted() -> None:
    """Fields with a list are counted by, whatever a policy names them; what people write freely is not."""
    policy = read("policies/example/2025-01-01.md")
    told.countries.cache_clear()
    found = things(policy, policy.purposes["insight"])
    known = dict(found[0].known)
    assert (known["de"], known["deutschland"], known["côte d'ivoire"]) == ("Germany", "Germany", "Côte d'Ivoire")
    assert not any(written.startswith("#") for written in known)
    assert [(one.category, one.field) for one in found] == [("profile", "country")]
    assert things(policy, replace(policy.purposes["insight"], categories=frozenset({"order"}))) == []
    assert wanted(policy, policy.purposes["insight"]) == "order"
    assert wanted(policy, policy.purposes["account"]) is None
    types = {field.type for name in policy.purposes["insight"].categories for field in policy.categories[name].fields}
    assert types > {FieldType.COUNTRY}
