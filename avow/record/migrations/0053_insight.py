"""Make the table of what was told of kinds of people, and let one role read it that reads nothing else."""

from django.db import migrations, models

_TOLD = """
CREATE FUNCTION told_once() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'what was told of a month stays as it was told: % is refused', TG_OP; END $$;
CREATE TRIGGER told_once BEFORE UPDATE OR DELETE OR TRUNCATE ON insight
  FOR EACH STATEMENT EXECUTE FUNCTION told_once();
GRANT INSERT ON insight TO avow_keep;
GRANT SELECT (month, entry, pos) ON insight TO avow_keep;
GRANT SELECT ON insight TO avow_insight, avow_backup;
"""


class Migration(migrations.Migration):
    """A table of rounded counts; it is about nobody, so it needs no row guard."""

    dependencies = [("record", "0052_enriched")]
    operations = [
        migrations.CreateModel(
            name="Insight",
            fields=[
                ("month", models.TextField(primary_key=True, serialize=False)),
                ("version", models.TextField()),
                ("least", models.IntegerField()),
                ("step", models.IntegerField()),
                ("code", models.TextField()),
                ("tables", models.TextField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={"db_table": "insight"},
        ),
        migrations.RunSQL(_TOLD),
    ]
