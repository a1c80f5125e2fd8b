"""Keep since when the most private parts of a copy wait, and whether somebody stopped them."""

import django.db.models.deletion
from django.db import migrations, models

_GUARD = """
ALTER TABLE awaited ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON awaited TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON awaited TO avow_keep;
GRANT SELECT ON awaited TO avow_backup;
"""


class Migration(migrations.Migration):
    """Add the table under the row guard, for the keeping role alone."""

    dependencies = [("record", "0070_ended")]
    operations = [
        migrations.CreateModel(
            "Awaited",
            [
                (
                    "person",
                    models.OneToOneField(
                        "record.Person", django.db.models.deletion.DO_NOTHING, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("stopped", models.DateTimeField(null=True)),
            ],
            {"db_table": "awaited"},
        ),
        migrations.RunSQL(_GUARD),
    ]
