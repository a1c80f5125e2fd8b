"""Test that the demo's account names whatever should not have happened."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from avow.cli.demo.mailing.account import Books, compare
from avow.cli.demo.mailing.play import LIST
from avow.cli.demo.mailing.saying.said import Acknowledged, Reader
from avow.cli.demo.mailing.saying.ways import PAGES
from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.tell import tell
from avow.cli.demo.mailing.told import Told
from avow.cli.screen import screen
from avow.mail.course.copies import Line
from avow.record.known.address import parse
from avow.record.token import seal

ALICE = parse("alice@example.org")
WHO = UUID(int=7)
LEASE = 100.0


def line(state: str, lease: float = LEASE, ended: float = LEASE) -> Line:
    """Give Alice's copy."""
    at = (datetime.fromtimestamp(one, UTC) for one in (lease, ended))
    return Line(WHO, ALICE.reach_id, state, "", "", 1, *at)


def dot(at: float, answer: int = 250, asked: float = 90.0, listed: str = LIST) -> Dot:
    """Give a final dot of a message to Alice."""
    token = seal("choose", WHO.hex, ALICE.reach_id.hex(), listed)
    return Dot(asked, at, ALICE.display, "id", listed, token, answer)


def no(at: float, doubt: bool | None = False) -> Acknowledged:
    """Give Alice's no, answered at an instant."""
    return Acknowledged(Reader(WHO, ALICE.display, ALICE.reach_id, "", ""), PAGES[0], at - 1, at, doubt=doubt)


def wrong(copy: Line, *dots: Dot, said: Acknowledged | None = None) -> set[str]:
    """Give what is wrong with Alice's copy, by name."""
    told = Told()
    compare(told, Books({ALICE.reach_id: copy}, {ALICE.reach_id: dots} if dots else {}), [said] if said else [])
    tell(told, screen())
    return set(told.wrong)


@pytest.mark.parametrize(
    ("copy", "dots", "said"),
    [
        (line("sent"), [dot(99)], None),
        (line("sent", ended=99), [dot(98)], no(99.5)),
        (line("sent", ended=105), [dot(104)], no(101, doubt=True)),
        (line("doubt"), [dot(104, 0)], no(101, doubt=True)),
        (line("doubt", ended=160), [], no(101, doubt=None)),
        (line("denied"), [], no(80)),
        (line("refused"), [dot(99, 554)], None),
    ],
)
def test_what_is_right(copy: Line, dots: list[Dot], said: Acknowledged | None) -> None:
    """What came before the answer, or was in doubt when it was given and told so, is as promised."""
    assert wrong(copy, *dots, said=said) == set()


@pytest.mark.parametrize(
    ("copy", "dots", "said", "name"),
    [
        (line("sent", ended=99.9), [dot(99.8)], no(99.5), "final dots after an acknowledgement"),
        (line("sent", ended=105), [dot(104)], no(101), "in doubt, and the answer did not say so"),
        (line("sent", ended=105), [dot(104, asked=100.1)], None, "final dots begun after their lease"),
        (line("sent"), [], None, "sent, and no mail server took it"),
        (line("sent"), [dot(98), dot(99)], None, "messages that came twice"),
        (line("denied"), [dot(99)], None, "came whole, and is told neither as sent nor as in doubt"),
        (line("sent"), [dot(99, 0)], None, "answered as closed, and not told as in doubt"),
        (line("sent"), [dot(99, listed="newsletter")], None, "messages whose link is missing or another's"),
    ],
)
def test_what_is_wrong(copy: Line, dots: list[Dot], said: Acknowledged | None, name: str) -> None:
    """Each fault is named."""
    assert name in wrong(copy, *dots, said=said)
