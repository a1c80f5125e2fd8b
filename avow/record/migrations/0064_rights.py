"""Bar the uses of a person, keep who asks in a person's name, tell those who hold old values, replay open requests."""

from django.db import migrations, models

_GUARD = """
ALTER TABLE restraint ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON restraint TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (message, told, "full", ended) ON restraint TO avow_keep;
ALTER TABLE mandate ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON mandate TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (attested, answer) ON mandate TO avow_keep;
ALTER TABLE passed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON passed TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (person_id, acknowledged, how) ON passed TO avow_keep;
GRANT SELECT ON restraint, mandate, passed TO avow_backup;
GRANT UPDATE (ripe, salt, entry, pos) ON petition TO avow_keep;
GRANT UPDATE (corrected) ON disclosed TO avow_keep;
CREATE OR REPLACE FUNCTION wait_for_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN
    INSERT INTO public.unwritten (entry) SELECT id FROM fresh
      WHERE kind IN ('chosen', 'amended', 'forgotten', 'linked', 'unlinked', 'agreed', 'asked', 'barred');
    RETURN NULL; END $$;
"""


def _key(*names: str) -> tuple[str, models.CompositePrimaryKey]:
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


_COVERED = [
    ("salt", models.BinaryField()),
    ("entry", models.BigIntegerField()),
    ("pos", models.IntegerField()),
]


class Migration(migrations.Migration):
    """Add the tables, under the row guard, for the keeping role alone; an act that opens something is journalled."""

    dependencies = [("record", "0065_programs")]
    operations = [
        migrations.CreateModel(
            "Restraint",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField(unique=True)),
                ("kind", models.TextField()),
                ("why", models.TextField()),
                ("by", models.TextField()),
                ("petition", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("gag", models.DateTimeField(null=True)),
                ("message", models.UUIDField(null=True)),
                ("told", models.DateTimeField(null=True)),
                ("full", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                *_COVERED,
            ],
            {
                "db_table": "restraint",
                "indexes": [models.Index(fields=["at"], name="restraint_open", condition=models.Q(ended__isnull=True))],
            },
        ),
        migrations.CreateModel(
            "Mandate",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField(unique=True)),
                ("kind", models.TextField()),
                ("name", models.TextField()),
                ("mailbox", models.TextField()),
                ("media", models.TextField()),
                ("document", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("attested", models.BinaryField(null=True)),
                ("answer", models.TextField(default="")),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "mandate"},
        ),
        migrations.CreateModel(
            "Passed",
            [
                _key("person_id", "id"),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField(unique=True)),
                ("agreement", models.TextField()),
                ("act", models.TextField()),
                ("categories", models.TextField()),
                ("at", models.DateTimeField()),
                ("acknowledged", models.DateTimeField(null=True)),
                ("how", models.TextField(default="")),
                *_COVERED,
            ],
            {
                "db_table": "passed",
                "indexes": [
                    models.Index(
                        fields=["agreement", "at"],
                        name="passed_open",
                        condition=models.Q(acknowledged__isnull=True),
                    )
                ],
            },
        ),
        migrations.AddField("petition", "ripe", models.DateTimeField(null=True)),
        migrations.AddField("petition", "salt", models.BinaryField(default=b"")),
        migrations.AddField("petition", "entry", models.BigIntegerField(default=0)),
        migrations.AddField("petition", "pos", models.IntegerField(default=0)),
        migrations.AddField("recall", "why", models.TextField(default="recalled")),
        migrations.AddField("disclosed", "corrected", models.UUIDField(null=True)),
        migrations.AddIndex(
            "disclosed",
            models.Index(fields=["corrected"], name="disclosed_corrected", condition=models.Q(corrected__isnull=False)),
        ),
        migrations.RunSQL(_GUARD),
    ]
