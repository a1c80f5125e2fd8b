"""Make the table of tallies, which the application counts up and reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of counts; it is about nobody, so it needs no row guard."""

    dependencies = [("record", "0036_use")]
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind",
                        "period",
                        "dimension",
                        "value",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.TextField()),
                ("period", models.DateTimeField()),
                ("dimension", models.TextField()),
                ("value", models.TextField()),
                ("count", models.BigIntegerField()),
            ],
            options={"db_table": "tally"},
        ),
        migrations.RunSQL(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON tally TO avow_app; GRANT SELECT ON tally TO avow_backup",
            migrations.RunSQL.noop,
        ),
    ]
