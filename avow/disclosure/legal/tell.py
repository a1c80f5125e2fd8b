"""Tell people that the law ordered their data, as soon as they may be told."""

from avow.mail.links import site
from avow.mail.outgoing import post
from avow.policy.proof.keeps import keeps
from avow.record.known.identity import addresses_of
from avow.record.outside.order import mark_told, untold
from avow.record.outside.register import told_of
from avow.record.shown.language import speaking
from avow.record.taken.whole import whole
from avow.terms import MessageKind, Promise


@keeps(Promise.LEGAL_PROCESS)
def tell() -> int:
    """Post to each person in the file of an order, at each address that is proven, that it went out; once.

    What must not be told waits until it may be; whoever signs in sees it from then on, too. Gives how many orders
    were told of.
    """
    done = 0
    for one in untold():
        with whole():
            if not mark_told(one.id):
                continue
            words = {"authority": one.authority, "docket": one.docket, "link": f"{site()}/me/given/"}
            for person in told_of(one.id):
                for exact, _, proven in addresses_of(person):
                    if proven:
                        with speaking(person):
                            post(MessageKind.IDENTITY, person, exact, "ordered", words)
            done += 1
    return done
