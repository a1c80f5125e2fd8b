"""Store the ledger: entries, their place in the tree, the checkpoints signed over it, and the keys that signed."""

from typing import Any, Never

from django.db import models

from avow.errors import LedgerError


class AppendOnly(models.Model):
    """A row that is written once; changing or deleting it raises, here and in the database."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Never:
        """Refuse: entries are appended by ledger.append alone."""
        raise LedgerError("the ledger is append-only", "append a new entry instead")

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Refuse: an entry stays."""
        raise LedgerError("the ledger is append-only", "an entry stays; append one that says what became of it")


class Entry(AppendOnly):
    """One act: the exact bytes that were hashed, and the commitments of the rows it covers (32 bytes each)."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    at = models.DateTimeField()
    data = models.BinaryField()
    covers = models.BinaryField()

    class Meta:
        db_table = "entry"


class Waiting(models.Model):
    """An entry that has no place in the tree yet; kept by a trigger, emptied by the sequencer."""

    entry = models.OneToOneField(Entry, models.DO_NOTHING, primary_key=True, db_constraint=False)

    class Meta:
        db_table = "waiting"


class Leaf(AppendOnly):
    """The place of an entry in the tree (0-based), and its leaf hash."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.DO_NOTHING, db_constraint=False)
    hash = models.BinaryField()

    class Meta:
        db_table = "leaf"


class Checkpoint(AppendOnly):
    """A signed root over the first `size` leaves, with the frontier to go on from (32 bytes a hash)."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField()
    note = models.TextField()
    frontier = models.BinaryField()

    class Meta:
        db_table = "checkpoint"


class Tile(AppendOnly):
    """A hash of the tree that spans a full tile of 256 on the level below: its level (1 or higher), its number."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "tile"


class Rotation(AppendOnly):
    """A list of keys, signed by the old and the new one; the new one signs what is larger than `after`."""

    after = models.BigIntegerField(primary_key=True)
    note = models.TextField()

    class Meta:
        db_table = "rotation"


class Counted(models.Model):
    """How many entries of a kind have their place, how many commitments they cover, and when the first was made.

    Kept by the sequencer in the transaction that gives the places.
    """

    kind = models.TextField(primary_key=True)
    entries = models.BigIntegerField()
    covers = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        db_table = "counted"
