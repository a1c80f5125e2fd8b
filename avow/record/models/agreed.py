"""Lay out what those who work for us agreed to, and by what they read; about nobody whose data is held."""

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
