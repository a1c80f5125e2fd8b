"""Make room for the pictures of messages."""

from django.db import migrations, models

_GRANTS = """
GRANT SELECT ON picture TO avow_app, avow_keep, avow_backup;
GRANT INSERT ON picture TO avow_keep;
"""


class Migration(migrations.Migration):
    """Add the table; a picture is about nobody, is written once, and is called by the hash of its bytes."""

    dependencies = [("mail", "0020_course")]
    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("type", models.TextField()),
                ("data", models.BinaryField()),
                ("width", models.IntegerField()),
                ("height", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("staff", models.UUIDField(null=True)),
            ],
            options={"db_table": "picture"},
        ),
        migrations.RunSQL(_GRANTS),
    ]
