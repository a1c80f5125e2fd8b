"""Make room for the forum: its boards, what was posted where, what was reported, and who posts."""

from django.db import migrations, models

_GUARD = """
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['poster', 'thread', 'post', 'report'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY upkeep ON %I TO avow_keep USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO avow_keep', t);
    EXECUTE format('GRANT SELECT ON %I TO avow_backup', t);
  END LOOP;
END $$;
GRANT DELETE ON poster TO avow_keep;
GRANT SELECT ON board TO avow_app, avow_keep, avow_use, avow_backup;
GRANT INSERT ON board TO avow_app, avow_keep;
"""


class Migration(migrations.Migration):
    """Add the tables, those about people under the row guard."""

    dependencies = [("record", "0053_insight")]
    operations = [
        migrations.CreateModel(
            "Board",
            [
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("title", models.TextField()),
                ("charter", models.TextField()),
                ("list", models.ForeignKey("record.list", models.DO_NOTHING, null=True, db_index=False)),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "board"},
        ),
        migrations.CreateModel(
            "Poster",
            [
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.UUIDField()),
                ("exact", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "poster"},
        ),
        migrations.CreateModel(
            "Thread",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("board", models.ForeignKey("record.board", models.DO_NOTHING, db_index=False)),
                ("at", models.DateTimeField()),
                ("last", models.DateTimeField()),
                ("posts", models.IntegerField(default=0)),
            ],
            {
                "db_table": "thread",
                "indexes": [models.Index(fields=["board", "-last", "-id"], name="thread_last")],
            },
        ),
        migrations.CreateModel(
            "Post",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField(unique=True)),
                ("item", models.UUIDField()),
                ("thread", models.ForeignKey("record.thread", models.DO_NOTHING, db_index=False)),
                ("no", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("state", models.TextField()),
                ("why", models.TextField(default="")),
            ],
            {
                "db_table": "post",
                "constraints": [models.UniqueConstraint(fields=["thread", "no"], name="post_once")],
                "indexes": [models.Index(fields=["-at", "-id"], name="post_at")],
            },
        ),
        migrations.CreateModel(
            "Report",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("post", models.UUIDField()),
                ("item", models.UUIDField(null=True)),
                ("exact", models.BinaryField(null=True)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("outcome", models.TextField(default="")),
                ("ended", models.DateTimeField(null=True)),
            ],
            {
                "db_table": "report",
                "indexes": [
                    models.Index(fields=["post"], name="report_post"),
                    models.Index(fields=["at"], name="report_open", condition=models.Q(outcome="")),
                ],
            },
        ),
        migrations.RunSQL(_GUARD),
    ]
