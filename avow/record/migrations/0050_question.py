"""Remember who was asked what about a version, and what the staff planned."""

from django.db import migrations, models

import avow.record.models.fields

GRANTS = """
ALTER TABLE question ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON question TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON question TO avow_keep;
GRANT UPDATE (yes, no, answered) ON question TO avow_keep;
GRANT SELECT, INSERT ON policy_change TO avow_keep;
GRANT UPDATE (applied, asked) ON policy_change TO avow_keep;
GRANT SELECT ON question, policy_change TO avow_backup;
"""


class Migration(migrations.Migration):
    """Add a table about people, for the keeping role alone, and one about nobody."""

    dependencies = [("record", "0040_products")]
    operations = [
        migrations.CreateModel(
            "Question",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("version", models.TextField()),
                ("reach", models.BinaryField()),
                ("uses", avow.record.models.fields.MaskField(default=0)),
                ("yes", avow.record.models.fields.MaskField(default=0)),
                ("no", avow.record.models.fields.MaskField(default=0)),
                ("at", models.DateTimeField()),
                ("message", models.UUIDField()),
                ("answered", models.DateTimeField(null=True)),
            ],
            {"db_table": "question"},
        ),
        migrations.AddIndex("question", models.Index(fields=["version", "answered"], name="question_answered")),
        migrations.CreateModel(
            "Change",
            [
                ("hash", models.TextField(primary_key=True, serialize=False)),
                ("version", models.TextField()),
                ("plan", models.TextField()),
                ("prepared", models.TextField()),
                ("at", models.DateTimeField()),
                ("applied", models.DateTimeField(null=True)),
                ("asked", models.DateTimeField(null=True)),
            ],
            {"db_table": "policy_change"},
        ),
        migrations.AddConstraint(
            "change",
            models.UniqueConstraint(
                fields=["version"], name="change_applied_once", condition=models.Q(applied__isnull=False)
            ),
        ),
        migrations.RunSQL(GRANTS),
    ]
