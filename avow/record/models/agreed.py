"""Lay out what those who work for us agreed to, and by what they, our programs and other systems come in."""

from django.db import models


class Agreement(models.Model):
    """What an organization that works for us may read: for these purposes, of these categories, from when until when.

    It is in force from `begins` until `ends` or `ended`, whichever comes first; only `ended` is written later.
    """

    id = models.TextField(primary_key=True)
    organization = models.TextField()
    purposes = models.TextField()
    categories = models.TextField()
    confidentiality = models.TextField()
    below = models.TextField()
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "agreement"


class AgreementAct(models.Model):
    """What was done about an agreement later, once each: it was ended, what it held was returned or deleted."""

    pk = models.CompositePrimaryKey("agreement", "act")
    agreement = models.ForeignKey(Agreement, models.PROTECT, db_column="agreement", db_index=False)
    act = models.TextField()
    words = models.TextField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "agreement_act"


class Seat(models.Model):
    """By what an organization reads under its agreement: an account of the desk (its id), or a token (its hash).

    A token is for one purpose; an account picks one of the agreement's on each page.
    """

    id = models.UUIDField(primary_key=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, db_column="agreement", db_index=False)
    name = models.TextField()
    purpose = models.TextField(default="")
    hash = models.BinaryField(null=True, unique=True)
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "seat"


class ApiToken(models.Model):
    """A token of a program of the company: one purpose, some acts (words with spaces), until when, its keyed hash."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    purpose = models.TextField()
    acts = models.TextField()
    hash = models.BinaryField(unique=True)
    by = models.TextField()
    at = models.DateTimeField()
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"


class Answered(models.Model):
    """What a program was answered under an idempotency key, by an HMAC of both; of the body an HMAC, too."""

    id = models.BinaryField(primary_key=True)
    body = models.BinaryField()
    answer = models.TextField()
    until = models.DateTimeField()

    class Meta:
        db_table = "answered"
        indexes = [models.Index(fields=["until"], name="answered_until")]


class Connector(models.Model):
    """Another system that hands in signed data: its dialect, the channel, what of its fields is taken, its notices.

    `secret` and `former` are sealed; `fields`, `notices` are JSON; `consent` is the purpose that its consent is a yes
    to. What came is counted: taken, come again, fields dropped, choices dropped; `untaken` are the last that were not
    taken, with why, as JSON.
    """

    id = models.TextField(primary_key=True)
    kind = models.TextField()
    channel = models.TextField()
    fields = models.TextField()
    notices = models.TextField(default="[]")
    consent = models.TextField(default="")
    secret = models.BinaryField()
    former = models.BinaryField(null=True)
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    taken = models.BigIntegerField(default=0)
    again = models.BigIntegerField(default=0)
    dropped = models.BigIntegerField(default=0)
    unheard = models.BigIntegerField(default=0)
    untaken = models.TextField(db_default="[]")

    class Meta:
        db_table = "connector"
