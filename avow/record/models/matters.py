"""Lay out what people begin with us and staff answer: matters, what was said in turn, what came with it."""

from django.db import models

from avow.record.models.upkeep import Person


class Matter(models.Model):
    """Something that a person began by a channel, and that waits for an answer: how it stands, who has it.

    `mark` names it in the subject of each message; `exact` is the address to answer at. `ours` counts what we said
    since the person last wrote; `over` says since when nothing of it is open any more.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(unique=True)
    mark = models.TextField(unique=True)
    channel = models.TextField()
    exact = models.BinaryField()
    state = models.TextField()
    step = models.TextField(db_default="")
    at = models.DateTimeField()
    last = models.DateTimeField()
    owner = models.UUIDField(null=True)
    ours = models.IntegerField(db_default=0)
    over = models.DateTimeField(null=True)

    class Meta:
        db_table = "matter"
        indexes = [
            models.Index(fields=["channel", "last", "id"], name="matter_live", condition=models.Q(over__isnull=True))
        ]


class Turn(models.Model):
    """What was said in a matter: the item that holds the person's words, or our words, by whom, in which message.

    `letter` is the id of the letter that it came by ("" for a form), which an answer names.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    matter = models.UUIDField()
    at = models.DateTimeField()
    item = models.UUIDField(null=True)
    words = models.TextField(db_default="")
    staff = models.UUIDField(null=True)
    message = models.UUIDField(null=True)
    letter = models.TextField(db_default="")

    class Meta:
        db_table = "turn"
        indexes = [
            models.Index(fields=["matter", "at"], name="turn_matter"),
            models.Index(fields=["message"], name="turn_message", condition=models.Q(message__isnull=False)),
        ]


class Enclosed(models.Model):
    """A file that came with a letter or a form, without what it told of its maker; or why it was not kept.

    It is a part of the item that holds the words it came with: that item's stamp and masks are its own.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    matter = models.UUIDField()
    turn = models.UUIDField()
    name = models.TextField()
    kind = models.TextField()
    data = models.BinaryField()
    why = models.TextField(db_default="")
    at = models.DateTimeField()
    item = models.UUIDField(null=True)
    salt = models.BinaryField(db_default=b"")
    entry = models.BigIntegerField(db_default=0)
    pos = models.IntegerField(db_default=0)

    class Meta:
        db_table = "enclosed"
        indexes = [models.Index(fields=["matter"], name="enclosed_matter")]


class Saved(models.Model):
    """A reply that staff saved to use again: for which channel, its title, its words; it is about nobody."""

    id = models.UUIDField(primary_key=True)
    channel = models.TextField()
    title = models.TextField()
    words = models.TextField()
    staff = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "saved"


class Awaited(models.Model):
    """Since when the most private parts of a person's copy wait, and when somebody stopped that."""

    person = models.OneToOneField(Person, models.DO_NOTHING, primary_key=True)
    at = models.DateTimeField()
    stopped = models.DateTimeField(null=True)

    class Meta:
        db_table = "awaited"
