"""Make room for what people begin with us: matters, what was said in turn, what came with it, and saved replies."""

from django.db import migrations, models

_GUARD = """
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['matter', 'turn', 'enclosed'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY upkeep ON %I TO avow_keep USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO avow_keep', t);
    EXECUTE format('GRANT SELECT ON %I TO avow_backup', t);
  END LOOP;
END $$;
GRANT UPDATE (state, step, last, owner, ours, over) ON matter TO avow_keep;
GRANT SELECT, INSERT, DELETE ON saved TO avow_keep;
GRANT SELECT ON saved TO avow_backup;
"""


def _key(*names: str) -> tuple[str, models.CompositePrimaryKey]:
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    """Add the tables, those about people under the row guard."""

    dependencies = [("record", "0056_disclosures")]
    operations = [
        migrations.CreateModel(
            "Matter",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField(unique=True)),
                ("mark", models.TextField(unique=True)),
                ("channel", models.TextField()),
                ("exact", models.BinaryField()),
                ("state", models.TextField()),
                ("step", models.TextField(db_default="")),
                ("at", models.DateTimeField()),
                ("last", models.DateTimeField()),
                ("owner", models.UUIDField(null=True)),
                ("ours", models.IntegerField(db_default=0)),
                ("over", models.DateTimeField(null=True)),
            ],
            {
                "db_table": "matter",
                "indexes": [
                    models.Index(
                        fields=["channel", "last", "id"], name="matter_live", condition=models.Q(over__isnull=True)
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Turn",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("matter", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("item", models.UUIDField(null=True)),
                ("words", models.TextField(db_default="")),
                ("staff", models.UUIDField(null=True)),
                ("message", models.UUIDField(null=True)),
                ("letter", models.TextField(db_default="")),
            ],
            {
                "db_table": "turn",
                "indexes": [
                    models.Index(fields=["matter", "at"], name="turn_matter"),
                    models.Index(fields=["message"], name="turn_message", condition=models.Q(message__isnull=False)),
                ],
            },
        ),
        migrations.CreateModel(
            "Enclosed",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("matter", models.UUIDField()),
                ("turn", models.UUIDField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("data", models.BinaryField()),
                ("why", models.TextField(db_default="")),
                ("at", models.DateTimeField()),
            ],
            {
                "db_table": "enclosed",
                "indexes": [models.Index(fields=["matter"], name="enclosed_matter")],
            },
        ),
        migrations.CreateModel(
            "Saved",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("channel", models.TextField()),
                ("title", models.TextField()),
                ("words", models.TextField()),
                ("staff", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "saved"},
        ),
        migrations.RunSQL(_GUARD),
    ]
