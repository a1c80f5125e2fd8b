"""Lay out what bars the uses of a person, who asks in a person's name, and what contractors were told of them."""

from django.db import models


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

    class Meta:
        db_table = "mandate"


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
