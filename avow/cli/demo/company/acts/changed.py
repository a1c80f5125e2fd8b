"""Let a second version come that asks those who wrote letters, and let some of them answer."""

from pathlib import Path
from typing import Final

from avow.cli.demo.company.house import put_next
from avow.cli.demo.company.scene import STAFF, Scene
from avow.mail.outbox import work
from avow.policy.folder import load
from avow.record.asked.question import questions_of
from avow.record.attested.attest import attest
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.versions import refresh
from avow.terms import Actor, Answer, ChannelKind
from avow.updates.apply import apply
from avow.updates.ask import ask
from avow.updates.asked.question import EVIDENCE
from avow.updates.plan import changed as planned
from avow.updates.plan import plan

_ANSWERS: Final = (Answer.YES, Answer.YES, Answer.NO, None)
"""What one after the other answers; None is silence."""


def changed(scene: Scene, folder: Path, versions: tuple[str, str]) -> None:
    """Plan the next version, let two approve it, publish it, ask whom it touches, and let some answer."""
    first, name = versions
    put_next(folder, first, name)
    told = plan(planned(load(folder), name), STAFF[0][0])
    waits = apply(load(folder), told, STAFF[0][0]).waits
    for email, _, _ in STAFF[:2] if waits else ():
        attest(waits.digest, email)  # type: ignore[union-attr]  # mypy does not see that nobody attests where it is None
    apply(load(folder), told, STAFF[0][0])
    refresh()
    bar = scene.bar("questions about the next version", int(told["mail"]))
    ask(name, bar)
    bar = scene.step("questions sent", int(told["mail"]))
    while work(1000, bar):
        pass
    _answer(scene, name)


def _answer(scene: Scene, version: str) -> None:
    """Let some of those who were asked answer, as the page of the question takes it."""
    asked = scene.some(scene.past.of(ChannelKind.LETTER), 300, 400)
    bar = scene.bar("looked at the question", len(asked))
    for number, one in enumerate(asked):
        said = _ANSWERS[number % len(_ANSWERS)]
        for found in questions_of(one.person, version):
            for use in found.answers if said else ():
                chosen = Chosen(said or Answer.NO, purpose=use.name)
                choose(chosen, Actor.PERSON_VERIFIED, EVIDENCE, one.person, found.reach)
        bar(1)
