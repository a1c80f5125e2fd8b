"""Lay out what people gave: seen by the using role, where the use is permitted."""

from django.db import models

from avow.record.models.fields import HashesField, MaskField
from avow.record.models.stated import Lot, Stamp
from avow.record.models.upkeep import Person, Reach


class Item(models.Model):
    """One thing collected: its fields, the uses stated for it and accepted since, the scopes refused.

    What is accepted is withheld (NULL is nothing) while somebody refuses it who is linked to the person. An item of a
    lot is what others said; `told` is when its person was told of it.
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
    lot = models.ForeignKey(Lot, models.DO_NOTHING, null=True, db_index=False, db_constraint=False)
    told = models.DateTimeField(null=True)

    class Meta:
        db_table = "item"
        indexes = [
            models.Index(fields=["reach"]),
            models.Index(
                fields=["person"], name="item_untold", condition=models.Q(lot__isnull=False, told__isnull=True)
            ),
        ]
