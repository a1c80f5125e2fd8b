"""Lay out what is stored about people, and the library that says what it means.

A foreign key has no index of its own where a primary key begins with it or nobody looks it up: each costs every write.
A reach is never deleted, so who names one needs no constraint, and a store may spread persons and reaches apart.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from avow.record.mask import from_bits, to_bits
from avow.terms import MASK_BITS

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _Field = models.Field[int | None, int | None]
else:
    _Field = models.Field


class MaskField(_Field):
    """A column of 256 bits, an int in Python."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:
        """Give the column's type."""
        return f"bit({MASK_BITS})"

    def from_db_value(self, value: str | None, *_: Any) -> int | None:
        """Read the digits."""
        return None if value is None else from_bits(value)

    def get_prep_value(self, value: Any) -> Any:
        """Write the digits."""
        return to_bits(value) if isinstance(value, int) else value


class HashesField(_Field):
    """A column of hashes of 64 bits each, written by SQL alone."""

    def db_type(self, connection: "BaseDatabaseWrapper") -> str:
        """Give the column's type."""
        return "bigint[]"


# ---- library: about nobody -------------------------------------------------


class Version(models.Model):
    """A published version of the policy: its hashes (SHA-256), and from when it is in force."""

    name = models.TextField(primary_key=True)
    effective = models.DateTimeField(unique=True)
    source_hash = models.BinaryField()
    page_hash = models.BinaryField()
    published = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "version"


class Bit(models.Model):
    """What a bit of a mask means, minted once: kind "use" or "topic", and the digest of the meaning."""

    id = models.TextField(primary_key=True)
    bit = models.SmallIntegerField()
    kind = models.TextField()
    meaning = models.TextField()
    version = models.ForeignKey(Version, models.PROTECT, db_column="version", db_index=False)

    class Meta:
        db_table = "bit"
        constraints = [models.UniqueConstraint(fields=["kind", "bit"], name="bit_minted_once")]


class Notice(models.Model):
    """The words that were really shown where something was collected, by their hash (SHA-256)."""

    hash = models.BinaryField(primary_key=True)
    version = models.ForeignKey(Version, models.PROTECT, db_column="version", db_index=False)
    channel = models.TextField()
    language = models.TextField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "notice"


class Stamp(models.Model):
    """Where items come from: channel, source, version and notice, what was attested; one row for all items alike.

    A version of NULL is unknown: whoever imported does not know what was said, so nothing optional was stated.
    """

    id = models.UUIDField(primary_key=True)
    channel = models.TextField()
    source = models.TextField()
    version = models.ForeignKey(Version, models.PROTECT, db_column="version", db_index=False, null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, db_column="notice", db_index=False, null=True)
    purposes = models.TextField()
    attested = models.BinaryField(null=True)

    class Meta:
        db_table = "stamp"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "source", "version", "notice", "purposes", "attested"],
                name="stamp_once",
                nulls_distinct=False,
            )
        ]


class List(models.Model):
    """What a person joins, or is reached by: bound to one purpose and perhaps a topic."""

    id = models.TextField(primary_key=True)
    title = models.TextField()
    purpose = models.TextField()
    topic = models.TextField(null=True)
    joined_only = models.BooleanField()

    class Meta:
        db_table = "list"


class KeyPrint(models.Model):
    """The fingerprint of a key that the store was made with; another key is refused."""

    name = models.TextField(primary_key=True)
    fingerprint = models.BinaryField()

    class Meta:
        db_table = "key_print"


# ---- staff: what two of them attest, about nobody ---------------------------


class Attested(models.Model):
    """What was prepared to be attested: its digest (SHA-256), its words, who prepared it, when it was done."""

    digest = models.BinaryField(primary_key=True)
    words = models.TextField()
    prepared = models.TextField()
    at = models.DateTimeField()
    done = models.DateTimeField(null=True)

    class Meta:
        db_table = "attested"


class Attestation(models.Model):
    """A member of staff says that what was prepared is so."""

    pk = models.CompositePrimaryKey("attested", "staff")
    attested = models.ForeignKey(Attested, models.PROTECT, db_column="attested", db_index=False)
    staff = models.TextField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "attestation"


class Attester(models.Model):
    """A member of staff who may attest, and the hash of the secret that proves it once."""

    name = models.TextField(primary_key=True)
    hash = models.BinaryField()
    at = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "attester"


# ---- upkeep: about people, seen by the keeping role alone -------------------


