"""Keep what followed on requests and bars, and whether who asked in a person's name was told."""

from django.db import migrations, models

_GUARD = """
ALTER TABLE followed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON followed TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON followed TO avow_keep;
GRANT SELECT ON followed TO avow_backup;
GRANT UPDATE (told, untold) ON mandate TO avow_keep;
GRANT UPDATE (untaken) ON connector TO avow_keep;
GRANT DELETE ON attested, attestation TO avow_keep;
CREATE OR REPLACE FUNCTION wait_for_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  AS $$ BEGIN
    INSERT INTO public.unwritten (entry) SELECT id FROM fresh
      WHERE kind IN ('chosen', 'amended', 'forgotten', 'linked', 'unlinked', 'agreed', 'asked', 'barred', 'followed');
    RETURN NULL; END $$;
"""


class Migration(migrations.Migration):
    """Add the table under the row guard, for the keeping role alone; what follows is journalled."""

    dependencies = [("record", "0068_enclosed")]
    operations = [
        migrations.CreateModel(
            "Followed",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField(unique=True)),
                ("of", models.UUIDField()),
                ("act", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            {"db_table": "followed"},
        ),
        migrations.AddField("mandate", "told", models.DateTimeField(null=True)),
        migrations.AddField("mandate", "untold", models.TextField(db_default="")),
        migrations.AddField("connector", "untaken", models.TextField(db_default="[]")),
        migrations.RunSQL(_GUARD),
    ]
