"""Send as one of those that are set up, and as nobody else."""

from collections.abc import Iterator

import pytest

from avow.config import config
from avow.errors import ConfigError, MailError
from avow.mail.form.given.sender import known, mailboxes
from avow.mail.form.letterhead import letterhead
from avow.mail.form.written.laid import lay
from tests.units.mail.form.test_laid import POLICY, both, newsletter

NEWS = "Nachrichten für alle <news@example.com>"


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Set two senders and a mailbox for answers up."""
    monkeypatch.setenv("AVOW_SENDERS", f"{NEWS}, The editor <editor@example.com>")
    monkeypatch.setenv("AVOW_REPLY_TO", "answers@example.com")
    config.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    config.cache_clear()


def test_a_mailing_names_one_that_is_set_up(set_up: pytest.MonkeyPatch) -> None:
    """By its mailbox, with the name that is set up, whatever the message calls it; the way out stays the policy's."""
    own = POLICY.front.mailbox
    assert [one.mailbox for one in known(POLICY)] == [own, "news@example.com", "editor@example.com"]
    assert mailboxes(POLICY) == ("answers@example.com", own, "news@example.com", "editor@example.com")
    usual = letterhead(POLICY)
    assert (usual.sender, usual.reply_to) == ("", "answers@example.com")
    named = letterhead(POLICY, "Somebody <NEWS@example.com>", "editor@example.com")
    assert named.sender.endswith(" <news@example.com>")
    assert (named.reply_to, named.mailbox) == ("editor@example.com", own)
    sent, anew = both(lay(newsletter("# A\n\nHi."), named, eight_bit=True), "Ada", "ada@example.org", set_up)
    assert sent == anew
    assert b"\r\nReply-To: editor@example.com\r\nList-Id" in sent.data
    assert sent.data.startswith(b"From: =?utf-8?")
    assert f"mailto:{own}".encode() in sent.data.partition(b"\r\n\r\n")[0]


def test_nobody_else_sends(set_up: pytest.MonkeyPatch) -> None:
    """Another address, or one with more behind it, is refused with those that there are."""
    _ = set_up
    for sender in ("boss@example.com", "news@example.com.example.net", "x", "a\nBcc: b@example.com"):
        with pytest.raises(MailError, match="nobody is set up") as refused:
            letterhead(POLICY, sender)
        assert "editor@example.com" in refused.value.hint
    with pytest.raises(MailError, match="answers cannot go"):
        letterhead(POLICY, "", "boss@example.com")


@pytest.mark.parametrize(
    "value", ["news@example.com", "News <news>", "A <a@b.c>, B <a@b.c>", 'A" <a@b.c>', "A\x1b <a@b.c>", "<a@b.c>", ","]
)
def test_what_is_no_sender_is_no_setting(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name and a mailbox each, each once."""
    monkeypatch.setenv("AVOW_SENDERS", value)
    config.cache_clear()
    with pytest.raises(ConfigError, match="AVOW_SENDERS: give senders like"):
        config()
    monkeypatch.undo()
    config.cache_clear()
