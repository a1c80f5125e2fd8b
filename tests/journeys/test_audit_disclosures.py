"""Walk as an auditor through what was given outside: each by a named yes or an order; whatever is spoiled is named."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from avow.accuracy.forgotten.forget import forget
from avow.config import config
from avow.disclosure.legal.follow import follow
from avow.disclosure.legal.instrument import Instrument, instrument
from avow.disclosure.outside.disclose import Wanted
from avow.disclosure.outside.notices import turn
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.outside.order import call_back
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Answer
from tests.journeys.audited import audited, exported, rewritten
from tests.units.cli.reach import reach
from tests.units.disclosure.giving import acme, given, orders, read_by_two, says
from tests.units.mail.sink import sink
from tests.units.record.cast import arrive, reach_of

Lines = list[dict[str, Any]]
NAMES = ("alice", "bob", "carol", "dan")


@pytest.fixture
def folder(store: Embedded, owner: psycopg.Connection, tmp_path: Path) -> Iterator[Path]:
    """Give an export of a store that gave to Acme and to a court, was taken back by one, and forgot another."""
    with sink() as made, reach(store, owner, AVOW_SMTP=made.url):
        publish(load(config().policies))
        acme()
        people = {name: arrive(f"{name}@example.org", proven=True) for name in NAMES}
        ordered = orders("erin@example.org")
        for name in NAMES[:3]:
            says(Answer.YES, people[name], f"{name}@example.org")
        given(Wanted("acme", "their spring letter", "olga@example.com"), tmp_path / "acme.csv")
        says(Answer.NO, people["bob"], "bob@example.org")
        forget(people["carol"])
        turn()
        now = datetime.now(UTC)
        span = (now - timedelta(days=9), now + timedelta(days=9), now + timedelta(days=9))
        key = instrument(
            Instrument("Court", "7", "Orders of Erin.", [str(ordered)], ["order"], *span), "olga@example.com"
        )
        call_back(key, "olga@example.com", "the clerk")
        read_by_two(follow(key, tmp_path / "court.csv", "olga@example.com").waits)
        follow(key, tmp_path / "court.csv", "olga@example.com")
        sequence()
        yield exported(tmp_path / "export")


def _of(lines: Lines, recipient: str) -> dict[str, Any]:
    return next(line for line in lines if line["recipient"] == recipient)


def _without(lines: Lines, **words: object) -> None:
    lines[:] = [line for line in lines if any(line[name] != value for name, value in words.items())]


def _put(lines: Lines, at: int = 0, **words: object) -> None:
    lines[at].update(words)


def _beyond(lines: Lines) -> None:
    _of(lines, "authority").update(whom="00000000-0000-0000-0000-000000000009")


def _unheld(lines: Lines) -> None:
    for line in lines:
        line["recall"] = None


SPOILED: list[tuple[str, Callable[[Lines], object], str]] = [
    ("choices", partial(_without, list="to.acme", answer="yes"), "it needs what is not on file: consented"),
    ("organizations", list.clear, "there is no agreement of anybody, and no order, to give to 'acme'"),
    ("orders", partial(_put, categories="contact"), "does not reach order"),
    ("orders", partial(_put, called=None), "nobody had called the authority back"),
    ("orders", partial(_put, done=None), "was not followed, as it says itself"),
    ("disclosures", partial(_put, people=2), "the register says 2 people, and there are 3"),
    ("disclosures", partial(_put, why="a gift"), "it is not what entry"),
    ("disclosures", _beyond, "there is no agreement of anybody, and no order"),
    ("disclosed", partial(_put, at=1, choice_no=0), "it is not what entry"),
    ("disclosed", list.pop, "the register says 1 people, and there are 0"),
    ("recalls", list.clear, "has no row, and no later entry says what became of it"),
]


def test_each_disclosure_has_its_named_yes_and_what_is_spoiled_is_named(folder: Path) -> None:
    """The export agrees; without a yes, an organization, an order, a line or a notice it does not, and says why."""
    report = audited(folder)
    assert report.findings == []
    assert (report.checked["disclosures"], report.checked["people given outside"], report.checked["recalls"]) == (
        2,
        4,
        1,
    )
    for part, spoil, words in SPOILED:
        before = (folder / f"{part}.jsonl").read_bytes()
        rewritten(folder, part, spoil)
        found = audited(folder).findings
        assert any(words in one for one in found), (part, words, found)
        (folder / f"{part}.jsonl").write_bytes(before)
        rewritten(folder, part, lambda _: None)
    assert audited(folder).findings == []
    assert reach_of("alice@example.org").hex() in (folder / "disclosed.jsonl").read_text()
