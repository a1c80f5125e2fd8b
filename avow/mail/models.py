"""Store what goes out: mailings, the copy of each for each mailbox, and single messages."""

from django.db import models

from avow.terms import DeliveryState


class Mailing(models.Model):
    """One message to a list: its words as they were given, the kind they are, and how far it came.

    `state` is a word of MailingState; `expected` is how many deliveries were made of it. It is `due` at an instant
    that was said in `zone`, `begun` when deliveries began to be written, and `made` when all were. `edition` is
    raised by each change and each move, so that nobody moves what they have not seen; `staff` moved it last. `note`
    says why it stands where nobody put it. A `shown` one is an issue that the site shows when it is done.
    """

    id = models.UUIDField(primary_key=True)
    list = models.TextField()
    purpose = models.TextField()
    kind = models.TextField()
    words = models.TextField()
    version = models.TextField()
    state = models.TextField()
    expected = models.IntegerField(default=0)
    at = models.DateTimeField()
    done = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    zone = models.TextField(db_default="")
    begun = models.DateTimeField(null=True)
    made = models.DateTimeField(null=True)
    edition = models.IntegerField(db_default=0)
    staff = models.UUIDField(null=True)
    note = models.TextField(db_default="")
    shown = models.BooleanField(db_default=False)

    class Meta:
        db_table = "mailing"
        indexes = [models.Index(fields=["due"], name="mailing_due", condition=models.Q(state="scheduled"))]


class Picture(models.Model):
    """A picture that messages carry, under the hash of its bytes; it is written once, and is about nobody."""

    id = models.TextField(primary_key=True)
    type = models.TextField()
    data = models.BinaryField()
    width = models.IntegerField()
    height = models.IntegerField()
    at = models.DateTimeField()
    staff = models.UUIDField(null=True)

    class Meta:
        db_table = "picture"


class Outbound(models.Model):
    """What every message to one mailbox has: its state, what the decision saw, and how it ended.

    `decision` and `entry` are entry ids of the ledger (decided, sent); `lease` is the instant after
    which no final dot begins; `salt`, `entry` and `pos` cover the row as it was sent. Of a message that was let
    out, `decision_pos` and `decision_salt` open the decision: by which version, and which use was asked for.
    """

    reach = models.BinaryField()
    person_id = models.UUIDField()
    state = models.TextField(default=DeliveryState.WAITING.value)
    due = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    choice_no = models.BigIntegerField(null=True)
    decision = models.BigIntegerField(null=True)
    decision_pos = models.IntegerField(null=True)
    decision_salt = models.BinaryField(null=True)
    version = models.TextField(null=True)
    asked = models.JSONField(null=True)
    because = models.TextField(default="")
    lease = models.DateTimeField(null=True)
    message_id = models.TextField(default="")
    outcome = models.TextField(default="")
    ended = models.DateTimeField(null=True)
    salt = models.BinaryField(null=True)
    entry = models.BigIntegerField(null=True)
    pos = models.IntegerField(null=True)

    class Meta:
        abstract = True


class Delivery(Outbound):
    """One mailbox's copy of a mailing; the key lets nobody get it twice. `domain` is where it was handed over to."""

    pk = models.CompositePrimaryKey("mailing", "reach")
    mailing = models.ForeignKey(Mailing, models.DO_NOTHING)
    domain = models.TextField(db_default="")

    class Meta:
        db_table = "delivery"
        indexes = [
            models.Index(fields=["reach"], name="delivery_reach"),
            models.Index(fields=["message_id"], name="delivery_message"),
            models.Index(
                fields=["mailing", "due"],
                name="delivery_open",
                condition=models.Q(state__in=[DeliveryState.WAITING.value, DeliveryState.DEFERRED.value]),
            ),
            models.Index(
                fields=["lease"], name="delivery_sending", condition=models.Q(state=DeliveryState.SENDING.value)
            ),
        ]


class Outgoing(Outbound):
    """A single message to one person's mailbox: its kind, its words by name, and what they need.

    `given` holds values of the act (a code, a link), never fields of items; it is emptied when the message ends.
    """

    pk = models.CompositePrimaryKey("id", "reach")
    id = models.UUIDField()
    kind = models.TextField()
    exact = models.BinaryField()
    words = models.TextField()
    given = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "outgoing"
        indexes = [
            models.Index(fields=["reach"], name="outgoing_reach"),
            models.Index(fields=["message_id"], name="outgoing_message"),
            models.Index(
                fields=["due"],
                name="outgoing_open",
                condition=models.Q(state__in=[DeliveryState.WAITING.value, DeliveryState.DEFERRED.value]),
            ),
            models.Index(
                fields=["lease"], name="outgoing_sending", condition=models.Q(state=DeliveryState.SENDING.value)
            ),
        ]


class Letter(models.Model):
    """A letter that came in: by what, asking for what, whose it is, and how far its answer came.

    `digest` is the SHA-256 of its bytes, so that one that is handed over twice is taken once; `state` is "open" while
    somebody of the staff has to answer, "answering" while a reply of ours is on its way, then "done". `due` is until
    when it is to be answered; `reply` names our message.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    digest = models.BinaryField(unique=True)
    person_id = models.UUIDField()
    reach = models.BinaryField(null=True)
    machine = models.TextField()
    intents = models.TextField()
    scope = models.TextField()
    state = models.TextField()
    due = models.DateTimeField(null=True)
    owner = models.UUIDField(null=True)
    closed = models.DateTimeField(null=True)
    note = models.TextField(default="")
    reply = models.UUIDField(null=True)

    class Meta:
        db_table = "letter"
        indexes = [
            models.Index(fields=["due"], name="letter_open", condition=~models.Q(state="done")),
            models.Index(fields=["person_id"], name="letter_person"),
            models.Index(fields=["reach"], name="letter_reach"),
        ]
