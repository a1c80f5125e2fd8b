"""Make room for what programs come in by: tokens, answers under a key, connectors."""

from django.db import migrations, models

GUARD = """
ALTER TABLE answered ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON answered TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (answer), DELETE ON answered TO avow_keep;
GRANT SELECT, INSERT, UPDATE (ended) ON api_token TO avow_keep;
GRANT SELECT, INSERT, UPDATE (notices, secret, former, ended, taken, again, dropped, unheard) ON connector TO avow_keep;
CREATE TRIGGER only_end BEFORE UPDATE ON api_token FOR EACH ROW EXECUTE FUNCTION only_end();
GRANT SELECT ON api_token, answered, connector TO avow_backup;
"""


class Migration(migrations.Migration):
    """Add the tables; what was answered is guarded, for it may name a person."""

    dependencies = [("record", "0067_matter")]
    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("purpose", models.TextField()),
                ("acts", models.TextField()),
                ("hash", models.BinaryField(unique=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("expires", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
            ],
            options={"db_table": "api_token"},
        ),
        migrations.CreateModel(
            name="Answered",
            fields=[
                ("id", models.BinaryField(primary_key=True, serialize=False)),
                ("body", models.BinaryField()),
                ("answer", models.TextField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "answered",
                "indexes": [models.Index(fields=["until"], name="answered_until")],
            },
        ),
        migrations.CreateModel(
            name="Connector",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("channel", models.TextField()),
                ("fields", models.TextField()),
                ("notices", models.TextField(default="[]")),
                ("consent", models.TextField(default="")),
                ("secret", models.BinaryField()),
                ("former", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("taken", models.BigIntegerField(default=0)),
                ("again", models.BigIntegerField(default=0)),
                ("dropped", models.BigIntegerField(default=0)),
                ("unheard", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "connector"},
        ),
        migrations.RunSQL(GUARD),
    ]
