"""Test which kinds of data are of the highest level."""

from dataclasses import replace

from avow.policy.document import Channel
from avow.policy.meaning.highest import highest, highest_ever
from avow.terms import ChannelKind, FieldType
from tests.units.policy.example import example


def test_what_was_given_under_an_older_version_stays_of_the_highest_level() -> None:
    """A version that takes no applications any more opens none that came before."""
    old = example()
    kind = old.categories["application"]
    letters = replace(kind, fields=tuple(one for one in kind.fields if one.type is not FieldType.FILE))
    old = replace(old, categories={**old.categories, kind.id: letters})
    channels: dict[ChannelKind, Channel] = {
        name: one for name, one in old.channels.items() if name is not ChannelKind.APPLICATION
    }
    new = replace(old, channels=channels)
    assert [kind.id in highest(one) for one in (old, new)] == [True, False]
    assert kind.id in highest_ever([old, new])
