"""Say the guard of the using role in words that cost less, with the same meaning."""

from pathlib import Path

from django.db import migrations

USE = Path(__file__).parent.parent / "use.sql"


class Migration(migrations.Migration):
    """Run use.sql, which can be run again."""

    dependencies = [("record", "0035_unwritten")]
    operations = [migrations.RunSQL(USE.read_text(), migrations.RunSQL.noop)]
