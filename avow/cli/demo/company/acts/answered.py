"""Let people ask support, ask a question, order and apply once more, now, and let the staff answer most of them."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.cli.demo.company.past import Did, invented
from avow.cli.demo.company.scene import Scene
from avow.collection.matters.written import worded
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.matters.matter import begin, matter_at, note, take
from avow.record.matters.saved import save
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, keep
from avow.record.taken.whole import whole
from avow.terms import ChannelKind, Role
from avow.uses.replies.answer import answer

_DESKS: Final = (
    (ChannelKind.SUPPORT, Role.SUPPORT, "", "Please put 5.2 in its place; it does not do that any more."),
    (ChannelKind.INQUIRY, Role.SUPPORT, "", "Yes, it does. The manual says how, under Beginning."),
    (ChannelKind.ORDER, Role.ORDERS, "on its way", "It left our harbour this morning."),
    (ChannelKind.APPLICATION, Role.HIRING, "read", "We have read it, and talk about it on Friday."),
)
"""By what it comes, who answers, the step that it is at then, and in which words."""
_EACH: Final = {ChannelKind.APPLICATION: 20}
_MOST: Final = 60


def answered(scene: Scene) -> None:
    """Let some begin a matter at each desk: one in four waits, one is somebody's, the rest are answered or over."""
    for channel, role, step, words in _DESKS:
        staff = scene.staff(role)
        save(channel, "As always", words, staff.id)
        some = scene.some(scene.past.of(channel), 1_500, _EACH.get(channel, _MOST))
        bar = scene.bar("matters at the desks", len(some))
        for number, one in enumerate(some):
            key = _begun(scene, channel, one)
            found = matter_at(key)
            if found and number % 4 == 1:
                take(key, staff.id)
                note(found, staff.id, "Ask in the workshop first.")
            elif found and number % 4:
                answer(found, staff.id, words, step, close=number % 4 == 3)  # noqa: PLR2004 -- a remainder, which says nothing
            bar(1)


def _begun(scene: Scene, channel: ChannelKind, one: Did) -> UUID:
    """Hand in a form anew, and begin the matter that its desk answers."""
    policy, address, key = in_force(), parse(one.address), new_key()
    marked = stamp(history(), show(policy, channel, policy.front.language), "demo", datetime.now(UTC))
    given = invented(channel, one.address, scene.luck)
    with whole():
        keep(marked, [Given(*part) for part in given.items()], address, person=one.person, thread=key)
        begin(one.person, key, channel, address.exact_id, (worded(policy, channel), ""))
    return key
