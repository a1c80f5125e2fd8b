"""Test the pictures of a change: what they say in words, and that nobody's words can break out of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

from avow.updates.drawn.curve import curve
from avow.updates.drawn.flow import flow, rows

AT = datetime(2027, 1, 1, tzinfo=UTC)


def _plan(title: str = "A letter", **asked: int) -> dict[str, Any]:
    use = {"purpose": "letter", "title": title, "recipient": "company"}
    one = {"use": use, "people": 30, "reachable": 20, "refused_before": 4, **asked}
    return {"people": 100, "ask": [one], "suspend": [{"use": use, "people": 30}]}


def test_a_flow_accounts_for_everybody() -> None:
    """Mailed, refused before, not reached and untouched are everybody; the picture says so in words."""
    (row,) = rows(_plan())
    assert row.people == (20, 4, 6, 70)
    found = fromstring(flow(_plan()))  # noqa: S314 -- our own picture
    assert found.attrib["role"] == "img"
    said = "A letter: 20 mailed and asked, 4 said no to the very same before, 6 no mail reaches them, 70 untouched"
    assert said in "".join(found.itertext())


def test_words_stay_words() -> None:
    """A title with signs of markup is shown as it is."""
    found = fromstring(flow(_plan('<script>"&')))  # noqa: S314 -- our own picture
    assert not [one for one in found.iter() if one.tag.endswith("script")]
    assert '<script>"&' in "".join(found.itertext())


def test_where_nobody_is_asked_a_use_is_off() -> None:
    """A policy that promises no different use asks nobody: whom it would touch stands as off."""
    assert rows(_plan() | {"ask": []})[0].people == (0, 0, 30, 70)
    assert flow({"people": 5, "suspend": []}) == ""


def test_a_curve_grows_with_the_answers() -> None:
    """It ends at all the answers; before the first there is none."""
    assert curve([], 5) == ""
    words = "".join(fromstring(curve([(AT, 3, 1), (AT + timedelta(hours=1), 2, 0)], 9)).itertext())  # noqa: S314 -- ours
    assert "5 yes to all" in words
    assert "1 no to something" in words
    assert "5 yes to all" in "".join(fromstring(curve([(AT, 5, 0)], 9)).itertext())  # noqa: S314 -- ours
