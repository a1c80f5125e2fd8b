"""Keep agreements with those who work for us, and let a role of their own see what an agreement in force names."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

AGREEMENT = Path(__file__).parent.parent / "agreement.sql"


class Migration(migrations.Migration):
    """Add tables about nobody, and the row guard of the role avow_processor."""

    dependencies = [("record", "0050_question"), ("ledger", "0003_tiles")]
    operations = [
        migrations.CreateModel(
            "Agreement",
            [
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("organization", models.TextField()),
                ("purposes", models.TextField()),
                ("categories", models.TextField()),
                ("confidentiality", models.TextField()),
                ("below", models.TextField()),
                ("begins", models.DateTimeField()),
                ("ends", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            {"db_table": "agreement"},
        ),
        migrations.CreateModel(
            "AgreementAct",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "agreement", "act", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        "record.agreement",
                        django.db.models.deletion.PROTECT,
                        db_column="agreement",
                        db_index=False,
                    ),
                ),
                ("act", models.TextField()),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            {"db_table": "agreement_act"},
        ),
        migrations.CreateModel(
            "Seat",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "agreement",
                    models.ForeignKey(
                        "record.agreement",
                        django.db.models.deletion.PROTECT,
                        db_column="agreement",
                        db_index=False,
                    ),
                ),
                ("name", models.TextField()),
                ("purpose", models.TextField(default="")),
                ("hash", models.BinaryField(null=True, unique=True)),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
            ],
            {"db_table": "seat"},
        ),
        migrations.RunSQL(AGREEMENT.read_text()),
    ]
