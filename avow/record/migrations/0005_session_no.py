"""Number the sessions of a person, so that signing out and moving end each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column, which needs no rewrite of the table and stays in the database as a default."""

    dependencies = [("record", "0003_withheld")]
    operations = [
        migrations.AddField("person", "session_no", models.BigIntegerField(db_default=0)),
    ]
