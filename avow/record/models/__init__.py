"""Lay out what is stored about people, and the library that says what it means.

A foreign key has no index of its own where a primary key begins with it or nobody looks it up: each costs every write.
A reach or a lot is never deleted, so who names one needs no constraint, and a store may spread persons and reaches
apart.
"""

from avow.record.models.agreed import Agreement, AgreementAct, Answered, ApiToken, Connector, Seat
from avow.record.models.content import Item
from avow.record.models.fields import HashesField, MaskField
from avow.record.models.forum import Board, Post, Poster, Report, Thread
from avow.record.models.matters import Enclosed, Matter, Saved, Turn
from avow.record.models.outside import Disclosed, Disclosure, Order, Ordered, Outside, Recall
from avow.record.models.staff import Attestation, Attested, Attester, Change
from avow.record.models.stated import (
    Bit,
    Insight,
    KeyPrint,
    List,
    Lot,
    Notice,
    Product,
    Reserved,
    Stamp,
    Tally,
    Version,
)
from avow.record.models.upkeep import (
    Address,
    Aside,
    Attempt,
    Case,
    Choice,
    Clock,
    Code,
    Link,
    Person,
    Petition,
    Pin,
    Possession,
    Question,
    Reach,
    Reading,
    Subscription,
    Unlisted,
    Unwritten,
)

__all__ = [
    "Address",
    "Agreement",
    "AgreementAct",
    "Answered",
    "ApiToken",
    "Aside",
    "Attempt",
    "Attestation",
    "Attested",
    "Attester",
    "Bit",
    "Board",
    "Case",
    "Change",
    "Choice",
    "Clock",
    "Code",
    "Connector",
    "Disclosed",
    "Disclosure",
    "Enclosed",
    "HashesField",
    "Insight",
    "Item",
    "KeyPrint",
    "Link",
    "List",
    "Lot",
    "MaskField",
    "Matter",
    "Notice",
    "Order",
    "Ordered",
    "Outside",
    "Person",
    "Petition",
    "Pin",
    "Possession",
    "Post",
    "Poster",
    "Product",
    "Question",
    "Reach",
    "Reading",
    "Recall",
    "Report",
    "Reserved",
    "Saved",
    "Seat",
    "Stamp",
    "Subscription",
    "Tally",
    "Thread",
    "Turn",
    "Unlisted",
    "Unwritten",
    "Version",
]
