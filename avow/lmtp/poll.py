"""Fetch letters from a mailbox, for whoever has no mail server of their own: `avow inbox poll`."""

import sys

from avow.config import config
from avow.errors import AvowError, ConfigError, StoreAway
from avow.lmtp.door import LARGEST
from avow.lmtp.mailbox import Mailbox, account, opened
from avow.lmtp.take import take, take_up
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.connect import connect
from avow.store.server.lock import alone

_SEEN, _FLAGGED = "\\Seen", "\\Flagged"


def poll(mailbox: Mailbox) -> int:
    """Take each letter that is not seen, oldest first, and mark it seen when it is taken and not before; give how many.

    A letter whose mark was lost is fetched again, and taken once. One that is too large stays where it is, flagged.
    When neither store nor disk takes a letter, it and those after it stay unseen.
    """
    done = 0
    for letter in mailbox.unseen():
        if mailbox.size(letter) > LARGEST:
            sys.stderr.write(f"avow: letter {letter} is too large to be taken; read it by eye\n")
            mailbox.mark(letter, _SEEN, _FLAGGED)
            continue
        found = mailbox.read(letter)
        if found is not None:
            if not take(found):
                break
            mailbox.mark(letter, _SEEN)
            done += 1
    return done


def main() -> None:
    """Hold the folder's lock for fetching, take up what waits, and fetch once; say how many letters were taken."""
    try:
        if not config().imap:
            raise ConfigError("AVOW_IMAP is not set", "set it to imaps://login:password@host/folder")
        lock = alone(config().data, "poll")
        try:
            connect()
            publish(load(config().policies))
            take_up()
        except StoreAway as error:
            sys.stderr.write(f"avow: {error}; letters are taken without it\n")
        with opened(account(config().imap)) as mailbox:
            sys.stdout.write(f"{poll(mailbox)} letters taken\n")
        lock.release()
    except AvowError as error:
        sys.exit(f"avow: {error}")


if __name__ == "__main__":
    main()
