"""Test what is read in the log of a mail server: what it carried to others, under which id, to how many."""

from hashlib import sha256
from uuid import UUID

from avow_audit.acts.carried import Carried
from avow_audit.report import Report

KEY, REACH = UUID(int=7), bytes(32)
OURS = f"<{sha256(KEY.bytes + REACH).hexdigest()[:32]}@example.com>"


def _postfix(queue: str, id_: str, *lines: str, sender: str = "news@example.com") -> list[str]:
    first = [f"cleanup[7]: {queue}: message-id={id_}", f"qmgr[8]: {queue}: from=<{sender}>, size=99, nrcpt=1 (active)"]
    return [f"Nov 26 14:31:47 mx postfix/{line}" for line in (*first, *lines, f"qmgr[8]: {queue}: removed")]


def _out(queue: str, to: str = "bob@example.org", status: str = "sent (250 ok)", by: str = "smtp") -> str:
    return f"{by}[9]: {queue}: to=<{to}>, relay=mx.example.org[192.0.2.1]:25, delay=0.1, dsn=2.0.0, status={status}"


def _found(lines: list[str], attempts: int = 1) -> Report:
    carried, report = Carried(), Report()
    carried.read(lines)
    carried.message(str(KEY), REACH.hex(), attempts)
    carried.tell(report)
    return report


def test_what_was_let_out_is_carried_once() -> None:
    """Ours is known by key and mailbox; carried again, to two, or under another id, it is named."""
    assert _found(_postfix("4ABCDE", OURS, _out("4ABCDE"))).findings == []
    again = [*_postfix("4ABCDE", OURS, _out("4ABCDE")), *_postfix("4ABCDF", OURS, _out("4ABCDF"))]
    assert "more often than it was handed over" in _found(again).findings[0]
    assert _found(again, attempts=2).findings == []
    two = _postfix("4ABCDE", OURS, _out("4ABCDE"), _out("4ABCDE", "carol@example.org"))
    assert "carried to 2 mailboxes" in _found(two).findings[0]
    assert (
        "<other@example.com>: no decision let it out"
        in _found(_postfix("4ABCDE", "<other@example.com>", _out("4ABCDE"))).findings[0]
    )


def test_what_was_not_carried_to_others_is_no_matter() -> None:
    """What was put off, refused, or stays in the house went to nobody outside."""
    kept = [
        _out("4ABCDE", status="deferred (later)"),
        _out("4ABCDE", status="bounced (no)"),
        _out("4ABCDE", by="local"),
    ]
    report = _found(_postfix("4ABCDE", "<other@example.com>", *kept))
    assert (report.findings, report.checked["mails carried"]) == ([], 0)
    late = _found(_postfix("4ABCDE", "<other@example.com>", kept[0], _out("4ABCDE")))
    assert late.wrong == 1


def test_what_nobody_sent_is_a_note() -> None:
    """Reports of the mail server itself are counted, and not held against anybody; ours are looked at all the same."""
    report = _found(_postfix("4ABCDE", "<20261126@mx.example.com>", _out("4ABCDE"), sender=""))
    assert (report.findings, sum(report.notes.values())) == ([], 1)


def test_a_place_in_the_queue_is_used_again() -> None:
    """The second message at a place is one of its own."""
    lines = [*_postfix("4ABCDE", OURS, _out("4ABCDE")), *_postfix("4ABCDE", "<other@example.com>", _out("4ABCDE"))]
    report = _found(lines)
    assert report.checked["mails carried"] == 2
    assert report.wrong == 1


def test_sendmail_says_it_in_other_words() -> None:
    """Its log names the id with the sender, and several recipients in one line; other lines are passed by."""
    outside = "delay=00:00:01, mailer=esmtp, relay=mx.example.org. [192.0.2.1], dsn=2.0.0, stat=Sent (ok)"
    lines = [
        "Nov 26 14:31:47 mx sm-mta[41]: 5AQEVlXx: from=<news@example.com>, size=99, msgid=<other@example.com>",
        f"Nov 26 14:31:48 mx sm-mta[43]: 5AQEVlXx: to=<bob@example.org>,<carol@example.org>, {outside}",
        "Nov 26 14:31:48 mx sm-mta[43]: 5AQEVlXy: to=<root>, mailer=local, dsn=2.0.0, stat=Sent",
        "Nov 26 14:31:48 mx kernel: to=<bob@example.org>, status=sent",
        "\x00\xff",
    ]
    report = _found(lines)
    assert report.checked["mails carried"] == 1
    assert "no decision let it out" in report.findings[0]
    (found,) = _found([line.replace("<other@example.com>", OURS) for line in lines]).findings
    assert found.endswith("it was carried to 2 mailboxes, and a decision is about one")
