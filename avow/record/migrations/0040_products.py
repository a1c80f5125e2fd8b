"""Make room for products, for who owns or downloaded one, and for lists that reach nobody else."""

from django.db import migrations, models

_GUARD = """
ALTER TABLE possession ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON possession TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (ended) ON possession TO avow_keep;
GRANT SELECT ON possession TO avow_backup;
GRANT SELECT ON product, reserved TO avow_app, avow_keep, avow_use, avow_backup;
GRANT INSERT ON product, reserved TO avow_app, avow_keep;
"""


class Migration(migrations.Migration):
    """Add the tables, those about people under the row guard."""

    dependencies = [("record", "0037_tally")]
    operations = [
        migrations.CreateModel(
            name="Product",
            fields=[("id", models.TextField(primary_key=True, serialize=False)), ("title", models.TextField())],
            options={"db_table": "product"},
        ),
        migrations.CreateModel(
            name="Reserved",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "list", "product", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("list", models.ForeignKey("record.list", models.DO_NOTHING, db_index=False)),
                ("product", models.ForeignKey("record.product", models.DO_NOTHING, db_index=False)),
                ("version", models.TextField()),
                ("series", models.TextField(default="")),
                ("words", models.TextField(default="")),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("most", models.IntegerField()),
            ],
            options={"db_table": "reserved"},
        ),
        migrations.CreateModel(
            name="Possession",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("product", models.TextField()),
                ("version", models.TextField()),
                ("series", models.TextField()),
                ("notice", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={
                "db_table": "possession",
                "indexes": [
                    models.Index(
                        fields=["product", "version", "series"],
                        name="possession_held",
                        condition=models.Q(ended__isnull=True),
                    )
                ],
            },
        ),
        migrations.RunSQL(_GUARD),
    ]
