"""Judge what was handed over by what was done: instants alone, nothing of what the store says of its decisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from avow.cli.demo.mailing.servers.dot import Dot
from tests.laws.racing.story import PAUSED, Act

_SAID_NO = frozenset({"imported no"})


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy's end: its state, until when a final dot could be begun, and when it ended (seconds of the clock).

    Either instant is 0 where there is none.
    """

    state: str
    lease: float
    ended: float
    length: float

    @property
    def marked(self) -> float:
        """Give the instant at which it was decided, at the latest."""
        return self.lease - self.length


def judge(acts: Sequence[Act], copies: Mapping[int, Copy], dots: Mapping[int, Sequence[Dot]]) -> Iterator[str]:
    """Name each violation: a dot after an answer that was not in doubt, a decision that overlooked what held before.

    A message is in doubt when its lease is over: nobody waits for it any more. Nothing may be begun after it.
    """
    for who, copy in copies.items():
        whole = dots.get(who, ())
        if len(whole) > 1:
            yield f"{who}: handed over {len(whole)} times"
        if whole and copy.state not in {"sent", "doubt"}:
            yield f"{who}: handed over, and {copy.state}"
        if copy.state == "sent" and not whole:
            yield f"{who}: sent, and never handed over"
        for dot in whole:
            if dot.asked > copy.lease:
                yield f"{who}: begun {dot.asked - copy.lease:.3f} s after its lease"
            yield from _after(who, acts, copy, dot)
            yield from _paused(who, acts, copy, dot)


def met(acts: Sequence[Act], copies: Mapping[int, Copy], dots: Mapping[int, Sequence[Dot]]) -> int:
    """Count the copies that were decided, or on the wire, while somebody did something about whom they are to."""
    doing: dict[int, list[Act]] = {}
    for act in acts:
        for who in {act.who, act.other}:
            doing.setdefault(who, []).append(act)
    count = 0
    for who, copy in copies.items():
        first = copy.marked if copy.lease else copy.ended
        last = max([first, *(dot.at for dot in dots.get(who, ()))])
        count += any(act.begun <= last and act.ended >= first for act in doing.get(who, ()))
    return count


def _paused(who: int, acts: Sequence[Act], copy: Copy, dot: Dot) -> Iterator[str]:
    """Name what was decided, or handed over and not in doubt, while the mailing was paused."""
    for act in acts:
        if act.kind == PAUSED:
            if act.begun < copy.marked < act.ended:
                yield f"{who}: decided {copy.marked - act.begun:.3f} s after the mailing was paused"
            elif act.begun < dot.at < act.ended and copy.lease > act.begun:
                yield f"{who}: handed over {dot.at - act.begun:.3f} s after the mailing was paused"


def _after(who: int, acts: Sequence[Act], copy: Copy, dot: Dot) -> Iterator[str]:
    """Name what was refused before a message was decided or handed over, and not allowed again since."""
    circle, merges = _circle(who, acts)
    for act in acts:
        if act.who not in circle or not (act.waits or act.kind in _SAID_NO):
            continue
        held = act.ended if act.who == who else max(act.ended, merges)
        yes = (one for one in acts if one.kind == "joined" and one.who in circle and one.ended >= act.begun)
        if any(one.begun <= dot.at for one in yes):
            continue
        if copy.marked > held:
            yield f"{who}: decided {copy.marked - held:.3f} s after {act}"
        elif act.waits and act.who == who and dot.at > act.ended and copy.lease > act.ended:
            yield f"{who}: handed over {dot.at - act.ended:.3f} s after the answer to {act}"


def _circle(who: int, acts: Sequence[Act]) -> tuple[frozenset[int], float]:
    """Give everybody who was taken for one with somebody in the end, and when the last of these merges was done."""
    circle, last, grown = {who}, 0.0, True
    while grown:
        grown = False
        for act in acts:
            if act.kind == "merged" and len({act.who, act.other} & circle) == 1:
                circle |= {act.who, act.other}
                last, grown = max(last, act.ended), True
    return frozenset(circle), last
