"""Let fifty people ask for something by right: by letter, on their own page, by telephone; some of it is late."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from avow.accuracy.answer.ask import ask
from avow.lmtp.take import take
from avow.mail.taken.raw import Raw
from avow.page.site import policy
from avow.page.staff.models import Staff
from avow.policy.due import due
from avow.policy.wish import Wish
from avow.record.own.opened import kept_of
from avow.record.petitions.petition import Said, petition
from avow.terms import ChannelKind
from tests.journeys.invited import gave

MANY = 50
"""People who ask, beside the one of the walk."""


def asked() -> None:
    """Let them come, the oldest first."""
    staff = Staff.objects.all()[0].id
    for number in range(MANY):
        address = f"asker{number}@example.net"
        if number % 5 == 0:
            _letter(address, number)
            continue
        person = gave(address, ChannelKind.ORDER, f"Asker {number}")
        match number % 5:
            case 1:
                ask(person, Wish.ACCESS, "rang, and wants to see all", staff=staff)
            case 2:
                order = next(one.id for one in kept_of(person) if one.category == "order")
                ask(person, Wish.CORRECTION, "It says so on the invoice.", item=order, proposed={"number": str(number)})
            case 3:
                _before(person, number)
            case _:
                ask(person, Wish.COMMENT, "I read your policy, and have an opinion.")


def _before(person: UUID, number: int) -> None:
    """Let somebody have complained a while ago; what is due was reckoned then."""
    then = datetime.now(UTC) - timedelta(days=number / 4)
    petition(person, Said(Wish.COMPLAINT, "page", "Something came that I had refused.", due(policy(), then, 10)))


def _letter(address: str, number: int) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = address, policy().front.mailbox, "My data"
    message["Message-ID"] = f"<asker{number}@example.net>"
    message.set_content("Please send me a copy of all data that you hold about me.")
    assert take(Raw(address, (policy().front.mailbox,), message.as_bytes()))
