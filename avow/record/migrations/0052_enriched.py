"""Make room for facts from others: whose they are, and when their person was told."""

from pathlib import Path

from django.db import migrations, models

ENRICHED = Path(__file__).parent.parent / "enriched.sql"


class Migration(migrations.Migration):
    """Add a table about nobody and two columns; items from before are what people said themselves."""

    dependencies = [("record", "0051_agreement")]
    operations = [
        migrations.CreateModel(
            "Lot",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("licence", models.TextField()),
                ("obtained", models.DateField()),
                ("at", models.DateTimeField()),
                ("days", models.IntegerField(null=True)),
                ("taken", models.IntegerField(default=0)),
                ("denied", models.IntegerField(default=0)),
            ],
            {"db_table": "lot"},
        ),
        migrations.AddField(
            "item",
            "lot",
            models.ForeignKey("record.lot", models.DO_NOTHING, db_constraint=False, db_index=False, null=True),
        ),
        migrations.AddField("item", "told", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "item",
            models.Index(
                fields=["person"], name="item_untold", condition=models.Q(lot__isnull=False, told__isnull=True)
            ),
        ),
        migrations.RunSQL(ENRICHED.read_text()),
    ]
