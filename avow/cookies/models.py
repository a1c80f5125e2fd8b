"""Store how often something was so; there is no row of a visit, and nothing in one says whose it was."""

from django.db import models


class Tally(models.Model):
    """How often a page, a browser, a device, a language or a referring domain was counted in one hour or day.

    `kind` is "h" or "d", `period` its beginning; each dimension is counted for itself, never two together.
    """

    pk = models.CompositePrimaryKey("kind", "period", "dimension", "value")
    kind = models.TextField()
    period = models.DateTimeField()
    dimension = models.TextField()
    value = models.TextField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "tally"
