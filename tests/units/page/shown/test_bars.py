"""Lay out figures as bars: to one scale, in one order, none too thin to be seen, none where there is nothing."""

from avow.page.shown.bars import WIDE, bars


def test_bars_are_to_one_scale() -> None:
    """The longest takes the whole width; its parts stand side by side in the order that is asked for."""
    long, short = bars({"a": {"no": 25, "yes": 75}, "b": {"yes": 50}}, ["yes", "no"])
    assert [(one.name, one.count, one.x, one.width) for one in long.pieces] == [
        ("yes", 75, 0.0, WIDE * 0.75),
        ("no", 25, WIDE * 0.75, WIDE * 0.25),
    ]
    assert (short.total, short.pieces[0].width) == (50, WIDE / 2)


def test_one_among_many_is_seen() -> None:
    """A part of one in a million has a width; what is not there has none, and no bar; what is unknown comes last."""
    (bar,) = bars({"a": {"yes": 999_999, "no": 1, "odd": 3}, "b": {}, "c": {"yes": 0}}, ["yes", "no", "never"])
    assert [one.name for one in bar.pieces] == ["yes", "no", "odd"]
    assert bar.pieces[1].width == 2
    assert bars({}, []) == ()