class Person(models.Model):
    """A human whose data we hold: scopes refused by acts of their own, and with those of the persons linked.

    A session that carries another number than `session_no` is over.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    own = MaskField(default=0)
    refused = MaskField(default=0)
    relations = models.BigIntegerField(default=0)
    choice_no = models.BigIntegerField(default=0)
    session_no = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "person"


class Reach(models.Model):
    """One mailbox: HMAC of its coarse key, scopes refused and conditions, the number of its last choice."""

    id = models.BinaryField(primary_key=True)
    at = models.DateTimeField()
    refused = MaskField(default=0)
    choice_no = models.BigIntegerField(default=0)
    bounces = models.IntegerField(default=0)

    class Meta:
        db_table = "reach"


class Address(models.Model):
    """A person's mailbox: HMAC of its exact key, when it was proven, when it ended."""

    pk = models.CompositePrimaryKey("person", "exact")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_index=False)
    exact = models.BinaryField()
    reach = models.ForeignKey(Reach, models.DO_NOTHING, db_index=False, db_constraint=False)
    at = models.DateTimeField()
    verified = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "address"
        indexes = [models.Index(fields=["reach"]), models.Index(fields=["exact"])]


class Link(models.Model):
    """Two persons who are one: a merge is this row, an un-merge ends it."""

    pk = models.CompositePrimaryKey("person", "id")
    id = models.UUIDField()
    person = models.ForeignKey(Person, models.DO_NOTHING, db_index=False)
    other = models.ForeignKey(Person, models.DO_NOTHING, related_name="+", db_index=False)
    at = models.DateTimeField()
    actor = models.TextField()
    ended = models.DateTimeField(null=True)
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "link"
        indexes = [models.Index(fields=["other"])]


class Choice(models.Model):
    """A no or a yes, by whom, on what evidence; its number orders it under the lock of the reach.

    What is chosen is a scope (its bit), a list (its id) or a purpose (its id).
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    no = models.BigIntegerField()
    reach = models.BinaryField(null=True)
    scope = models.SmallIntegerField(null=True)
    list = models.TextField(null=True)
    purpose = models.TextField(null=True)
    answer = models.TextField()
    actor = models.TextField()
    evidence = models.TextField()
    via = models.UUIDField(null=True)
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "choice"
        indexes = [models.Index(fields=["reach"]), models.Index(fields=["entry"], name="choice_entry")]


class Subscription(models.Model):
    """A person on a list: joined or left."""

    pk = models.CompositePrimaryKey("list", "person")
    list = models.ForeignKey(List, models.DO_NOTHING, db_index=False)
    person = models.ForeignKey(Person, models.DO_NOTHING)
    joined = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "subscription"


class Unlisted(models.Model):
    """A mailbox that refused one list, known person or not."""

    pk = models.CompositePrimaryKey("reach", "list")
    reach = models.ForeignKey(Reach, models.DO_NOTHING, db_index=False)
    list = models.ForeignKey(List, models.DO_NOTHING, db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "unlisted"


class Code(models.Model):
    """A one-time code sent to an address on file: its hash, what it is for, until when."""

    pk = models.CompositePrimaryKey("person", "id")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_index=False)
    id = models.UUIDField()
    exact = models.BinaryField()
    hash = models.BinaryField()
    act = models.TextField()
    at = models.DateTimeField()
    expires = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "code"
        indexes = [models.Index(fields=["id"])]


class Attempt(models.Model):
    """How often something was tried in a window: HMAC of what is limited, a count, the window's end."""

    id = models.BinaryField(primary_key=True)
    count = models.IntegerField()
    until = models.DateTimeField()

    class Meta:
        db_table = "attempt"
        indexes = [models.Index(fields=["until"])]


class Reading(models.Model):
    """That a member of staff read a person: in which role, for which purpose, of which categories."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    staff = models.UUIDField()
    role = models.TextField()
    purpose = models.TextField()
    categories = models.TextField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "reading"
        indexes = [models.Index(fields=["at"], name="reading_at")]


class Case(models.Model):
    """A case of a person about their rights, while it is open: who of the staff opened it, and what was asked for."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    staff = models.UUIDField()
    at = models.DateTimeField()
    words = models.TextField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "rights_case"


class Unwritten(models.Model):
    """An act that the journal does not hold yet; kept by a trigger, emptied by the journal.

    `whose` are keyed digests (32 bytes each) of the persons it is about, where their rows do not say so.
    """

    entry = models.BigIntegerField(primary_key=True)
    whose = models.BinaryField(default=b"")

    class Meta:
        db_table = "unwritten"


# ---- content: seen by the using role, where the use is permitted -----------


class Item(models.Model):
    """One thing collected: its fields, the uses stated for it and accepted since, the scopes refused.

    What is accepted is withheld (NULL is nothing) while somebody refuses it who is linked to the person.
    """

    pk = models.CompositePrimaryKey("person", "id")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_index=False)
    id = models.UUIDField()
    category = models.TextField()
    stamp = models.ForeignKey(Stamp, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    event = models.UUIDField()
    thread = models.UUIDField(null=True)
    reach = models.ForeignKey(Reach, models.DO_NOTHING, null=True, db_index=False, db_constraint=False)
    fields = models.JSONField()
    stated = MaskField()
    accepted = MaskField(default=0)
    withheld = MaskField(null=True)
    refused = MaskField(default=0)
    until = models.DateTimeField(null=True)
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()
    lookup = HashesField(null=True)

    class Meta:
        db_table = "item"
        indexes = [models.Index(fields=["reach"])]
