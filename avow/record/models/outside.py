"""Lay out to whom data is given outside: organizations, orders of the law, what was given, and what was called back."""

from django.db import models


class Outside(models.Model):
    """An organization that people may let have their data: its list is of those who said yes to it by name."""

    id = models.TextField(primary_key=True)
    list = models.TextField(unique=True)
    title = models.TextField()
    does = models.TextField()
    mailbox = models.TextField()
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "outside"


class Order(models.Model):
    """An order of the law: who gives it under which docket, and what it reaches: data, people, a span of time.

    `called` is when somebody of the staff called the authority back, `done` when it was followed, `told` when the
    people were told; until `gag` they must not be.
    """

    id = models.UUIDField(primary_key=True)
    authority = models.TextField()
    docket = models.TextField()
    words = models.TextField()
    categories = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    deadline = models.DateTimeField()
    gag = models.DateTimeField(null=True)
    by = models.TextField()
    at = models.DateTimeField()
    caller = models.TextField(default="")
    call = models.TextField(default="")
    called = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)
    told = models.DateTimeField(null=True)

    class Meta:
        db_table = "legal_order"


class Ordered(models.Model):
    """That an order of the law reaches a person."""

    pk = models.CompositePrimaryKey("order_id", "person_id")
    order_id = models.UUIDField()
    person_id = models.UUIDField()

    class Meta:
        db_table = "ordered"
        indexes = [models.Index(fields=["person_id"], name="ordered_person")]


class Disclosure(models.Model):
    """A line of the register: what was given to whom outside, when, why, under which clause, to how many people.

    `whom` is the organization, or the order of the law; `reasons` counts who was left out, and why (JSON).
    """

    id = models.UUIDField(primary_key=True)
    recipient = models.TextField()
    whom = models.TextField()
    purpose = models.TextField()
    asked = models.TextField()
    clause = models.TextField()
    version = models.TextField()
    why = models.TextField()
    by = models.TextField()
    attested = models.BinaryField()
    people = models.IntegerField()
    reasons = models.TextField()
    digest = models.BinaryField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "disclosure"


class Disclosed(models.Model):
    """That a disclosure held a person: which data, by which decision; `id` is what the file calls them.

    `recall` is the notice that told the organization to let it go, `corrected` the last that told it of a correction.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    disclosure = models.UUIDField()
    reach = models.BinaryField(null=True)
    categories = models.TextField()
    decision = models.BigIntegerField()
    decision_pos = models.IntegerField()
    decision_salt = models.BinaryField(null=True)
    choice_no = models.BigIntegerField()
    recall = models.UUIDField(null=True)
    corrected = models.UUIDField(null=True)
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "disclosed"
        indexes = [
            models.Index(fields=["disclosure"], name="disclosed_together"),
            models.Index(fields=["recall"], name="disclosed_recall", condition=models.Q(recall__isnull=False)),
            models.Index(fields=["corrected"], name="disclosed_corrected", condition=models.Q(corrected__isnull=False)),
        ]


class Recall(models.Model):
    """A notice to an organization: that people took their yes back, or that what it was given of one was corrected.

    How many they are, when it was sent, when and how acknowledged; `why` says which of the two.
    """

    id = models.UUIDField(primary_key=True)
    outside = models.TextField()
    mailbox = models.BinaryField()
    people = models.IntegerField()
    at = models.DateTimeField()
    sent = models.DateTimeField(null=True)
    acknowledged = models.DateTimeField(null=True)
    how = models.TextField(default="")
    why = models.TextField(default="recalled")
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "recall"
        indexes = [
            models.Index(fields=["at"], name="recall_open", condition=models.Q(acknowledged__isnull=True)),
        ]


class Passed(models.Model):
    """That an organization that works for us was told what it must do with what it read of a person, until it says so.

    `person_id` is what it called them by; once it has acknowledged that they are erased, it is nobody's.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(unique=True)
    agreement = models.TextField()
    act = models.TextField()
    categories = models.TextField()
    at = models.DateTimeField()
    acknowledged = models.DateTimeField(null=True)
    how = models.TextField(default="")
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "passed"
        indexes = [
            models.Index(fields=["agreement", "at"], name="passed_open", condition=models.Q(acknowledged__isnull=True))
        ]
