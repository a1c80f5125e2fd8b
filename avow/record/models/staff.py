"""Lay out what the staff attest and plan, about nobody, and what followed on requests and bars."""

from django.db import models


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


class Change(models.Model):
    """A version that is planned: the plan as JSON with its hash, who brought it, when it was applied.

    `asked` says when everybody whom it touches had been asked last.
    """

    hash = models.TextField(primary_key=True)
    version = models.TextField()
    plan = models.TextField()
    prepared = models.TextField()
    at = models.DateTimeField()
    applied = models.DateTimeField(null=True)
    asked = models.DateTimeField(null=True)

    class Meta:
        db_table = "policy_change"
        constraints = [
            models.UniqueConstraint(
                fields=["version"], name="change_applied_once", condition=models.Q(applied__isnull=False)
            )
        ]


class Followed(models.Model):
    """What followed on a petition, a letter or a restraint of a person (`of`): which act, who did it, and when."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField(unique=True)
    of = models.UUIDField()
    act = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "followed"
