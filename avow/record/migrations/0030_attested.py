"""Hold what two members of staff attest, and let stamps name it."""

import django.db.models.deletion
from django.db import migrations, models

GRANTS = """
GRANT SELECT, INSERT ON attested, attestation, attester TO avow_keep;
GRANT UPDATE (done) ON attested TO avow_keep;
GRANT UPDATE (hash, at, used) ON attester TO avow_keep;
GRANT SELECT ON attested, attestation, attester TO avow_backup;
"""


class Migration(migrations.Migration):
    """Add tables of staff and a column; stamps from before name nothing."""

    dependencies = [("record", "0020_reading")]
    operations = [
        migrations.CreateModel(
            "Attested",
            [
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
                ("prepared", models.TextField()),
                ("at", models.DateTimeField()),
                ("done", models.DateTimeField(null=True)),
            ],
            {"db_table": "attested"},
        ),
        migrations.CreateModel(
            "Attestation",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "attested", "staff", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "attested",
                    models.ForeignKey(
                        db_column="attested",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="record.attested",
                    ),
                ),
                ("staff", models.TextField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            {"db_table": "attestation"},
        ),
        migrations.CreateModel(
            "Attester",
            [
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
            ],
            {"db_table": "attester"},
        ),
        migrations.RemoveConstraint("stamp", "stamp_once"),
        migrations.AddField("stamp", "attested", models.BinaryField(null=True)),
        migrations.AddConstraint(
            "stamp",
            models.UniqueConstraint(
                fields=["channel", "source", "version", "notice", "purposes", "attested"],
                name="stamp_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(GRANTS),
    ]
