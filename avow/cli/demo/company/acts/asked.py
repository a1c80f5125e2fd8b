"""Let people write and ask by right, and let the staff read, answer, put right and refuse."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.accuracy.answer.ask import ask
from avow.accuracy.answer.decide import answer
from avow.accuracy.held import right_of
from avow.cli.demo.company.scene import Scene
from avow.cli.demo.company.words import LETTERS
from avow.collection.letters import keep_letter
from avow.gate.seen.read import read_all
from avow.gate.seen.reader import Reader
from avow.mail.inbound.classify import classify
from avow.mail.taken import cases
from avow.mail.taken.asking import asking
from avow.page.site import policy
from avow.policy.wish import Wish
from avow.record.petitions.petition import take
from avow.record.said.chosen import Chosen
from avow.terms import Answer, ChannelKind, Role, Scope

_READ: Final = (
    (Role.SUPPORT, "support", ChannelKind.SUPPORT, 40),
    (Role.SUPPORT, "inquiry", ChannelKind.INQUIRY, 40),
    (Role.ORDERS, "orders", ChannelKind.ORDER, 40),
    (Role.HIRING, "hiring", ChannelKind.APPLICATION, 25),
)
"""Who reads for what, who came by what, and how many at most."""
_WISHES: Final = (
    (Wish.ACCESS, "Please show me what you have."),
    (Wish.CORRECTION, "I moved, and my name is spelt with one s."),
    (Wish.ERASURE, "I closed my company. Please forget me."),
    (Wish.OBJECTION, "I do not want to be counted."),
    (Wish.COMPLAINT, "A letter came although I said no."),
)
_COUNTED: Final = Chosen(Answer.NO, scope=Scope.INSIGHT)
"""What who objects is counted no more by."""
_OLDEST: Final = 45
"""Days since the oldest letter that lies here came."""


def asked(scene: Scene) -> None:
    """Let letters come, let people ask and be answered, and let the staff look at those whom they work for."""
    _write(scene)
    _ask(scene)
    _look(scene)


def _write(scene: Scene) -> None:
    """Let letters come over the last weeks; most are answered, and some lie here still, one too long."""
    writers = scene.some(scene.past.proven, 600, 120)
    bar, officer = scene.bar("letters", len(writers)), scene.staff(Role.PRIVACY_OFFICER)
    ages = sorted(scene.luck.uniform(0, _OLDEST) for _ in writers)
    for number, (one, age) in enumerate(zip(writers, reversed(ages), strict=True)):
        subject, words = LETTERS[number % len(LETTERS)]
        raw = (
            f"From: {one.address}\r\nTo: {policy().front.mailbox}\r\nMessage-ID: <{one.person.hex}@example.org>\r\n"
            f"Subject: {subject}\r\n\r\n{words}\r\n"
        ).encode()
        found = classify(raw, asking(policy()), (policy().front.mailbox,))
        key = keep_letter(found, hashlib.sha256(raw).digest(), datetime.now(UTC) - timedelta(days=age))
        if key and number % 8:
            cases.close(key, officer.id, "answered by hand")
        bar(1)


def _ask(scene: Scene) -> None:
    """Let people ask by right; the officers grant and refuse, and some wait."""
    erin, frank = scene.staff(Role.PRIVACY_OFFICER), scene.staff(Role.OPERATOR)
    people = scene.some(scene.past.of(ChannelKind.REGISTRATION), 1_200, 80)
    bar = scene.bar("requests", len(people))
    for number, one in enumerate(people):
        wish, words = _WISHES[number % len(_WISHES)]
        item = next(iter(right_of(one.person, "profile").items()), None) if wish is Wish.CORRECTION else None
        if item:
            proposed = {**item[1], "name": item[1].get("name", "Somebody").replace("ss", "s") + " II"}
            key = ask(one.person, wish, words, item=item[0], proposed=proposed)
        else:
            key = ask(one.person, wish, words)
        _answer(number, key, erin.id, frank.id)
        bar(1)


def _answer(number: int, key: UUID, first: UUID, second: UUID) -> None:
    """Let one in four wait, one in four be somebody's, and the rest be granted or refused."""
    wish, _ = _WISHES[number % len(_WISHES)]
    match number // len(_WISHES) % 4:
        case 0:
            answer(key, first, "It is done.", granted=True, no=_COUNTED if wish is Wish.OBJECTION else None)
        case 1:
            take(key, second)
        case 2:
            answer(key, first, "We have to keep the invoice for ten years.", granted=False)
        case _:
            pass  # nobody has it yet


def _look(scene: Scene) -> None:
    """Let the staff open the cards of people, each for the purpose of their role; whom the gate denies they miss."""
    for role, purpose, channel, most in _READ:
        by = Reader(scene.staff(role).id, role)
        people = scene.some(scene.past.of(channel), 2_500, most)
        bar = scene.bar("readings by staff", len(people))
        for one in people:
            read_all(by, purpose, one.person)
            bar(1)
