"""Give a mailing room for its course, and each copy room for the domain that it went to."""

from django.db import migrations, models

_ROOM = {
    "due": models.DateTimeField(null=True),
    "zone": models.TextField(db_default=""),
    "begun": models.DateTimeField(null=True),
    "made": models.DateTimeField(null=True),
    "edition": models.IntegerField(db_default=0),
    "staff": models.UUIDField(null=True),
    "note": models.TextField(db_default=""),
    "shown": models.BooleanField(db_default=False),
}
_BEFORE = """
UPDATE mailing SET begun = at, made = CASE WHEN state <> 'expanding' THEN coalesce(done, at) END;
"""


class Migration(migrations.Migration):
    """Add the columns, which needs no rewrite of a table; what was begun before is told as begun."""

    dependencies = [("mail", "0010_letter")]
    operations = [
        *(migrations.AddField("mailing", name, field) for name, field in _ROOM.items()),
        migrations.AddField("delivery", "domain", models.TextField(db_default="")),
        migrations.RunSQL(_BEFORE),
        migrations.AddIndex(
            "mailing", models.Index(fields=["due"], name="mailing_due", condition=models.Q(state="scheduled"))
        ),
    ]
