"""Send mail to a mail server of the demo's own: issues, a warning, a community's message; leave some mailings open."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from avow.cli.demo.company.scene import Scene
from avow.cli.demo.sink import Sink
from avow.mail.course.draft import draft
from avow.mail.course.move import cancel, pause, schedule
from avow.mail.course.tend import tend
from avow.mail.outbox import work
from avow.page.staff.models import Staff
from avow.record.known.address import parse
from avow.terms import Role
from avow.uses.advisory import Advisory, advise
from avow.uses.mailings import send

ISSUES: Final = (
    "# Spring at Harbour Mail\n\nDear reader,\n\nthe archive finds a letter by its day now, the gate at once.\n",
    "# What a year it was\n\nDear reader,\n\nthree releases, one fair, and a new name for the lamp. Thank you.\n",
    "# 5.2 is here\n\nDear reader,\n\nit carries mail twice as far. Nobody watched you read this.\n",
)
"""The newsletter's issues."""
_OFFER: Final = "# Lighthouse for less\n\nDear reader,\n\nuntil the end of the month Lighthouse costs a third less.\n"
_WARNING: Final = (
    "# Harbour Mail lets strangers into the queue\n\nDear owner,\n\nwho can write to the queue's folder can read what"
    " waits there. Please put 5.2 in its place.\n"
)
_BEACON: Final = "# A new Beacon to try\n\nDear friend of Beacon,\n\nthe third beta is there. Tell us what breaks.\n"
_GONE, _BUSY, _EACH = 3, 1, 100
"""Mailboxes in a hundred that are no more, and those that ask for patience."""


class World(Sink):
    """A mail server at which some mailboxes are gone and some are busy, the same on every run."""

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Refuse what is sent to a mailbox that is no more, and put off what is sent to one that is busy."""
        luck = sum(parse(address).exact.encode()) % _EACH
        if luck < _GONE:
            return "550 5.1.1 no such mailbox"
        if luck < _GONE + _BUSY:
            return "451 4.2.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 ok"


def mailed(scene: Scene) -> None:
    """Send what has been answered meanwhile, then mailings to lists; the last are left as marketers leave them."""
    bar = scene.step("answers and links", 0)
    while done := work(1000, bar):
        scene.told["answers and links sent"] = scene.told.get("answers and links sent", 0) + done
    sent = [send("newsletter", words, scene.step("newsletter: an issue", 0).reach) for words in ISSUES]
    sent.append(send("community.beacon", _BEACON, scene.step("message of a community", 0).reach))
    warned = Advisory("HM-7", "harbour-mail", ("4.0", "4.1", "4.2", "5.0", "5.1"), ("5.2",))
    sent.append(advise(warned, _WARNING, scene.step("warning to owners", 0).reach))
    scene.told["messages of mailings that were handed over"] = sum(one.states.get("sent", 0) for one in sent)
    scene.told["of mailings, refused by mail servers"] = sum(one.states.get("refused", 0) for one in sent)
    _open(scene.staff(Role.MARKETING))


def _open(by: Staff) -> None:
    """Leave a mailing that is paused in its middle, one that waits for its day, one called off, and two drafts."""
    now = datetime.now(UTC)
    paused = draft("offers", _OFFER, by.id)
    schedule(paused, 0, None, "UTC", by.id)
    tend()
    pause(paused, by.id)
    waits = draft("newsletter", ISSUES[2].replace("5.2", "5.3"), by.id, shown=True)
    schedule(waits, 0, now + timedelta(days=5), "UTC", by.id)
    cancel(draft("updates", "# 5.2 is out\n\nIt is better than 5.1.\n", by.id), by.id)
    draft("updates", "# What 5.3 will bring\n\nDear reader,\n\n", by.id)
    draft("newsletter", "# ", by.id)
