"""Ask whoever holds an address whether it is theirs, and what was ticked with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from avow.collection.seen.named import Named, listed
from avow.mail.links import links
from avow.mail.outgoing import post
from avow.page.site import address as site
from avow.record.limits import allow
from avow.record.token import seal
from avow.terms import MessageKind, Scope

CONFIRM: Final = "confirm"
"""The act of the link that proves an address, and the name of its message."""
MOST_A_DAY: Final = 3
"""Such messages that one mailbox gets in a day, whoever asks for them."""
_DAY: Final = timedelta(days=1)


def ask(person: UUID, exact: bytes, reach: bytes, ticked: Sequence[Named], unless: Scope | None = None) -> None:
    """Post the link that proves an address, what was ticked with it, and the link that ends such messages.

    None is sent if its mailbox had enough of them today, or refuses the scope `unless`.
    """
    if allow(f"{CONFIRM}:{reach.hex()}", MOST_A_DAY, _DAY):
        token = seal(CONFIRM, person.hex, exact.hex())
        stop = f"{links(person, reach, '', '').choices}?stop=optional"
        given = {"link": f"{site()}/confirm/{token}/", "ticked": listed(ticked), "stop": stop, "most": str(MOST_A_DAY)}
        post(MessageKind.IDENTITY, person, exact, CONFIRM, given, unless)
