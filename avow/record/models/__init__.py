"""Lay out what is stored about people, and the library that says what it means.

A foreign key has no index of its own where a primary key begins with it or nobody looks it up: each costs every write.
A reach is never deleted, so who names one needs no constraint, and a store may spread persons and reaches apart.
"""

from avow.record.models.content import Item
from avow.record.models.fields import HashesField, MaskField
from avow.record.models.outside import Disclosed, Disclosure, Order, Ordered, Outside, Recall
from avow.record.models.staff import Attestation, Attested, Attester, Change
from avow.record.models.stated import Bit, KeyPrint, List, Notice, Product, Reserved, Stamp, Tally, Version
from avow.record.models.upkeep import (
    Address,
    Attempt,
    Case,
    Choice,
    Code,
    Link,
    Person,
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
    "Attempt",
    "Attestation",
    "Attested",
    "Attester",
    "Bit",
    "Case",
    "Change",
    "Choice",
    "Code",
    "Disclosed",
    "Disclosure",
    "HashesField",
    "Item",
    "KeyPrint",
    "Link",
    "List",
    "MaskField",
    "Notice",
    "Order",
    "Ordered",
    "Outside",
    "Person",
    "Possession",
    "Product",
    "Question",
    "Reach",
    "Reading",
    "Recall",
    "Reserved",
    "Stamp",
    "Subscription",
    "Tally",
    "Unlisted",
    "Unwritten",
    "Version",
]
