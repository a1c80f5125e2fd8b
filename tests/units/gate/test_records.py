"""Test that the bytes which are committed to are those of the records that are opened later."""

from datetime import UTC, datetime

import pytest

from avow.decision.decision import Decision, Outcome
from avow.gate.clear import decision_record, decision_records
from avow.gate.facts import Lists
from avow.gate.ruling import Verdict, ruling
from avow.ledger.commitment import canonical
from avow.mail.queue.mark import act, act_bytes
from avow.policy.history import History
from avow.record.key import new_key
from avow.terms import MessageKind
from tests.units.gate.cast import request


@pytest.mark.parametrize("one", [None, "offers", "é"])
def test_what_people_share_is_written_once_and_alike(published: History, one: str | None) -> None:
    """Whoever is decided alike shares bytes; each record is byte for byte the one that a checker writes."""
    assert published.policies
    ruled, on, now = ruling(request(MessageKind.MARKETING_OFFER)), Lists(one, (), joined_only=False), datetime.now(UTC)
    allow, deny = Decision(Outcome.ALLOW, frozenset({"b", "a"})), Decision(Outcome.DENY, frozenset({"é.x"}))
    verdicts = {
        new_key(): Verdict(decision, number, {}) for decision in (allow, deny) for number in (0, 7, -1, 1 << 62)
    }
    written = list(decision_records(ruled, on, verdicts, now))
    assert written == [canonical(decision_record(person, ruled, on, found, now)) for person, found in verdicts.items()]


def test_an_act_is_written_as_it_is_opened() -> None:
    """The bytes of handing over are those of its record."""
    words = new_key(), bytes(range(32)), new_key(), 12, "<é@example.com>"
    assert act_bytes(*words) == canonical(act(*words))
