"""Lay out what is about people and seen by the keeping role alone."""

from django.db import models

from avow.record.models.fields import MaskField
from avow.record.models.stated import List


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


class Possession(models.Model):
    """That a person owns a product in a version, or downloaded it within a series, and which notice they saw before.

    `notice` is the hash of the words that told of the messages it brings; without them it brings none.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    product = models.TextField()
    version = models.TextField()
    series = models.TextField()
    notice = models.BinaryField(null=True)
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "possession"
        indexes = [
            models.Index(
                fields=["product", "version", "series"], name="possession_held", condition=models.Q(ended__isnull=True)
            )
        ]


class Question(models.Model):
    """That a person was asked about the uses of a version (masks), or, with none, sent a note of it.

    `yes` and `no` are what they answered last; `answered` says when, and stays empty while they are silent.
    """

    pk = models.CompositePrimaryKey("person_id", "version")
    person_id = models.UUIDField()
    version = models.TextField()
    reach = models.BinaryField()
    uses = MaskField(default=0)
    yes = MaskField(default=0)
    no = MaskField(default=0)
    at = models.DateTimeField()
    message = models.UUIDField()
    answered = models.DateTimeField(null=True)

    class Meta:
        db_table = "question"
        indexes = [models.Index(fields=["version", "answered"], name="question_answered")]


class Pin(models.Model):
    """That a field of an item was put right: hashes (SHA-256, under the salt) of what it is, and of what it was.

    What comes later in that category and says otherwise is set aside; NULL is that it was nothing before.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    category = models.TextField()
    field = models.TextField()
    item = models.UUIDField()
    salt = models.BinaryField()
    value = models.BinaryField()
    was = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "pin"


class Aside(models.Model):
    """That an item is not known to say in a field what a person put right (`by`); by nobody: what was wrong there."""

    pk = models.CompositePrimaryKey("person_id", "item", "field", "by")
    person_id = models.UUIDField()
    item = models.UUIDField()
    field = models.TextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "aside"
        indexes = [models.Index(fields=["by"], name="aside_by")]


class Petition(models.Model):
    """What a person asks for by right, otherwise than by letter: what, which way, until when, who has it, what became.

    A correction names the item and proposes its fields; both go when it is settled. `staff` decided last. What is
    `ripe` from an instant on is erased then, unless the person takes it back or a legal hold stands.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    wish = models.TextField()
    way = models.TextField()
    words = models.TextField()
    item = models.UUIDField(null=True)
    proposed = models.JSONField(null=True)
    state = models.TextField()
    at = models.DateTimeField()
    due = models.DateTimeField()
    owner = models.UUIDField(null=True)
    staff = models.UUIDField(null=True)
    reply = models.TextField(default="")
    message = models.UUIDField(null=True)
    decided = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    ripe = models.DateTimeField(null=True)
    salt = models.BinaryField(default=b"")
    entry = models.BigIntegerField(default=0)
    pos = models.IntegerField(default=0)

    class Meta:
        db_table = "petition"
        indexes = [
            models.Index(fields=["due", "at", "id"], name="petition_due", condition=models.Q(closed__isnull=True)),
            models.Index(fields=["at"], name="petition_at"),
        ]


class Restraint(models.Model):
    """That all uses of a person's data are barred but some: by a legal hold, a restriction, or because they are dead.

    A hold that may be told waits for its message (`message`) before it is `full`; one that must not be told is full at
    once, and told when its `gag` ends.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(unique=True)
    kind = models.TextField()
    why = models.TextField()
    by = models.TextField()
    petition = models.UUIDField(null=True)
    at = models.DateTimeField()
    gag = models.DateTimeField(null=True)
    message = models.UUIDField(null=True)
    told = models.DateTimeField(null=True)
    full = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "restraint"
        indexes = [models.Index(fields=["at"], name="restraint_open", condition=models.Q(ended__isnull=True))]


class Mandate(models.Model):
    """That a petition was made by somebody else in the person's name: who, by which paper, and what the person says.

    `attested` is what two readers attested of the paper; `answer` is the person's own yes or no to who asks.
    `told` is when who asks was told what was answered; `untold` says why they could not be.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(unique=True)
    kind = models.TextField()
    name = models.TextField()
    mailbox = models.TextField()
    media = models.TextField()
    document = models.BinaryField()
    digest = models.BinaryField()
    attested = models.BinaryField(null=True)
    answer = models.TextField(default="")
    at = models.DateTimeField()
    told = models.DateTimeField(null=True)
    untold = models.TextField(db_default="")

    class Meta:
        db_table = "mandate"


class Clock(models.Model):
    """That the answer to a petition or a letter takes longer than was promised: until when, why, when it was told."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    until = models.DateTimeField()
    why = models.TextField()
    told = models.DateTimeField()

    class Meta:
        db_table = "clock"


class Unwritten(models.Model):
    """An act that the journal does not hold yet; kept by a trigger, emptied by the journal.

    `whose` are keyed digests (32 bytes each) of the persons it is about, where their rows do not say so.
    """

    entry = models.BigIntegerField(primary_key=True)
    whose = models.BinaryField(default=b"")

    class Meta:
        db_table = "unwritten"
