"""Lay out by what programs come in; about nobody, save what a program was answered a day ago."""

from django.db import models


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
    to. What came is counted: taken, come again, fields dropped, choices dropped.
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

    class Meta:
        db_table = "connector"
