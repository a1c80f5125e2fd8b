"""Give each message room for what opens the decision that let it out."""

from django.db import migrations, models

ROOM = {
    "decision_pos": models.IntegerField(null=True),
    "decision_salt": models.BinaryField(null=True),
    "version": models.TextField(null=True),
    "asked": models.JSONField(null=True),
}


class Migration(migrations.Migration):
    """Add the columns, which needs no rewrite of a table."""

    dependencies = [("mail", "0002_guard")]
    operations = [
        migrations.AddField(table, name, field) for table in ("delivery", "outgoing") for name, field in ROOM.items()
    ]
