"""Send a mailing to a list: say first whom it reaches and whom not, then let the outbox do it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from avow.errors import MailError
from avow.gate.counted.withhold import LEAST, told
from avow.gate.picked.reached import outside
from avow.gate.preview import preview
from avow.mail.mailing import Listed, Report, compiled, expand, going, listed, report, subject, unfinished
from avow.mail.outbox import work
from avow.record.shown.versions import in_force

_ROUND = 500
_STILL = 10.0
"""Seconds without anything to do after which the rest is left to who has it in hand, or to a later `avow work`."""
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a mailing would do: its list and subject, how many people it reaches, and how many not, by reason.

    A reason is the clauses' ids in one string, with the policy's own sentences in `sentences`. `segment` has each line
    of its segment, with how many it leaves out of those who may get it and met the lines above.
    """

    list: Listed
    subject: str
    allowed: int
    denied: Mapping[str, int]
    sentences: Mapping[str, str]
    segment: Mapping[str, int] = field(default_factory=dict)

    def said(self, count: int) -> str:
        """Say how many people a figure is about: with a segment rounded, and of few only that there are some.

        A segment asks what people are like: of one in it, an exact figure would tell. That nobody is in it is told.
        """
        if not self.segment or not count:
            return str(count)
        return f"fewer than {LEAST}" if count < LEAST else str(told(count))


def foresee(list_id: str, words: str) -> Foreseen:
    """Say whom a message to a list would reach and whom not, and send nothing; raise MailError for what it lacks."""
    to = listed(list_id)
    form = compiled(to, words)
    found = preview(form.request, to.id)
    picked = outside(form.request, to.id, form.segment) if form.segment else None
    clauses = in_force().clauses
    named = {name for because in found.denied for name in because if name in clauses}
    return Foreseen(
        to,
        subject(words),
        found.allowed if picked is None else len(picked.kept),
        {" ".join(sorted(because)) or "no clause permits it": count for because, count in found.denied.items()},
        {name: " ".join(clauses[name].text.split()) for name in sorted(named)},
        {} if picked is None else dict(picked.left),
    )


def send(list_id: str, words: str, tick: Callable[[int, int], None] = lambda _done, _all: None) -> Report:
    """Make the mailing, work until nothing of it is due, and give the account of every mailbox.

    A worker that runs beside takes its share. `tick` is told how many are done, of how many. What the mail
    server deferred is tried again by `avow work`. Raises MailError while these very words are on their way already:
    whoever was interrupted and begins anew would write to people twice.
    """
    before = unfinished(list_id, words)
    if before is not None:
        raise MailError(
            f"this very message is on its way to this list, as mailing {before}",
            f"`avow work` goes on with it; `avow mailing show {before}` says how far it is",
        )
    key = expand(list_id, words)
    expected, done, moved = report(key).expected, 0, time.monotonic()

    def count(taken: int) -> None:
        nonlocal done, moved
        done, moved = min(expected, done + taken), time.monotonic()
        tick(done, expected)

    while going(key) and time.monotonic() - moved < _STILL:
        if not work(_ROUND, count):
            time.sleep(_PAUSE)
    return report(key)


def account(key: UUID) -> Report:
    """Give the account of a mailing."""
    return report(key)
