"""Lay out the library: what is about nobody, and says what the rest means."""

from django.db import models


class Version(models.Model):
    """A published version of the policy: its hashes (SHA-256), and from when it is in force."""

    name = models.TextField(primary_key=True)
    effective = models.DateTimeField(unique=True)
    source_hash = models.BinaryField()
    page_hash = models.BinaryField()
    published = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "version"


class Bit(models.Model):
    """What a bit of a mask means, minted once: kind "use" or "topic", and the digest of the meaning."""

    id = models.TextField(primary_key=True)
    bit = models.SmallIntegerField()
    kind = models.TextField()
    meaning = models.TextField()
    version = models.ForeignKey(Version, models.PROTECT, db_column="version", db_index=False)

    class Meta:
        db_table = "bit"
        constraints = [models.UniqueConstraint(fields=["kind", "bit"], name="bit_minted_once")]


class Notice(models.Model):
    """The words that were really shown where something was collected, by their hash (SHA-256)."""

    hash = models.BinaryField(primary_key=True)
    version = models.ForeignKey(Version, models.PROTECT, db_column="version", db_index=False)
    channel = models.TextField()
    language = models.TextField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "notice"


class Stamp(models.Model):
    """Where items come from: channel, source, version and notice, what was attested; one row for all items alike.

    A version of NULL is unknown: whoever imported does not know what was said, so nothing optional was stated.
    """

    id = models.UUIDField(primary_key=True)
    channel = models.TextField()
    source = models.TextField()
    version = models.ForeignKey(Version, models.PROTECT, db_column="version", db_index=False, null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, db_column="notice", db_index=False, null=True)
    purposes = models.TextField()
    attested = models.BinaryField(null=True)

    class Meta:
        db_table = "stamp"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "source", "version", "notice", "purposes", "attested"],
                name="stamp_once",
                nulls_distinct=False,
            )
        ]


class Lot(models.Model):
    """What was bought or borrowed at once of facts about people: from whom, under which licence, when they gave it.

    `days` is how long a fact of it is kept once its person was told (NULL is until asked); `taken` and `denied` say
    how many facts were kept, and how many not, because somebody said no or was never told.
    """

    id = models.UUIDField(primary_key=True)
    source = models.TextField()
    licence = models.TextField()
    obtained = models.DateField()
    at = models.DateTimeField()
    days = models.IntegerField(null=True)
    taken = models.IntegerField(default=0)
    denied = models.IntegerField(default=0)

    class Meta:
        db_table = "lot"


class List(models.Model):
    """What a person joins, or is reached by: bound to one purpose and perhaps a topic."""

    id = models.TextField(primary_key=True)
    title = models.TextField()
    purpose = models.TextField()
    topic = models.TextField(null=True)
    joined_only = models.BooleanField()

    class Meta:
        db_table = "list"


class Product(models.Model):
    """What people own or download."""

    id = models.TextField(primary_key=True)
    title = models.TextField()

    class Meta:
        db_table = "product"


class Reserved(models.Model):
    """That a list reaches nobody but who owns a product in a version, or downloaded within a series.

    A series has its words as they stood beside the download, its end, and how many messages it has at most.
    """

    pk = models.CompositePrimaryKey("list", "product", "version")
    list = models.ForeignKey(List, models.DO_NOTHING, db_index=False)
    product = models.ForeignKey(Product, models.DO_NOTHING, db_index=False)
    version = models.TextField()
    series = models.TextField(default="")
    words = models.TextField(default="")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    most = models.IntegerField()

    class Meta:
        db_table = "reserved"


class KeyPrint(models.Model):
    """The fingerprint of a key that the store was made with; another key is refused."""

    name = models.TextField(primary_key=True)
    fingerprint = models.BinaryField()

    class Meta:
        db_table = "key_print"


class Insight(models.Model):
    """What was told of kinds of people in a month, once: by which version, rules and code (SHA-256); tables as JSON."""

    month = models.TextField(primary_key=True)
    version = models.TextField()
    least = models.IntegerField()
    step = models.IntegerField()
    code = models.TextField()
    tables = models.TextField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    entry = models.BigIntegerField()
    pos = models.IntegerField()

    class Meta:
        db_table = "insight"


class Tally(models.Model):
    """How often a page, a browser, a device, a language or a referring domain was counted in one hour or day.

    `kind` is "h" or "d", `period` its beginning; each dimension is counted for itself, never two together, so that
    there is no row of a visit, and nothing in one says whose it was.
    """

    pk = models.CompositePrimaryKey("kind", "period", "dimension", "value")
    kind = models.TextField()
    period = models.DateTimeField()
    dimension = models.TextField()
    value = models.TextField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "tally"
