"""Make room for letters, and find a message by its id."""

from django.db import migrations, models

_GUARD = """
ALTER TABLE letter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON letter TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON letter TO avow_keep;
GRANT SELECT ON letter TO avow_backup;
"""


class Migration(migrations.Migration):
    """Add the table under the row guard, and an index of message ids to what goes out."""

    dependencies = [("mail", "0003_opened")]
    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField(unique=True)),
                ("person_id", models.UUIDField()),
                ("reach", models.BinaryField(null=True)),
                ("machine", models.TextField()),
                ("intents", models.TextField()),
                ("scope", models.TextField()),
                ("state", models.TextField()),
                ("due", models.DateTimeField(null=True)),
                ("owner", models.UUIDField(null=True)),
                ("closed", models.DateTimeField(null=True)),
                ("note", models.TextField(default="")),
                ("reply", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "letter",
                "indexes": [
                    models.Index(fields=["due"], name="letter_open", condition=~models.Q(state="done")),
                    models.Index(fields=["person_id"], name="letter_person"),
                    models.Index(fields=["reach"], name="letter_reach"),
                ],
            },
        ),
        migrations.AddIndex("delivery", models.Index(fields=["message_id"], name="delivery_message")),
        migrations.AddIndex("outgoing", models.Index(fields=["message_id"], name="outgoing_message")),
        migrations.RunSQL(_GUARD),
    ]
