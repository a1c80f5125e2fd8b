"""Make room for what is given to others: organizations, the register, notices, orders of the law."""

from django.db import migrations, models

GUARD = """
ALTER TABLE disclosed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE ordered ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upkeep ON disclosed TO avow_keep USING (true) WITH CHECK (true);
CREATE POLICY upkeep ON ordered TO avow_keep USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (person_id, reach, salt, decision_salt, recall) ON disclosed TO avow_keep;
GRANT SELECT, INSERT, DELETE ON ordered TO avow_keep;
GRANT SELECT ON outside TO avow_app, avow_keep, avow_use, avow_backup;
GRANT INSERT, UPDATE (title, does, mailbox, ended) ON outside TO avow_keep;
GRANT SELECT, INSERT ON disclosure, legal_order, recall TO avow_keep;
GRANT UPDATE (caller, call, called, done, told) ON legal_order TO avow_keep;
GRANT UPDATE (sent, acknowledged, how) ON recall TO avow_keep;
GRANT SELECT ON disclosed, ordered, disclosure, legal_order, recall TO avow_backup;
"""


class Migration(migrations.Migration):
    """Add the tables, those about people under the row guard."""

    dependencies = [
        ("record", "0055_petition"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("recipient", models.TextField()),
                ("whom", models.TextField()),
                ("purpose", models.TextField()),
                ("asked", models.TextField()),
                ("clause", models.TextField()),
                ("version", models.TextField()),
                ("why", models.TextField()),
                ("by", models.TextField()),
                ("attested", models.BinaryField()),
                ("people", models.IntegerField()),
                ("reasons", models.TextField()),
                ("digest", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={
                "db_table": "disclosure",
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("authority", models.TextField()),
                ("docket", models.TextField()),
                ("words", models.TextField()),
                ("categories", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("deadline", models.DateTimeField()),
                ("gag", models.DateTimeField(null=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("caller", models.TextField(default="")),
                ("call", models.TextField(default="")),
                ("called", models.DateTimeField(null=True)),
                ("done", models.DateTimeField(null=True)),
                ("told", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "legal_order",
            },
        ),
        migrations.CreateModel(
            name="Outside",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("list", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("does", models.TextField()),
                ("mailbox", models.TextField()),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "outside",
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("outside", models.TextField()),
                ("mailbox", models.BinaryField()),
                ("people", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("sent", models.DateTimeField(null=True)),
                ("acknowledged", models.DateTimeField(null=True)),
                ("how", models.TextField(default="")),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={
                "db_table": "recall",
            },
        ),
        migrations.CreateModel(
            name="Disclosed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("disclosure", models.UUIDField()),
                ("reach", models.BinaryField(null=True)),
                ("categories", models.TextField()),
                ("decision", models.BigIntegerField()),
                ("decision_pos", models.IntegerField()),
                ("decision_salt", models.BinaryField(null=True)),
                ("choice_no", models.BigIntegerField()),
                ("recall", models.UUIDField(null=True)),
                ("salt", models.BinaryField()),
                ("entry", models.BigIntegerField()),
                ("pos", models.IntegerField()),
            ],
            options={
                "db_table": "disclosed",
                "indexes": [
                    models.Index(fields=["disclosure"], name="disclosed_together"),
                    models.Index(
                        condition=models.Q(("recall__isnull", False)), fields=["recall"], name="disclosed_recall"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ordered",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "order_id", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
            ],
            options={
                "db_table": "ordered",
                "indexes": [models.Index(fields=["person_id"], name="ordered_person")],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
