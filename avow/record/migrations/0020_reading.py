"""Let staff look items up by what the policy declares, and note whom they read."""

from django.db import migrations, models

import avow.record.models

_GUARD = """
GRANT SELECT (lookup), UPDATE (lookup) ON item TO avow_keep;
CREATE INDEX item_lookup ON item USING gin (lookup) WHERE lookup IS NOT NULL;
ALTER TABLE reading ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON reading TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (person_id, salt) ON reading TO avow_keep;
GRANT SELECT ON reading TO avow_backup;
ALTER TABLE rights_case ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON rights_case TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON rights_case TO avow_keep;
GRANT SELECT ON rights_case TO avow_backup;
-- A reading is written once; when its person is forgotten it loses whom, and keeps who read and when.
CREATE FUNCTION only_forget_reading() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (NEW.person_id, NEW.salt) IS DISTINCT FROM ('00000000-0000-0000-0000-000000000000'::uuid, ''::bytea)
  THEN RAISE EXCEPTION 'a reading is written once: it can only be forgotten'; END IF;
  RETURN NEW; END $$;
CREATE TRIGGER only_forget_reading BEFORE UPDATE ON reading FOR EACH ROW EXECUTE FUNCTION only_forget_reading();
"""


class Migration(migrations.Migration):
    """Add the column, its index, and the table under the row guard."""

    dependencies = [("record", "0005_session_no")]
    operations = [
        migrations.AddField("item", "lookup", avow.record.models.HashesField(null=True)),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("staff", models.UUIDField()),
                ("role", models.TextField()),
                ("purpose", models.TextField()),
                ("categories", models.TextField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={"db_table": "reading", "indexes": [models.Index(fields=["at"], name="reading_at")]},
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("staff", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("words", models.TextField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={"db_table": "rights_case"},
        ),
        migrations.RunSQL(_GUARD),
    ]
