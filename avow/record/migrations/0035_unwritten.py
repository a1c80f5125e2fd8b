"""Let each act that is a right wait for the journal, and let a backup read all that it needs."""

from pathlib import Path

from django.db import migrations, models

UNWRITTEN = Path(__file__).parent.parent / "unwritten.sql"


class Migration(migrations.Migration):
    """Make the table of what the journal does not hold yet, kept by a trigger: no path can forget it."""

    dependencies = [("record", "0030_attested"), ("ledger", "0003_tiles")]
    operations = [
        migrations.CreateModel(
            name="Unwritten",
            fields=[
                ("entry", models.BigIntegerField(primary_key=True, serialize=False)),
                ("whose", models.BinaryField(default=b"")),
            ],
            options={"db_table": "unwritten"},
        ),
        migrations.AddIndex("choice", models.Index(fields=["entry"], name="choice_entry")),
        migrations.RunSQL(UNWRITTEN.read_text()),
    ]
