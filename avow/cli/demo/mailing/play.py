"""Play it: people arrive and get a first issue; while the second goes out they say no, and everything goes wrong."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from random import Random
from typing import Final
from uuid import UUID

from avow.cli.demo.arrive import bring_in
from avow.cli.demo.bar import Step
from avow.cli.demo.mailing.saying.said import Reader
from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.servers.sink import Mood
from avow.cli.demo.mailing.stage import Stage
from avow.cli.demo.mailing.trouble import STALLED, Played, Trouble, going
from avow.cli.demo.people import Invented, people
from avow.mail.mailing import expand
from avow.record.known.identity import everybody
from avow.record.token import unseal

LIST: Final = "offers"
_FIRST: Final = "# The first issue\n\nDear {{ name | reader }},\n\nthis is what is new.\n"
SECOND: Final = "# The second issue\n\nDear {{ name | reader }},\n\nmail travels twice as far now.\n"
_PACE: Final = 0.02
_AT_ONCE: Final = 8
"""How many people are saying no at the same time."""
_NO, _UNKNOWN = 20, 50
"""One in so many says no while it goes out, or came of a list of which nobody knows what it told."""
_MOODY: Final = 6
"""How many the mail server has each mood for, besides those whom it keeps waiting until they say no."""


def play(count: int, stage: Stage) -> Played:
    """Play the whole with `count` people, of whom one in twenty says no while the second issue goes out."""
    crowd = list(people(count))
    _arrive(crowd, stage.step)
    for _ in going(stage, expand(LIST, _FIRST), "the first issue"):
        pass
    readers = _readers(stage.dots())
    luck = Random(4)  # noqa: S311 -- the demo's people are invented, and the same each time
    odd = luck.sample(readers[: len(readers) // 2], STALLED + _MOODY * len(Mood))
    stalled = {one.address: one for one in odd[:STALLED]}
    moods = cycle(Mood)
    stage.sink.moods = dict.fromkeys(stalled, Mood.STALL) | {one.address: next(moods) for one in odd[STALLED:]}
    stage.sink.pace = _PACE
    began = time.monotonic()
    found = Played(everybody(), expand(LIST, SECOND))
    no = luck.sample([one for one in readers if one not in odd], count // _NO - STALLED)
    with ThreadPoolExecutor(_AT_ONCE, "no") as pool:
        Trouble(stage, found, pool, no, stalled).run()
    found.seconds = time.monotonic() - began
    return found


def _arrive(crowd: Sequence[Invented], step: Step) -> None:
    unknown = len(crowd) // _UNKNOWN
    told = len(crowd) - unknown
    bring_in(crowd[:told], True, step("told what for", told), 0)
    bring_in(crowd[told:], False, step("told nobody knows what", unknown))


def _readers(dots: Sequence[Dot]) -> list[Reader]:
    """Give who got the first issue, with what their copies carry, in the order in which they arrived."""
    found = []
    for dot in dots:
        if dot.list == LIST and dot.token:
            person, reach, _ = unseal("choose", dot.token)
            found.append(Reader(UUID(person), dot.recipient, bytes.fromhex(reach), dot.token, dot.id))
    return sorted(found, key=lambda one: one.person)
