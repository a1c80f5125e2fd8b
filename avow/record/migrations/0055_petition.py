"""Pin what was corrected, and hold what people ask for by right until it is answered."""

from django.db import migrations, models

_GUARD = """
ALTER TABLE pin ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON pin TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON pin TO avow_keep;
ALTER TABLE aside ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON aside TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON aside TO avow_keep;
ALTER TABLE petition ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON petition TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON petition TO avow_keep;
GRANT UPDATE (state, at, due, owner, staff, reply, message, decided, closed, words, item, proposed)
  ON petition TO avow_keep;
ALTER TABLE clock ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON clock TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON clock TO avow_keep;
GRANT SELECT ON pin, aside, petition, clock TO avow_backup;
"""


def _key(*names: str) -> tuple[str, models.CompositePrimaryKey]:
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    """Add the tables, under the row guard, for the keeping role alone."""

    dependencies = [("record", "0054_forum")]
    operations = [
        migrations.CreateModel(
            "Pin",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("category", models.TextField()),
                ("field", models.TextField()),
                ("item", models.UUIDField()),
                ("salt", models.BinaryField()),
                ("value", models.BinaryField()),
                ("was", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "pin"},
        ),
        migrations.CreateModel(
            "Aside",
            [
                _key("person_id", "item", "field", "by"),
                ("person_id", models.UUIDField()),
                ("item", models.UUIDField()),
                ("field", models.TextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "aside", "indexes": [models.Index(fields=["by"], name="aside_by")]},
        ),
        migrations.CreateModel(
            "Petition",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("wish", models.TextField()),
                ("way", models.TextField()),
                ("words", models.TextField()),
                ("item", models.UUIDField(null=True)),
                ("proposed", models.JSONField(null=True)),
                ("state", models.TextField()),
                ("at", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("owner", models.UUIDField(null=True)),
                ("staff", models.UUIDField(null=True)),
                ("reply", models.TextField(default="")),
                ("message", models.UUIDField(null=True)),
                ("decided", models.DateTimeField(null=True)),
                ("closed", models.DateTimeField(null=True)),
            ],
            {
                "db_table": "petition",
                "indexes": [
                    models.Index(
                        fields=["due", "at", "id"], name="petition_due", condition=models.Q(closed__isnull=True)
                    ),
                    models.Index(fields=["at"], name="petition_at"),
                ],
            },
        ),
        migrations.CreateModel(
            "Clock",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("until", models.DateTimeField()),
                ("why", models.TextField()),
                ("told", models.DateTimeField()),
            ],
            {"db_table": "clock"},
        ),
        migrations.RunSQL(_GUARD),
    ]
